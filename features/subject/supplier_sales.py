"""How much the supplier sells by its invoices, and how that grows."""

from __future__ import annotations

from features.data import supplier_sources
from features.feature import Credit, Feature, Grain, Relation, Risk
from features.sources import TOLD, Source

SQL = f"""
    WITH sales AS (
        SELECT point, SUM(gross_year) AS year, SUM(gross_before) AS before
        FROM trade_partner
        WHERE sells = 1
        GROUP BY point
    )
    SELECT k.supplier, k.day,
        CASE WHEN told.invoices_state {TOLD} THEN LN(1.0E0
            + CAST(GREATEST(COALESCE(sales.year, 0), 0) AS DOUBLE) / 100.0E0)
            END AS supplier_ln_sales_12m,
        CASE WHEN sales.before > 0 THEN GREATEST(-0.8E0, LEAST(3.0E0,
            CAST(sales.year AS DOUBLE) / CAST(sales.before AS DOUBLE) - 1.0E0))
            END AS supplier_sales_growth_12m
    FROM supplier_point AS k
    LEFT JOIN sales ON sales.point = k.point
    LEFT JOIN made_supplier_sources AS told
        ON told.supplier = k.supplier AND told.day = k.day
"""  # noqa: S608 - composed of literals

RELATION = Relation(
    name="supplier_sales",
    credit=Credit.SUBJECT,
    grain=Grain.SUPPLIER,
    sql=SQL,
    needs=(Source.INVOICES,),
    after=(supplier_sources.RELATION,),
    features=(
        Feature(
            "supplier_ln_sales_12m",
            "ln(1 + gross amount of the supplier's sales invoices of the last 365 days, less red "
            "notes; 0 where that is negative)",
            Risk.FALLS,
            "ln(1 + currency units)",
            "nobody told of this supplier's invoices",
            "RS07",
            "the supplier's invoiced sales of a year: {value}",
            "供应商近12个月开票销售额：{value}",
            "S23",
        ),
        Feature(
            "supplier_sales_growth_12m",
            "invoiced sales of the last 365 days, less red notes, over those of the 365 days "
            "before, less 1; from -0.8 to 3",
            Risk.FREE,
            "ratio",
            "no sales of the year before the last are known",
            "RS07",
            "growth of the supplier's sales over a year: {value}",
            "供应商销售额同比增长：{value}",
            "S30",
        ),
    ),
)
