"""The receivable among the buyer's known claims: how alike, and how many fall due with it.

Known claims are those of the history, up to the day before; the one asked for is among them once it
has been known for a day.
"""

from __future__ import annotations

from features.feature import Credit, Feature, Grain, Relation, Risk
from features.kernels import AMOUNT_APART, TERM_APART, kernel, measured
from features.sources import Source
from features.spine import weighted

NO_CLAIM = "no claim on this buyer is known"

SQL = f"""
    WITH numbered AS (
        SELECT ROW_NUMBER() OVER (ORDER BY row_no, receivable) AS place, * FROM asked
    ),
    claim AS ({measured("numbered", "due_on - issued_on")}),
    known AS ({measured("known_claim", "term_days")}),
    apart AS (
        SELECT a.place, a.due_on, s.face_minor AS known_face, a.day - s.issued_on AS age_days,
            a.day - s.due_on AS past_days, s.due_on - a.due_on AS due_apart, s.settled_on,
            {AMOUNT_APART} AS amount_apart, {TERM_APART} AS term_apart
        FROM claim AS a
        JOIN known AS s ON s.buyer = a.buyer AND s.from_day <= a.day AND a.day < s.until_day
    ),
    compared AS (
        SELECT place, known_face, age_days, due_apart,
            CASE WHEN term_apart <= 1.0E0 THEN 1 ELSE 0 END AS same_term,
            CASE WHEN past_days >= 6 THEN {kernel(0.6, 6.0, 180.0, since=6)} END AS likeness,
            CASE WHEN settled_on IS NULL OR past_days > 400 THEN NULL
                WHEN (settled_on + 3) % 7 = (due_on + 3) % 7 THEN 1 ELSE 0 END AS same_weekday
        FROM apart
    ),
    summed AS (
        SELECT place,
            COUNT(*) AS n, SUM(same_term) AS same_term, SUM(likeness) AS likeness,
            COUNT(same_weekday) AS n_weekday, SUM(same_weekday) AS same_weekday,
            SUM(CASE WHEN due_apart BETWEEN -1 AND 1 THEN 1 ELSE 0 END) AS due_with_it,
            SUM(CASE WHEN due_apart BETWEEN -3 AND 3 THEN known_face END) AS face_with_it,
            SUM(CASE WHEN age_days <= 365 THEN known_face END) AS face_365
        FROM compared
        GROUP BY place
    ),
    each AS (
        SELECT a.row_no, a.weight, s.due_with_it,
            CAST(s.same_term AS DOUBLE) / CAST(s.n AS DOUBLE) AS term_share,
            CASE WHEN s.n_weekday > 0
                THEN CAST(s.same_weekday AS DOUBLE) / CAST(s.n_weekday AS DOUBLE)
                END AS weekday_share,
            LN(1.0E0 + COALESCE(CAST(s.likeness AS DOUBLE), 0.0E0)) AS ln_alike,
            LN(1.0E0 + CAST(COALESCE(s.face_with_it, 0) AS DOUBLE) / 100.0E0)
                - LN(1.0E0 + CAST(COALESCE(s.face_365, 0) AS DOUBLE) / 5200.0E0) AS due_burden
        FROM summed AS s
        JOIN claim AS a ON a.place = s.place
    )
    SELECT row_no,
        {weighted("term_share")} AS claim_same_term_share,
        {weighted("weekday_share")} AS claim_pay_weekday_share,
        {weighted("ln_alike")} AS claim_likeness,
        {weighted("due_with_it")} AS claim_due_with_it,
        {weighted("due_burden")} AS claim_due_burden
    FROM each
    GROUP BY row_no
"""  # noqa: S608 - composed of literals


def _company(name: str, unit: str, reason: str, definition: str, en: str, zh: str) -> Feature:
    return Feature(
        name,
        f"{definition}; mean by face over the receivables asked for",
        Risk.FREE,
        unit,
        NO_CLAIM,
        reason,
        f"{en}: {{value}}",
        f"{zh}：{{value}}",
    )


RELATION = Relation(
    name="claim_company",
    credit=Credit.OBJECT,
    grain=Grain.REQUEST,
    sql=SQL,
    needs=(Source.REQUEST,),
    features=(
        _company(
            "claim_same_term_share",
            "share",
            "RO01",
            "share of the buyer's claims whose term is the same within a day",
            "share of claims with this term",
            "相同账期占比",
        ),
        _company(
            "claim_pay_weekday_share",
            "share",
            "RO13",
            "share of the buyer's claims paid on the weekday on which this claim falls due, over "
            "those paid and due in the last 400 days or later",
            "share of payments on that weekday",
            "该星期付款占比",
        ),
        _company(
            "claim_likeness",
            "ln(1 + count)",
            "RO02",
            "ln(1 + the buyer's claims fallen due, each weighted exp(-|ln amount apart|/0.6 - "
            "|term days apart|/6 - age/180))",
            "claims like it",
            "同类账款数",
        ),
        _company(
            "claim_due_with_it",
            "count",
            "RO13",
            "claims on the buyer due within a day of this one",
            "claims due with it",
            "同期到期笔数",
        ),
        _company(
            "claim_due_burden",
            "ln of a ratio",
            "RO13",
            "ln of the face of the buyer's claims due within three days of the due date, paid or "
            "not, over an average week's face of the last 365 days, a currency unit added to each",
            "what falls due with it as a multiple of an average week",
            "同期到期金额为周均的倍数",
        ),
    ),
)
