"""SQL of the financings that are open on each day of ``cut``, and of what they hang on."""

from __future__ import annotations

KNOWN = "{0}.from_day <= k.day AND k.day < {0}.until_day"

OPEN = f"""
    CREATE OR REPLACE TABLE open_financing AS
    WITH back AS (
        SELECT k.day, r.financing, SUM(r.amount_minor - COALESCE(r.interest_minor, 0)) AS minor
        FROM cut AS k JOIN known_repayment AS r ON {KNOWN.format("r")}
        GROUP BY k.day, r.financing
    ),
    ended AS (
        SELECT DISTINCT k.day, o.financing
        FROM cut AS k JOIN known_outcome AS o ON {KNOWN.format("o")}
    )
    SELECT k.day, f.ref AS financing, f.financing_request AS request, f.supplier, f.buyer,
        f.product, f.currency, f.drawn_on, f.matures_on, f.amount_minor,
        f.amount_minor - COALESCE(b.minor, 0) AS out_minor, f.rate_ppm, f.recourse, f.account
    FROM cut AS k
    JOIN known_financing AS f ON {KNOWN.format("f")} AND f.lender IS NULL AND f.drawn_on <= k.day
    LEFT JOIN back AS b ON b.day = k.day AND b.financing = f.ref
    LEFT JOIN ended AS e ON e.day = k.day AND e.financing = f.ref
    WHERE e.financing IS NULL AND f.amount_minor > COALESCE(b.minor, 0)
"""  # noqa: S608 - composed of literals
"""``open_financing``: ours, drawn, without an outcome and not repaid, interest aside."""

ASKED = f"""
    SELECT o.financing, q.receivable, MIN(c.from_day) AS known_from, MAX(c.due_on) AS due_on
    FROM open_financing AS o
    JOIN cut AS k ON k.day = o.day
    JOIN known_requested_receivable AS q
        ON q.financing_request = o.request AND {KNOWN.format("q")}
    JOIN claim AS c ON c.receivable = q.receivable AND c.supplier = o.supplier
        AND c.buyer = o.buyer AND c.from_day <= k.day
    GROUP BY o.financing, q.receivable ORDER BY o.financing, q.receivable
"""  # noqa: S608

BOOK = f"""
    WITH profile AS (
        SELECT p.party, COALESCE(p.industry, p.industry_code) AS industry, p.size_class,
            p.innovation_tier, p.innovation_until,
            ROW_NUMBER() OVER (PARTITION BY p.party ORDER BY p.happened_at DESC, p.seq DESC)
                AS place
        FROM cut AS k JOIN known_party_profile AS p ON {KNOWN.format("p")}
    ),
    first AS (
        SELECT f.supplier, MIN(f.drawn_on) AS drawn_on
        FROM cut AS k JOIN known_financing AS f ON {KNOWN.format("f")} GROUP BY f.supplier
    ),
    backed AS (
        SELECT q.financing_request AS request
        FROM cut AS k
        JOIN known_requested_receivable AS q ON {KNOWN.format("q")}
        JOIN known_guarantee AS g ON g.receivable = q.receivable AND {KNOWN.format("g")}
        UNION
        SELECT q.financing_request
        FROM cut AS k
        JOIN known_requested_receivable AS q ON {KNOWN.format("q")}
        JOIN known_insurance AS i ON i.receivable = q.receivable AND {KNOWN.format("i")}
        UNION
        SELECT q.financing_request
        FROM cut AS k
        JOIN known_requested_receivable AS q ON {KNOWN.format("q")}
        JOIN known_collateral_item AS c ON c.receivable = q.receivable AND {KNOWN.format("c")}
    ),
    environmental AS (
        SELECT DISTINCT q.financing_request AS request
        FROM cut AS k
        JOIN known_requested_receivable AS q ON {KNOWN.format("q")}
        JOIN known_collateral_item AS c ON c.receivable = q.receivable AND {KNOWN.format("c")}
        WHERE c.collateral = 'environmental_right'
    )
    SELECT o.*, q.notified, q.first_loan, q.renewal, q.revolving,
        b.industry AS sector, s.innovation_tier, s.innovation_until,
        first.drawn_on < o.drawn_on AS borrowed_before,
        backed.request IS NOT NULL AS covered, environmental.request IS NOT NULL AS environmental
    FROM open_financing AS o
    JOIN cut AS k ON k.day = o.day
    LEFT JOIN known_financing_request AS q ON q.ref = o.request AND {KNOWN.format("q")}
    LEFT JOIN profile AS b ON b.party = o.buyer AND b.place = 1
    LEFT JOIN profile AS s ON s.party = o.supplier AND s.place = 1
    LEFT JOIN first ON first.supplier = o.supplier
    LEFT JOIN backed ON backed.request = o.request
    LEFT JOIN environmental ON environmental.request = o.request
    ORDER BY o.financing
"""  # noqa: S608

CONTROL = f"""
    SELECT r.party, r.other, r.relation, r.share_ppm
    FROM cut AS k JOIN known_party_relation AS r ON {KNOWN.format("r")}
    WHERE (r.valid_from IS NULL OR r.valid_from <= k.day)
        AND (r.valid_until IS NULL OR r.valid_until > k.day)
"""  # noqa: S608
