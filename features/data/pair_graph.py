"""Whether the two parties sell to each other."""

from __future__ import annotations

from features.feature import Credit, Feature, Grain, Relation, Risk
from features.graph_rows import latest, of_pair
from features.sources import Source

SQL = f"""
    SELECT supplier, buyer, day, {of_pair("reciprocity", "ln_pagerank")} AS pair_reciprocity
    FROM ({latest("pair_day", ("ln_pagerank",), ("reciprocity",))}) AS measured
    GROUP BY supplier, buyer, day
"""  # noqa: S608 - composed of literals

RELATION = Relation(
    name="pair_graph",
    credit=Credit.DATA,
    grain=Grain.PAIR,
    sql=SQL,
    needs=(Source.INVOICES,),
    features=(
        Feature(
            "pair_reciprocity",
            "smaller over larger of what supplier and buyer invoiced each other in 365 days, as "
            "last measured, at most 45 days ago; 0 where one of them sold nothing to the other",
            Risk.RISES,
            "share",
            "the supplier wasn't measured within 45 days, or nobody told of its invoices",
            "RD11",
            "two-way trade of supplier and buyer: {value}",
            "供应商与买方对向交易比例：{value}",
            "D47",
        ),
    ),
)
