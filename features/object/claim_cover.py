"""What is pledged for the claim, what it would fetch, and how its price moves: live.

Prices are those of the largest item with a price series: daily steps of ln(price), each at most 1,
the newest of 250 weighted 1 and each older one 0.94 of the next.
"""

from __future__ import annotations

from features.feature import Credit, Feature, Grain, Relation, Risk
from features.object.claim_papers import capped
from features.object.claim_promises import EXPOSURE
from features.sources import Source
from features.versions import seen_live

MARGIN_DAYS = 5
"""Days that a margin call is given, before selling begins."""

MOST_MINOR = 100_000_000_000_000
"""A single item counts at most so much: sums of whole doubles are exact."""

HAIRCUTS = """CASE c.collateral WHEN 'deposit' THEN 0 WHEN 'bill' THEN 50000
                WHEN 'warehouse_receipt' THEN 250000 WHEN 'environmental_right' THEN 500000
                WHEN 'ip' THEN 500000 ELSE 400000 END"""
"""Floors of the haircut in millionths by kind, where the item names none."""

DAYS_TO_SELL = """CASE c.collateral WHEN 'deposit' THEN 1 WHEN 'bill' THEN 5
                WHEN 'e_certificate' THEN 10 WHEN 'warehouse_receipt' THEN 20
                WHEN 'environmental_right' THEN 45 WHEN 'equipment' THEN 120
                WHEN 'ip' THEN 180 ELSE 60 END"""

LEAST_STEPS, MOST_STEPS = 10, 250
UNIT = "100000000000000.0E0"
"""Squared steps are summed as whole numbers of hundred-billionths of a thousandth."""

SQL = f"""
    WITH exposure AS ({EXPOSURE}),
    offered AS (
        SELECT e.row_no, c.ref
        FROM exposure AS e
        JOIN live_collateral_item AS c
            ON c.owner = e.supplier AND c.receivable IS NULL AND {seen_live("c", "e")}
        UNION ALL
        SELECT a.row_no, c.ref
        FROM asked AS a
        JOIN live_collateral_item AS c
            ON c.receivable = a.receivable AND {seen_live("c", "a")}
    ),
    item AS (
        SELECT e.row_no, e.day, e.live_through, c.ref, c.price_series, c.quantity_milli,
            c.valued_on, c.resale_class, COALESCE(c.custodian_grade, w.warehouse_grade) AS grade,
            v.valid_until,
            CASE WHEN c.value_minor > 0 THEN {capped("c.value_minor", MOST_MINOR)}
                WHEN c.value_minor IS NOT NULL THEN 0 END AS value_minor,
            CAST(COALESCE(c.haircut_ppm, {HAIRCUTS}) AS DOUBLE) / 1000000.0E0 AS haircut,
            CAST({MARGIN_DAYS} + COALESCE(c.liquidation_days, {DAYS_TO_SELL}) AS DOUBLE) AS days,
            CASE WHEN c.perfected IS NULL THEN 0 ELSE 1 END
                + CASE WHEN c.exclusive IS NULL THEN 0 ELSE 1 END
                + CASE WHEN c.insured IS NULL THEN 0 ELSE 1 END
                + CASE WHEN w.pledged IS NULL AND v.ref IS NULL THEN 0 ELSE 1 END AS answers,
            CASE WHEN c.perfected THEN 1 ELSE 0 END + CASE WHEN c.exclusive THEN 1 ELSE 0 END
                + CASE WHEN c.insured THEN 1 ELSE 0 END
                + CASE WHEN w.pledged OR v.frozen_ref IS NOT NULL THEN 1 ELSE 0 END AS yeses
        FROM exposure AS e
        JOIN offered AS o ON o.row_no = e.row_no
        JOIN live_collateral_item AS c ON c.ref = o.ref AND {seen_live("c", "e")}
        LEFT JOIN live_warehouse_receipt AS w
            ON w.ref = c.warehouse_receipt AND {seen_live("w", "e")}
        LEFT JOIN live_environmental_right AS v
            ON v.ref = c.environmental_right AND {seen_live("v", "e")}
    ),
    ranked AS (
        SELECT row_no, day, live_through, ref, price_series, quantity_milli, valued_on,
            resale_class, grade, valid_until, value_minor, haircut, days, answers, yeses,
            ROW_NUMBER() OVER (
                PARTITION BY row_no ORDER BY COALESCE(value_minor, -1) DESC, ref
            ) AS place,
            ROW_NUMBER() OVER (
                PARTITION BY row_no ORDER BY CASE WHEN price_series IS NULL THEN 1 ELSE 0 END,
                    COALESCE(value_minor, -1) DESC, ref
            ) AS priced_place
        FROM item
    ),
    priced AS (
        SELECT row_no, day, live_through, ref, price_series, quantity_milli, days
        FROM ranked
        WHERE priced_place = 1 AND price_series IS NOT NULL
    ),
    told AS (
        SELECT g.row_no, g.day, p.priced_on, p.price_micro, p.volume_milli,
            ROW_NUMBER() OVER (PARTITION BY g.row_no, p.priced_on ORDER BY p.seq DESC) AS newest
        FROM priced AS g
        JOIN live_price_point AS p ON p.series = g.price_series AND {seen_live("p", "g")}
            AND p.priced_on <= g.day AND p.priced_on > g.day - 400 AND p.price_micro > 0
    ),
    price AS (
        SELECT row_no, day, priced_on, price_micro, volume_milli,
            ROW_NUMBER() OVER (PARTITION BY row_no ORDER BY priced_on DESC) AS place,
            LEAD(price_micro) OVER (PARTITION BY row_no ORDER BY priced_on DESC) AS before
        FROM told
        WHERE newest = 1
    ),
    step AS (
        SELECT row_no, day, priced_on, price_micro, volume_milli, place, before,
            CASE WHEN before IS NULL THEN NULL ELSE LEAST(1.0E0,
                ABS(LN(CAST(price_micro AS DOUBLE) / CAST(before AS DOUBLE)))) END AS size,
            EXP(LN(0.94E0) * CAST(place - 1 AS DOUBLE)) AS weight
        FROM price
        WHERE place <= {MOST_STEPS}
    ),
    market AS (
        SELECT row_no, COUNT(size) AS steps,
            SUM(CASE WHEN size IS NOT NULL
                THEN FLOOR(weight * size * size * {UNIT} + 0.5E0) END) AS squares,
            SUM(CASE WHEN size IS NOT NULL THEN FLOOR(weight * {UNIT} + 0.5E0) END) AS weights,
            MAX(CASE WHEN place = 1 THEN price_micro END) AS now_micro,
            MAX(CASE WHEN day - priced_on < 60 THEN price_micro END) AS top_micro,
            COUNT(CASE WHEN day - priced_on < 60 THEN volume_milli END) AS traded_days,
            SUM(CASE WHEN day - priced_on < 60 THEN {capped("volume_milli")} END) AS traded_milli,
            MIN(CASE WHEN place = 1 THEN day - priced_on END) AS price_age
        FROM step
        GROUP BY row_no
    ),
    swing AS (
        SELECT row_no, now_micro, top_micro, traded_days, traded_milli, price_age,
            CASE WHEN steps >= {LEAST_STEPS} THEN SQRT(squares / weights) END AS daily
        FROM market
    ),
    worth AS (
        SELECT k.row_no, k.value_minor, k.valid_until, k.day, k.place, k.valued_on, k.grade,
            k.resale_class,
            CASE WHEN k.answers > 0 THEN CAST(k.yeses AS DOUBLE) / CAST(k.answers AS DOUBLE)
                END AS perfection,
            CASE WHEN k.priced_place = 1 AND k.price_series IS NOT NULL AND s.daily IS NOT NULL
                THEN LEAST(1.0E0, GREATEST(k.haircut, 2.3263478740408408E0 * s.daily
                    * SQRT(k.days)))
                ELSE k.haircut END AS haircut
        FROM ranked AS k
        LEFT JOIN swing AS s ON s.row_no = k.row_no
    ),
    whole AS (
        SELECT row_no, COUNT(*) AS n, SUM(value_minor) AS value_minor,
            SUM(FLOOR(CAST(value_minor AS DOUBLE) * (1.0E0 - haircut)
                * COALESCE(perfection, 0.5E0))) AS cover_minor,
            MIN(valid_until - day) AS env_validity,
            MAX(CASE WHEN place = 1 THEN day - valued_on END) AS val_age,
            MAX(CASE WHEN place = 1 THEN grade END) AS custodian_grade,
            MAX(CASE WHEN place = 1 THEN perfection END) AS legal_perfection,
            MAX(CASE WHEN place = 1 THEN resale_class END) AS goods_resale
        FROM worth
        GROUP BY row_no
    )
    SELECT e.row_no, k.env_validity, k.val_age, k.custodian_grade, k.legal_perfection,
        k.goods_resale,
        CASE WHEN e.minor IS NULL OR k.cover_minor IS NULL THEN NULL
            WHEN 100.0E0 * k.cover_minor <= CAST(e.minor AS DOUBLE) THEN 100.0E0
            ELSE CAST(e.minor AS DOUBLE) / k.cover_minor END AS ltv,
        s.daily * SQRT(250.0E0) AS coll_vol,
        CASE WHEN e.minor > 0 AND k.value_minor > 0 AND s.daily > 0.0E0 THEN
            GREATEST(-100.0E0, LEAST(100.0E0,
                LN(CAST(k.value_minor AS DOUBLE) / CAST(e.minor AS DOUBLE))
                / (s.daily * SQRT(g.days)))) END AS coll_cushion,
        CASE WHEN s.price_age < 60 THEN 1.0E0 - CAST(s.now_micro AS DOUBLE)
            / CAST(s.top_micro AS DOUBLE) END AS coll_drawdown_60d,
        CASE WHEN g.quantity_milli IS NULL OR s.traded_days = 0 THEN NULL
            WHEN s.traded_milli > 0 THEN LEAST(10000.0E0, 5.0E0 * CAST(g.quantity_milli AS DOUBLE)
                * CAST(s.traded_days AS DOUBLE) / CAST(s.traded_milli AS DOUBLE))
            WHEN s.traded_milli <= 0 THEN 10000.0E0 END AS coll_liquidity
    FROM exposure AS e
    JOIN whole AS k ON k.row_no = e.row_no
    LEFT JOIN priced AS g ON g.row_no = e.row_no
    LEFT JOIN swing AS s ON s.row_no = e.row_no
"""  # noqa: S608 - composed of literals

NONE_OFFERED = "no collateral offered"


def _cover(
    code: str,
    name: str,
    risk: Risk,
    unit: str,
    missing: str,
    definition: str,
    phrases: tuple[str, str],
) -> Feature:
    en, zh = f"{phrases[0]}: {{value}}", f"{phrases[1]}：{{value}}"
    return Feature(
        name, definition, risk, unit, f"{NONE_OFFERED}, or {missing}", "RO08", en, zh, code
    )


FEATURES = (
    _cover(
        "O27",
        "ltv",
        Risk.RISES,
        "ratio",
        "its value or the amount isn't known",
        "amount asked for (else the face) over the value of the collateral less haircut times "
        "its legal perfection (a half where unknown), at most 100; the haircut is the item's "
        "(else by kind), at least the 99 % move of its price until sold",
        ("amount against collateral", "融资额与抵质押物折后价值之比"),
    ),
    _cover(
        "O28",
        "coll_vol",
        Risk.RISES,
        "per year",
        "fewer than 11 prices are known of 400 days",
        "root of 250 times the mean squared daily step of ln(price), each 0.94 of the next newer",
        ("volatility of the collateral", "抵质押物年化波动率"),
    ),
    _cover(
        "O29",
        "coll_cushion",
        Risk.FALLS,
        "standard deviations",
        "its value, its prices or the amount aren't known",
        "ln of the collateral's value over the amount asked for (else the face), over daily "
        "volatility times the root of 5 margin days and the days to sell it; -100 to 100",
        ("cushion of the collateral, in deviations", "抵质押物安全垫(标准差)"),
    ),
    _cover(
        "O30",
        "coll_drawdown_60d",
        Risk.RISES,
        "share",
        "no price is known of 60 days",
        "1 less the latest price over the highest of 60 days",
        ("fall from the 60-day high", "较60日高点回撤"),
    ),
    _cover(
        "O31",
        "coll_liquidity",
        Risk.RISES,
        "days",
        "its quantity or the trade of 60 days isn't known",
        "quantity over a fifth of the mean daily trade of 60 days, at most 10,000",
        ("days to sell the collateral", "抵质押物变现天数"),
    ),
    _cover(
        "O32",
        "val_age",
        Risk.RISES,
        "days",
        "it was never valued",
        "days since the largest item was valued",
        ("days since the valuation", "距估值天数"),
    ),
    _cover(
        "O33",
        "custodian_grade",
        Risk.RISES,
        "1-5",
        "the keeper isn't graded",
        "grade of the keeper of the largest item, else of its warehouse, 1 best",
        ("grade of the custodian (1 best)", "保管方等级(1为最好)"),
    ),
    _cover(
        "O34",
        "legal_perfection",
        Risk.FALLS,
        "0-1",
        "nothing of it is known",
        "share of yes among what is known of the largest item: perfected, exclusive, insured, "
        "receipt marked as pledged or right frozen",
        ("legal perfection of the collateral", "权利完善程度"),
    ),
    _cover(
        "O38",
        "env_validity",
        Risk.FALLS,
        "days",
        "no environmental right, or its end isn't known",
        "days until the first of the pledged environmental rights ends",
        ("days until the environmental right ends", "环境权益剩余有效天数"),
    ),
    _cover(
        "O39",
        "goods_resale",
        Risk.RISES,
        "1-5",
        "not classed",
        "how hard the largest item is to sell again, 1 a commodity to 5 made to measure",
        ("resale class (1 easy to 5 hard)", "转售难度(1至5)"),
    ),
)

RELATION = Relation(
    name="claim_cover",
    credit=Credit.OBJECT,
    grain=Grain.REQUEST,
    sql=SQL,
    needs=(Source.BOOK, Source.MARKET),
    features=FEATURES,
)
