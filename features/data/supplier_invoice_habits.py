"""How the supplier's sales invoices look: void, red, round, near a limit, their first digits."""

from __future__ import annotations

from math import asin, log10, pi, sqrt

from features.feature import Credit, Feature, Grain, Relation, Risk
from features.rates import shrunk
from features.sources import Source

LIMITS_MINOR = (10**6, 10**7, 10**8, 10**9)
"""Largest amounts without tax, 10,000 to 10,000,000 currency units, up to which a firm of one size
or another may issue an invoice."""

LEAST_DIGITS = 100
DIGITS = range(1, 10)
BENFORD = {digit: log10(1 + 1 / digit) for digit in DIGITS}
NET = "(blue - tax_minor)"


def _benford_moments() -> tuple[float, float]:
    """Mean and deviation of the MAD of one draw: over sqrt(n) they are those of n draws.

    The shares of n draws are about normal with the variance p (1 - p) / n and the correlations of a
    multinomial; their absolute values have the moments of folded normals.
    """
    sigma = {digit: sqrt(p * (1 - p)) for digit, p in BENFORD.items()}
    mean = sqrt(2 / pi) * sum(sigma.values()) / 9
    covered = 0.0
    for one in DIGITS:
        for other in DIGITS:
            rho = -BENFORD[one] * BENFORD[other] / (sigma[one] * sigma[other])
            folded = 1.0 - 2 / pi
            if one != other:
                folded = 2 / pi * (sqrt(1 - rho * rho) + rho * asin(rho) - 1.0)
            covered += sigma[one] * sigma[other] * folded
    return mean, sqrt(covered) / 9


MAD_MEAN, MAD_DEVIATION = _benford_moments()


def _near(limit: int) -> str:
    """SQL of the number of invoices just below a limit."""
    return f"COUNT(CASE WHEN {NET} > {limit // 10 * 9} AND {NET} <= {limit} THEN 1 END)"


def _chosen(limit: int) -> str:
    return f"WHEN w.largest <= {limit} THEN w.near{limit}"


_DIGITS = ", ".join(f"COUNT(CASE digit WHEN '{at}' THEN 1 END) AS d{at}" for at in DIGITS)
_MAD = " + ".join(
    f"ABS(CAST(w.d{digit} AS DOUBLE) / CAST(w.digits AS DOUBLE) - {BENFORD[digit]!r}E0)"
    for digit in DIGITS
)

SQL = f"""
    WITH seen AS (
        SELECT k.point, t.tax_minor,
            CASE WHEN t.gross_minor > 0 AND t.issued_on > k.day - 365 THEN t.dead END AS dead,
            CASE WHEN t.dead = 0 AND t.issued_on > k.day - 365 THEN t.gross_minor END AS year,
            CASE WHEN t.dead = 0 AND t.gross_minor > 0
                THEN SUBSTRING(CAST(t.gross_minor AS VARCHAR), 1, 1) END AS digit
        FROM supplier_point AS k
        JOIN trade AS t ON t.firm = k.firm AND t.sells = 1
            AND t.from_day <= k.day AND k.day < t.until_day
            AND t.issued_on <= k.day AND t.issued_on >= k.day - 729
    ),
    signed AS (
        SELECT point, tax_minor, digit, dead,
            CASE WHEN year > 0 THEN year END AS blue,
            CASE WHEN year < 0 THEN year END AS red
        FROM seen
    ),
    whole AS (
        SELECT point,
            COUNT(dead) AS issued, SUM(dead) AS dead,
            COUNT(blue) AS n, SUM(blue) AS blue, -SUM(red) AS red,
            COUNT(CASE WHEN blue % 100000 = 0 THEN 1 END) AS round,
            MAX({NET}) AS largest,
            {", ".join(f"{_near(limit)} AS near{limit}" for limit in LIMITS_MINOR)},
            COUNT(digit) AS digits, {_DIGITS}
        FROM signed
        GROUP BY point
    ),
    noted AS (
        SELECT k.point, COUNT(*) AS n,
            COUNT(CASE WHEN t.issued_on - o.issued_on > 60 THEN 1 END) AS late
        FROM supplier_point AS k
        JOIN trade AS t ON t.firm = k.firm AND t.sells = 1 AND t.dead = 0
            AND t.gross_minor < 0 AND t.red_of IS NOT NULL
            AND t.from_day <= k.day AND k.day < t.until_day
            AND t.issued_on <= k.day AND t.issued_on >= k.day - 364
        JOIN known_invoice AS o ON o.ref = t.red_of
            AND o.from_day <= k.day AND k.day < o.until_day
        GROUP BY k.point
    )
    SELECT k.supplier, k.day,
        CASE WHEN w.issued > 0 THEN LN(1.0E0 + CAST(w.n AS DOUBLE)) END
            AS supplier_ln_sales_invoices,
        CASE WHEN w.n > 0 THEN (CAST(w.n AS DOUBLE) * LEAST(1.0E0,
                CAST(COALESCE(w.red, 0) AS DOUBLE) / CAST(w.blue AS DOUBLE)) + 10.0E0 * 0.02E0)
            / (CAST(w.n AS DOUBLE) + 10.0E0) END AS supplier_red_flush_rate,
        CASE WHEN r.n > 0 THEN {shrunk("r.late", "r.n", "0.2E0", 5)} END AS supplier_red_late,
        CASE WHEN w.issued > 0 THEN {shrunk("w.dead", "w.issued", "0.05E0", 20)} END
            AS supplier_void_rate,
        CASE WHEN w.n > 0 THEN {shrunk("w.round", "w.n", "0.05E0", 10)} END
            AS supplier_round_share,
        CASE WHEN w.digits >= {LEAST_DIGITS} THEN (({_MAD}) / 9.0E0
            * SQRT(CAST(w.digits AS DOUBLE)) - {MAD_MEAN!r}E0) / {MAD_DEVIATION!r}E0 END
            AS supplier_benford_z,
        CASE WHEN w.n > 0 AND w.largest <= {LIMITS_MINOR[-1]} THEN {
    shrunk(f"CASE {' '.join(map(_chosen, LIMITS_MINOR))} END", "w.n", "0.05E0", 10)
} END AS supplier_near_limit_share
    FROM supplier_point AS k
    LEFT JOIN whole AS w ON w.point = k.point
    LEFT JOIN noted AS r ON r.point = k.point
"""  # noqa: S608 - composed of literals

NO_SALE = "no valid sales invoice of the last 365 days is known"


def _share(
    name: str, code: str, definition: str, en: str, zh: str, risk: Risk = Risk.FREE
) -> Feature:
    words = (f"{en}: {{value}}", f"{zh}：{{value}}")
    return Feature(name, definition, risk, "share", NO_SALE, "RD05", *words, code)


RELATION = Relation(
    name="supplier_invoice_habits",
    credit=Credit.DATA,
    grain=Grain.SUPPLIER,
    sql=SQL,
    needs=(Source.INVOICES,),
    features=(
        Feature(
            "supplier_ln_sales_invoices",
            "ln(1 + valid sales invoices of the last 365 days): how much the shares of invoices "
            "rest on",
            Risk.FREE,
            "ln(1 + count)",
            "no sales invoice of the last 365 days is known",
            "RD03",
            "sales invoices within a year: {value}",
            "近12个月销项发票张数：{value}",
        ),
        _share(
            "supplier_red_flush_rate",
            "D21",
            "amount of red notes over that of valid invoices, sales of 365 days, at most 1, drawn "
            "with 10 invoices to 2 %",
            "amount of red notes over that of sales",
            "红冲金额占比",
        ),
        Feature(
            "supplier_red_late",
            "share of the red notes of 365 days issued more than 60 days after the invoice they "
            "name, drawn with 5 notes to 20 %",
            Risk.RISES,
            "share",
            "no red note of the last 365 days that names its invoice is known",
            "RD05",
            "share of red notes that come late: {value}",
            "迟于60天红冲占比：{value}",
            "D23",
        ),
        _share(
            "supplier_void_rate",
            "D24",
            "share of void and abnormal ones among the supplier's sales invoices of 365 days, "
            "drawn with 20 invoices to 5 %",
            "share of sales invoices made void",
            "作废发票占比",
            Risk.RISES,
        ),
        _share(
            "supplier_round_share",
            "D26",
            "share of valid sales invoices of 365 days whose gross amount is a multiple of 1,000 "
            "currency units, drawn with 10 invoices to 5 %; with no term for its sector",
            "share of sales invoices of round amounts",
            "整数金额发票占比",
        ),
        Feature(
            "supplier_benford_z",
            "mean absolute deviation of the first digits of valid sales invoices of 730 days from "
            "Benford's law, less what so many draws give on average, over their deviation",
            Risk.FREE,
            "z",
            f"fewer than {LEAST_DIGITS} valid sales invoices of the last 730 days are known",
            "RD03",
            "first digits of the amounts against Benford's law, z: {value}",
            "首位数字本福特检验z值：{value}",
            "D27",
        ),
        _share(
            "supplier_near_limit_share",
            "D28",
            "share of valid sales invoices of 365 days without tax above 0.9 of the limit and not "
            "above it, drawn with 10 invoices to 5 %; the limit is the least of 10,000, 100,000, "
            "1 and 10 million currency units not below the largest of them",
            "share of sales invoices just below the limit",
            "接近开票限额发票占比",
        ),
    ),
)
