"""The supplier's record: what register, credit bureau, tax office, courts and lists say of it.

A level is that of the last row known. Counts and sums of records are missing where courts and lists
weren't asked.
"""

from __future__ import annotations

from features.data import supplier_sources
from features.feature import Credit, Feature, Grain, Relation, Risk
from features.rates import decayed
from features.sources import TOLD, Source
from features.subject.rated import log_odds, rated
from features.subject.twelve_months import quotient, within

YEAR_DAYS, TWO_YEARS_DAYS = 365, 730

MOST_ARREARS = 10.0
"""Arrears are told up to so many times the tax of a year; so much where none was paid."""

_AGAINST_IT = "a.adverse <> 'key_person_change' AND COALESCE(a.role, 'defendant') = 'defendant'"

SQL = f"""
    WITH {rated("supplier_day", "supplier")},
    bureau AS (
        SELECT k.supplier, k.day, b.max_dpd_24m_days, b.lenders, b.inquiries_3m,
            COALESCE(
                CAST(b.utilisation_ppm AS DOUBLE) / 1000000.0E0,
                {quotient("b.outstanding_minor", "b.limit_minor")}
            ) AS utilisation,
            ROW_NUMBER() OVER (
                PARTITION BY k.supplier, k.day ORDER BY b.reported_on DESC, b.seq DESC
            ) AS place
        FROM supplier_day AS k
        JOIN known_bureau_summary AS b
            ON b.party = k.supplier AND b.from_day <= k.day AND k.day < b.until_day
    ),
    filed AS (
        SELECT k.supplier, k.day, t.tax_paid_minor, t.arrears_minor,
            ROW_NUMBER() OVER (
                PARTITION BY k.supplier, k.day, t.tax ORDER BY t.period_end DESC, t.seq DESC
            ) AS place
        FROM supplier_day AS k
        JOIN known_tax_return AS t
            ON t.party = k.supplier AND t.from_day <= k.day AND k.day < t.until_day
        WHERE t.period_end > k.day - {YEAR_DAYS}
    ),
    taxed AS (
        SELECT supplier, day, SUM(tax_paid_minor) AS paid,
            SUM(CASE WHEN place = 1 THEN arrears_minor END) AS arrears
        FROM filed
        GROUP BY supplier, day
    ),
    owed AS (
        SELECT supplier, day, arrears, paid, {quotient("arrears", "paid")} AS against_paid
        FROM taxed
    ),
    record AS (
        SELECT k.supplier, k.day, a.severity, k.day - a.opened_on AS age_days,
            CASE WHEN {_AGAINST_IT} THEN 1 ELSE 0 END AS is_adverse,
            CASE WHEN a.adverse = 'key_person_change' THEN 1 ELSE 0 END AS is_change
        FROM supplier_day AS k
        JOIN known_adverse_record AS a
            ON a.party = k.supplier AND a.from_day <= k.day AND k.day < a.until_day
        WHERE a.opened_on <= k.day AND a.opened_on > k.day - {TWO_YEARS_DAYS}
    ),
    recorded AS (
        SELECT supplier, day,
            SUM(CASE WHEN is_adverse = 1 THEN {decayed("severity", "age_days", 365.0)} END)
                AS points,
            COUNT(CASE WHEN is_change = 1 AND age_days < {YEAR_DAYS} THEN 1 END) AS changes
        FROM record
        GROUP BY supplier, day
    )
    SELECT s.supplier, s.day,
        {log_odds("rating.pd_ppm")} AS supplier_logit_pd,
        CASE WHEN p.established_on <= s.day
            THEN CAST(s.day - p.established_on AS DOUBLE) / 365.25E0 END AS supplier_age,
        b.max_dpd_24m_days AS supplier_max_dpd_24m,
        b.utilisation AS supplier_utilisation,
        b.lenders AS supplier_lenders,
        b.inquiries_3m AS supplier_inquiries_3m,
        CASE f.tax_credit_grade WHEN 'A' THEN 0.0E0 WHEN 'B' THEN 1.0E0 WHEN 'M' THEN 1.5E0
            WHEN 'C' THEN 2.0E0 WHEN 'D' THEN 3.0E0 END AS supplier_tax_grade,
        CASE WHEN t.arrears <= 0 THEN 0.0E0 WHEN t.arrears > 0 AND t.paid <= 0 THEN {MOST_ARREARS}E0
            ELSE {within("t.against_paid", most=MOST_ARREARS)} END
            AS supplier_tax_arrears,
        CASE WHEN s.courts_state {TOLD} THEN COALESCE(CAST(r.points AS DOUBLE), 0.0E0) END
            AS supplier_adverse_24m,
        CASE WHEN s.courts_state {TOLD} THEN COALESCE(r.changes, 0) END
            AS supplier_key_change_12m,
        CASE WHEN f.innovation_until <= s.day THEN 0 ELSE f.innovation_tier END
            AS supplier_innov_tier
    FROM made_supplier_sources AS s
    LEFT JOIN rating ON rating.party = s.supplier AND rating.day = s.day
    LEFT JOIN known_party AS p
        ON p.party = s.supplier AND p.from_day <= s.day AND s.day < p.until_day
    LEFT JOIN known_profile AS f
        ON f.party = s.supplier AND f.from_day <= s.day AND s.day < f.until_day
    LEFT JOIN bureau AS b ON b.supplier = s.supplier AND b.day = s.day AND b.place = 1
    LEFT JOIN owed AS t ON t.supplier = s.supplier AND t.day = s.day
    LEFT JOIN recorded AS r ON r.supplier = s.supplier AND r.day = s.day
"""  # noqa: S608 - composed of literals

NOT_ASKED = "courts and lists weren't asked about the supplier"
NO_BUREAU = "the bureau's last summary doesn't tell it, or there is none"

RELATION = Relation(
    name="supplier_record",
    credit=Credit.SUBJECT,
    grain=Grain.SUPPLIER,
    sql=SQL,
    needs=(Source.BUREAU,),
    after=(supplier_sources.RELATION,),
    features=(
        Feature(
            "supplier_logit_pd",
            "log-odds of default in twelve months by the rating in force: the lender's own, else "
            "an agency's, else a shadow rating; the chance from one to 999,999 in a million",
            Risk.RISES,
            "log-odds",
            "no rating in force tells a chance of default",
            "RS06",
            "log-odds of the supplier's default by its rating: {value}",
            "供应商评级对应违约对数几率：{value}",
            needs=(Source.RATINGS,),
        ),
        Feature(
            "supplier_age",
            "years of 365.25 days since the supplier was founded",
            Risk.FALLS,
            "years",
            "the day of foundation isn't known, or later",
            "RS07",
            "years since the supplier was founded: {value}",
            "供应商成立年数：{value}",
            "S24",
            needs=(Source.BOOK,),
        ),
        Feature(
            "supplier_max_dpd_24m",
            "worst days past due with any lender in 24 months, by the bureau's last summary",
            Risk.RISES,
            "days",
            NO_BUREAU,
            "RS08",
            "the supplier's worst days past due in 24 months: {value}",
            "供应商24个月内最长逾期天数：{value}",
            "S31",
        ),
        Feature(
            "supplier_utilisation",
            "drawn over granted lines, by the bureau's last summary",
            Risk.RISES,
            "ratio",
            f"{NO_BUREAU}, or no line is granted",
            "RS05",
            "the supplier's use of its bank lines: {value}",
            "供应商授信使用率：{value}",
            "S32",
        ),
        Feature(
            "supplier_lenders",
            "number of active lenders, by the bureau's last summary",
            Risk.RISES,
            "count",
            NO_BUREAU,
            "RS05",
            "lenders of the supplier: {value}",
            "供应商在贷机构数：{value}",
            "S33",
        ),
        Feature(
            "supplier_inquiries_3m",
            "inquiries of lenders in three months, by the bureau's last summary",
            Risk.RISES,
            "count",
            NO_BUREAU,
            "RS05",
            "inquiries about the supplier in three months: {value}",
            "近三个月供应商征信查询次数：{value}",
            "S34",
        ),
        Feature(
            "supplier_tax_grade",
            "tax credit grade: A 0, B 1, M 1.5, C 2, D 3",
            Risk.RISES,
            "0-3",
            "the grade isn't known",
            "RS08",
            "the supplier's tax credit grade (0 A to 3 D): {value}",
            "供应商纳税信用级别(0为A至3为D)：{value}",
            "S35",
            needs=(Source.BOOK,),
        ),
        Feature(
            "supplier_tax_arrears",
            "tax owed and overdue, by the last return of each tax, over tax paid by the returns of "
            "periods that ended in 365 days; at most 10, and 10 where none was paid",
            Risk.RISES,
            "ratio",
            "no return of 365 days tells arrears, or there are some and no return tells tax paid",
            "RS08",
            "the supplier's overdue tax over its tax of a year: {value}",
            "供应商欠税对年纳税额比：{value}",
            "S36",
            needs=(Source.TAX,),
        ),
        Feature(
            "supplier_adverse_24m",
            "sum over adverse records opened in 730 days of severity times exp(-age in days / "
            "365); suits of its own and changes of persons aren't adverse",
            Risk.RISES,
            "points",
            NOT_ASKED,
            "RS08",
            "weight of the supplier's adverse records: {value}",
            "供应商不良记录加权分：{value}",
            "S37",
            needs=(Source.COURTS,),
        ),
        Feature(
            "supplier_key_change_12m",
            "recorded changes of key persons in 365 days",
            Risk.RISES,
            "count",
            NOT_ASKED,
            "RS08",
            "changes of the supplier's key persons in a year: {value}",
            "供应商一年内关键人员变更次数：{value}",
            "S38",
            needs=(Source.COURTS,),
        ),
        Feature(
            "supplier_innov_tier",
            "tier of innovation: 1 innovative, 2 specialised, 3 little giant, 4 single champion; "
            "0 for none, or one that has ended",
            Risk.FALLS,
            "0-4",
            "the tier isn't known",
            "RS07",
            "the supplier's tier of innovation: {value}",
            "供应商创新梯度：{value}",
            "S39",
            needs=(Source.BOOK,),
        ),
    ),
)
