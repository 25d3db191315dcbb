"""The supplier's standing: how much it sells, and for how long it is known."""

from __future__ import annotations

from features.feature import Credit, Feature, Grain, Relation, Risk
from features.sources import Source

SQL = """
    WITH book AS (
        SELECT k.supplier, k.day,
            SUM(CASE WHEN c.issued_on >= k.day - 365 THEN c.face_minor END) AS face,
            MIN(c.issued_on) AS first_issue
        FROM supplier_day AS k
        JOIN known_claim AS c ON c.supplier = k.supplier
            AND c.from_day <= k.day AND k.day < c.until_day
        GROUP BY k.supplier, k.day
    ),
    profile AS (
        SELECT k.supplier, k.day, p.size_class
        FROM supplier_day AS k
        JOIN known_profile AS p
            ON p.party = k.supplier AND p.from_day <= k.day AND k.day < p.until_day
    )
    SELECT k.supplier, k.day,
        LN(1.0E0 + CAST(book.face AS DOUBLE) / 100.0E0) AS supplier_ln_sales,
        CASE WHEN book.first_issue IS NOT NULL
            THEN CAST(LEAST(k.day - book.first_issue, 1095) AS DOUBLE) / 30.4E0
            END AS supplier_months_known,
        CASE profile.size_class WHEN 'micro' THEN 1 WHEN 'small' THEN 2 WHEN 'medium' THEN 3
            WHEN 'large' THEN 4 END AS supplier_size_class
    FROM supplier_day AS k
    LEFT JOIN book ON book.supplier = k.supplier AND book.day = k.day
    LEFT JOIN profile ON profile.supplier = k.supplier AND profile.day = k.day
"""

RELATION = Relation(
    name="supplier_standing",
    credit=Credit.SUBJECT,
    grain=Grain.SUPPLIER,
    sql=SQL,
    needs=(Source.BOOK,),
    features=(
        Feature(
            "supplier_ln_sales",
            "ln(1 + face of the supplier's claims issued in the last 365 days)",
            Risk.FALLS,
            "ln(1 + currency units)",
            "no claim of this supplier was issued in the last 365 days",
            "RS07",
            "the supplier's sales of a year: {value}",
            "供应商年销售额：{value}",
            "S23",
        ),
        Feature(
            "supplier_months_known",
            "months of 30.4 days since the supplier's first claim, at most 1095 days",
            Risk.FALLS,
            "months",
            "no claim of this supplier is known",
            "RS07",
            "months for which the supplier is known: {value}",
            "供应商已知月数：{value}",
            "D09",
        ),
        Feature(
            "supplier_size_class",
            "size class: 1 micro, 2 small, 3 medium, 4 large",
            Risk.FREE,
            "1-4",
            "the size isn't known",
            "RS07",
            "the supplier's size class (1 micro to 4 large): {value}",
            "供应商规模(1微型至4大型)：{value}",
            "S25",
        ),
    ),
)
