"""The receivable's own terms, and how they compare with what is usual between the two parties.

Known claims are those of the history, up to the day before; the one asked for is among them once it
has been known for a day.
"""

from __future__ import annotations

from features.claims_seen import seen
from features.feature import Credit, Feature, Grain, Relation, Risk
from features.sources import Source
from features.spine import weighted

NO_FACE = "the face isn't known, or none of a claim between the two parties"
NO_EARLIER = "no claim between the two parties is known"

SQL = f"""
    WITH seen AS ({seen("pair_day", ("supplier", "buyer"))}),
    earlier AS (
        SELECT supplier, buyer, day, LEAST(term_days, 120) AS term_days, due_on, issued_on,
            face_minor, LN(CAST(NULLIF(face_minor, 0) AS DOUBLE)) AS ln_face, days_to_pay
        FROM seen
    ),
    middle AS (
        SELECT supplier, buyer, day,
            MEDIAN(ln_face) AS ln_face, MEDIAN(term_days) AS term_days,
            MEDIAN(days_to_pay) AS days_to_pay,
            COUNT(*) AS n, SUM(term_days) AS s_term, SUM(term_days * term_days) AS q_term,
            SUM(CASE WHEN day - issued_on <= 90 THEN face_minor END) AS face_90
        FROM earlier
        GROUP BY supplier, buyer, day
    ),
    spread AS (
        SELECT e.supplier, e.buyer, e.day, MEDIAN(ABS(e.ln_face - m.ln_face)) AS mad
        FROM earlier AS e
        JOIN middle AS m ON m.supplier = e.supplier AND m.buyer = e.buyer AND m.day = e.day
        GROUP BY e.supplier, e.buyer, e.day
    ),
    each AS (
        SELECT a.row_no, a.weight,
            LEAST(a.due_on - a.issued_on, 120) AS term_days,
            LEAST(a.due_on - a.day, 120) AS days_to_due,
            LN(CAST(NULLIF(a.face_minor, 0) AS DOUBLE) / 100.0E0) AS ln_face,
            LN(CAST(NULLIF(a.face_minor, 0) AS DOUBLE)) - m.ln_face AS over_usual,
            (LN(CAST(NULLIF(a.face_minor, 0) AS DOUBLE)) - m.ln_face)
                / GREATEST(1.4826E0 * spread.mad, 0.15E0) AS z,
            CASE WHEN m.face_90 > 0
                THEN CAST(a.face_minor AS DOUBLE) / CAST(m.face_90 AS DOUBLE) END AS share_90,
            CAST(LEAST(a.due_on - a.issued_on, 120) AS DOUBLE) - m.term_days AS term_over_usual,
            (CAST(LEAST(a.due_on - a.issued_on, 120) AS DOUBLE) - m.term_days)
                / GREATEST(SQRT(CAST(m.n * m.q_term - m.s_term * m.s_term AS DOUBLE))
                    / CAST(m.n AS DOUBLE), 2.0E0) AS term_z,
            m.days_to_pay - CAST(LEAST(a.due_on - a.issued_on, 120) AS DOUBLE) AS pay_after_term,
            CAST(a.rate_ppm AS DOUBLE) / 1000000.0E0 AS rate,
            almanac.weekday, almanac.day_of_month
        FROM asked AS a
        JOIN almanac ON almanac.day = a.due_on
        LEFT JOIN middle AS m ON m.supplier = a.supplier AND m.buyer = a.buyer AND m.day = a.day
        LEFT JOIN spread
            ON spread.supplier = a.supplier AND spread.buyer = a.buyer AND spread.day = a.day
    )
    SELECT row_no,
        {weighted("term_days")} AS claim_term_days,
        {weighted("days_to_due")} AS claim_days_to_due,
        {weighted("ln_face")} AS claim_ln_face,
        {weighted("over_usual")} AS claim_face_over_usual,
        {weighted("z")} AS claim_face_z,
        {weighted("share_90")} AS claim_face_share_90d,
        {weighted("term_over_usual")} AS claim_term_over_usual,
        {weighted("term_z")} AS claim_term_z,
        {weighted("pay_after_term")} AS claim_pay_after_term,
        {weighted("rate")} AS claim_rate,
        {weighted("weekday")} AS claim_due_weekday,
        {weighted("day_of_month")} AS claim_due_day_of_month
    FROM each
    GROUP BY row_no
"""  # noqa: S608 - composed of literals


def _term(
    name: str,
    risk: Risk,
    unit: str,
    missing: str,
    reason: str,
    definition: str,
    en: str,
    zh: str,
    code: str = "",
) -> Feature:
    return Feature(
        name,
        f"{definition}; mean by face over the receivables asked for",
        risk,
        unit,
        missing,
        reason,
        f"{en}: {{value}}",
        f"{zh}：{{value}}",
        code,
    )


RELATION = Relation(
    name="claim_terms",
    credit=Credit.OBJECT,
    grain=Grain.REQUEST,
    sql=SQL,
    needs=(Source.REQUEST,),
    features=(
        _term(
            "claim_term_days",
            Risk.RISES,
            "days",
            "never missing",
            "RO01",
            "days from issue to due, at most 120",
            "term in days",
            "账期天数",
        ),
        _term(
            "claim_days_to_due",
            Risk.RISES,
            "days",
            "never missing",
            "RO01",
            "days from as_of to due, at most 120",
            "days until due",
            "距到期天数",
        ),
        _term(
            "claim_ln_face",
            Risk.FREE,
            "ln of currency units",
            "the face isn't known",
            "RO02",
            "ln of the face",
            "face",
            "面额",
        ),
        _term(
            "claim_face_over_usual",
            Risk.FREE,
            "ln of a ratio",
            NO_FACE,
            "RO02",
            "ln of the face less the median of the known claims between the two parties",
            "face as a multiple of the usual",
            "面额为惯常的倍数",
        ),
        _term(
            "claim_face_z",
            Risk.FREE,
            "z",
            NO_FACE,
            "RO02",
            "the same over 1.4826 times the median absolute deviation, at least 0.15",
            "face against the usual, in deviations",
            "面额偏离惯常的倍数",
        ),
        _term(
            "claim_face_share_90d",
            Risk.FREE,
            "ratio",
            NO_FACE,
            "RO02",
            "face over what was issued between the two parties in 90 days",
            "face against 90 days of trade",
            "面额与近90天交易额之比",
        ),
        _term(
            "claim_term_over_usual",
            Risk.FREE,
            "days",
            NO_EARLIER,
            "RO01",
            "term less the median term of the known claims between the two parties, each at most "
            "120",
            "term over the usual, in days",
            "账期超出惯常天数",
        ),
        _term(
            "claim_term_z",
            Risk.FREE,
            "z",
            NO_EARLIER,
            "RO01",
            "the same over their standard deviation (n in the divisor), at least 2 days",
            "term against the usual, in deviations",
            "账期偏离惯常的倍数",
        ),
        _term(
            "claim_pay_after_term",
            Risk.FREE,
            "days",
            "no known claim between the two parties was paid or fell due within a year",
            "RO01",
            "median days from issue to payment of the known claims less this claim's term; an open "
            "one past due counts with the days gone",
            "usual days to pay less the term",
            "惯常付款天数与账期之差",
        ),
        _term(
            "claim_rate",
            Risk.FREE,
            "share",
            "no rate is charged or reported",
            "RO12",
            "rate charged on the claim for a month",
            "monthly rate",
            "月费率",
        ),
        _term(
            "claim_due_weekday",
            Risk.FREE,
            "0 Monday to 6 Sunday",
            "never missing",
            "RO13",
            "weekday of the due date",
            "weekday due (0 Monday)",
            "到期星期(0为周一)",
        ),
        _term(
            "claim_due_day_of_month",
            Risk.FREE,
            "1-31",
            "never missing",
            "RO13",
            "day of the month of the due date",
            "day of the month due",
            "到期日(月内)",
        ),
    ),
)
