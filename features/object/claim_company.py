"""The receivable among the buyer's known claims: how alike, and how many fall due with it.

Known claims are those of the history, up to the day before; the one asked for is among them once it
has been known for a day.
"""

from __future__ import annotations

from features.claim_cells import AMOUNT_BAND, TERM_BAND
from features.feature import Credit, Feature, Grain, Relation, Risk
from features.rates import running
from features.sources import Source
from features.spine import weighted

NO_CLAIM = "no claim on this buyer is known"

YEAR_DAYS = 365
WEEKDAY_DAYS = 400

_COMPARED = {"term": range(-1, 2), "due": range(-3, 4), "paid": range(7), "like": range(1)}
"""What the receivable is compared by, and how far apart: days of term, due days, weekdays paid."""

_APART = ", ".join(f"('{what}', {apart})" for what, every in _COMPARED.items() for apart in every)


def _weekday(day: str) -> str:
    return f"(({day} + 3) % 7 + 7) % 7"


_LIKE = f"({AMOUNT_BAND}) * 1000.0E0 + {TERM_BAND}"

SQL = f"""
    WITH stay AS (
        SELECT buyer, 'term' AS what, CAST(LEAST(due_on - issued_on, 120) AS DOUBLE) AS cell,
            0 AS face, from_day AS enters, until_day AS leaves
        FROM known_receivable
        UNION ALL
        SELECT buyer, 'due' AS what, CAST(due_on AS DOUBLE) AS cell,
            COALESCE(face_minor, 0) AS face, from_day AS enters, until_day AS leaves
        FROM known_receivable
        UNION ALL
        SELECT buyer, 'like' AS what, {_LIKE} AS cell, 0 AS face,
            GREATEST(from_day, due_on + 6) AS enters,
            LEAST(until_day, due_on + 6 + {YEAR_DAYS}) AS leaves
        FROM known_receivable
        UNION ALL
        SELECT buyer, 'paid' AS what, CAST({_weekday("settled_on")} AS DOUBLE) AS cell, 0 AS face,
            from_day AS enters, LEAST(until_day, due_on + {WEEKDAY_DAYS + 1}) AS leaves
        FROM known_claim WHERE settled_on IS NOT NULL
    ),
    claim AS (
        SELECT ROW_NUMBER() OVER (ORDER BY row_no, receivable) AS place, *,
            LEAST(due_on - issued_on, 120) AS term_120, {_LIKE} AS band,
            {_weekday("due_on")} AS weekday
        FROM asked
    ),
    apart AS (SELECT * FROM (VALUES {_APART}) AS v (what, apart)),
    compared AS (
        SELECT c.place, c.buyer, c.day, apart.what, apart.apart, c.weekday,
            CASE WHEN apart.what = 'term' THEN CAST(c.term_120 + apart.apart AS DOUBLE)
                WHEN apart.what = 'due' THEN CAST(c.due_on + apart.apart AS DOUBLE)
                WHEN apart.what = 'paid' THEN CAST(apart.apart AS DOUBLE)
                ELSE c.band END AS cell
        FROM claim AS c CROSS JOIN apart
    ),
    point AS (SELECT DISTINCT buyer, what, cell, day FROM compared),
    {running(("buyer", "what", "cell"), sums={"n": "1", "face": "face"})},
    summed AS (
        SELECT c.place,
            SUM(CASE WHEN c.what = 'term' THEN r.n ELSE 0 END) AS same_term,
            SUM(CASE WHEN c.what = 'due' AND c.apart BETWEEN -1 AND 1 THEN r.n ELSE 0 END)
                AS due_with_it,
            SUM(CASE WHEN c.what = 'due' THEN r.face ELSE 0 END) AS face_with_it,
            SUM(CASE WHEN c.what = 'like' THEN r.n ELSE 0 END) AS alike,
            SUM(CASE WHEN c.what = 'paid' THEN r.n ELSE 0 END) AS n_weekday,
            SUM(CASE WHEN c.what = 'paid' AND c.apart = c.weekday THEN r.n ELSE 0 END)
                AS same_weekday
        FROM compared AS c
        JOIN running AS r ON r.buyer = c.buyer AND r.what = c.what AND r.cell = c.cell
            AND r.day = c.day
        GROUP BY c.place
    ),
    each AS (
        SELECT a.row_no, a.weight, s.due_with_it,
            CAST(s.same_term AS DOUBLE) / CAST(i.n AS DOUBLE) AS term_share,
            CASE WHEN s.n_weekday > 0
                THEN CAST(s.same_weekday AS DOUBLE) / CAST(s.n_weekday AS DOUBLE)
                END AS weekday_share,
            LN(1.0E0 + CAST(s.alike AS DOUBLE)) AS ln_alike,
            LN(1.0E0 + CAST(s.face_with_it AS DOUBLE) / 100.0E0)
                - LN(1.0E0 + CAST(i.face_365 AS DOUBLE) / 5200.0E0) AS due_burden
        FROM summed AS s
        JOIN claim AS a ON a.place = s.place
        JOIN buyer_issued AS i ON i.buyer = a.buyer AND i.day = a.day
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
            "ln(1 + the buyer's claims of the same band of amounts and of terms whose lateness of "
            "5 days was settled in the last 365 days)",
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
