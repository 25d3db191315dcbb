"""A lender's book in a made-up world, ready to train on for default, with the truth beside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from benchmarks.stage.lent_world import LAST_DAY, book_of
from benchmarks.stage.observed_limit import Folds, folds_of
from features.pipeline import Progress, silent
from ledger.clocks import to_day_number
from models.event import Event
from models.trees import Matrix, Vector
from simulator.chances import CAUSES
from simulator.observation.financings import FINANCING, REQUEST
from simulator.oracle import oracle_of
from simulator.scenario import Size, read_scenario
from simulator.world import World, make_world
from training.contest import Contest
from training.events import KINDS
from training.examples import Days, Examples
from training.recipe import Recipe
from training.rehearsal import Fold
from training.run import Run, contest_of
from training.split import Periods

CUT = date(2025, 12, 17)
"""Half a year before the end: what is asked for after it is judged by its true chances, ripe or
not, and nothing known after it is learned from."""

SUPPLIER_FOLDS, BUYER_FOLDS = 3, 3


@dataclass(frozen=True, eq=False)
class JudgedWorld:
    """A book, or several as one, and what only the world knows of its financings.

    Attributes
    ----------
    run : Run
        Of the first world.
    contest : Contest
        Without a test: what is judged needs no outcome.
    judged : int array
        Places of the examples asked for on the cut or later.
    chance : float64 array
        True chance of default of each example, the macro factor integrated out, frauds known.
    state : float64 array
        The same, with fraud a chance by the supplier's honesty (domain.md section 4.6).
    causes : float64 array of shape (n, causes)
        ``chance`` by each of ``simulator.chances.CAUSES``.
    suppliers : tuple of str
        Whose request each example is; those of two worlds never share a name.
    folds : tuple of int arrays
        For ``PD_obs``: of suppliers and of buyers in one world, else of worlds, which share nobody.
    """

    run: Run
    contest: Contest
    judged: Days
    chance: Vector
    state: Vector
    causes: Matrix
    suppliers: tuple[str, ...]
    folds: tuple[Folds, ...]


def judged_world(
    size: Size, seed: int, recipe: Recipe, event: Event, progress: Progress = silent
) -> JudgedWorld:
    """Make a world and pick what is learned from as ``training.retrain`` does."""
    return judged_of(
        make_world(read_scenario("baseline"), size, seed, LAST_DAY), recipe, event, progress
    )


def judged_of(
    world: World, recipe: Recipe, event: Event, progress: Progress = silent
) -> JudgedWorld:
    """The lender's book in a world that ends on `LAST_DAY`."""
    gathered = book_of(world)
    names = recipe.names_for(event)
    known = KINDS[event.kind].describe(gathered, names, 1, progress)
    run = Run(gathered, recipe, Periods(CUT, None), threads=1)
    truth = oracle_of(world).requests
    place = {key: at for at, key in enumerate(truth["request"].to_pylist())}
    found = truth.take([place[REQUEST + key.removeprefix(FINANCING)] for key in known.keys])
    return JudgedWorld(
        run,
        contest_of(run, event, known),
        np.flatnonzero(known.day >= to_day_number(CUT)),
        found["pd"].to_numpy(),
        found["pd_state"].to_numpy(),
        np.column_stack([found[f"pd_{cause}"].to_numpy() for cause in CAUSES]),
        tuple(found["supplier"].to_pylist()),
        (
            folds_of(found["supplier"].to_pylist(), SUPPLIER_FOLDS),
            folds_of(found["buyer"].to_pylist(), BUYER_FOLDS),
        ),
    )


def without_facts(world: JudgedWorld) -> JudgedWorld:
    """The same without the facts, which take gigabytes and aren't needed to learn and to judge."""
    gathered = replace(world.run.gathered, facts={})
    return replace(world, run=replace(world.run, gathered=gathered))


def together(worlds: Sequence[JudgedWorld]) -> JudgedWorld:
    """Several books as one: rehearsals of one number are held at once."""
    if len(worlds) == 1:
        return worlds[0]
    sizes = [len(world.chance) for world in worlds]
    begins = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64).tolist()
    contests = [world.contest for world in worlds]
    known = [contest.known for contest in contests]
    rehearsals = range(min(len(contest.rehearsed) for contest in contests))
    every = Examples(
        tuple(f"{at} {key}" for at, one in enumerate(known) for key in one.keys),
        tuple(f"{at} {key}" for at, one in enumerate(known) for key in one.clusters),
        np.concatenate([one.day for one in known]),
        np.vstack([one.rows for one in known]),
    )
    whole = Contest(
        every,
        np.concatenate([one.learn + at for one, at in zip(contests, begins, strict=True)]),
        np.concatenate([one.learn_event for one in contests]),
        contests[0].test,
        contests[0].test_event,
        [_at_once([one.rehearsed[held] for one in contests], begins) for held in rehearsals],
    )
    return JudgedWorld(
        worlds[0].run,
        whole,
        np.concatenate([one.judged + at for one, at in zip(worlds, begins, strict=True)]),
        np.concatenate([world.chance for world in worlds]),
        np.concatenate([world.state for world in worlds]),
        np.vstack([world.causes for world in worlds]),
        tuple(f"{at} {key}" for at, one in enumerate(worlds) for key in one.suppliers),
        (np.repeat(np.arange(len(worlds)), sizes),),
    )


def _at_once(folds: Sequence[Fold], begins: Sequence[int]) -> Fold:
    return Fold(
        np.concatenate([fold.learn + at for fold, at in zip(folds, begins, strict=True)]),
        np.concatenate([fold.learn_event for fold in folds]),
        np.concatenate([fold.predict + at for fold, at in zip(folds, begins, strict=True)]),
        np.concatenate([fold.predict_event for fold in folds]),
    )
