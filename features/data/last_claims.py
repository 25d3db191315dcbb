"""The buyer's last claims, in the order in which they fell due."""

from __future__ import annotations

from features.claims_seen import seen
from features.feature import Credit, Feature, Grain, Relation, Risk
from features.rates import running
from features.sources import Source

NONE_DUE = "no claim on this buyer has fallen due"

LONGEST_STREAK = 50
SPAN = 32
"""Days. A large buyer's last claims are among those due in this span and the one before: to go
through its year of claims at each of its days would cost the square of their number."""

BACK = range(0, 366 + SPAN, SPAN)
"""Days from the span of a day back to each of those that a year of due dates lies in."""

SQL = f"""
    WITH stay AS (
        SELECT buyer, 0 AS late, GREATEST(from_day, due_on + 2) AS enters,
            LEAST(until_day, due_on + {SPAN + 1}) AS leaves
        FROM known_claim
    ),
    point AS (SELECT buyer, day FROM buyer_day),
    {running(("buyer",))},
    span AS (SELECT * FROM (VALUES {", ".join(f"({days})" for days in BACK)}) AS v (back)),
    looked_at AS (
        SELECT r.buyer, r.day, r.day - r.day % {SPAN} - span.back AS span
        FROM point AS k
        JOIN running AS r ON r.buyer = k.buyer AND r.day = k.day
        JOIN span ON span.back <= CASE WHEN r.n >= {LONGEST_STREAK} THEN {SPAN} ELSE {BACK[-1]} END
    ),
    claim AS (SELECT *, due_on - due_on % {SPAN} AS span FROM known_claim),
    seen AS ({seen("looked_at", ("buyer", "span"), "claim")}),
    ordered AS (
        SELECT buyer, day, late1, delay_days, past_days,
            ROW_NUMBER() OVER (
                PARTITION BY buyer, day ORDER BY due_on DESC, receivable DESC
            ) AS place,
            MAX(CASE WHEN late1 = 1 THEN due_on END) OVER (PARTITION BY buyer, day) AS last_late1,
            due_on
        FROM seen
        WHERE past_days >= 2 AND past_days <= 366
    ),
    counts AS (
        SELECT buyer, day,
            SUM(CASE WHEN place <= 5 THEN late1 END) AS late_5,
            COUNT(CASE WHEN place <= 5 THEN 1 END) AS n_5,
            SUM(CASE WHEN place <= 3 THEN delay_days END) AS delay_3,
            COUNT(CASE WHEN place <= 3 THEN delay_days END) AS n_delay_3,
            SUM(CASE WHEN last_late1 IS NULL OR due_on > last_late1 THEN 1 ELSE 0 END) AS streak1
        FROM ordered
        GROUP BY buyer, day
    )
    SELECT buyer, day,
        CAST(late_5 AS DOUBLE) / CAST(n_5 AS DOUBLE) AS buyer_late1_last5,
        CASE WHEN n_delay_3 > 0 THEN CAST(delay_3 AS DOUBLE) / CAST(n_delay_3 AS DOUBLE) END
            AS buyer_delay_last3,
        LEAST(streak1, {LONGEST_STREAK}) AS buyer_streak1
    FROM counts
"""  # noqa: S608 - composed of literals

RELATION = Relation(
    name="last_claims",
    credit=Credit.DATA,
    grain=Grain.BUYER,
    sql=SQL,
    needs=(Source.BANK,),
    features=(
        Feature(
            "buyer_late1_last5",
            "share of the buyer's last five claims fallen due within a year that were late or are "
            "open",
            Risk.RISES,
            "share",
            NONE_DUE,
            "RD04",
            "late share of the buyer's last five claims: {value}",
            "买方最近五笔逾期占比：{value}",
        ),
        Feature(
            "buyer_delay_last3",
            "mean delay of the buyer's last three claims fallen due within a year",
            Risk.RISES,
            "days",
            NONE_DUE,
            "RD04",
            "mean delay of the buyer's last three claims, in days: {value}",
            "买方最近三笔平均延迟天数：{value}",
        ),
        Feature(
            "buyer_streak1",
            "claims fallen due since the last late one, at most 50, within a year",
            Risk.FALLS,
            "count",
            NONE_DUE,
            "RD04",
            "claims in a row paid on time: {value}",
            "连续按时付款笔数：{value}",
        ),
    ),
)
