"""The buyer's last claims, in the order in which they fell due."""

from __future__ import annotations

from features.claims_seen import seen
from features.feature import Credit, Feature, Grain, Relation, Risk
from features.sources import Source

NONE_DUE = "no claim on this buyer has fallen due"

SQL = f"""
    WITH seen AS ({seen("buyer_day", ("buyer",))}),
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
        LEAST(streak1, 50) AS buyer_streak1
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
