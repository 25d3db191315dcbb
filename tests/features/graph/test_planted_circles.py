"""In a known world the money that fraud sends round a ring is found, and honest trade isn't."""

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta

import numpy as np

from features.graph.nightly import write_measures
from ledger.clocks import from_day_number
from ledger.database import migrate, open_database
from ledger.principals import OWNER
from ledger.reader import facts, last_seq
from simulator.fraud import CIRCULAR
from simulator.observation.rings import ring_sheets
from simulator.observation.view import View
from simulator.output import write_world
from simulator.world import World
from tests.worlds import RECORDED_AT, small

WHO_ASKS = (1, 7, 13, 4, 10, 16)
"""Suppliers behind whose requests a ring is planted: far apart, for a ring has up to six firms."""

DAYS_KNOWN = 60
"""The requests are of the last days, so that one night sees all rings."""


def with_rings(world: World) -> World:
    """The world with circular fraud behind some requests of its last weeks."""
    day = world.requests.day
    supplier = world.chain.core.pairs.supplier[world.requests.pair]
    late = np.flatnonzero(day > day.max() - DAYS_KNOWN)
    first = [late[supplier[late] == one][:1] for one in WHO_ASKS]
    fraud = world.fraud.copy()
    fraud[np.concatenate(first)] = CIRCULAR
    return replace(world, fraud=fraud)


def test_planted_circles_are_found_and_nobody_else(sqlite_url: str) -> None:
    world = with_rings(small())
    told = dict(ring_sheets(View(world)))["invoice"].to_pylist()
    amounts: dict[tuple[str, str], int] = defaultdict(int)
    rings: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in told:
        edge = (row["seller"], row["buyer"])
        amounts[edge] += row["gross_minor"]
        rings[row["ref"].split("/")[0]].append(edge)
    alike = [
        ring
        for ring in rings.values()
        if len(ring) <= 4
        and 10 * min(amounts[edge] for edge in ring) >= 9 * max(amounts[edge] for edge in ring)
    ]
    engine = open_database(sqlite_url)
    migrate(engine)
    write_world(world, engine, OWNER, RECORDED_AT)

    (night,) = write_measures(
        engine, OWNER, [world.last_day - timedelta(days=1)], RECORDED_AT + timedelta(hours=1)
    )

    head = last_seq(engine, OWNER.tenant)
    rows = facts(engine, OWNER.tenant, "graph_measure", through_seq=head).to_pylist()
    engine.dispose()
    share = {row["party"]: row["value_micro"] for row in rows if row["measure"] == "cycle_share"}
    assert alike, "no ring was planted that the measure should find"
    assert {from_day_number(row["measured_on"]) for row in rows} == {night.day}
    assert all(share[seller] > 0 for ring in alike for seller, _ in ring)
    in_rings = {party for ring in rings.values() for edge in ring for party in edge}
    assert {party for party, value in share.items() if value > 0} <= in_rings
    assert set(share) - in_rings
