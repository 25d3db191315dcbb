"""The supplier's accounts: its last twelve months of statements, and the staff that it reports.

Which statements these are says ``features.subject.twelve_months``. A quotient whose divisor isn't
above 0 is missing.
"""

from __future__ import annotations

from features.feature import Credit, Feature, Grain, Relation, Risk
from features.sources import Source
from features.subject.twelve_months import listed, quotient, twelve_months, within

CONCEPTS = (
    "inventory",
    "current_assets",
    "current_liabilities",
    "short_term_debt",
    "current_part_of_long_term_debt",
    "principal_due_12m",
    "revenue",
    "interest_expense",
    "ebit",
    "operating_cash_flow",
)

AROUND_DAYS = 45
"""A report of a year ago may be so much nearer or farther."""

_PRINCIPAL = (
    f"COALESCE(principal_due_12m, {listed('short_term_debt', 'current_part_of_long_term_debt')})"
)
_INTEREST = "COALESCE(interest_expense, 0)"

SQL = f"""
    WITH {twelve_months("supplier_day", "supplier", CONCEPTS)},
    measured AS (
        SELECT party AS supplier, day,
            {quotient("total_liabilities", "total_assets")} AS leverage,
            {quotient("current_assets - COALESCE(inventory, 0)", "current_liabilities")}
                AS quick_ratio,
            {quotient("ebit", "revenue")} AS margin,
            {quotient(f"operating_cash_flow + {_INTEREST}", f"{_PRINCIPAL} + {_INTEREST}")}
                AS cover
        FROM account
    ),
    headcount AS (
        SELECT k.supplier, k.day, r.period_end, r.employees,
            ROW_NUMBER() OVER (
                PARTITION BY k.supplier, k.day ORDER BY r.period_end DESC, r.seq DESC
            ) AS place
        FROM supplier_day AS k
        JOIN known_report AS r
            ON r.party = k.supplier AND r.from_day <= k.day AND k.day < r.until_day
        WHERE r.employees > 0 AND r.period_end > k.day - {365 + 365 + AROUND_DAYS}
    ),
    staff AS (
        SELECT now.supplier, now.day, now.employees, ago.employees AS employees_before,
            ROW_NUMBER() OVER (
                PARTITION BY now.supplier, now.day
                ORDER BY ABS(now.period_end - 365 - ago.period_end), ago.place
            ) AS place
        FROM headcount AS now
        JOIN headcount AS ago ON ago.supplier = now.supplier AND ago.day = now.day
            AND ABS(now.period_end - 365 - ago.period_end) <= {AROUND_DAYS}
        WHERE now.place = 1 AND now.period_end > now.day - 365
    )
    SELECT k.supplier, k.day, m.leverage AS supplier_leverage,
        {within("m.quick_ratio", most=5.0)} AS supplier_quick_ratio,
        m.margin AS supplier_ebit_margin, m.cover AS supplier_dscr,
        CASE WHEN s.employees > 0
            THEN LN(CAST(s.employees AS DOUBLE)) - LN(CAST(s.employees_before AS DOUBLE)) END
            AS supplier_headcount_chg
    FROM supplier_day AS k
    LEFT JOIN measured AS m ON m.supplier = k.supplier AND m.day = k.day
    LEFT JOIN staff AS s ON s.supplier = k.supplier AND s.day = k.day AND s.place = 1
"""  # noqa: S608 - composed of literals

UNKNOWN = "no twelve months of statements are known, or in them "

RELATION = Relation(
    name="supplier_accounts",
    credit=Credit.SUBJECT,
    grain=Grain.SUPPLIER,
    sql=SQL,
    needs=(Source.ACCOUNTS,),
    features=(
        Feature(
            "supplier_leverage",
            "liabilities over total assets",
            Risk.RISES,
            "ratio",
            f"{UNKNOWN}either isn't told, or assets aren't above 0",
            "RS05",
            "the supplier's liabilities over its assets: {value}",
            "供应商资产负债率：{value}",
            "S26",
        ),
        Feature(
            "supplier_quick_ratio",
            "current assets less inventory over current liabilities, at most 5",
            Risk.FALLS,
            "multiple",
            f"{UNKNOWN}either isn't told, or current liabilities aren't above 0",
            "RS06",
            "the supplier's current assets without inventory over current liabilities: {value}",
            "供应商速动比率：{value}",
            "S27",
        ),
        Feature(
            "supplier_ebit_margin",
            "EBIT over revenue of twelve months",
            Risk.FALLS,
            "ratio",
            f"{UNKNOWN}either isn't told, or revenue isn't above 0",
            "RS06",
            "the supplier's operating margin: {value}",
            "供应商息税前利润率：{value}",
            "S28",
        ),
        Feature(
            "supplier_dscr",
            "operating cash flow and interest of twelve months, over the principal due in the next "
            "twelve (where it isn't told, short-term debt and the current part of long-term debt) "
            "and interest",
            Risk.FALLS,
            "multiple",
            f"{UNKNOWN}the cash flow or the debt isn't told, or nothing is due",
            "RS06",
            "the supplier's cash flow over its debt service: {value}",
            "供应商偿债备付率：{value}",
            "S29",
        ),
        Feature(
            "supplier_headcount_chg",
            "ln of the staff last reported over that of the report nearest to 365 days before, "
            "45 days more or less",
            Risk.FALLS,
            "ln of a ratio",
            "no staff above 0 is reported of the last year, or none of a year before",
            "RS07",
            "the supplier's staff as a multiple of that of a year ago: {value}",
            "供应商员工人数为一年前的倍数：{value}",
            "S40",
            needs=(Source.REPORTS,),
        ),
    ),
)
