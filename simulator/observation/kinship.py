"""Which trading partners belong to one family, as the public register has it.

All such pairs are told, whether they ever do wrong or not: that somebody inflates the trade of a
family is for the figures to show.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from simulator.arrays import Ints
from simulator.observation.companies import registered_on
from simulator.observation.view import Sheets, View, days, refs, whole, words

RELATIONS = ("shareholder", "common_director", "same_address", "same_phone")
SHARES = (0.35, 0.30, 0.20, 0.15)
HOLDING_PPM = (50_000, 510_000)
"""How common each relation is, and least and most share held."""


def relation_sheets(view: View) -> Sheets:
    """Yield the relations of related pairs, the customer first."""
    buyer, supplier = related(view)
    chance = view.chance("relations")
    relation = chance.choice(len(RELATIONS), len(buyer), p=SHARES)
    held = 1_000 * chance.integers(HOLDING_PPM[0] // 1_000, HOLDING_PPM[1] // 1_000, len(buyer))
    registered = registered_on(view)
    since = np.maximum(registered[buyer], registered[supplier])
    yield view.sheet(
        "party_relation",
        {
            "ref": refs("relation-", np.arange(1, len(buyer) + 1), 6),
            "party": view.parties.take(pa.array(buyer)),
            "other": view.parties.take(pa.array(supplier)),
            "relation": words(RELATIONS, relation),
            "share_ppm": whole(held, relation != RELATIONS.index("shareholder")),
            "valid_from": days(since),
        },
        since,
        since,
    )


def related(view: View) -> tuple[Ints, Ints]:
    """Customer and supplier of each related pair, as numbers of parties."""
    chain = view.world.chain
    core, above = chain.core.pairs, chain.upstream.pairs
    buyer = [core.buyer[core.related], above.buyer[above.related] + view.buyers]
    supplier = [core.supplier[core.related], above.supplier[above.related]]
    return np.concatenate(buyer), np.concatenate(supplier) + view.buyers
