"""The buyer's paper: bills that it accepted and certificates that it opened, as far as on file.

Paper is outstanding until its due day where its state is open or not told, and for as long as it
is overdue or refused. A certificate split from another is part of that one and not counted.
"""

from __future__ import annotations

from features.feature import Credit, Feature, Grain, Relation, Risk
from features.rates import running
from features.sources import Source
from features.subject import buyer_accounts
from features.subject.twelve_months import quotient

UNPAID = "status IN ('overdue', 'refused')"

SQL = f"""
    WITH described AS (SELECT DISTINCT buyer FROM buyer_day),
    paper AS (
        SELECT d.buyer, b.face_minor, b.due_on, b.status, b.until_day,
            GREATEST(b.from_day, b.accepted_on) AS since, 1 AS is_bill
        FROM described AS d
        JOIN known_bill AS b ON b.acceptor = d.buyer
        UNION ALL
        SELECT d.buyer, c.face_minor, c.due_on, c.status, c.until_day,
            GREATEST(c.from_day, c.opened_on) AS since, 0 AS is_bill
        FROM described AS d
        JOIN known_e_certificate AS c ON c.opener = d.buyer
        WHERE c.split_from IS NULL
    ),
    out AS (
        SELECT buyer, face_minor, is_bill, since, until_day,
            CASE WHEN {UNPAID} THEN 1 ELSE 0 END AS is_unpaid,
            CASE WHEN {UNPAID} THEN until_day
                WHEN status IS NULL OR status = 'open' THEN LEAST(until_day, due_on + 1)
                ELSE since END AS until
        FROM paper
    ),
    stay AS (
        SELECT buyer, 'unpaid bill' AS what, face_minor AS late, since AS enters, until AS leaves
        FROM out WHERE is_bill = 1 AND is_unpaid = 1
        UNION ALL
        SELECT buyer, 'bill' AS what, face_minor AS late, since AS enters, until AS leaves
        FROM out WHERE is_bill = 1
        UNION ALL
        SELECT buyer, 'paper' AS what, face_minor AS late, since AS enters, until AS leaves
        FROM out
        UNION ALL
        SELECT buyer, 'unpaid' AS what, face_minor AS late, since AS enters, until AS leaves
        FROM out WHERE is_unpaid = 1
        UNION ALL
        SELECT buyer, 'on file' AS what, 0 AS late, since AS enters, until_day AS leaves
        FROM out
    ),
    point AS (
        SELECT k.buyer, w.what, k.day
        FROM buyer_day AS k
        CROSS JOIN (VALUES ('unpaid bill'), ('bill'), ('paper'), ('unpaid'), ('on file'))
            AS w (what)
    ),
    {running(("buyer", "what"))},
    outstanding AS (
        SELECT p.buyer, p.day,
            MAX(CASE WHEN p.what = 'unpaid bill' THEN r.x END) AS unpaid_bills,
            MAX(CASE WHEN p.what = 'bill' THEN r.x END) AS bills,
            MAX(CASE WHEN p.what = 'paper' THEN r.x END) AS paper,
            MAX(CASE WHEN p.what = 'unpaid' THEN r.x END) AS unpaid,
            MAX(CASE WHEN p.what = 'on file' THEN r.n END) AS on_file
        FROM point AS p
        JOIN running AS r ON r.buyer = p.buyer AND r.what = p.what AND r.day = p.day
        GROUP BY p.buyer, p.day
    )
    SELECT o.buyer, o.day,
        {quotient("o.unpaid_bills", "o.bills")} AS buyer_bill_overdue_ratio,
        CASE WHEN o.on_file > 0
            THEN {quotient("o.paper", "a.buyer_payables_minor")} END AS buyer_ecert_load,
        CASE WHEN o.on_file > 0 THEN CAST(COALESCE(o.unpaid, 0) AS DOUBLE) END
            AS buyer_paper_unpaid_minor
    FROM outstanding AS o
    LEFT JOIN made_buyer_accounts AS a ON a.buyer = o.buyer AND a.day = o.day
"""  # noqa: S608 - composed of literals

RELATION = Relation(
    name="buyer_paper",
    credit=Credit.SUBJECT,
    grain=Grain.BUYER,
    sql=SQL,
    needs=(Source.PLATFORM,),
    after=(buyer_accounts.RELATION,),
    measures=("buyer_paper_unpaid_minor",),
    features=(
        Feature(
            "buyer_bill_overdue_ratio",
            "face of the bills accepted by the buyer that are overdue or refused, over that of all "
            "that are outstanding, of those on file",
            Risk.RISES,
            "share",
            "no bill outstanding is on file",
            "RS03",
            "share of the buyer's acceptances that is overdue: {value}",
            "买方承兑汇票逾期占比：{value}",
            "S15",
        ),
        Feature(
            "buyer_ecert_load",
            "face of the certificates opened and bills accepted by the buyer that are outstanding, "
            "of those on file, over accounts and notes payable",
            Risk.RISES,
            "ratio",
            "none is on file, or payables aren't known or above 0",
            "RS02",
            "the buyer's certificates and bills outstanding over its payables: {value}",
            "买方电子凭证及承兑余额对应付款项比：{value}",
            "S21",
            needs=(Source.PLATFORM, Source.ACCOUNTS),
        ),
    ),
)
