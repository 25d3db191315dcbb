"""How the buyer pays: late rates and delays over its known claims, open ones included."""

from __future__ import annotations

from features.claims_seen import seen
from features.feature import Credit, Feature, Grain, Relation, Risk
from features.rates import counted, decayed, shrunk, window
from features.sources import Source

NO_CLAIM = "no claim on this buyer has fallen due in the window"
YEAR = window(1, 365)
QUARTER = window(1, 90)


def _faded(late_days: int, scale_days: int) -> str:
    """SQL of the claims settled as late or not, fading with their age: ``w5_30``, ``e5_30``."""
    settled = f"past_days >= {late_days + 1}"
    age = f"past_days - {late_days + 1}"
    name = f"{late_days}_{scale_days}"
    late = decayed(f"late{late_days}", age, scale_days)
    return (
        f"SUM(CASE WHEN {settled} THEN {decayed('1.0E0', age, scale_days)} END) AS w{name}, "
        f"SUM(CASE WHEN {settled} THEN {late} END) AS e{name}"
    )


def _mean(total: str, count: str) -> str:
    return f"CASE WHEN {count} > 0 THEN CAST({total} AS DOUBLE) / CAST({count} AS DOUBLE) END"


SQL = f"""
    WITH seen AS ({seen("buyer_day", ("buyer",))}),
    counts AS (
        SELECT buyer AS of_buyer, day AS of_day,
            {counted(1, 30)}, {counted(1, 365)},
            {counted(5, 90)}, {counted(5, 365)}, {counted(30, 365)},
            {_faded(1, 20)},
            COUNT(CASE WHEN {QUARTER} THEN delay_days END) AS n_quarter,
            SUM(CASE WHEN {QUARTER} THEN delay_days END) AS s_quarter,
            COUNT(CASE WHEN {YEAR} THEN delay_days END) AS n_year,
            SUM(CASE WHEN {YEAR} THEN delay_days END) AS s_year,
            SUM(CASE WHEN {YEAR} THEN delay_days * delay_days END) AS q_year,
            MEDIAN(days_to_pay) AS days_to_pay,
            MAX(CASE WHEN {QUARTER} THEN delay_days END) AS max_quarter,
            SUM(CASE WHEN {YEAR} AND delay_days = 0 THEN 1 ELSE 0 END) AS exact_year,
            SUM(CASE WHEN {YEAR} AND delay_days <= -3 THEN 1 ELSE 0 END) AS early_year
        FROM seen
        GROUP BY buyer, day
    ),
    rated AS (
        SELECT k.supplier, k.buyer, k.day, r.rate1_365, r.rate5_365, r.rate30_365,
            c.*,
            {shrunk("c.x5_365", "c.n5_365", "r.rate5_365", 5)} AS year5,
            {shrunk("c.x1_365", "c.n1_365", "r.rate1_365", 5)} AS year1
        FROM pair_day AS k
        JOIN supplier_rate AS r ON r.supplier = k.supplier AND r.day = k.day
        LEFT JOIN counts AS c ON c.of_buyer = k.buyer AND c.of_day = k.day
    )
    SELECT supplier, buyer, day,
        year5 AS buyer_late5_365d,
        {shrunk("x5_90", "n5_90", "year5", 5)} AS buyer_late5_90d,
        year1 AS buyer_late1_365d,
        {shrunk("x1_30", "n1_30", "year1", 5)} AS buyer_late1_30d,
        {shrunk("x30_365", "n30_365", "rate30_365", 10)} AS buyer_late30_365d,
        {shrunk("e1_20", "w1_20", "rate1_365", 2)} AS buyer_late1_fading_20d,
        {_mean("s_quarter", "n_quarter")} AS buyer_delay_90d,
        {_mean("s_year", "n_year")} AS buyer_delay_365d,
        CASE WHEN n_year > 1 THEN SQRT(CAST(n_year * q_year - s_year * s_year AS DOUBLE))
            / CAST(n_year AS DOUBLE) END AS buyer_delay_spread_365d,
        max_quarter AS buyer_delay_max_90d,
        {_mean("exact_year", "n_year")} AS buyer_paid_on_day_365d,
        {_mean("early_year", "n_year")} AS buyer_paid_early_365d,
        CASE WHEN n5_365 > 0 THEN {shrunk("x5_90", "n5_90", "year5", 5)} - year5 END
            AS buyer_late5_trend,
        {_mean("s_quarter", "n_quarter")} - {_mean("s_year", "n_year")} AS buyer_delay_trend,
        CASE WHEN n1_365 > 0 THEN {shrunk("x1_30", "n1_30", "year1", 5)} - year1 END
            AS buyer_late1_trend,
        days_to_pay AS buyer_days_to_pay,
        n5_365 AS buyer_claims_due
    FROM rated
"""  # noqa: S608 - composed of literals


def _rate(
    name: str,
    days: int,
    window: str,
    en: str,
    zh: str,
    prior: str,
    risk: Risk = Risk.RISES,
) -> Feature:
    return Feature(
        name,
        f"share of the buyer's claims {days} or more days late, paid or open, over the claims "
        f"whose lateness was settled {window}, drawn to {prior}",
        risk,
        "share",
        "never missing: without claims it is what it is drawn to",
        "RD04",
        f"the buyer's share of claims {days}+ days late, {en}: {{value}}",
        f"买方逾期{days}天以上占比({zh})：{{value}}",
    )


def _delay(name: str, risk: Risk, definition: str, en: str, zh: str, code: str = "") -> Feature:
    unit = "share" if "share" in definition else "days"
    return Feature(
        name, definition, risk, unit, NO_CLAIM, "RD04", f"{en}: {{value}}", f"{zh}：{{value}}", code
    )


YEAR_RATE = "its rate over 365 days (5 claims)"
BOOK_RATE = "the supplier's book ({} claims)"

YEAR_LONG = "in the last 365 days"
FADING = "at any time, each weighted exp(-days since then/20)"

RELATION = Relation(
    name="conduct",
    credit=Credit.DATA,
    grain=Grain.PAIR,
    sql=SQL,
    needs=(Source.BANK,),
    features=(
        _rate("buyer_late5_365d", 5, YEAR_LONG, "365 days", "近365天", BOOK_RATE.format(5)),
        _rate(
            "buyer_late5_90d", 5, "in the last 90 days", "90 days", "近90天", YEAR_RATE, Risk.FREE
        ),
        _rate("buyer_late1_365d", 1, YEAR_LONG, "365 days", "近365天", BOOK_RATE.format(5)),
        _rate("buyer_late1_30d", 1, "in the last 30 days", "30 days", "近30天", YEAR_RATE),
        _rate(
            "buyer_late30_365d",
            30,
            YEAR_LONG,
            "365 days",
            "近365天",
            BOOK_RATE.format(10),
            Risk.FREE,
        ),
        _rate(
            "buyer_late1_fading_20d",
            1,
            FADING,
            "fading over 20 days",
            "20天衰减",
            BOOK_RATE.format(2),
        ),
        _delay(
            "buyer_delay_90d",
            Risk.RISES,
            "mean delay beyond due, -30 to 90 days, over claims due in the last 90 days; an open "
            "one counts with the days it is late already",
            "mean delay over 90 days, in days",
            "近90天平均延迟天数",
        ),
        _delay(
            "buyer_delay_365d",
            Risk.RISES,
            "the same over 365 days",
            "mean delay over 365 days, in days",
            "近365天平均延迟天数",
        ),
        _delay(
            "buyer_delay_spread_365d",
            Risk.RISES,
            "standard deviation (n in the divisor) of the delay over 365 days",
            "spread of the delay, in days",
            "延迟天数的离散度",
        ),
        _delay(
            "buyer_delay_max_90d",
            Risk.FREE,
            "longest delay over 90 days",
            "longest delay over 90 days, in days",
            "近90天最长延迟天数",
        ),
        _delay(
            "buyer_paid_on_day_365d",
            Risk.FREE,
            "share of the buyer's claims paid on the due date itself, 365 days",
            "share paid on the due date",
            "到期当日付款占比",
        ),
        _delay(
            "buyer_paid_early_365d",
            Risk.FREE,
            "share of the buyer's claims paid 3 or more days early, 365 days",
            "share paid early",
            "提前付款占比",
        ),
        _delay(
            "buyer_late5_trend",
            Risk.FREE,
            "late share of 90 days less that of 365 days (5 or more days late)",
            "change of the late share",
            "逾期占比变化",
        ),
        _delay(
            "buyer_late1_trend",
            Risk.FREE,
            "late share of 30 days less that of 365 days (a day or more late)",
            "recent change of the late share",
            "近期逾期占比变化",
        ),
        _delay(
            "buyer_days_to_pay",
            Risk.FREE,
            "median days from issue to payment of the buyer's claims of the last year; an open one "
            "past due counts with the days gone",
            "days from issue to payment",
            "开具至付款天数",
        ),
        _delay(
            "buyer_delay_trend",
            Risk.FREE,
            "mean delay of 90 days less that of 365 days",
            "change of the mean delay, in days",
            "平均延迟天数变化",
        ),
        Feature(
            "buyer_claims_due",
            "number of the buyer's claims whose lateness was settled in the last 365 days",
            Risk.FREE,
            "count",
            "no claim on this buyer is known",
            "RD07",
            "claims on this buyer that fell due in a year: {value}",
            "该买方一年内到期账款笔数：{value}",
        ),
    ),
)
