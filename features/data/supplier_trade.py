"""The supplier's whole book: how late its customers pay, and how it is spread over them."""

from __future__ import annotations

from features.feature import Credit, Feature, Grain, Relation, Risk
from features.sources import Source

NONE_KNOWN = "no claim of this supplier is known"

MOST_MINOR = 10**18
"""A buyer's face counts up to this (10^16 currency units): the square of more doesn't fit a sum."""

SQL = f"""
    WITH claim AS (
        SELECT k.supplier, k.day, c.buyer, c.face_minor
        FROM supplier_day AS k
        JOIN known_claim AS c ON c.supplier = k.supplier
            AND c.from_day <= k.day AND k.day < c.until_day AND c.issued_on >= k.day - 365
    ),
    customer AS (
        SELECT supplier, day, buyer, CAST(
            CASE WHEN SUM(face_minor) > {MOST_MINOR} THEN {MOST_MINOR} ELSE SUM(face_minor) END
            AS DECIMAL(19, 0)) AS face
        FROM claim GROUP BY supplier, day, buyer
    ),
    spread AS (
        SELECT supplier, day, COUNT(*) AS n, SUM(face) AS face, SUM(face * face) AS squares
        FROM customer GROUP BY supplier, day
    )
    SELECT k.supplier, k.day,
        r.rate5_30 AS supplier_late5_30d,
        r.rate1_14 AS supplier_late1_14d,
        CASE WHEN s.n > 0 THEN LN(1.0E0 + CAST(s.n AS DOUBLE)) END AS supplier_ln_customers,
        CASE WHEN s.face > 0
            THEN CAST(s.squares AS DOUBLE) / (CAST(s.face AS DOUBLE) * CAST(s.face AS DOUBLE)) END
            AS supplier_customer_hhi
    FROM supplier_day AS k
    JOIN supplier_rate AS r ON r.supplier = k.supplier AND r.day = k.day
    LEFT JOIN spread AS s ON s.supplier = k.supplier AND s.day = k.day
"""  # noqa: S608 - composed of literals

RELATION = Relation(
    name="supplier_trade",
    credit=Credit.DATA,
    grain=Grain.SUPPLIER,
    sql=SQL,
    needs=(Source.BOOK,),
    features=(
        Feature(
            "supplier_late5_30d",
            "share of the supplier's claims 5 or more days late, over those settled as late or not "
            "in the last 30 days, drawn with 20 claims to 10 %",
            Risk.FREE,
            "share",
            "never missing",
            "RD13",
            "late share of all the supplier's customers, 30 days: {value}",
            "供应商全部客户近30天逾期5天以上占比：{value}",
        ),
        Feature(
            "supplier_late1_14d",
            "share of the supplier's claims late at all, over those settled as late or not in the "
            "last 14 days, drawn with 20 claims to 20 %",
            Risk.FREE,
            "share",
            "never missing",
            "RD13",
            "late share of all the supplier's customers, 14 days: {value}",
            "供应商全部客户近14天逾期占比：{value}",
        ),
        Feature(
            "supplier_ln_customers",
            "ln(1 + buyers with a claim issued in the last 365 days)",
            Risk.FALLS,
            "ln(1 + count)",
            NONE_KNOWN,
            "RD02",
            "the supplier's customers: {value}",
            "供应商客户数：{value}",
            "D16",
        ),
        Feature(
            "supplier_customer_hhi",
            "sum of the squared shares of the supplier's buyers in the face issued in 365 days",
            Risk.RISES,
            "0-1",
            NONE_KNOWN,
            "RD02",
            "concentration of the supplier's customers: {value}",
            "供应商客户集中度：{value}",
            "D15",
        ),
    ),
)
