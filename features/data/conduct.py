"""How the buyer pays: late rates and delays over its known claims, open ones included."""

from __future__ import annotations

from features.feature import Credit, Feature, Grain, Relation, Risk
from features.rates import running, shrunk
from features.sources import Source

NO_CLAIM = "no claim on this buyer has fallen due in the window"
FADING_DAYS = 20
BLOCK_DAYS = 200
"""Days. What fades is summed by blocks of so many, within each as of its first day: a whole block
fades alike. After three blocks nothing is left of it, to twelve decimals."""


def _mean(total: str, count: str) -> str:
    return f"CASE WHEN {count} > 0 THEN CAST({total} AS DOUBLE) / CAST({count} AS DOUBLE) END"


def _faded(total: str) -> str:
    age = f"CAST(p.day - p.block AS DOUBLE) / {FADING_DAYS}.0E0"
    return f"SUM(CAST(CAST({total} AS DOUBLE) * EXP(-({age})) AS DECIMAL(38, 18)))"


FADED = f"""
    WITH stay AS (
        SELECT buyer, due_on + 2 - (due_on + 2) % {BLOCK_DAYS} AS block,
            CAST(EXP(CAST((due_on + 2) % {BLOCK_DAYS} AS DOUBLE) / {FADING_DAYS}.0E0)
                AS DECIMAL(18, 12)) AS weight,
            CASE WHEN settled_on IS NULL OR settled_on - due_on >= 1 THEN 1 ELSE 0 END AS late,
            GREATEST(from_day, due_on + 2) AS enters, until_day AS leaves
        FROM known_claim
    ),
    back AS (SELECT * FROM (VALUES (0), (1), (2), (3)) AS v (blocks)),
    point AS (
        SELECT k.buyer, k.day, k.day - k.day % {BLOCK_DAYS} - back.blocks * {BLOCK_DAYS} AS block
        FROM buyer_day AS k CROSS JOIN back
    ),
    {running(("buyer", "block"), sums={"w": "weight", "e": "weight * late"})}
    SELECT p.buyer, p.day, {_faded("r.w")} AS w1_20, {_faded("r.e")} AS e1_20
    FROM point AS p
    JOIN running AS r ON r.buyer = p.buyer AND r.block = p.block AND r.day = p.day
    GROUP BY p.buyer, p.day
"""  # noqa: S608 - composed of literals

WAITED = f"""
    WITH stay AS (
        SELECT buyer, 0 AS growing, GREATEST(settled_on - issued_on, 0) AS days,
            GREATEST(from_day, due_on - 30) AS enters, LEAST(until_day, due_on + 367) AS leaves
        FROM known_claim WHERE settled_on IS NOT NULL
        UNION ALL
        SELECT buyer, 1 AS growing, -1 - issued_on AS days,
            GREATEST(from_day, due_on + 2) AS enters, LEAST(until_day, due_on + 367) AS leaves
        FROM known_claim WHERE settled_on IS NULL
    ),
    point AS (SELECT buyer, day FROM buyer_day),
    {running(("buyer",), sums={"n": "1", "growing": "growing", "days": "days"})}
    SELECT buyer, day, {_mean("days + growing * day", "n")} AS days_to_pay FROM running
"""  # noqa: S608 - composed of literals
"""Days from issue to payment: those of an open claim grow day by day."""


SQL = f"""
    WITH delays AS (
        SELECT buyer, day,
            SUM(n1_90) AS n_quarter, SUM(n1_90 * delay_days) AS s_quarter,
            SUM(n1_365) AS n_year, SUM(n1_365 * delay_days) AS s_year,
            SUM(n1_365 * delay_days * delay_days) AS q_year,
            MAX(CASE WHEN n1_90 > 0 THEN delay_days END) AS max_quarter,
            SUM(CASE WHEN delay_days = 0 THEN n1_365 ELSE 0 END) AS exact_year,
            SUM(CASE WHEN delay_days <= -3 THEN n1_365 ELSE 0 END) AS early_year
        FROM buyer_delay
        GROUP BY buyer, day
    ),
    faded AS ({FADED}),
    waited AS ({WAITED}),
    rated AS (
        SELECT k.supplier, k.buyer, k.day, r.rate1_365, r.rate5_365, r.rate30_365,
            c.n1_30, c.x1_30, c.n1_365, c.n5_90, c.x5_90, c.n5_365, c.n30_365, c.x30_365,
            d.n_quarter, d.s_quarter, d.n_year, d.s_year, d.q_year, d.max_quarter, d.exact_year,
            d.early_year, f.w1_20, f.e1_20, w.days_to_pay, i.n,
            {shrunk("c.x5_365", "c.n5_365", "r.rate5_365", 5)} AS year5,
            {shrunk("c.x1_365", "c.n1_365", "r.rate1_365", 5)} AS year1
        FROM pair_day AS k
        JOIN supplier_rate AS r ON r.supplier = k.supplier AND r.day = k.day
        JOIN buyer_counts AS c ON c.buyer = k.buyer AND c.day = k.day
        LEFT JOIN delays AS d ON d.buyer = k.buyer AND d.day = k.day
        LEFT JOIN faded AS f ON f.buyer = k.buyer AND f.day = k.day
        LEFT JOIN waited AS w ON w.buyer = k.buyer AND w.day = k.day
        LEFT JOIN buyer_issued AS i ON i.buyer = k.buyer AND i.day = k.day
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
        CASE WHEN n > 0 THEN n5_365 END AS buyer_claims_due
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
            "mean days from issue to payment of the buyer's claims of the last year; an open one "
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
