"""A lender that selects, in a made-up world: what it lent on, and all that is asked of it later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from benchmarks.stage.judged_world import CUT, JudgedWorld, judged_of, together
from benchmarks.stage.lent_world import LAST_DAY
from features.catalogue import relations_of
from features.pipeline import Progress, silent
from models.event import Event
from models.trees import Matrix, Vector
from scoring.path import describe
from simulator.oracle import oracle_of
from simulator.scenario import Scenario, Size
from simulator.world import make_world
from training.acceptance import weighed
from training.asked_requests import past_requests
from training.contest import Contest
from training.examples import Flags
from training.recipe import Recipe
from training.reject_inference import Rejects, Way

WAYS: tuple[Way, ...] = ("naive", "reweighting", "exploration")


@dataclass(frozen=True, eq=False)
class SelectedWorld:
    """A lender's book, and everything asked of it after the cut, accepted or not.

    Attributes
    ----------
    judged : JudgedWorld
        What is learned from.
    weights : mapping of way to float64 array or None
        What the examples count for.
    told : list of mapping
        Of each world: by way, what is told of the weights.
    rows : float64 array of shape (later, features)
    chance : float64 array of shape (later,)
        True chances, the macro factor integrated out.
    accepted : bool array of shape (later,)
        Whether the lender lent, by its old scorecard or by lot.
    suppliers : tuple of str
    """

    judged: JudgedWorld
    weights: Mapping[Way, Vector | None]
    told: list[Mapping[str, dict[str, Any] | None]]
    rows: Matrix
    chance: Vector
    accepted: Flags
    suppliers: tuple[str, ...]

    def contest(self, way: Way) -> Contest:
        """What is learned from, counted in one way."""
        contest = self.judged.contest
        return replace(contest, known=replace(contest.known, weight=self.weights[way]))


def selected_world(  # noqa: PLR0917 - a world and what is learned in it
    scenario: Scenario,
    size: Size,
    seed: int,
    recipe: Recipe,
    event: Event,
    progress: Progress = silent,
) -> SelectedWorld:
    """Make a world, weigh what was lent in every way, and describe what is asked later."""
    world = make_world(scenario, size, seed, LAST_DAY)
    judged = judged_of(world, recipe, event, progress)
    known = judged.contest.known
    found = {}
    for way in WAYS:
        # no fewest: what few of them are worth is to be seen
        rejects = Rejects(inference=way).model_copy(update={"least_explored": 0})
        asked = recipe.model_copy(update={"rejects": rejects})
        found[way] = weighed(replace(judged.run, recipe=asked), event, known, progress)
    gathered = judged.run.gathered
    later = [
        one.request for one in past_requests(gathered).requests if one.request.as_of.date() >= CUT
    ]
    names = recipe.names_for(event)
    described = describe(gathered, later, relations=relations_of(names), progress=progress)
    truth = oracle_of(world).requests
    place = {key: at for at, key in enumerate(truth["request"].to_pylist())}
    of = truth.take([place[one.request_id] for one in later])
    return SelectedWorld(
        judged,
        {way: one.known.weight for way, one in found.items()},
        [{way: one.told for way, one in found.items()}],
        described.features.select(names),
        of["pd"].to_numpy(),
        np.array(of["lender"].to_pylist()) == "ours",
        tuple(one.supplier for one in later),
    )


def pooled(worlds: Sequence[SelectedWorld]) -> SelectedWorld:
    """Several worlds as one; suppliers of two never share a name."""
    every = [world.judged for world in worlds]

    def weight(way: Way) -> Vector | None:
        some = [
            np.ones(len(world.judged.chance)) if one is None else one
            for world in worlds
            for one in (world.weights[way],)
        ]
        return None if way == "naive" else np.concatenate(some)

    return SelectedWorld(
        together(every),
        {way: weight(way) for way in WAYS},
        [told for world in worlds for told in world.told],
        np.vstack([world.rows for world in worlds]),
        np.concatenate([world.chance for world in worlds]),
        np.concatenate([world.accepted for world in worlds]),
        tuple(f"{at} {key}" for at, world in enumerate(worlds) for key in world.suppliers),
    )
