"""Which sources have told of the supplier, and so the data tier of its requests."""

from __future__ import annotations

from features.feature import Credit, Feature, Grain, Relation, Risk
from features.source_states import COLUMNS, column, states
from features.sources import ASKED, TIERS, TOLD, Source


def _any_of(tier: int) -> str:
    """SQL: whether a source of a tier has told."""
    return " OR ".join(f"{column(source)} {TOLD}" for source in ASKED if TIERS[source] == tier)


SQL = f"""
    WITH told AS ({states("supplier_day", "supplier")})
    SELECT supplier, day, {", ".join(COLUMNS)},
        CASE WHEN {_any_of(3)} THEN 3 WHEN {_any_of(2)} THEN 2 WHEN {_any_of(1)} THEN 1 ELSE 0 END
            AS data_tier
    FROM told
"""  # noqa: S608 - composed of literals

RELATION = Relation(
    name="supplier_sources",
    credit=Credit.DATA,
    grain=Grain.SUPPLIER,
    sql=SQL,
    needs=(Source.BOOK,),
    measures=COLUMNS,
    features=(
        Feature(
            "data_tier",
            "data tier of the supplier: 3 where registry, bureau, tax office, courts or statements "
            "have told of it, else 2 where its buyers' platform has, else 1 where its bank has, "
            "else 0",
            Risk.FREE,
            "0-3",
            "never missing",
            "RD14",
            "data tier: {value}",
            "数据层级：{value}",
            "D58",
        ),
    ),
)
