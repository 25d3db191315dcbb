"""SQL of what several relations read of VAT invoices: each as known, and each supplier's partners.

A party's sales are the invoices it sold, its purchases those it bought. A blue invoice has a
positive gross amount, a red note a negative one. A void or abnormal invoice (the latest known state
counts) is dead: it is no sale and no purchase, from the day on which that was known.
"""

from __future__ import annotations

from features.versions import NEVER

YEAR = "age BETWEEN 0 AND 364"
"""SQL: an invoice of the last 365 days, by its age on the day described."""

YEAR_BEFORE = "age BETWEEN 365 AND 729"
"""SQL: an invoice of the 365 days before."""

MOST_MINOR = 10**17
"""A sum of a partner, month or class of goods counts up to this (10^15 currency units): sums of
squares of more don't fit a decimal."""


def bounded(total: str) -> str:
    """SQL of a sum in minor units, 0 to `MOST_MINOR`, as a decimal whose squares are exact."""
    return (
        f"CAST(CASE WHEN {total} > {MOST_MINOR} THEN {MOST_MINOR} WHEN {total} > 0 THEN {total} "
        "ELSE 0 END AS DECIMAL(19, 0))"
    )


def hhi(squares: str, total: str) -> str:
    """SQL of a sum of squared shares; missing where the total is 0."""
    return (
        f"CASE WHEN {total} > 0 THEN CAST({squares} AS DOUBLE) "
        f"/ (CAST({total} AS DOUBLE) * CAST({total} AS DOUBLE)) END"
    )


def _told(sells: int, side: str, partner: str) -> str:
    return f"""
        SELECT p.firm, {sells} AS sells, i.{partner} AS partner, i.ref, i.red_of, i.issued_on,
            i.due_on, i.gross_minor, i.tax_minor, i.from_day, i.until_day
        FROM party AS p
        JOIN known_invoice AS i ON i.{side} = p.supplier
    """  # noqa: S608 - literals


SUPPLIER_POINT = """
    WITH numbered AS (
        SELECT k.supplier, k.day, a.month, ROW_NUMBER() OVER (ORDER BY k.supplier, k.day) AS point
        FROM supplier_day AS k
        JOIN almanac AS a ON a.day = k.day
    )
    SELECT supplier, day, month, point, MIN(point) OVER (PARTITION BY supplier) AS firm
    FROM numbered
"""
"""``supplier_point``: each supplier and day of the spine with a number, its month, and a number of
the supplier. Numbers are quicker to join and to group by than keys; they mean nothing else."""

TRADE = f"""
    WITH party AS (SELECT DISTINCT supplier, firm FROM supplier_point),
    told AS ({_told(1, "seller", "buyer")} UNION ALL {_told(0, "buyer", "seller")}),
    change AS (
        SELECT invoice, -{NEVER} AS day FROM known_invoice_status
        UNION SELECT invoice, from_day AS day FROM known_invoice_status
        UNION SELECT invoice, until_day AS day FROM known_invoice_status
    ),
    period AS (
        SELECT invoice, day AS from_day,
            COALESCE(LEAD(day) OVER (PARTITION BY invoice ORDER BY day), {NEVER}) AS until_day
        FROM change
    ),
    ranked AS (
        SELECT p.invoice, p.from_day, p.until_day, s.status,
            ROW_NUMBER() OVER (
                PARTITION BY p.invoice, p.from_day ORDER BY s.happened_at DESC, s.seq DESC
            ) AS place
        FROM period AS p
        LEFT JOIN known_invoice_status AS s ON s.invoice = p.invoice
            AND s.from_day <= p.from_day AND p.from_day < s.until_day
    ),
    verdict AS (
        SELECT invoice, from_day, until_day,
            CASE WHEN status IN ('void', 'abnormal') THEN 1 ELSE 0 END AS dead
        FROM ranked
        WHERE place = 1
    )
    SELECT t.firm, t.sells, t.partner, t.ref, t.red_of, t.issued_on, t.due_on,
        t.gross_minor, t.tax_minor, COALESCE(v.dead, 0) AS dead,
        GREATEST(t.from_day, COALESCE(v.from_day, t.from_day)) AS from_day,
        LEAST(t.until_day, COALESCE(v.until_day, t.until_day)) AS until_day
    FROM told AS t
    LEFT JOIN verdict AS v ON v.invoice = t.ref
        AND v.from_day < t.until_day AND t.from_day < v.until_day
"""  # noqa: S608 - composed of literals
"""``trade``: the invoices of the suppliers asked about, by ``firm``; ``sells`` is 1 where it sold
and 0 where it bought. Each with the days on which it was known like this; one between two of them
is there twice."""

TRADE_PARTNER = f"""
    WITH seen AS (
        SELECT k.point, t.sells, t.partner, t.issued_on, t.gross_minor, t.tax_minor,
            k.day - t.issued_on AS age
        FROM supplier_point AS k
        JOIN trade AS t ON t.firm = k.firm AND t.dead = 0
            AND t.from_day <= k.day AND k.day < t.until_day AND t.issued_on <= k.day
    )
    SELECT point, sells, partner,
        MIN(CASE WHEN gross_minor > 0 THEN issued_on END) AS first_on,
        MAX(CASE WHEN gross_minor > 0 THEN issued_on END) AS last_on,
        SUM(CASE WHEN {YEAR} AND gross_minor > 0 THEN 1 ELSE 0 END) AS blue_year,
        SUM(CASE WHEN {YEAR} THEN gross_minor ELSE 0 END) AS gross_year,
        SUM(CASE WHEN {YEAR} THEN tax_minor ELSE 0 END) AS tax_year,
        SUM(CASE WHEN {YEAR_BEFORE} THEN gross_minor ELSE 0 END) AS gross_before,
        SUM(CASE WHEN {YEAR_BEFORE} THEN tax_minor ELSE 0 END) AS tax_before
    FROM seen
    GROUP BY point, sells, partner
"""  # noqa: S608 - composed of literals
"""``trade_partner``: each customer (``sells`` 1) and source (``sells`` 0) of a point: first and
last blue invoice, and gross amount and tax, less red notes, of two years."""
