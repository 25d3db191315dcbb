"""How steadily the supplier sells: its invoices by month, and the days between them."""

from __future__ import annotations

from features.data import supplier_sources
from features.feature import Credit, Feature, Grain, Relation, Risk
from features.invoice_cells import bounded
from features.sources import TOLD, Source

MONTHS = 24
MONTHS_DAYS = 762
"""Days within which 24 complete months and the one that has begun lie."""

LEAST_GAPS = 2
"""So many gaps between days with sales make a usual one."""

NO_RHYTHM = f"fewer than {LEAST_GAPS + 1} days with sales invoices of the last 730 days are known"

EVEN = "3.0E0 / 91.0E0"
"""Share of the last 3 days of each quarter in the value of even sales."""

SQL = f"""
    WITH seen AS (
        SELECT k.point, k.day - t.issued_on AS age, k.month - a.month AS months_ago, t.gross_minor,
            CASE WHEN t.gross_minor > 0 THEN t.gross_minor END AS blue,
            CASE WHEN (a.month + 1200) % 3 = 2 AND a.days_left <= 2 THEN 1 END AS ends_quarter
        FROM supplier_point AS k
        JOIN trade AS t ON t.firm = k.firm AND t.sells = 1 AND t.dead = 0
            AND t.from_day <= k.day AND k.day < t.until_day
            AND t.issued_on <= k.day AND t.issued_on >= k.day - {MONTHS_DAYS}
        JOIN almanac AS a ON a.day = t.issued_on
    ),
    monthly AS (
        SELECT point, months_ago, SUM(gross_minor) AS gross
        FROM seen
        WHERE months_ago BETWEEN 1 AND {MONTHS}
        GROUP BY point, months_ago
    ),
    positive AS (
        SELECT point, months_ago, {bounded("gross")} AS gross FROM monthly WHERE gross > 0
    ),
    spread AS (
        SELECT point, COUNT(*) AS active,
            COUNT(CASE WHEN months_ago <= 12 THEN 1 END) AS active_year,
            SUM(gross) AS total, SUM(gross * gross) AS squares
        FROM positive
        GROUP BY point
    ),
    gap AS (
        SELECT point, age, gross_minor, blue, ends_quarter,
            CASE WHEN blue IS NOT NULL AND age <= 729 THEN age - LEAD(age) OVER (
                PARTITION BY point, CASE WHEN blue IS NOT NULL THEN 1 ELSE 0 END ORDER BY age DESC
            ) END AS days
        FROM seen
    ),
    windowed AS (
        SELECT point,
            SUM(CASE WHEN age <= 181 THEN gross_minor ELSE 0 END) AS half,
            SUM(CASE WHEN age BETWEEN 182 AND 363 THEN gross_minor ELSE 0 END) AS half_before,
            COUNT(CASE WHEN age <= 364 THEN blue END) AS n,
            SUM(CASE WHEN age <= 364 THEN blue END) AS blue,
            SUM(CASE WHEN age <= 364 AND ends_quarter = 1 THEN blue ELSE 0 END) AS stacked,
            MIN(CASE WHEN blue IS NOT NULL THEN age END) AS since,
            COUNT(CASE WHEN days > 0 THEN 1 END) AS gaps,
            MEDIAN(CASE WHEN days > 0 THEN days END) AS usual
        FROM gap
        GROUP BY point
    )
    SELECT k.supplier, k.day,
        CASE WHEN told.invoices_state {TOLD}
            THEN CAST(12 - COALESCE(s.active_year, 0) AS DOUBLE) / 12.0E0 END
            AS supplier_zero_month_share_12m,
        CASE WHEN told.invoices_state {TOLD}
            THEN CAST({MONTHS} - COALESCE(s.active, 0) AS DOUBLE) / {MONTHS}.0E0 END
            AS supplier_zero_month_share_24m,
        CASE WHEN s.total > 0 THEN SQRT(CAST(
                {MONTHS} * s.squares
                    - CAST(s.total AS DECIMAL(19, 0)) * CAST(s.total AS DECIMAL(19, 0))
                AS DOUBLE) * {MONTHS}.0E0 / {MONTHS - 1}.0E0) / CAST(s.total AS DOUBLE) END
            AS supplier_sales_cv_24m,
        CASE WHEN w.half > 0 AND w.half_before > 0
            THEN LN(CAST(w.half AS DOUBLE) / CAST(w.half_before AS DOUBLE)) END
            AS supplier_sales_growth_6m,
        CASE WHEN w.gaps >= {LEAST_GAPS} THEN CAST(w.since AS DOUBLE) / w.usual END
            AS supplier_gap_multiple,
        CASE WHEN w.blue > 0 THEN (
                CAST(w.n AS DOUBLE) * CAST(w.stacked AS DOUBLE) / CAST(w.blue AS DOUBLE)
                + 10.0E0 * {EVEN}
            ) / (CAST(w.n AS DOUBLE) + 10.0E0) / ({EVEN}) END AS supplier_quarter_end_stacking
    FROM supplier_point AS k
    LEFT JOIN spread AS s ON s.point = k.point
    LEFT JOIN windowed AS w ON w.point = k.point
    LEFT JOIN made_supplier_sources AS told ON told.supplier = k.supplier AND told.day = k.day
"""  # noqa: S608 - composed of literals


def _zero_months(months: int) -> Feature:
    return Feature(
        f"supplier_zero_month_share_{months}m",
        f"share of the last {months} complete calendar months without invoiced sales above 0, red "
        "notes taken off",
        Risk.RISES,
        "share",
        "nobody told of this supplier's invoices",
        "RD03",
        f"share of the last {months} months without sales: {{value}}",
        f"近{months}个月无销售月份占比：{{value}}",
        "D10",
    )


RELATION = Relation(
    name="supplier_rhythm",
    credit=Credit.DATA,
    grain=Grain.SUPPLIER,
    sql=SQL,
    needs=(Source.INVOICES,),
    after=(supplier_sources.RELATION,),
    features=(
        _zero_months(12),
        _zero_months(24),
        Feature(
            "supplier_sales_cv_24m",
            "standard deviation (n - 1 in the divisor) over mean of the invoiced sales of the last "
            "24 complete calendar months, red notes taken off; a month below 0 counts as 0, and no "
            "season of a sector is taken out",
            Risk.RISES,
            "ratio",
            "no invoiced sales of the last 24 complete calendar months are known",
            "RD03",
            "variation of monthly sales over 24 months: {value}",
            "近24个月月度销售波动系数：{value}",
            "D11",
        ),
        Feature(
            "supplier_sales_growth_6m",
            "ln(invoiced sales of the last 182 days / those of the 182 days before), red notes "
            "taken off, with no term for its sector",
            Risk.FREE,
            "ln of a ratio",
            "one of the two half years has no invoiced sales above 0",
            "RD03",
            "sales of half a year over those of the half before: {value}",
            "近6个月销售环比：{value}",
            "D12",
        ),
        Feature(
            "supplier_gap_multiple",
            "days since the last valid sales invoice over the median days between days with sales "
            "invoices, of 730 days",
            Risk.RISES,
            "multiple",
            NO_RHYTHM,
            "RD03",
            "days since the last sale, as a multiple of what is usual: {value}",
            "距末次开票天数为惯常间隔的倍数：{value}",
            "D13",
        ),
        Feature(
            "supplier_quarter_end_stacking",
            "share of the value of valid sales invoices of 365 days that was issued on the last 3 "
            "days of a calendar quarter, drawn with 10 invoices to 3/91, over 3/91",
            Risk.RISES,
            "multiple",
            "no sales invoice of the last 365 days is known",
            "RD03",
            "sales on the last days of quarters, as a multiple of even sales: {value}",
            "季末三天开票额为均匀水平的倍数：{value}",
            "D25",
        ),
    ),
)
