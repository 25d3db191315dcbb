"""A lender's financings in a made-up world: what was known of each, how it ended, its true chance.

The facts go straight to the features: a ledger in between would take most of the time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from features.catalogue import RELATIONS
from features.feature import Relation
from features.pipeline import Progress, silent
from ledger.clocks import start_of_day, to_day_number, zone
from ledger.tenants import Book
from models.event import Event
from models.trees import Matrix, Vector
from scoring.asking import Request
from scoring.gather import Gathered
from scoring.path import describe
from simulator.as_read import TENANT, facts_as_read, last_seq
from simulator.observation.financings import FINANCING, REQUEST
from simulator.observation.view import CURRENCY, TIME_ZONE
from simulator.oracle import oracle_of
from simulator.scenario import Size, read_scenario
from simulator.world import World, make_world
from training.asked_requests import asked_for
from training.default_examples import default_labels
from training.examples import Days, Flags

LAST_DAY = date(2026, 6, 17)
DEFAULT = Event(
    name="default",
    kind="default",
    days=90,
    en="the financing is in default within 90 days of maturity",
    zh="融资到期后90天内违约",
)
LEARN_SHARE = 0.7
"""Part of the requests before the cut."""


@dataclass(frozen=True, eq=False)
class LentWorld:
    """The financings of a world whose outcome is known on its last day; arrays are in one order.

    Attributes
    ----------
    names : tuple of str
        Features.
    rows : float64 array of shape (n, features)
        What was known when the money was asked for.
    late_rows : float64 array of shape (n, features) or None
        The same features a leak would have made: of what was known when the money was due back.
    suppliers : array of str
    day : int64 array
        When each was asked for.
    learned : bool array
        Whether its label was ripe at the cut: these are learned from.
    tested : bool array
        Whether it was asked for on the cut or later.
    event : bool array
        Whether it defaulted.
    chance : float64 array
        Its true chance, the macro factor integrated out: what could be known of it at best.
    """

    names: tuple[str, ...]
    rows: Matrix
    late_rows: Matrix | None
    suppliers: np.ndarray[tuple[int], np.dtype[np.str_]]
    day: Days
    learned: Flags
    tested: Flags
    event: Flags
    chance: Vector


def lent_world(
    size: Size,
    seed: int,
    *,
    scenario: str = "baseline",
    relations: Sequence[Relation] = RELATIONS,
    with_late: bool = True,
    progress: Progress = silent,
) -> LentWorld:
    """Make a world and describe its financings.

    Parameters
    ----------
    relations : sequence of Relation
        Their features are built.
    with_late : bool
        Whether to build them as of maturity as well.
    """
    world = make_world(read_scenario(scenario), size, seed, LAST_DAY)
    gathered = book_of(world)
    asked = asked_for(gathered)
    ending = default_labels(gathered, asked.financings, DEFAULT, to_day_number(LAST_DAY))
    requests = [one for one, known in zip(asked.requests, ending.known, strict=True) if known]
    described = describe(gathered, requests, relations=relations, progress=progress)
    day = described.spine.request["day"].to_numpy().astype("int64")
    cut = int(np.quantile(day, LEARN_SHARE))
    matures, chance = _truth(world, requests)
    late = None
    if with_late:
        at_maturity = [
            replace(one, as_of=start_of_day(due, gathered.book.tz))
            for one, due in zip(requests, matures, strict=True)
        ]
        late = describe(gathered, at_maturity, relations=relations, progress=progress)
    at_cut = default_labels(gathered, [one.request_id for one in requests], DEFAULT, cut)
    return LentWorld(
        described.features.names,
        described.features.values,
        None if late is None else late.features.values,
        np.array([one.supplier for one in requests]),
        day,
        at_cut.known,
        day >= cut,
        ending.event[ending.known],
        chance,
    )


def book_of(world: World) -> Gathered:
    """The whole book of a lender in a world, by no ledger."""
    facts = facts_as_read(world)
    head = last_seq(facts)
    return Gathered(Book(TENANT, zone(TIME_ZONE), CURRENCY, head), head, facts)


def _truth(world: World, requests: Sequence[Request]) -> tuple[list[date], Vector]:
    """Maturity and true chance of each request; an example is named by its financing."""
    truth = oracle_of(world).requests
    place = {key: at for at, key in enumerate(truth["request"].to_pylist())}
    rows = [place[REQUEST + one.request_id.removeprefix(FINANCING)] for one in requests]
    found = truth.take(rows)
    return found["matures_on"].to_pylist(), found["pd"].to_numpy()


def pooled(worlds: Sequence[LentWorld]) -> LentWorld:
    """The financings of several worlds as one: a lender's own chance is small, and so are numbers.

    Each keeps its own cut. Suppliers of two worlds never share a name.
    """
    first = worlds[0]
    late = [world.late_rows for world in worlds if world.late_rows is not None]
    return LentWorld(
        first.names,
        np.vstack([world.rows for world in worlds]),
        np.vstack(late) if late else None,
        np.concatenate([np.char.add(f"{at} ", world.suppliers) for at, world in enumerate(worlds)]),
        np.concatenate([world.day for world in worlds]),
        np.concatenate([world.learned for world in worlds]),
        np.concatenate([world.tested for world in worlds]),
        np.concatenate([world.event for world in worlds]),
        np.concatenate([world.chance for world in worlds]),
    )
