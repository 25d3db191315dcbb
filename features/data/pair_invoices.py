"""What the invoices between the two parties show: how long, how often, and how much of all."""

from __future__ import annotations

from features.data import supplier_sources
from features.feature import Credit, Feature, Grain, Relation, Risk
from features.sources import TOLD, Source

LEAST_GAPS = 2
"""So many gaps between days with invoices make a usual one."""

MOST_TENURE_DAYS = 1825

NO_RHYTHM = f"fewer than {LEAST_GAPS + 1} days with invoices to it in the last 730 are known"

SQL = f"""
    WITH pair AS (
        SELECT k.supplier, k.buyer, k.day, p.point, p.firm
        FROM pair_day AS k
        JOIN supplier_point AS p ON p.supplier = k.supplier AND p.day = k.day
    ),
    gap AS (
        SELECT k.point, k.buyer, k.day - t.issued_on AS age,
            LEAD(t.issued_on) OVER (PARTITION BY k.point, k.buyer ORDER BY t.issued_on)
                - t.issued_on AS days
        FROM pair AS k
        JOIN trade AS t ON t.firm = k.firm AND t.partner = k.buyer
            AND t.sells = 1 AND t.dead = 0 AND t.gross_minor > 0
            AND t.from_day <= k.day AND k.day < t.until_day
            AND t.issued_on <= k.day AND t.issued_on >= k.day - 729
    ),
    habit AS (
        SELECT point, buyer, MIN(age) AS since, COUNT(CASE WHEN days > 0 THEN 1 END) AS gaps,
            MEDIAN(CASE WHEN days > 0 THEN days END) AS usual
        FROM gap
        GROUP BY point, buyer
    ),
    whole AS (
        SELECT point, SUM(gross_year) AS gross FROM trade_partner WHERE sells = 1 GROUP BY point
    )
    SELECT k.supplier, k.buyer, k.day,
        CASE WHEN h.gaps >= {LEAST_GAPS} THEN CAST(h.since AS DOUBLE) / h.usual END
            AS pair_gap_multiple,
        CASE WHEN own.first_on IS NOT NULL
            THEN CAST(LEAST(k.day - own.first_on, {MOST_TENURE_DAYS}) AS DOUBLE) / 30.4E0 END
            AS pair_invoice_months,
        CASE WHEN told.invoices_state {TOLD} AND whole.gross > 0
            THEN GREATEST(0.0E0, LEAST(1.0E0,
                CAST(COALESCE(own.gross_year, 0) AS DOUBLE) / CAST(whole.gross AS DOUBLE))) END
            AS pair_sales_share
    FROM pair AS k
    LEFT JOIN habit AS h ON h.point = k.point AND h.buyer = k.buyer
    LEFT JOIN trade_partner AS own ON own.point = k.point AND own.sells = 1
        AND own.partner = k.buyer
    LEFT JOIN whole ON whole.point = k.point
    LEFT JOIN made_supplier_sources AS told ON told.supplier = k.supplier AND told.day = k.day
"""  # noqa: S608 - composed of literals

RELATION = Relation(
    name="pair_invoices",
    credit=Credit.DATA,
    grain=Grain.PAIR,
    sql=SQL,
    needs=(Source.INVOICES,),
    after=(supplier_sources.RELATION,),
    features=(
        Feature(
            "pair_gap_multiple",
            "days since the supplier's last valid invoice to this buyer over the median days "
            "between days with invoices to it, of 730 days",
            Risk.RISES,
            "multiple",
            NO_RHYTHM,
            "RD07",
            "days since the last invoice to this buyer, as a multiple of what is usual: {value}",
            "距向该买方末次开票天数为惯常间隔的倍数：{value}",
            "D14",
        ),
        Feature(
            "pair_invoice_months",
            "months of 30.4 days since the first valid invoice of the supplier to this buyer, at "
            f"most {MOST_TENURE_DAYS} days",
            Risk.FALLS,
            "months",
            "no valid invoice of the supplier to this buyer is known",
            "RD07",
            "months since the first invoice to this buyer: {value}",
            "距首次向该买方开票月数：{value}",
            "D19",
        ),
        Feature(
            "pair_sales_share",
            "this buyer's share of the supplier's invoiced sales of 365 days, red notes taken off",
            Risk.FREE,
            "share",
            "no invoiced sales of the last 365 days are known",
            "RD02",
            "this buyer's share of the supplier's sales: {value}",
            "该买方占供应商销售额比重：{value}",
            "D20",
        ),
    ),
)
