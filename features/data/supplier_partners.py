"""Whom the supplier sells to and buys from by its invoices: how many, how much, for how long."""

from __future__ import annotations

from features.data import supplier_sources
from features.feature import Credit, Feature, Grain, Relation, Risk
from features.invoice_cells import bounded, hhi
from features.sources import TOLD, Source

MOST_HISTORY_DAYS = 1095
SOLD = "sells = 1"
BOUGHT = "sells = 0"


def _sum(which: str, value: str) -> str:
    return f"SUM(CASE WHEN {which} THEN {value} ELSE 0 END)"


def _burden(year: str) -> str:
    """SQL of output tax less input tax, over sales without tax."""
    return f"CAST(out_{year} - in_{year} AS DOUBLE) / CAST(sales_{year} - out_{year} AS DOUBLE)"


SQL = f"""
    WITH partner AS (
        SELECT point, sells, first_on, last_on, blue_year, gross_year, tax_year,
            gross_before, tax_before, {bounded("gross_year")} AS weight,
            ROW_NUMBER() OVER (
                PARTITION BY point, sells ORDER BY gross_before DESC, partner
            ) AS place
        FROM trade_partner
    ),
    whole AS (
        SELECT point,
            MIN(CASE WHEN {SOLD} THEN first_on END) AS first_on,
            MAX(CASE WHEN {SOLD} THEN last_on END) AS last_on,
            {_sum(f"{SOLD} AND blue_year > 0", "1")} AS customers,
            {_sum(SOLD, "weight")} AS sold,
            {_sum(SOLD, "weight * weight")} AS sold_squares,
            {_sum(BOUGHT, "weight")} AS bought,
            {_sum(BOUGHT, "weight * weight")} AS bought_squares,
            {_sum(f"{SOLD} AND place <= 5 AND gross_before > 0", "gross_before")} AS top,
            {_sum(f"{SOLD} AND place <= 5 AND gross_before > 0 AND blue_year > 0", "gross_before")}
                AS top_active,
            {_sum(SOLD, "gross_year")} AS sales_year, {_sum(SOLD, "gross_before")} AS sales_before,
            {_sum(BOUGHT, "gross_year")} AS costs_year,
            {_sum(BOUGHT, "gross_before")} AS costs_before,
            {_sum(SOLD, "tax_year")} AS out_year, {_sum(SOLD, "tax_before")} AS out_before,
            {_sum(BOUGHT, "tax_year")} AS in_year, {_sum(BOUGHT, "tax_before")} AS in_before
        FROM partner
        GROUP BY point
    )
    SELECT k.supplier, k.day,
        CASE WHEN w.first_on IS NOT NULL
            THEN CAST(LEAST(w.last_on - w.first_on, {MOST_HISTORY_DAYS}) AS DOUBLE) / 30.4E0 END
            AS supplier_history_months,
        {hhi("w.sold_squares", "w.sold")} AS supplier_invoice_customer_hhi,
        CASE WHEN told.invoices_state {TOLD}
            THEN LN(1.0E0 + CAST(COALESCE(w.customers, 0) AS DOUBLE)) END
            AS supplier_ln_invoice_customers,
        CASE WHEN w.top > 0 THEN 1.0E0 - CAST(w.top_active AS DOUBLE) / CAST(w.top AS DOUBLE) END
            AS supplier_customer_churn,
        {hhi("w.bought_squares", "w.bought")} AS supplier_source_hhi,
        CASE WHEN w.sales_year > 0 AND w.costs_year > 0
            THEN LN(CAST(w.costs_year AS DOUBLE) / CAST(w.sales_year AS DOUBLE)) END
            AS supplier_ln_purchases_to_sales,
        CASE WHEN w.sales_year > 0 AND w.costs_year > 0 AND w.sales_before > 0
                AND w.costs_before > 0
            THEN ABS(LN(CAST(w.costs_year AS DOUBLE) / CAST(w.sales_year AS DOUBLE))
                - LN(CAST(w.costs_before AS DOUBLE) / CAST(w.sales_before AS DOUBLE))) END
            AS supplier_io_ratio_dev,
        CASE WHEN w.sales_year > w.out_year THEN {_burden("year")} END AS supplier_vat_burden,
        CASE WHEN w.sales_year > w.out_year AND w.sales_before > w.out_before
            THEN ABS({_burden("year")} - {_burden("before")}) END AS supplier_vat_burden_dev
    FROM supplier_point AS k
    LEFT JOIN whole AS w ON w.point = k.point
    LEFT JOIN made_supplier_sources AS told ON told.supplier = k.supplier AND told.day = k.day
"""  # noqa: S608 - composed of literals

OF_TWO_YEARS = "of the last 365 days and of the 365 days before"

RELATION = Relation(
    name="supplier_partners",
    credit=Credit.DATA,
    grain=Grain.SUPPLIER,
    sql=SQL,
    needs=(Source.INVOICES,),
    after=(supplier_sources.RELATION,),
    features=(
        Feature(
            "supplier_history_months",
            "months of 30.4 days from the supplier's first valid sales invoice to its last, at "
            f"most {MOST_HISTORY_DAYS} days",
            Risk.FALLS,
            "months",
            "no valid sales invoice of this supplier is known",
            "RD03",
            "months from the first sales invoice to the last: {value}",
            "首张至末张销项发票月数：{value}",
            "D09",
        ),
        Feature(
            "supplier_invoice_customer_hhi",
            "sum of the squared shares of the supplier's customers in its invoiced sales of 365 "
            "days; red notes are taken off, a customer below 0 counts for nothing",
            Risk.RISES,
            "0-1",
            "no invoiced sales of the last 365 days are known",
            "RD02",
            "concentration of the customers by invoices: {value}",
            "客户集中度(按发票)：{value}",
            "D15",
        ),
        Feature(
            "supplier_ln_invoice_customers",
            "ln(1 + customers with a valid sales invoice of the last 365 days)",
            Risk.FALLS,
            "ln(1 + count)",
            "nobody told of this supplier's invoices",
            "RD02",
            "customers invoiced within a year: {value}",
            "近12个月开票客户数：{value}",
            "D16",
        ),
        Feature(
            "supplier_customer_churn",
            "of the sales to the five largest customers of the year before the last, the share "
            "of those without a valid invoice in the last 365 days",
            Risk.RISES,
            "share",
            "no sales of the year before the last are known",
            "RD02",
            "share of the main customers lost within a year: {value}",
            "主要客户流失占比：{value}",
            "D17",
        ),
        Feature(
            "supplier_source_hhi",
            "sum of the squared shares of those it buys from in its invoiced purchases of 365 days",
            Risk.FREE,
            "0-1",
            "no invoiced purchases of the last 365 days are known",
            "RD02",
            "concentration of the purchases: {value}",
            "采购集中度：{value}",
            "D18",
        ),
        Feature(
            "supplier_ln_purchases_to_sales",
            "ln(invoiced purchases / invoiced sales) of the last 365 days, less red notes",
            Risk.FREE,
            "ln of a ratio",
            "purchases or sales of the last 365 days aren't known or not above 0",
            "RD06",
            "invoiced purchases over invoiced sales: {value}",
            "进销比：{value}",
        ),
        Feature(
            "supplier_io_ratio_dev",
            f"absolute difference of ln(invoiced purchases / invoiced sales) {OF_TWO_YEARS}: the "
            "supplier against its own past, with no term for its sector",
            Risk.RISES,
            "ln",
            "purchases or sales of one of the two years aren't known or not above 0",
            "RD06",
            "change of purchases over sales from year to year: {value}",
            "进销比同比变动：{value}",
            "D31",
        ),
        Feature(
            "supplier_vat_burden",
            "tax on invoiced sales less tax on invoiced purchases of the last 365 days, over "
            "invoiced sales without tax",
            Risk.FREE,
            "ratio",
            "no invoiced sales of the last 365 days are known",
            "RD06",
            "VAT burden by invoices: {value}",
            "增值税税负率(按发票)：{value}",
        ),
        Feature(
            "supplier_vat_burden_dev",
            f"absolute difference of the VAT burden by invoices {OF_TWO_YEARS}: the supplier "
            "against its own past, with no term for its sector",
            Risk.RISES,
            "ratio",
            "no invoiced sales of one of the two years are known",
            "RD06",
            "change of the VAT burden from year to year: {value}",
            "增值税税负率同比变动：{value}",
            "D32",
        ),
    ),
)
