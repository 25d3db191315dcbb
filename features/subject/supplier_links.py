"""What ties the supplier to others: circles of guarantees, and ownership shared with the buyer."""

from __future__ import annotations

from features.feature import Credit, Feature, Grain, Relation, Risk
from features.graph_rows import latest, of_pair, picked
from features.sources import Source

SQL = f"""
    SELECT supplier, buyer, day, {picked("guarantee_circle")} AS supplier_guarantee_circle,
        {of_pair("controller_link", "related_share")} AS supplier_controller_link
    FROM ({latest("pair_day", ("guarantee_circle", "related_share"), ("controller_link",))})
        AS measured
    GROUP BY supplier, buyer, day
"""  # noqa: S608 - composed of literals

RELATION = Relation(
    name="supplier_links",
    credit=Credit.SUBJECT,
    grain=Grain.PAIR,
    sql=SQL,
    needs=(Source.KINSHIP,),
    features=(
        Feature(
            "supplier_guarantee_circle",
            "parties with which the supplier stands in a circle of guarantees, as last measured, "
            "at most 45 days ago",
            Risk.RISES,
            "count",
            "the supplier wasn't measured within 45 days, or nobody told of its relations",
            "RS05",
            "parties in a circle of guarantees with the supplier: {value}",
            "与供应商互保的企业数：{value}",
            "S41",
        ),
        Feature(
            "supplier_controller_link",
            "ownership path between supplier and buyer, through at most three holders each: 0 "
            "none, 1 a holding of 25 % or less or of unknown size, 2 control; as last measured, at "
            "most 45 days ago",
            Risk.FREE,
            "0-2",
            "the supplier wasn't measured within 45 days, or nobody told of its relations",
            "RS01",
            "ownership link of supplier and buyer (0 none to 2 control): {value}",
            "供应商与买方股权关联(0无至2控制)：{value}",
            "S42",
        ),
    ),
)
