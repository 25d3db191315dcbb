"""The supplier's place in the graph of trade, as last measured (docs/graph.md)."""

from __future__ import annotations

from features.feature import Credit, Feature, Grain, Relation, Risk
from features.graph_rows import latest, picked
from features.sources import Source

NAMES = {
    "cycle_share": "supplier_cycle_share",
    "related_share": "supplier_related_share",
    "attribute_cluster": "supplier_attr_cluster",
    "ln_pagerank": "supplier_pagerank_w",
    "neighbour_distress": "supplier_neigh_distress",
    "community_bad": "supplier_community_bad",
}
"""The feature of each measure."""

_PICKED = ", ".join(f"{picked(measure)} AS {name}" for measure, name in NAMES.items())

SQL = f"""
    SELECT supplier, day, {_PICKED}
    FROM ({latest("supplier_day", tuple(NAMES))}) AS measured
    GROUP BY supplier, day
"""  # noqa: S608 - composed of literals

RELATION = Relation(
    name="supplier_graph",
    credit=Credit.DATA,
    grain=Grain.SUPPLIER,
    sql=SQL,
    needs=(Source.INVOICES,),
    features=(
        Feature(
            "supplier_cycle_share",
            "share of the supplier's sales of 90 days on directed circles of at most 4 firms whose "
            "smallest amount is at least 0.9 of the largest; measured at most 45 days ago",
            Risk.RISES,
            "share",
            "not measured within 45 days, or no sales of 90 days were known then",
            "RD11",
            "sales that go round in a circle: {value}",
            "循环交易销售占比：{value}",
            "D48",
        ),
        Feature(
            "supplier_related_share",
            "share of the supplier's sales of 365 days to parties related to it (holdings, "
            "control, directors, family, shared address or account; not guarantees); measured at "
            "most 45 days ago",
            Risk.RISES,
            "share",
            "not measured within 45 days, or nobody told of the supplier's relations",
            "RD08",
            "sales to related parties: {value}",
            "关联方销售占比：{value}",
            "D49",
            (Source.INVOICES, Source.KINSHIP),
        ),
        Feature(
            "supplier_attr_cluster",
            "parties joined to the supplier by a shared address, telephone, e-mail, legal "
            "representative or account (one of more than 20 parties joins nobody), itself "
            "included; measured at most 45 days ago",
            Risk.RISES,
            "count",
            "not measured within 45 days, or no such attribute of the supplier was known then",
            "RD08",
            "parties that share an address, telephone or account: {value}",
            "共用地址、电话或账户的企业数：{value}",
            "D50",
        ),
        Feature(
            "supplier_pagerank_w",
            "ln of the supplier's PageRank over the mean of all who trade, along money paid in 365 "
            "days, by amount, damping 0.85; measured at most 45 days ago",
            Risk.FALLS,
            "ln of a ratio",
            "not measured within 45 days, or no sales of the supplier were known then",
            "RD02",
            "weight in the trade network, as a multiple of the mean: {value}",
            "在交易网络中的权重(均值的倍数)：{value}",
            "D51",
        ),
        Feature(
            "supplier_neigh_distress",
            "share of sales of 365 days to customers with an adverse record of severity 3 or "
            "more, each faded by exp(-age / 182 days) of its youngest record, of the customers of "
            "whom the courts have told; measured at most 45 days ago",
            Risk.RISES,
            "share",
            "not measured within 45 days, or nobody asked the courts about its customers",
            "RD02",
            "sales to customers in distress: {value}",
            "对陷入困境客户的销售占比：{value}",
            "D52",
            (Source.INVOICES, Source.COURTS),
        ),
        Feature(
            "supplier_community_bad",
            "share of mature financings in default among the other suppliers of its Louvain "
            "community of trade, drawn with 50 financings to that of the book without its own; "
            "measured at most 45 days ago",
            Risk.RISES,
            "share",
            "not measured within 45 days, or no financing of others was mature then",
            "RD13",
            "defaults around the supplier in the trade network: {value}",
            "所在交易社群的违约占比：{value}",
            "D53",
            (Source.INVOICES, Source.BOOK),
        ),
    ),
)
