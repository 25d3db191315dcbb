"""SQL of the SME index: what each firm adds to each month, on the only day of ``cut``.

Each gives ``month`` (whole months back from that of the day, 1 is the last complete one), ``firm``,
``x`` and ``weight``: a measure of a cell is the sum of ``x`` over that of ``weight``, or ``x``
alone.
"""

from __future__ import annotations

from scoring.portfolio.open_book_sql import KNOWN

LATE_AFTER_DAYS = 30


def _month(day: str) -> str:
    """SQL of the months from a day's month to that of the cut."""
    date = f"(DATE '1970-01-01' + CAST({day} AS INTEGER))"
    cut = "(DATE '1970-01-01' + CAST(k.day AS INTEGER))"
    return f"DATE_DIFF('month', DATE_TRUNC('month', {date}), DATE_TRUNC('month', {cut}))"


FIRMS = f"""
    WITH profile AS (
        SELECT p.party, COALESCE(p.industry, p.industry_code) AS sector, p.region, p.size_class,
            ROW_NUMBER() OVER (PARTITION BY p.party ORDER BY p.happened_at DESC, p.seq DESC)
                AS place
        FROM cut AS k JOIN known_party_profile AS p ON {KNOWN.format("p")}
    )
    SELECT party, sector, region FROM profile
    WHERE place = 1 AND (size_class IS NULL OR size_class <> 'large')
"""  # noqa: S608 - composed of literals
"""All but large firms: where no size is told, a firm counts as small."""

MEASURES: dict[str, str] = {
    "orders": f"""
        SELECT {_month("o.ordered_on")} AS month, o.supplier AS firm,
            SUM(o.amount_minor) AS x, SUM(o.amount_minor) AS weight
        FROM cut AS k JOIN known_purchase_order AS o ON {KNOWN.format("o")}
        WHERE o.amount_minor > 0 AND o.ordered_on < k.day
        GROUP BY ALL
    """,  # noqa: S608
    "collection_days": f"""
        SELECT {_month("c.settled_on")} AS month, c.supplier AS firm,
            SUM(CAST(c.settled_on - c.issued_on AS DOUBLE) * c.face_minor) AS x,
            SUM(c.face_minor) AS weight
        FROM cut AS k JOIN claim AS c ON {KNOWN.format("c")}
        WHERE c.settled_on IS NOT NULL AND c.face_minor > 0 AND c.settled_on < k.day
        GROUP BY ALL
    """,  # noqa: S608
    "late_share": f"""
        SELECT {_month(f"c.due_on + {LATE_AFTER_DAYS}")} AS month, c.supplier AS firm,
            SUM(CASE WHEN COALESCE(c.settled_on > c.due_on + {LATE_AFTER_DAYS}, TRUE)
                THEN c.face_minor ELSE 0 END) AS x, SUM(c.face_minor) AS weight
        FROM cut AS k
        JOIN claim AS c ON {KNOWN.format("c")}
        JOIN owed AS o ON o.receivable = c.receivable AND o.payments_told
        WHERE c.face_minor > 0 AND c.due_on + {LATE_AFTER_DAYS} < k.day
            AND (c.settled_on IS NOT NULL OR o.left_minor > 0)
        GROUP BY ALL
    """,  # noqa: S608
    "price": f"""
        SELECT {_month("f.drawn_on")} AS month, f.supplier AS firm,
            SUM(CAST(f.rate_ppm AS DOUBLE) / 1000000 * f.amount_minor) AS x,
            SUM(f.amount_minor) AS weight
        FROM cut AS k JOIN known_financing AS f ON {KNOWN.format("f")}
        WHERE f.lender IS NULL AND f.rate_ppm IS NOT NULL AND f.drawn_on < k.day
        GROUP BY ALL
    """,  # noqa: S608
}
"""Orders received; days from invoice to payment, of what was paid in the month; share of what was
unpaid thirty days after it fell due, by the month of that day; rate of what was lent. The three
latter are weighted by amount. What money that names no claim has paid is left out of the third: it
isn't known when."""


def measured(name: str) -> str:
    """SQL of a measure by month, sector, region and firm."""
    return f"""
        WITH firm AS ({FIRMS}), told AS ({MEASURES[name]})
        SELECT t.month, f.sector, f.region, t.firm, CAST(t.x AS DOUBLE) AS x,
            CAST(t.weight AS DOUBLE) AS weight
        FROM told AS t JOIN firm AS f ON f.party = t.firm
        WHERE t.month BETWEEN 1 AND $months AND t.weight > 0
        ORDER BY ALL
    """  # noqa: S608
