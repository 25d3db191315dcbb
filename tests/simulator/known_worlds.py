"""Worlds that the tests of the simulator look at; none of these is changed by a test."""

from datetime import date
from functools import cache

from simulator.arrays import Ints
from simulator.scenario import BASELINE, read_scenario, size_of
from simulator.world import World, make_world

LAST_DAY = date(2026, 6, 30)


@cache
def world_of(seed: int, size: str = "ci", scenario: str = BASELINE) -> World:
    """Make a world once for all tests of a file."""
    return make_world(read_scenario(scenario), size_of(size), seed, LAST_DAY)


def supplier_of(world: World) -> Ints:
    """The supplier of each request."""
    found: Ints = world.chain.core.pairs.supplier[world.requests.pair]
    return found
