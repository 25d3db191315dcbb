"""Claims between the two parties that were paid in parts, or short."""

from __future__ import annotations

from features.data import supplier_sources
from features.feature import Credit, Feature, Grain, Relation, Risk
from features.sources import TOLD, Source

KAPPA = 10
SQL = f"""
    WITH claim AS (
        SELECT k.supplier, k.buyer, k.day, r.ref, r.face_minor
        FROM pair_day AS k
        JOIN known_receivable AS r ON r.supplier = k.supplier AND r.buyer = k.buyer
            AND r.face_minor > 0 AND k.day - r.due_on BETWEEN 30 AND 729
            AND r.from_day <= k.day AND k.day < r.until_day
    ),
    paid AS (
        SELECT c.supplier, c.buyer, c.day, c.ref, MAX(c.face_minor) AS face_minor,
            SUM(p.amount_minor) AS minor,
            SUM(CASE WHEN p.channel = 'offset' THEN 0 ELSE 1 END) AS parts
        FROM claim AS c
        JOIN known_payment AS p ON p.receivable = c.ref AND p.amount_minor > 0
            AND p.paid_on <= c.day AND p.from_day <= c.day AND c.day < p.until_day
        GROUP BY c.supplier, c.buyer, c.day, c.ref
    ),
    counted AS (
        SELECT supplier, buyer, day, COUNT(*) AS n,
            SUM(CASE WHEN parts > 1
                    OR CAST(minor AS DOUBLE) * 100.0E0 < CAST(face_minor AS DOUBLE) * 98.0E0
                THEN 1 ELSE 0 END) AS partly
        FROM paid
        GROUP BY supplier, buyer, day
    )
    SELECT k.supplier, k.buyer, k.day,
        CASE WHEN t.bank_state {TOLD} AND c.n > 0
            THEN CAST(c.partly AS DOUBLE) / (CAST(c.n AS DOUBLE) + {KAPPA}.0E0) END
            AS pair_paid_partly
    FROM pair_day AS k
    JOIN made_supplier_sources AS t ON t.supplier = k.supplier AND t.day = k.day
    LEFT JOIN counted AS c ON c.supplier = k.supplier AND c.buyer = k.buyer AND c.day = k.day
"""  # noqa: S608 - composed of literals

RELATION = Relation(
    name="pair_parts",
    credit=Credit.DATA,
    grain=Grain.PAIR,
    sql=SQL,
    needs=(Source.BANK,),
    after=(supplier_sources.RELATION,),
    features=(
        Feature(
            "pair_paid_partly",
            "share of the claims between the two parties due 30 to 729 days ago, of those with a "
            "payment, that were paid more than once (set-off aside) or have been paid less than "
            "98 % of their face; drawn with 10 claims to none",
            Risk.RISES,
            "share",
            "the bank hasn't told of the supplier, or no payment of a claim that old is known",
            "RD04",
            "share of claims paid in parts or short: {value}",
            "分次或不足额付款的占比：{value}",
            "D41",
        ),
    ),
)
