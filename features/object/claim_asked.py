"""What is asked for, in itself and against what is usual: live, in words every store knows."""

from __future__ import annotations

from features.feature import Credit, Feature, Grain, Relation, Risk
from features.object import pair_usual
from features.sources import Source
from features.spine import weighted_whole
from features.versions import seen_live

MOST = 100
"""Ratios and deviations are cut there, so that their sums are exact."""

MILLION = 1_000_000

SQL = f"""
    WITH each AS (
        SELECT a.row_no, a.weight_ppm, c.buyer, a.face_minor,
            COALESCE(c.eligible_minor, c.outstanding_minor, a.face_minor) AS eligible_minor,
            a.due_on - a.day AS days_left, a.day - a.issued_on AS age_days,
            CASE WHEN a.day - a.due_on > 30 THEN 1 ELSE 0 END AS past_due,
            CASE WHEN u.usual_term_days > 0.0E0 THEN LEAST(
                CAST(a.due_on - a.issued_on AS DOUBLE) / u.usual_term_days - 1.0E0, {MOST}.0E0
            ) END AS over_usual,
            CASE WHEN a.face_minor > 0 AND u.usual_ln_mad IS NOT NULL THEN
                (LN(CAST(a.face_minor AS DOUBLE)) - u.usual_ln_amount)
                / (1.4826E0 * GREATEST(u.usual_ln_mad, 0.15E0)) END AS z
        FROM asked AS a
        JOIN live_receivable AS c ON c.ref = a.receivable AND {seen_live("c", "a")}
        LEFT JOIN made_pair_usual AS u
            ON u.supplier = a.supplier AND u.buyer = a.buyer AND u.day = a.day
    ),
    part AS (SELECT row_no, buyer, SUM(weight_ppm) AS ppm FROM each GROUP BY row_no, buyer),
    spread AS (
        SELECT row_no, SUM(ppm * ppm) / (SUM(ppm) * SUM(ppm)) AS hhi FROM part GROUP BY row_no
    ),
    mean AS (
        SELECT row_no,
            CASE WHEN COUNT(*) = COUNT(eligible_minor) THEN SUM(eligible_minor) END AS eligible,
            {weighted_whole("days_left")} AS tenor,
            {weighted_whole("age_days")} AS invoice_age,
            {weighted_whole("past_due")} AS pool_past_due,
            {weighted_whole("over_usual", MILLION)} AS tenor_vs_usual,
            {weighted_whole("z", MILLION)} AS amount_z
        FROM each
        GROUP BY row_no
    )
    SELECT r.row_no, m.tenor, m.tenor_vs_usual, m.invoice_age, m.amount_z, m.pool_past_due,
        s.hhi AS pool_hhi,
        CASE WHEN m.eligible > 0 THEN CAST(r.amount_requested_minor AS DOUBLE)
            / CAST(m.eligible AS DOUBLE) END AS advance_rate,
        CASE WHEN u.pair_sales_12m_minor > 0.0E0 THEN CAST(r.amount_requested_minor AS DOUBLE)
            / u.pair_sales_12m_minor END AS amount_share_pair,
        CASE WHEN r.notified THEN 1 WHEN NOT r.notified THEN 0 END AS notified,
        CASE r.account WHEN 'free' THEN 0 WHEN 'supervised' THEN 1 WHEN 'locked' THEN 2
            END AS cash_control,
        CASE WHEN r.recourse THEN 1 WHEN NOT r.recourse THEN 0 END AS recourse,
        CASE WHEN r.product IN ('factoring', 'reverse_factoring', 'receivable_pledge',
                'dynamic_discounting') THEN 1
            WHEN r.product = 'e_certificate' THEN 2 WHEN r.product = 'bill_discount' THEN 3
            WHEN r.product = 'order_finance' THEN 4
            WHEN r.product IN ('inventory_finance', 'receipt_finance') THEN 5 END AS instrument
    FROM request AS r
    JOIN mean AS m ON m.row_no = r.row_no
    JOIN spread AS s ON s.row_no = r.row_no
    LEFT JOIN made_pair_usual AS u
        ON u.supplier = r.supplier AND u.buyer = r.buyer AND u.day = r.day
"""  # noqa: S608 - composed of literals

NO_USUAL = "no claim on the buyer is known of 24 months"
UNSAID = "the request doesn't say"


def _by_face(
    code: str,
    name: str,
    unit: str,
    missing: str,
    reason: str,
    definition: str,
    phrases: tuple[str, str],
) -> Feature:
    en, zh = (
        f"{phrase}{colon}{{value}}" for phrase, colon in zip(phrases, (": ", "："), strict=True)
    )
    words = f"{definition}; mean by face over the receivables asked for"
    return Feature(name, words, Risk.RISES, unit, missing, reason, en, zh, code)


def _said(
    code: str,
    name: str,
    risk: Risk,
    unit: str,
    missing: str,
    reason: str,
    definition: str,
    phrases: tuple[str, str],
) -> Feature:
    en, zh = (
        f"{phrase}{colon}{{value}}" for phrase, colon in zip(phrases, (": ", "："), strict=True)
    )
    return Feature(name, definition, risk, unit, missing, reason, en, zh, code)


RELATION = Relation(
    name="claim_asked",
    credit=Credit.OBJECT,
    grain=Grain.REQUEST,
    sql=SQL,
    needs=(Source.REQUEST,),
    after=(pair_usual.RELATION,),
    features=(
        _by_face(
            "O01",
            "tenor",
            "days",
            "never missing",
            "RO01",
            "due date less the day of as_of",
            ("days left until due", "距到期剩余天数"),
        ),
        _by_face(
            "O02",
            "tenor_vs_usual",
            "ratio",
            NO_USUAL,
            "RO01",
            "days from issue to due over the median of the pair's claims of 24 months (of the "
            "buyer's where the pair has none; each at most 365 days), less 1, at most 100",
            ("term against the usual term, less 1", "账期与惯常账期之比减1"),
        ),
        _by_face(
            "O03",
            "invoice_age",
            "days",
            "never missing",
            "RO01",
            "days since issue",
            ("days since issue", "开立以来天数"),
        ),
        _said(
            "O05",
            "advance_rate",
            Risk.RISES,
            "ratio",
            "no amount is asked for, or that of a claim isn't known",
            "RO02",
            "amount asked for over the eligible amount of the receivables (else what is "
            "outstanding, else the face)",
            ("amount asked for against the eligible amount", "申请金额与合格应收账款之比"),
        ),
        _by_face(
            "O06",
            "amount_z",
            "z",
            f"the face isn't known, or {NO_USUAL}",
            "RO02",
            "ln of the face less the median of the pair's claims of 24 months (of the buyer's "
            "where the pair has none), over 1.4826 times their median absolute deviation of at "
            "least 0.15",
            ("amount against the usual, in robust deviations", "金额偏离惯常的稳健倍数"),
        ),
        _said(
            "O07",
            "amount_share_pair",
            Risk.RISES,
            "ratio",
            "no amount is asked for, or no claim between the two is known of 12 months",
            "RO02",
            "amount asked for over the face of the pair's claims issued in 12 months",
            ("amount asked for against a year of trade", "申请金额与近一年交易额之比"),
        ),
        _said(
            "O19",
            "notified",
            Risk.FALLS,
            "0/1",
            UNSAID,
            "RO03",
            "1 where the buyer is notified of the financing, says the request, else 0",
            ("buyer notified (1 yes)", "已通知买方(1为是)"),
        ),
        _said(
            "O20",
            "cash_control",
            Risk.FALLS,
            "0-2",
            UNSAID,
            "RO07",
            "account to be paid into: 0 the supplier's own, 1 supervised, 2 locked for the lender",
            ("control of the account (0 free to 2 locked)", "回款账户受控程度(0至2)"),
        ),
        _said(
            "O21",
            "recourse",
            Risk.FALLS,
            "0/1",
            UNSAID,
            "RO10",
            "1 where the supplier stands in, says the request, else 0",
            ("recourse (1 yes)", "有追索权(1为是)"),
        ),
        _said(
            "O22",
            "instrument",
            Risk.FREE,
            "class",
            UNSAID,
            "RO12",
            "what is financed: 1 receivable, 2 electronic certificate, 3 bill, 4 order, 5 goods "
            "or warehouse receipt",
            ("instrument (class)", "融资工具(类别)"),
        ),
        _said(
            "O25",
            "pool_hhi",
            Risk.RISES,
            "0-1",
            "never missing",
            "RO02",
            "sum of the squared shares of the obligors in the receivables asked for",
            ("concentration of obligors", "债务人集中度"),
        ),
        _by_face(
            "O26",
            "pool_past_due",
            "share",
            "never missing",
            "RO13",
            "1 where the claim is more than 30 days past due, else 0",
            ("share more than 30 days past due", "逾期30天以上占比"),
        ),
    ),
)
