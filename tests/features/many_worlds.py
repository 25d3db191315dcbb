"""Many small worlds in one ledger, side by side: what is quick for an engine that starts slowly."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import chain
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from features.feature import Relation
from features.pipeline import Matrix
from ledger.kinds import KINDS, Kind
from scoring.asking import Request
from tests.features.worlds_of_facts import Row, World, features_of

OWN = ("id", "ref", "supersedes", "series", "price_series")
"""Fields by which a fact is named, or a series of prices, besides those that name another fact."""

SEED = 20_261_128

TOGETHER = 10
"""So many worlds share a ledger."""


@dataclass(frozen=True, eq=False)
class Shared:
    """Small worlds that share a ledger, and what is asked of each of them.

    Attributes
    ----------
    worlds : tuple of World
        All in one time zone.
    """

    worlds: tuple[World, ...]

    @cached_property
    def ledger(self) -> World:
        """One world of all."""
        return side_by_side(self.worlds, self.worlds[0].time_zone)

    @cached_property
    def firsts(self) -> list[int]:
        """Where the first request of each world is among all."""
        starts = [0]
        for world in self.worlds:
            starts.append(starts[-1] + len(world.requests))
        return starts[:-1]

    def changed(self, change: Callable[[World], World]) -> World:
        """One world of all, after a change to each."""
        return side_by_side([change(world) for world in self.worlds], self.ledger.time_zone)

    def features(self, relations: Sequence[Relation]) -> Matrix:
        """The features of every request; worked out once."""
        return _features(self, tuple(relations))


@cache
def _features(shared: Shared, relations: tuple[Relation, ...]) -> Matrix:
    return features_of(shared.ledger, relations)


@cache
def shared_worlds(worlds: st.SearchStrategy[World], how_many: int) -> list[Shared]:
    """So many worlds, some at a time in one ledger and in the time zone of the first of them."""
    every = drawn(worlds, how_many)
    some = [every[at : at + TOGETHER] for at in range(0, len(every), TOGETHER)]
    zones = [each[0].time_zone for each in some]
    return [
        Shared(tuple(replace(world, time_zone=time_zone) for world in each))
        for each, time_zone in zip(some, zones, strict=True)
    ]


def drawn(strategy: st.SearchStrategy[World], how_many: int) -> list[World]:
    """Worlds: the same in each run, or new ones where the profile asks for chance."""
    worlds: list[World] = []
    number = SEED if settings().derandomize else random.randrange(2**32)  # noqa: S311 - no secret
    print(f"{how_many} worlds of seed {number}")  # pytest shows it where a test fails

    @seed(number)
    @settings(
        max_examples=how_many,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(world: World) -> None:
        worlds.append(world)

    collect()
    return worlds


def side_by_side(worlds: Sequence[World], time_zone: str) -> World:
    """One world of all, in which no two have a fact or a party in common."""
    facts = {
        kind.name: [
            _renamed(kind, number, row)
            for number, world in enumerate(worlds)
            for row in world.facts.get(kind.name, ())
        ]
        for kind in KINDS
    }
    requests = chain.from_iterable(
        _asked(number, world.requests) for number, world in enumerate(worlds)
    )
    return World(time_zone, facts, tuple(requests))


def as_first_told(world: World) -> World:
    """The world without its corrections, of the facts as they were first told."""
    return world.of(
        {kind: [row for row in rows if row["revision"] == 0] for kind, rows in world.facts.items()}
    )


def _renamed(kind: Kind, number: int, row: Row) -> Row:
    own = {name: _own(number, row.get(name)) for name in (*OWN, *kind.names) if name in row}
    return {**row, **own, "seq": row["seq"] + number * 1_000_000}


def _asked(number: int, requests: tuple[Request, ...]) -> Iterator[Request]:
    for request in requests:
        yield replace(
            request,
            request_id=f"{number}.{request.request_id}",
            supplier=f"{number}.{request.supplier}",
            buyer=f"{number}.{request.buyer}",
            receivables=tuple(f"{number}.{key}" for key in request.receivables),
        )


def _own(number: int, key: Any) -> Any:
    return None if key is None else f"{number}.{key}"
