"""Whether the supplier invoices the same customer the same amount twice within days."""

from __future__ import annotations

from features.feature import Credit, Feature, Grain, Relation, Risk
from features.rates import shrunk
from features.sources import Source

NEAR_DAYS = 3


def _next(order: str) -> str:
    return (
        "LEAD(issued_on) OVER (PARTITION BY point, partner, gross_minor "
        f"ORDER BY issued_on{order}, ref{order})"
    )


SQL = f"""
    WITH seen AS (
        SELECT k.point, t.partner, t.gross_minor, t.issued_on, t.ref
        FROM supplier_point AS k
        JOIN trade AS t ON t.firm = k.firm AND t.sells = 1 AND t.dead = 0 AND t.gross_minor > 0
            AND t.from_day <= k.day AND k.day < t.until_day
            AND t.issued_on <= k.day AND t.issued_on >= k.day - 364
    ),
    alike AS (
        SELECT point, partner, gross_minor, COUNT(*) AS n
        FROM seen
        GROUP BY point, partner, gross_minor
    ),
    whole AS (SELECT point, SUM(n) AS n FROM alike GROUP BY point),
    several AS (
        SELECT s.point, s.partner, s.gross_minor, s.issued_on, s.ref
        FROM alike AS l
        JOIN seen AS s ON s.point = l.point AND s.partner = l.partner
            AND s.gross_minor = l.gross_minor
        WHERE l.n > 1
    ),
    ordered AS (
        SELECT point, issued_on, {_next("")} AS after, {_next(" DESC")} AS before FROM several
    ),
    repeated AS (
        SELECT point, COUNT(*) AS n
        FROM ordered
        WHERE after - issued_on <= {NEAR_DAYS} OR issued_on - before <= {NEAR_DAYS}
        GROUP BY point
    )
    SELECT k.supplier, k.day,
        CASE WHEN w.n > 0 THEN {shrunk("r.n", "w.n", "0.02E0", 10)} END
            AS supplier_near_duplicate_share
    FROM supplier_point AS k
    LEFT JOIN whole AS w ON w.point = k.point
    LEFT JOIN repeated AS r ON r.point = k.point
"""  # noqa: S608 - composed of literals

RELATION = Relation(
    name="supplier_repeated_invoices",
    credit=Credit.DATA,
    grain=Grain.SUPPLIER,
    sql=SQL,
    needs=(Source.INVOICES,),
    features=(
        Feature(
            "supplier_near_duplicate_share",
            "share of valid sales invoices of 365 days with another of them to the same customer, "
            f"of the same gross amount, issued at most {NEAR_DAYS} days earlier or later; drawn "
            "with 10 invoices to 2 %",
            Risk.FREE,
            "share",
            "no valid sales invoice of the last 365 days is known",
            "RD03",
            "share of sales invoices that repeat another within days: {value}",
            "短期内同客户同金额重复开票占比：{value}",
            "D29",
        ),
    ),
)
