"""How long the buyer takes beyond the due date, over all its suppliers: censored curves."""

from __future__ import annotations

from features.feature import Credit, Feature, Grain, Relation, Risk
from features.paying_curve import ON_TIME_DAYS, curves
from features.sources import Source

YEAR, QUARTER = 365, 91

NO_CLAIM = "no claim on this buyer has fallen due in 365 days"

_WAITS = f"""
    SELECT buyer, day, GREATEST(delay_days, 0) AS wait,
        SUM(CASE WHEN is_open = 0 THEN n1_{YEAR} ELSE 0 END) AS e{YEAR}, SUM(n1_{YEAR}) AS n{YEAR},
        SUM(CASE WHEN is_open = 0 THEN n1_{QUARTER} ELSE 0 END) AS e{QUARTER},
        SUM(n1_{QUARTER}) AS n{QUARTER},
        SUM(n{ON_TIME_DAYS + 1}_{YEAR}) AS n_on_time,
        SUM(CASE WHEN is_open = 0 AND delay_days <= {ON_TIME_DAYS}
            THEN n{ON_TIME_DAYS + 1}_{YEAR} ELSE 0 END) AS x_on_time
    FROM buyer_delay
    GROUP BY buyer, day, GREATEST(delay_days, 0)
"""  # noqa: S608 - composed of literals

SQL = f"""
    WITH curve AS ({curves(_WAITS, ("buyer",), (YEAR, QUARTER))})
    SELECT buyer, day,
        mean{YEAR} AS buyer_delay_rm90,
        p90_{YEAR} AS buyer_delay_p90,
        mean{QUARTER} - mean{YEAR} AS buyer_delay_rm90_trend,
        p75_{YEAR} AS buyer_delay_p75,
        CASE WHEN n_on_time > 0 THEN CAST(x_on_time AS DOUBLE) / CAST(n_on_time AS DOUBLE) END
            AS buyer_on_time
    FROM curve
    WHERE n{YEAR} > 0 OR n_on_time > 0
"""  # noqa: S608 - composed of literals

RELATION = Relation(
    name="buyer_delays",
    credit=Credit.DATA,
    grain=Grain.BUYER,
    sql=SQL,
    needs=(Source.BANK,),
    measures=("buyer_delay_p75", "buyer_on_time"),
    features=(
        Feature(
            "buyer_delay_rm90",
            "mean days from due to payment of the buyer's claims, each 0 to 90, by the "
            "Kaplan-Meier curve of the claims whose lateness was settled in the last 365 days; "
            "open ones are censored, and the curve ends where none is followed further",
            Risk.RISES,
            "days",
            NO_CLAIM,
            "RD04",
            "days the buyer pays beyond due, open claims included: {value}",
            "买方平均超期付款天数(含未付)：{value}",
            "D35",
        ),
        Feature(
            "buyer_delay_p90",
            "days beyond due by which 90 % of the buyer's claims are paid, at most 90, by the same "
            "curve; the longest wait seen where so many aren't",
            Risk.RISES,
            "days",
            NO_CLAIM,
            "RD04",
            "days beyond due by which the buyer has paid nine of ten claims: {value}",
            "买方付清九成账款的超期天数：{value}",
            "D36",
        ),
        Feature(
            "buyer_delay_rm90_trend",
            "the mean of that curve over the last 91 days less that over 365",
            Risk.RISES,
            "days",
            "no claim on this buyer has fallen due in 91 days",
            "RD04",
            "change of the days the buyer pays beyond due: {value}",
            "买方超期付款天数的变化：{value}",
            "D37",
        ),
    ),
)
