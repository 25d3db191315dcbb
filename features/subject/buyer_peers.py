"""The buyer's peers: how late other buyers of its industry and its area pay the same supplier."""

from __future__ import annotations

from features.feature import Credit, Feature, Grain, Relation, Risk
from features.rates import running, shrunk
from features.sources import Source

HALF_YEAR_DAYS = 180
KAPPA = 50

SQL = f"""
    WITH profile AS (
        SELECT k.supplier, k.buyer, k.day, p.industry, p.phone_area
        FROM pair_day AS k
        JOIN known_profile AS p
            ON p.party = k.buyer AND p.from_day <= k.day AND k.day < p.until_day
    ),
    claim AS (
        SELECT supplier, buyer,
            CASE WHEN settled_on IS NULL OR settled_on - due_on >= 5 THEN 1 ELSE 0 END AS late,
            GREATEST(from_day, due_on + 6) AS enters,
            LEAST(until_day, due_on + 6 + {HALF_YEAR_DAYS}) AS leaves
        FROM known_claim
    ),
    described AS (
        SELECT c.supplier, c.buyer, c.late, p.industry, p.phone_area,
            GREATEST(c.enters, p.from_day) AS enters, LEAST(c.leaves, p.until_day) AS leaves
        FROM claim AS c
        JOIN known_profile AS p ON p.party = c.buyer
        WHERE c.enters < c.leaves
    ),
    stay AS (
        SELECT supplier, buyer, 'industry' AS trait, industry AS shared, late, enters, leaves
        FROM described WHERE industry IS NOT NULL
        UNION ALL
        SELECT supplier, buyer, 'area' AS trait, phone_area AS shared, late, enters, leaves
        FROM described WHERE phone_area IS NOT NULL
    ),
    point AS (
        SELECT supplier, buyer, 'industry' AS trait, industry AS shared, day
        FROM profile WHERE industry IS NOT NULL
        UNION ALL
        SELECT supplier, buyer, 'area' AS trait, phone_area AS shared, day
        FROM profile WHERE phone_area IS NOT NULL
    ),
    {running(("supplier", "trait", "shared"), "together")},
    {running(("supplier", "trait", "shared", "buyer"), "own")},
    others AS (
        SELECT p.supplier, p.buyer, p.day, p.trait, t.x - o.x AS x, t.n - o.n AS n
        FROM point AS p
        JOIN together AS t ON t.supplier = p.supplier AND t.trait = p.trait
            AND t.shared = p.shared AND t.day = p.day
        JOIN own AS o ON o.supplier = p.supplier AND o.trait = p.trait
            AND o.shared = p.shared AND o.buyer = p.buyer AND o.day = p.day
    ),
    peer AS (
        SELECT o.supplier, o.buyer, o.day, o.trait,
            LN({shrunk("o.x", "o.n", "r.rate5_365", KAPPA)} / r.rate5_365) AS against_book
        FROM others AS o
        JOIN supplier_rate AS r ON r.supplier = o.supplier AND r.day = o.day
    )
    SELECT supplier, buyer, day,
        MAX(CASE WHEN trait = 'industry' THEN against_book END) AS buyer_industry_peers,
        MAX(CASE WHEN trait = 'area' THEN against_book END) AS buyer_area_peers
    FROM peer
    GROUP BY supplier, buyer, day
"""  # noqa: S608 - composed of literals


def _peers(name: str, which: str, en: str, zh: str, missing: str) -> Feature:
    return Feature(
        name,
        "ln of the share of claims 5 or more days late, 180 days, of the supplier's other buyers "
        f"of {which}, drawn with 50 claims to the supplier's book, over that of the book",
        Risk.RISES,
        "ln of a ratio",
        missing,
        "RS10",
        f"late rate of buyers of {en} as a multiple of the book's: {{value}}",
        f"{zh}买方逾期率为总体的倍数：{{value}}",
    )


RELATION = Relation(
    name="buyer_peers",
    credit=Credit.SUBJECT,
    grain=Grain.PAIR,
    sql=SQL,
    needs=(Source.BOOK, Source.BANK),
    features=(
        _peers(
            "buyer_industry_peers",
            "the same industry",
            "its industry",
            "同行业",
            "the buyer's industry isn't known",
        ),
        _peers(
            "buyer_area_peers",
            "the same telephone area",
            "its area",
            "同地区",
            "the buyer's telephone area isn't known",
        ),
    ),
)
