"""SQL of what a book knows of trade on a day, ``$day``, over the views of known facts.

A fact counts where history may use it on the day (``features.views``).
"""

from __future__ import annotations

from features.data.pair_settlement import LESSENS
from features.subject.rated import rated

MONTHS = 36
"""Months of sales that a forecast looks back on: three of each season."""

MONTH_DAYS = 30.4375

TOLD_DAYS = 730
"""Claims that fell due, and invoices issued, in so many days tell of lags and of dilution."""

AGED_DAYS = 60
"""An invoice younger than this may yet be lessened."""

SETTLED_DAYS = 180
"""A claim due so long ago has been paid if it ever is; younger ones tell of quick payers only."""

OPEN_DAYS = 360
"""A claim due longer ago is given up."""

USUAL_TERM_DAYS = 60
"""Where neither a claim nor its invoice says when it is due."""

_AT = "from_day <= $day AND $day < until_day"

SALE = f"""
    CREATE OR REPLACE TABLE sale AS
    WITH status AS (
        SELECT invoice, status,
            ROW_NUMBER() OVER (PARTITION BY invoice ORDER BY happened_at DESC, seq DESC) AS place
        FROM known_invoice_status WHERE {_AT}
    ),
    dead AS (
        SELECT invoice FROM status WHERE place = 1 AND status IN ('void', 'abnormal')
    ),
    red AS (
        SELECT red_of AS invoice, -SUM(gross_minor) AS minor
        FROM known_invoice WHERE gross_minor < 0 AND red_of IS NOT NULL AND {_AT}
        GROUP BY red_of
    ),
    note AS (
        SELECT invoice, SUM(amount_minor) AS minor
        FROM known_dilution_event
        WHERE dilution IN {LESSENS} AND (non_cash IS NULL OR non_cash) AND invoice IS NOT NULL
            AND {_AT}
        GROUP BY invoice
    ),
    claim AS (
        SELECT receivable AS ref, supplier, buyer, issued_on, due_on, face_minor, settled_on
        FROM known_claim WHERE face_minor > 0 AND issued_on < $day AND {_AT}
    ),
    made_of AS (
        SELECT l.invoice, MIN(l.receivable) AS claim, SUM(l.amount_minor) AS minor
        FROM known_receivable_invoice AS l JOIN claim ON claim.ref = l.receivable
        WHERE l.amount_minor > 0 AND {_AT.replace("from_day", "l.from_day")}
        GROUP BY l.invoice
    ),
    paid AS (
        SELECT receivable AS claim, SUM(amount_minor) AS minor
        FROM known_payment WHERE receivable IS NOT NULL AND {_AT} GROUP BY receivable
    ),
    invoiced AS (
        SELECT i.ref, i.seller AS supplier, i.buyer, i.issued_on,
            COALESCE(c.due_on, i.due_on) AS due_on, i.gross_minor AS gross,
            LEAST(GREATEST(COALESCE(r.minor, 0), COALESCE(n.minor, 0)), i.gross_minor) AS less,
            m.minor AS claimed, c.settled_on, COALESCE(p.minor, 0) AS paid
        FROM known_invoice AS i
        LEFT JOIN red AS r ON r.invoice = i.ref
        LEFT JOIN note AS n ON n.invoice = i.ref
        LEFT JOIN made_of AS m ON m.invoice = i.ref
        LEFT JOIN claim AS c ON c.ref = m.claim
        LEFT JOIN paid AS p ON p.claim = m.claim
        WHERE i.gross_minor > 0 AND i.issued_on < $day AND {_AT.replace("from_day", "i.from_day")}
            AND i.ref NOT IN (SELECT invoice FROM dead)
            AND COALESCE(r.minor, 0) < i.gross_minor
    ),
    bare AS (
        SELECT c.ref, c.supplier, c.buyer, c.issued_on, c.due_on, c.face_minor AS gross,
            0 AS less, c.face_minor AS claimed, c.settled_on, COALESCE(p.minor, 0) AS paid
        FROM claim AS c
        LEFT JOIN paid AS p ON p.claim = c.ref
        WHERE NOT EXISTS (
            SELECT 1 FROM invoiced AS i WHERE i.supplier = c.supplier AND i.buyer = c.buyer
        )
    )
    SELECT * FROM invoiced UNION ALL SELECT * FROM bare
"""  # noqa: S608 - composed of literals
"""``sale``: each invoice as it stands, and what is known of its claim; of a pair that no invoice
tells of, its claims. An invoice that was taken back whole is no sale."""

CELL = f"""
    SELECT supplier, buyer, CAST(FLOOR(($day - 1 - issued_on) / {MONTH_DAYS}) AS INTEGER) AS month,
        COUNT(*) AS n, SUM(gross) AS gross
    FROM sale WHERE $day - 1 - issued_on < {MONTHS} * {MONTH_DAYS}
    GROUP BY ALL ORDER BY ALL
"""  # noqa: S608

PAIR = f"""
    WITH loose AS (
        SELECT payee AS supplier, payer AS buyer, SUM(amount_minor) AS minor
        FROM known_payment WHERE receivable IS NULL AND amount_minor > 0 AND {_AT}
        GROUP BY payee, payer
    )
    SELECT s.supplier, s.buyer, $day - MIN(s.issued_on) AS first_days,
        $day - MAX(s.issued_on) AS last_days, COALESCE(MAX(loose.minor), 0) AS loose,
        COUNT(CASE WHEN $day - s.issued_on BETWEEN {AGED_DAYS} AND {TOLD_DAYS} THEN 1 END)
            AS aged_count,
        COALESCE(SUM(CASE WHEN $day - s.issued_on BETWEEN {AGED_DAYS} AND {TOLD_DAYS}
            THEN s.gross END), 0) AS aged,
        COALESCE(SUM(CASE WHEN $day - s.issued_on BETWEEN {AGED_DAYS} AND {TOLD_DAYS}
            THEN s.less END), 0) AS less,
        COALESCE(SUM(CASE WHEN s.claimed IS NOT NULL THEN s.gross END), 0) AS claimed_of,
        COALESCE(SUM(CASE WHEN s.claimed IS NOT NULL THEN LEAST(s.claimed, s.gross) END), 0)
            AS claimed,
        COUNT(CASE WHEN s.settled_on IS NOT NULL
            AND $day - s.due_on BETWEEN {SETTLED_DAYS} AND {TOLD_DAYS} THEN 1 END) AS settled_count,
        COALESCE(SUM(CASE WHEN s.settled_on IS NOT NULL
            AND $day - s.due_on BETWEEN {SETTLED_DAYS} AND {TOLD_DAYS}
            THEN s.settled_on - s.issued_on END), 0) AS settled_days
    FROM sale AS s
    LEFT JOIN loose ON loose.supplier = s.supplier AND loose.buyer = s.buyer
    GROUP BY s.supplier, s.buyer ORDER BY s.supplier, s.buyer
"""  # noqa: S608

OPEN = f"""
    SELECT supplier, buyer, $day - issued_on AS age_days,
        COALESCE(due_on, issued_on + {USUAL_TERM_DAYS}) - issued_on AS term_days,
        GREATEST(COALESCE(LEAST(claimed, gross), gross) - less - paid, 0) AS minor,
        CASE WHEN claimed IS NULL THEN 1 ELSE 0 END AS unclaimed
    FROM sale WHERE settled_on IS NULL
    ORDER BY supplier, buyer, COALESCE(due_on, issued_on + {USUAL_TERM_DAYS}), ref
"""  # noqa: S608

LATE = f"""
    SELECT LEAST(GREATEST(settled_on - due_on, 0), {OPEN_DAYS}) AS days, COUNT(*) AS n
    FROM sale WHERE settled_on IS NOT NULL AND $day - due_on BETWEEN {SETTLED_DAYS} AND {TOLD_DAYS}
    GROUP BY ALL ORDER BY ALL
"""  # noqa: S608

DUE = f"""
    SELECT supplier, CASE WHEN claimed IS NULL THEN 1 ELSE 0 END AS unclaimed, COUNT(*) AS n
    FROM sale
    WHERE $day - COALESCE(due_on, issued_on + {USUAL_TERM_DAYS}) BETWEEN {SETTLED_DAYS} AND
        {TOLD_DAYS}
    GROUP BY ALL ORDER BY ALL
"""  # noqa: S608

PARTY = f"""
    WITH party_day AS (
        SELECT DISTINCT party, CAST($day AS INTEGER) AS day FROM (
            SELECT supplier AS party FROM sale UNION SELECT buyer FROM sale
        )
    ),
    {rated("party_day", "party")},
    bought AS (
        SELECT buyer AS party, SUM(gross_minor) AS minor
        FROM known_invoice WHERE issued_on BETWEEN $day - 365 AND $day - 1 AND {_AT}
        GROUP BY buyer
    ),
    sold AS (
        SELECT supplier AS party, SUM(gross) AS minor
        FROM sale WHERE issued_on BETWEEN $day - 365 AND $day - 1 GROUP BY supplier
    ),
    profile AS (
        SELECT party, MAX(industry) AS industry, MAX(size_class) AS size_class
        FROM known_profile WHERE {_AT} GROUP BY party
    )
    SELECT k.party, COALESCE(f.industry, '') AS industry, f.size_class, r.pd_ppm,
        COALESCE(b.minor, 0) AS bought, COALESCE(s.minor, 0) AS sold
    FROM party_day AS k
    LEFT JOIN profile AS f ON f.party = k.party
    LEFT JOIN rating AS r ON r.party = k.party
    LEFT JOIN bought AS b ON b.party = k.party
    LEFT JOIN sold AS s ON s.party = k.party
    ORDER BY k.party
"""  # noqa: S608
