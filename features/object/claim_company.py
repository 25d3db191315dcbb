"""The receivable among the buyer's known claims: how alike, and how many fall due with it.

Known claims are those of the history, up to the day before; the one asked for is among them once it
has been known for a day.
"""

from __future__ import annotations

from features.claims_seen import seen
from features.feature import Credit, Feature, Grain, Relation, Risk
from features.kernels import AMOUNT_APART, TERM_APART, kernel
from features.sources import Source
from features.spine import weighted

NO_CLAIM = "no claim on this buyer is known"

SQL = f"""
    WITH seen AS ({seen("buyer_day", ("buyer",))}),
    apart AS (
        SELECT a.row_no, a.receivable, a.weight, a.face_minor, a.issued_on, a.due_on,
            s.day, s.face_minor AS known_face, s.issued_on AS known_issue, s.due_on AS known_due,
            s.settled_on, s.past_days, {AMOUNT_APART} AS amount_apart, {TERM_APART} AS term_apart
        FROM asked AS a
        JOIN seen AS s ON s.buyer = a.buyer AND s.day = a.day
    ),
    compared AS (
        SELECT row_no, receivable, weight, known_face,
            day - known_issue AS age_days, known_due - due_on AS due_apart,
            CASE WHEN term_apart <= 1.0E0 THEN 1 ELSE 0 END AS same_term,
            CASE WHEN past_days >= 6 THEN {kernel(0.6, 6.0, 180.0, since=6)} END AS likeness,
            CASE WHEN settled_on IS NULL OR past_days > 400 THEN NULL
                WHEN (settled_on + 3) % 7 = (due_on + 3) % 7 THEN 1 ELSE 0 END AS same_weekday
        FROM apart
    ),
    summed AS (
        SELECT row_no, receivable, weight,
            COUNT(*) AS n, SUM(same_term) AS same_term, SUM(likeness) AS likeness,
            COUNT(same_weekday) AS n_weekday, SUM(same_weekday) AS same_weekday,
            SUM(CASE WHEN due_apart BETWEEN -1 AND 1 THEN 1 ELSE 0 END) AS due_with_it,
            SUM(CASE WHEN due_apart BETWEEN -3 AND 3 THEN known_face END) AS face_with_it,
            SUM(CASE WHEN age_days <= 365 THEN known_face END) AS face_365
        FROM compared
        GROUP BY row_no, receivable, weight
    ),
    each AS (
        SELECT row_no, weight, due_with_it,
            CAST(same_term AS DOUBLE) / CAST(n AS DOUBLE) AS term_share,
            CASE WHEN n_weekday > 0
                THEN CAST(same_weekday AS DOUBLE) / CAST(n_weekday AS DOUBLE) END AS weekday_share,
            LN(1.0E0 + COALESCE(CAST(likeness AS DOUBLE), 0.0E0)) AS ln_alike,
            LN(1.0E0 + CAST(COALESCE(face_with_it, 0) AS DOUBLE) / 100.0E0)
                - LN(1.0E0 + CAST(COALESCE(face_365, 0) AS DOUBLE) / 5200.0E0) AS due_burden
        FROM summed
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
