"""Money that other lenders have out on the trade of the two parties."""

from __future__ import annotations

from features.feature import Credit, Feature, Grain, Relation, Risk
from features.sources import Source

SQL = """
    WITH elsewhere AS (
        SELECT k.supplier, k.buyer, k.day, f.ref AS financing, f.amount_minor
        FROM pair_day AS k
        JOIN known_financing AS f ON f.supplier = k.supplier AND f.buyer = k.buyer
            AND f.lender IS NOT NULL AND f.from_day <= k.day AND k.day < f.until_day
            AND f.matures_on >= k.day
    ),
    back AS (
        SELECT e.supplier, e.buyer, e.day, e.financing, SUM(r.amount_minor) AS minor
        FROM elsewhere AS e
        JOIN known_repayment AS r ON r.financing = e.financing
            AND r.from_day <= e.day AND e.day < r.until_day
        GROUP BY e.supplier, e.buyer, e.day, e.financing
    ),
    ended AS (
        SELECT DISTINCT e.supplier, e.buyer, e.day, e.financing
        FROM elsewhere AS e
        JOIN known_outcome AS o ON o.financing = e.financing
            AND o.from_day <= e.day AND e.day < o.until_day
    ),
    counted AS (
        SELECT e.supplier, e.buyer, e.day, COUNT(*) AS n
        FROM elsewhere AS e
        LEFT JOIN back AS b ON b.supplier = e.supplier AND b.buyer = e.buyer
            AND b.day = e.day AND b.financing = e.financing
        LEFT JOIN ended AS o ON o.supplier = e.supplier AND o.buyer = e.buyer
            AND o.day = e.day AND o.financing = e.financing
        WHERE o.financing IS NULL AND COALESCE(b.minor, 0) < e.amount_minor
        GROUP BY e.supplier, e.buyer, e.day
    )
    SELECT k.supplier, k.buyer, k.day, COALESCE(c.n, 0) AS pair_financed_elsewhere
    FROM pair_day AS k
    LEFT JOIN counted AS c ON c.supplier = k.supplier AND c.buyer = k.buyer AND c.day = k.day
"""

RELATION = Relation(
    name="pair_financings",
    credit=Credit.DATA,
    grain=Grain.PAIR,
    sql=SQL,
    needs=(Source.BOOK,),
    features=(
        Feature(
            "pair_financed_elsewhere",
            "open financings of claims between the two parties by other lenders that this book "
            "knows of: neither matured, repaid nor ended",
            Risk.RISES,
            "count",
            "never missing: none is known where nobody tells of any",
            "RD09",
            "open financings of the two at other lenders: {value}",
            "双方在其他机构的未结融资笔数：{value}",
            "D57",
        ),
    ),
)
