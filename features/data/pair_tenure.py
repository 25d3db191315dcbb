"""How long and how much the two parties have traded with each other."""

from __future__ import annotations

from features.claims_seen import seen
from features.feature import Credit, Feature, Grain, Relation, Risk
from features.rates import counted, shrunk
from features.sources import Source

SQL = f"""
    WITH pair AS ({seen("pair_day", ("supplier", "buyer"))}),
    own AS (
        SELECT supplier, buyer, day, MIN(issued_on) AS first_issue,
            SUM(CASE WHEN issued_on >= day - 365 THEN face_minor END) AS face,
            {counted(5, 365)}
        FROM pair
        GROUP BY supplier, buyer, day
    )
    SELECT own.supplier, own.buyer, own.day,
        CAST(LEAST(own.day - own.first_issue, 1825) AS DOUBLE) / 30.4E0 AS pair_months,
        LN(1.0E0 + CAST(COALESCE(own.face, 0) AS DOUBLE) / 100.0E0) AS pair_ln_sales,
        {
    shrunk("own.x5_365", "own.n5_365", f"({shrunk('b.x5_365', 'b.n5_365', 'r.rate5_365', 5)})", 10)
} AS pair_late5_365d
    FROM own
    JOIN buyer_counts AS b ON b.buyer = own.buyer AND b.day = own.day
    JOIN supplier_rate AS r ON r.supplier = own.supplier AND r.day = own.day
"""  # noqa: S608 - composed of literals

RELATION = Relation(
    name="pair_tenure",
    credit=Credit.DATA,
    grain=Grain.PAIR,
    sql=SQL,
    needs=(Source.BOOK,),
    features=(
        Feature(
            "pair_months",
            "months of 30.4 days since the first claim between the two parties, at most 1825 days",
            Risk.FALLS,
            "months",
            "no claim between the two parties is known",
            "RD07",
            "months of trade between the two: {value}",
            "双方合作月数：{value}",
            "D19",
        ),
        Feature(
            "pair_ln_sales",
            "ln(1 + face of the claims between the two parties issued in the last 365 days)",
            Risk.FREE,
            "ln(1 + currency units)",
            "no claim between the two parties is known",
            "RD07",
            "a year's trade between the two: {value}",
            "双方年交易额：{value}",
        ),
        Feature(
            "pair_late5_365d",
            "share of the claims between the two parties 5 or more days late, 365 days, drawn "
            "with 10 claims to the buyer's rate",
            Risk.RISES,
            "share",
            "no claim between the two parties is known",
            "RD04",
            "late share between the two, 365 days: {value}",
            "双方近365天逾期5天以上占比：{value}",
            "D38",
        ),
    ),
)
