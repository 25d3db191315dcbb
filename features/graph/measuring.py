"""Which measures there are, and all of them of a day."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from features.graph.money_rings import ring_share
from features.graph.relatedness import attribute_cluster, controller_link, related_share
from features.graph.standing_in_trade import community_bad, ln_pagerank, neighbour_distress
from features.graph.trade_graph import TradeGraph
from features.graph.two_way_trade import cycle_share, guarantee_circle, reciprocity

MICRO = 1_000_000

MEASURES: Mapping[str, Callable[[TradeGraph], pa.Table]] = {
    "reciprocity": reciprocity,
    "cycle_share": cycle_share,
    "ring_share": ring_share,
    "related_share": related_share,
    "attribute_cluster": attribute_cluster,
    "ln_pagerank": ln_pagerank,
    "neighbour_distress": neighbour_distress,
    "community_bad": community_bad,
    "guarantee_circle": guarantee_circle,
    "controller_link": controller_link,
}
"""Each measure by its name in ``graph_measure``: a function that yields ``party``, ``other`` (null
but for pairs) and ``value``."""


class Measured(NamedTuple):
    """One measure of a party, or of a supplier and a buyer; the value in whole millionths."""

    measure: str
    party: str
    other: str | None
    value_micro: int


def measures_of(graph: TradeGraph) -> Iterator[Measured]:
    """Yield every measure of a day, sorted by measure and parties."""
    for name, measure in MEASURES.items():
        found = measure(graph).sort_by([("party", "ascending"), ("other", "ascending")])
        whole = np.floor(found["value"].to_numpy() * MICRO + 0.5).astype(np.int64)
        parties, others = found["party"].to_pylist(), found["other"].to_pylist()
        for party, other, value in zip(parties, others, whole.tolist(), strict=True):
            yield Measured(name, party, other, value)
