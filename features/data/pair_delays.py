"""How long the buyer takes to pay this supplier, drawn to how it pays all of them."""

from __future__ import annotations

from features.data import buyer_delays
from features.feature import Credit, Feature, Grain, Relation, Risk
from features.paying_curve import ON_TIME_DAYS, curves, waits
from features.rates import shrunk
from features.sources import Source

YEARS, KAPPA = 730, 10
HALF_YEAR, SALES_DAYS = 182, 365

NO_CLAIM = "no claim on this buyer has fallen due in 365 days, and none of the pair in 730"

PAIR = ("supplier", "buyer")

SQL = f"""
    WITH curve AS ({curves(waits("pair_day", PAIR, (YEARS,), YEARS), PAIR, (YEARS,))}),
    moment AS (SELECT * FROM (VALUES (0), ({HALF_YEAR})) AS v (ago)),
    sale AS (
        SELECT k.supplier, k.buyer, k.day, m.ago, k.day - m.ago - c.issued_on AS age,
            SUM(c.face_minor) AS face,
            SUM(CASE WHEN c.settled_on IS NULL OR c.settled_on >= k.day - m.ago - 1
                THEN c.face_minor ELSE 0 END) AS owed
        FROM pair_day AS k
        CROSS JOIN moment AS m
        JOIN known_claim AS c ON c.supplier = k.supplier AND c.buyer = k.buyer
            AND c.from_day <= k.day AND k.day < c.until_day AND c.face_minor > 0
            AND k.day - m.ago - c.issued_on BETWEEN 0 AND {SALES_DAYS - 1}
        GROUP BY k.supplier, k.buyer, k.day, m.ago, k.day - m.ago - c.issued_on
    ),
    counted AS (
        SELECT supplier, buyer, day, ago, age,
            SUM(owed) OVER (PARTITION BY supplier, buyer, day, ago) AS owed,
            SUM(face) OVER (
                PARTITION BY supplier, buyer, day, ago ORDER BY age
                ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
            ) AS sold
        FROM sale
    ),
    back AS (
        SELECT supplier, buyer, day, ago,
            MIN(CASE WHEN owed = 0 THEN 0 WHEN sold >= owed THEN age + 1 END) AS days
        FROM counted
        GROUP BY supplier, buyer, day, ago
    ),
    outstanding AS (
        SELECT supplier, buyer, day,
            MAX(CASE WHEN ago = 0 THEN days END) AS now,
            MAX(CASE WHEN ago = {HALF_YEAR} THEN days END) AS earlier
        FROM back
        GROUP BY supplier, buyer, day
    ),
    drawn AS (
        SELECT k.supplier, k.buyer, k.day, b.buyer_delay_rm90 AS whole,
            CASE WHEN b.buyer_delay_rm90 IS NOT NULL OR c.n{YEARS} > 0 THEN {
    shrunk(
        f"c.n{YEARS} * COALESCE(c.mean{YEARS}, 0.0E0)",
        f"c.n{YEARS}",
        f"COALESCE(b.buyer_delay_rm90, c.mean{YEARS})",
        KAPPA,
    )
} END AS own,
            CASE WHEN b.buyer_on_time IS NOT NULL OR c.n_on_time > 0 THEN {
    shrunk(
        "c.x_on_time",
        "c.n_on_time",
        "COALESCE(b.buyer_on_time, CAST(c.x_on_time AS DOUBLE)"
        " / CAST(NULLIF(c.n_on_time, 0) AS DOUBLE))",
        KAPPA,
    )
} END AS on_time
        FROM pair_day AS k
        LEFT JOIN made_buyer_delays AS b ON b.buyer = k.buyer AND b.day = k.day
        LEFT JOIN curve AS c
            ON c.supplier = k.supplier AND c.buyer = k.buyer AND c.day = k.day
    )
    SELECT d.supplier, d.buyer, d.day,
        d.own AS pair_delay_rm90,
        d.own - d.whole AS pair_priority,
        d.on_time AS pair_on_time,
        o.now - o.earlier AS pair_dso_trend
    FROM drawn AS d
    LEFT JOIN outstanding AS o
        ON o.supplier = d.supplier AND o.buyer = d.buyer AND o.day = d.day
"""  # noqa: S608 - composed of literals

RELATION = Relation(
    name="pair_delays",
    credit=Credit.DATA,
    grain=Grain.PAIR,
    sql=SQL,
    needs=(Source.BANK,),
    after=(buyer_delays.RELATION,),
    features=(
        Feature(
            "pair_delay_rm90",
            "mean days from due to payment of the claims between the two parties, 730 days, as "
            "buyer_delay_rm90 has it, drawn with 10 claims to the buyer's",
            Risk.RISES,
            "days",
            NO_CLAIM,
            "RD04",
            "days the buyer pays this supplier beyond due: {value}",
            "买方对该供应商平均超期付款天数：{value}",
            "D38",
        ),
        Feature(
            "pair_priority",
            "pair_delay_rm90 less buyer_delay_rm90: how the buyer ranks this supplier",
            Risk.RISES,
            "days",
            "no claim on this buyer has fallen due in 365 days",
            "RD04",
            "days this supplier waits longer than the buyer's others: {value}",
            "该供应商较买方其他供应商多等天数：{value}",
            "D39",
        ),
        Feature(
            "pair_on_time",
            f"share of the claims between the two parties paid within {ON_TIME_DAYS} days of the "
            "due date, over those of which that was settled in 730 days, drawn with 10 claims to "
            "the buyer's share of 365 days",
            Risk.FALLS,
            "share",
            "of no claim on this buyer is it settled, in 365 days, and of none of the pair, in 730",
            "RD04",
            "share of claims between the two paid on time: {value}",
            "双方账款按时付款占比：{value}",
            "D40",
        ),
        Feature(
            "pair_dso_trend",
            "days of sales outstanding between the two parties less those 182 days ago: the fewest "
            "days back from the day whose sales reach what was owed then, over 365 days",
            Risk.RISES,
            "days",
            "no face of a claim between the two parties is known in the year up to now, or to then",
            "RD04",
            "change of the days of sales outstanding between the two: {value}",
            "双方应收账款周转天数的变化：{value}",
            "D44",
        ),
    ),
)
