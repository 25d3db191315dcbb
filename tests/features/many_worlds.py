"""Many small worlds in one ledger, side by side: what is quick for an engine that starts slowly."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings

from ledger.kinds import KINDS, Kind
from scoring.asking import Request
from tests.features.theme import Theme
from tests.features.worlds_of_facts import Row, World

OWN = ("id", "ref", "supersedes")
"""Fields by which a fact is named, besides those that name another."""


def drawn(theme: Theme, how_many: int) -> list[World]:
    """Worlds of a theme, the same in each run."""
    worlds: list[World] = []

    @seed(20_261_128)
    @settings(
        max_examples=how_many,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(theme.worlds)
    def collect(world: World) -> None:
        worlds.append(world)

    collect()
    return worlds


def side_by_side(worlds: list[World], time_zone: str) -> World:
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
