"""Whether the supplier buys the kinds of goods that it sells."""

from __future__ import annotations

from features.feature import Credit, Feature, Grain, Relation, Risk
from features.invoice_cells import bounded
from features.sources import Source

DIGITS = 5
"""Digits of a tax goods code that tell its class: part, chapter and section."""

SQL = f"""
    WITH line AS (
        SELECT invoice, SUBSTRING(goods_code, 1, {DIGITS}) AS class, net_minor, from_day, until_day
        FROM known_invoice_line
        WHERE goods_code IS NOT NULL
    ),
    class AS (
        SELECT k.point, l.class,
            SUM(CASE WHEN t.sells = 1 THEN l.net_minor ELSE 0 END) AS sold,
            SUM(CASE WHEN t.sells = 0 THEN l.net_minor ELSE 0 END) AS bought
        FROM supplier_point AS k
        JOIN trade AS t ON t.firm = k.firm AND t.dead = 0
            AND t.from_day <= k.day AND k.day < t.until_day
            AND t.issued_on <= k.day AND t.issued_on >= k.day - 364
        JOIN line AS l ON l.invoice = t.ref AND l.from_day <= k.day AND k.day < l.until_day
        GROUP BY k.point, l.class
    ),
    positive AS (
        SELECT point, {bounded("sold")} AS sold, {bounded("bought")} AS bought FROM class
    ),
    whole AS (
        SELECT point, SUM(sold * bought) AS both_ways, SUM(sold * sold) AS sold,
            SUM(bought * bought) AS bought
        FROM positive
        GROUP BY point
    )
    SELECT k.supplier, k.day,
        CASE WHEN w.sold > 0 AND w.bought > 0
            THEN 1.0E0 - LEAST(1.0E0, CAST(w.both_ways AS DOUBLE)
                / (SQRT(CAST(w.sold AS DOUBLE)) * SQRT(CAST(w.bought AS DOUBLE)))) END
            AS supplier_io_goods_mismatch
    FROM supplier_point AS k
    JOIN whole AS w ON w.point = k.point
"""  # noqa: S608 - composed of literals

RELATION = Relation(
    name="supplier_goods",
    credit=Credit.DATA,
    grain=Grain.SUPPLIER,
    sql=SQL,
    needs=(Source.INVOICES,),
    features=(
        Feature(
            "supplier_io_goods_mismatch",
            "1 less the cosine of the supplier's sales and purchases of 365 days by class of goods "
            f"(the first {DIGITS} digits of the tax code on the lines of valid invoices, amounts "
            "without tax, red notes taken off); no map of materials to products is applied",
            Risk.RISES,
            "0-1",
            "no lines with goods codes are known of its sales or of its purchases",
            "RD06",
            "distance of what it buys from what it sells: {value}",
            "进销品类不匹配度：{value}",
            "D30",
        ),
    ),
)
