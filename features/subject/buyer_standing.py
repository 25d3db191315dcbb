"""The buyer's standing: age, size, and the business it reports."""

from __future__ import annotations

from features.feature import Credit, Feature, Grain, Relation, Risk
from features.sources import Source

NO_REPORT = "the buyer reported none in the last twelve months"

MOST_REPORTS = 1_000
"""Of more in a year, the largest amounts would not fit the exact sums: the spread is missing."""

SQL = f"""
    WITH party AS (
        SELECT k.buyer, k.day, p.person_linked, p.onboarded_on
        FROM buyer_day AS k
        JOIN known_party AS p
            ON p.party = k.buyer AND p.from_day <= k.day AND k.day < p.until_day
    ),
    profile AS (
        SELECT k.buyer, k.day, p.size_class
        FROM buyer_day AS k
        JOIN known_profile AS p
            ON p.party = k.buyer AND p.from_day <= k.day AND k.day < p.until_day
    ),
    report AS (
        SELECT k.buyer, k.day, p.turnover_minor, p.employees, k.day - p.period_end AS age_days
        FROM buyer_day AS k
        JOIN known_report AS p
            ON p.party = k.buyer AND p.from_day <= k.day AND k.day < p.until_day
            AND k.day - p.period_end < 366
    ),
    reported AS (
        SELECT buyer, day,
            MIN(age_days) AS age_days,
            COUNT(turnover_minor) AS n,
            SUM(turnover_minor) AS turnover,
            SUM(CAST(turnover_minor AS DECIMAL(19, 0)) * CAST(turnover_minor AS DECIMAL(19, 0)))
                AS squares,
            SUM(CASE WHEN age_days < 92 THEN turnover_minor END) AS turnover_3m,
            COUNT(CASE WHEN age_days < 92 THEN turnover_minor END) AS n_3m,
            SUM(employees) AS employees,
            COUNT(employees) AS n_employees
        FROM report
        GROUP BY buyer, day
    )
    SELECT k.buyer, k.day,
        CASE WHEN party.onboarded_on <= k.day
            THEN CAST(LEAST(k.day - party.onboarded_on, 1826) AS DOUBLE) / 365.25E0
            END AS buyer_years_known,
        CASE WHEN party.person_linked IS NULL THEN NULL
            WHEN party.person_linked THEN 1 ELSE 0 END AS buyer_is_person,
        CASE profile.size_class WHEN 'micro' THEN 1 WHEN 'small' THEN 2 WHEN 'medium' THEN 3
            WHEN 'large' THEN 4 END AS buyer_size_class,
        CASE WHEN reported.n > 0
            THEN LN(1.0E0
                + CAST(reported.turnover AS DOUBLE) / (100.0E0 * CAST(reported.n AS DOUBLE)))
            END AS buyer_ln_turnover,
        CASE WHEN reported.n_employees > 0
            THEN CAST(reported.employees AS DOUBLE) / CAST(reported.n_employees AS DOUBLE)
            END AS buyer_employees,
        CASE WHEN reported.n_3m > 0 AND reported.turnover_3m > 0 AND reported.turnover > 0
            THEN LN(CAST(reported.turnover_3m AS DOUBLE) / CAST(reported.n_3m AS DOUBLE))
                - LN(CAST(reported.turnover AS DOUBLE) / CAST(reported.n AS DOUBLE))
            END AS buyer_turnover_trend,
        CASE WHEN reported.n BETWEEN 3 AND {MOST_REPORTS} AND reported.turnover > 0
            THEN SQRT(GREATEST(0.0E0,
                    CAST(reported.n * reported.squares
                        - CAST(reported.turnover AS DECIMAL(38, 0)) * reported.turnover AS DOUBLE)))
                / CAST(reported.turnover AS DOUBLE) END AS buyer_turnover_cv,
        reported.age_days AS buyer_report_age_days
    FROM buyer_day AS k
    LEFT JOIN party ON party.buyer = k.buyer AND party.day = k.day
    LEFT JOIN profile ON profile.buyer = k.buyer AND profile.day = k.day
    LEFT JOIN reported ON reported.buyer = k.buyer AND reported.day = k.day
"""  # noqa: S608 - composed of literals

RELATION = Relation(
    name="buyer_standing",
    credit=Credit.SUBJECT,
    grain=Grain.BUYER,
    sql=SQL,
    needs=(Source.REPORTS,),
    features=(
        Feature(
            "buyer_years_known",
            "years since the buyer was registered with the lender, at most 5",
            Risk.FALLS,
            "years",
            "the day of registration isn't known, or later",
            "RS07",
            "years since the buyer was registered: {value}",
            "买方登记年数：{value}",
        ),
        Feature(
            "buyer_is_person",
            "1 where the buyer is a natural person or a sole proprietor, else 0",
            Risk.FREE,
            "0/1",
            "not known",
            "RS07",
            "the buyer is a person: {value}",
            "买方为自然人或个体：{value}",
        ),
        Feature(
            "buyer_size_class",
            "size class: 1 micro, 2 small, 3 medium, 4 large",
            Risk.FREE,
            "1-4",
            "the size isn't known",
            "RS07",
            "the buyer's size class (1 micro to 4 large): {value}",
            "买方规模(1微型至4大型)：{value}",
        ),
        Feature(
            "buyer_ln_turnover",
            "ln(1 + mean reported turnover of a month over the last twelve)",
            Risk.FREE,
            "ln(1 + currency units)",
            NO_REPORT,
            "RS09",
            "the buyer's monthly turnover: {value}",
            "买方月营业额：{value}",
        ),
        Feature(
            "buyer_employees",
            "mean reported headcount over the last twelve months",
            Risk.FREE,
            "count",
            NO_REPORT,
            "RS09",
            "the buyer's headcount: {value}",
            "买方员工人数：{value}",
        ),
        Feature(
            "buyer_turnover_trend",
            "ln of the mean monthly turnover of three months over that of twelve",
            Risk.FREE,
            "ln of a ratio",
            NO_REPORT,
            "RS09",
            "recent turnover as a multiple of the year's: {value}",
            "近期营业额为全年月均的倍数：{value}",
        ),
        Feature(
            "buyer_turnover_cv",
            "standard deviation (n in the divisor) over mean of the monthly turnover of twelve "
            "months",
            Risk.FREE,
            "ratio",
            "under three or over 1,000 reports in the last twelve months, or none but zero",
            "RS09",
            "unevenness of the buyer's turnover: {value}",
            "买方营业额波动：{value}",
        ),
        Feature(
            "buyer_report_age_days",
            "days since the end of the last period reported",
            Risk.FREE,
            "days",
            NO_REPORT,
            "RS09",
            "days since the buyer's last report: {value}",
            "距买方最近一次申报天数：{value}",
        ),
    ),
)
