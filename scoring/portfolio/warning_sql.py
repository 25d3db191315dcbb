"""SQL of early warnings on each day of ``cut``: ratings, delays, bill lists, the registry.

What is known on a day counts, and nothing else (``scoring.portfolio.book_views``).
"""

from __future__ import annotations

from features.live_title import TITLES
from features.subject.rated import best_of
from scoring.portfolio.open_book_sql import KNOWN

EVIDENCE = 10
"""Facts named as evidence, at most."""

GRADES = f"""
    WITH action AS (
        SELECT k.day, r.party, r.agency, r.scale, r.acted_on, r.seq, r.ref, r.pd_12m_ppm,
            r.valid_until,
            LEAD(r.acted_on) OVER (
                PARTITION BY k.day, r.party, r.agency, r.scale ORDER BY r.acted_on, r.seq
            ) AS next_on
        FROM cut AS k
        JOIN known_rating AS r ON {KNOWN.format("r")} AND r.acted_on <= k.day
            AND r.pd_12m_ppm IS NOT NULL
    ),
    now AS (
        SELECT *, ROW_NUMBER() OVER (
            PARTITION BY day, party ORDER BY {best_of("agency")}, acted_on DESC, seq DESC
        ) AS place
        FROM action
        WHERE next_on IS NULL AND (valid_until IS NULL OR valid_until > day)
    )
    SELECT n.day, n.party, n.acted_on AS since, n.pd_12m_ppm AS pd_ppm, n.ref,
        MIN(b.pd_12m_ppm) AS best_ppm, ARG_MIN(b.ref, b.pd_12m_ppm) AS best_ref
    FROM now AS n
    JOIN action AS b ON b.day = n.day AND b.party = n.party AND b.agency = n.agency
        AND b.scale = n.scale AND (b.next_on IS NULL OR b.next_on > n.day - $within_days)
    WHERE n.place = 1
    GROUP BY n.day, n.party, n.acted_on, n.pd_12m_ppm, n.ref
    HAVING n.pd_12m_ppm > MIN(b.pd_12m_ppm)
"""  # noqa: S608 - composed of literals
"""Ratings in force that are worse than the best of the same agency and scale within the days."""

DELAYS = f"""
    WITH judged AS (
        SELECT k.day, c.buyer, c.receivable, c.face_minor,
            c.due_on >= k.day - $judged_after_days - $window_days AS lately,
            COALESCE(c.settled_on > c.due_on + $judged_after_days, TRUE) AS late
        FROM cut AS k
        JOIN claim AS c ON {KNOWN.format("c")} AND c.due_on < k.day - $judged_after_days
            AND c.due_on >= k.day - $judged_after_days - $window_days - $before_days
    )
    SELECT day, buyer AS party,
        COUNT(*) FILTER (lately) AS claims, COUNT(*) FILTER (lately AND late) AS late,
        COUNT(*) FILTER (NOT lately) AS claims_before,
        COUNT(*) FILTER (NOT lately AND late) AS late_before,
        MAX_BY(receivable, COALESCE(face_minor, 0), {EVIDENCE}) FILTER (lately AND late)
            AS evidence
    FROM judged
    GROUP BY day, buyer
    HAVING COUNT(*) FILTER (lately) >= $least_claims
        AND COUNT(*) FILTER (NOT lately) >= $least_claims
"""  # noqa: S608
"""Claims of a buyer by when they fell due, judged at the same age."""

BILL_LISTS = f"""
    SELECT k.day, a.party, MAX(a.from_day) AS known_from, COUNT(*) AS listings,
        COUNT(*) FILTER (a.adverse = 'bill_persistent_overdue') AS persistent,
        MAX_BY(a.ref, a.from_day, {EVIDENCE}) AS evidence
    FROM cut AS k
    JOIN known_adverse_record AS a ON {KNOWN.format("a")}
    WHERE (a.adverse = 'bill_overdue' AND a.from_day > k.day - $within_days)
        OR (a.adverse = 'bill_persistent_overdue' AND (a.closed_on IS NULL OR a.closed_on > k.day))
    GROUP BY k.day, a.party
"""  # noqa: S608

_TITLES = ", ".join(f"'{name}'" for name in sorted(TITLES))

OTHERS_CLAIMS = f"""
    WITH financed AS (
        SELECT o.day, o.financing, o.supplier, o.buyer, o.drawn_on, q.receivable,
            MIN(i.number) AS invoice_number,
            MIN(own.registered_at) AS registered_at
        FROM open_financing AS o
        JOIN cut AS k ON k.day = o.day
        JOIN known_requested_receivable AS q
            ON q.financing_request = o.request AND {KNOWN.format("q")}
        LEFT JOIN known_receivable_invoice AS l
            ON l.receivable = q.receivable AND {KNOWN.format("l")}
        LEFT JOIN known_invoice AS i ON i.ref = l.invoice AND {KNOWN.format("i")}
        LEFT JOIN known_registration AS own
            ON own.receivable = q.receivable AND {KNOWN.format("own")}
        GROUP BY o.day, o.financing, o.supplier, o.buyer, o.drawn_on, q.receivable
    )
    SELECT f.day, f.supplier AS party, MAX(g.from_day) AS known_from,
        COUNT(DISTINCT g.ref) AS claims,
        LIST(DISTINCT g.ref ORDER BY g.ref)[1:{EVIDENCE}] AS evidence
    FROM financed AS f
    JOIN cut AS k ON k.day = f.day
    JOIN known_registration AS g ON g.debtor = f.supplier AND {KNOWN.format("g")}
    WHERE g.receivable IS NULL AND g.business IN ({_TITLES})
        AND (g.secured_party IS NOT NULL OR g.secured_name IS NOT NULL)
        AND g.from_day > k.day - $within_days
        AND (g.ended_on IS NULL OR g.ended_on > k.day)
        AND (g.expires_on IS NULL OR g.expires_on > k.day)
        AND (g.invoice_number = f.invoice_number
            OR (g.invoice_number IS NULL AND g.contract_number IS NULL
                AND (g.buyer IS NULL OR g.buyer = f.buyer) AND g.from_day > f.drawn_on
                AND (f.registered_at IS NULL OR g.registered_at < f.registered_at)))
    GROUP BY f.day, f.supplier
"""  # noqa: S608
"""Registrations of others that name an invoice which is financed here; or such as name none, have
become known since the money was lent, and rank before ours."""

LAPSES = f"""
    SELECT o.day, o.supplier AS party, MAX(COALESCE(g.ended_on, g.expires_on)) AS known_from,
        COUNT(DISTINCT g.ref) AS claims,
        LIST(DISTINCT g.ref ORDER BY g.ref)[1:{EVIDENCE}] AS evidence
    FROM open_financing AS o
    JOIN cut AS k ON k.day = o.day
    JOIN known_requested_receivable AS q
        ON q.financing_request = o.request AND {KNOWN.format("q")}
    JOIN known_registration AS g ON g.receivable = q.receivable AND {KNOWN.format("g")}
    WHERE LEAST(COALESCE(g.ended_on, g.expires_on), COALESCE(g.expires_on, g.ended_on)) <= o.day
    GROUP BY o.day, o.supplier
"""  # noqa: S608
"""Own registrations of what is financed that have ended, while the money is out."""

COMPANY_CHANGES = f"""
    WITH party AS (
        SELECT day, supplier AS party FROM open_financing
        UNION SELECT day, buyer FROM open_financing
    ),
    change AS (
        SELECT p.day, p.party, a.from_day, 'adverse_record:' || a.ref AS ref
        FROM party AS p JOIN cut AS k ON k.day = p.day
        JOIN known_adverse_record AS a ON a.party = p.party AND {KNOWN.format("a")}
            AND a.adverse IN ('key_person_change', 'abnormal_operation')
        UNION ALL
        SELECT p.day, p.party, c.from_day, 'party:' || c.party
        FROM party AS p JOIN cut AS k ON k.day = p.day
        JOIN known_party AS c ON c.party = p.party AND {KNOWN.format("c")}
            AND c.registration_status IN ('revoked', 'deregistered', 'moved_out', 'abnormal')
    )
    SELECT day, party, MAX(from_day) AS known_from, COUNT(*) AS claims,
        LIST(DISTINCT ref ORDER BY ref)[1:{EVIDENCE}] AS evidence
    FROM change
    WHERE from_day > day - $within_days
    GROUP BY day, party
"""  # noqa: S608
"""Revoked, deregistered, moved away or listed as abnormal; a change of its key persons."""

EXPOSURES = """
    SELECT day, party, role, SUM(out_minor) AS out_minor, COUNT(*) AS financings
    FROM (
        SELECT day, buyer AS party, 'buyer' AS role, out_minor FROM open_financing
        UNION ALL
        SELECT day, supplier, 'supplier', out_minor FROM open_financing
    )
    GROUP BY day, party, role
"""
