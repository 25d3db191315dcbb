"""SQL of what is owed to whom on the only day of ``cut``, and when it was paid."""

from __future__ import annotations

from scoring.portfolio.open_book_sql import KNOWN

LOOKED_BACK_DAYS = 730
"""Claims that fell due longer ago are given up."""

CLAIMS = f"""
    WITH profile AS (
        SELECT p.party, p.size_class, p.ownership,
            ROW_NUMBER() OVER (PARTITION BY p.party ORDER BY p.happened_at DESC, p.seq DESC)
                AS place
        FROM cut AS k JOIN known_party_profile AS p ON {KNOWN.format("p")}
    ),
    firm AS (
        SELECT l.ref AS party, p.size_class,
            COALESCE(l.legal_form = 'public_body', FALSE)
                OR COALESCE(p.ownership = 'public_body', FALSE) AS public
        FROM cut AS k
        JOIN live_party AS l ON l.from_at < k.start_at AND k.start_at <= l.until_at
        LEFT JOIN profile AS p ON p.party = l.ref AND p.place = 1
    ),
    delivered AS (
        SELECT l.receivable,
            MAX(COALESCE(a.accepted_on, a.deemed_accepted_on, d.received_on)) AS delivered_on
        FROM cut AS k
        JOIN known_receivable_invoice AS l ON {KNOWN.format("l")}
        JOIN known_invoice AS i ON i.ref = l.invoice AND {KNOWN.format("i")}
        JOIN known_delivery AS d ON d.purchase_order = i.purchase_order AND {KNOWN.format("d")}
        LEFT JOIN known_acceptance AS a ON a.delivery = d.ref AND {KNOWN.format("a")}
        GROUP BY l.receivable
    )
    SELECT c.receivable, c.supplier, c.buyer, c.issued_on, c.due_on, c.face_minor, c.settled_on,
        r.legal_due_on, t.signed_on, d.delivered_on, o.payments_told, o.left_minor,
        COALESCE(t.supplier_size, s.size_class) AS supplier_size,
        COALESCE(t.buyer_size, b.size_class) AS buyer_size,
        COALESCE(b.public, FALSE) AS public
    FROM cut AS k
    JOIN claim AS c ON {KNOWN.format("c")} AND c.due_on >= k.day - {LOOKED_BACK_DAYS}
    JOIN owed AS o ON o.receivable = c.receivable
    JOIN known_receivable AS r ON r.ref = c.receivable AND {KNOWN.format("r")}
    LEFT JOIN known_contract AS t ON t.ref = r.contract AND {KNOWN.format("t")}
    LEFT JOIN firm AS s ON s.party = c.supplier
    LEFT JOIN firm AS b ON b.party = c.buyer
    LEFT JOIN delivered AS d ON d.receivable = c.receivable
    ORDER BY c.buyer, c.supplier, c.due_on, c.receivable
"""  # noqa: S608 - composed of literals
