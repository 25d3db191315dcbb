"""What each credit adds: models of more and more of them, compared on later requests.

Models learn from outcomes alone. Their ranking is compared with outcomes, and with true chances:
the expected area under the ROC curve when outcomes are drawn from these (`expected_auc`), which has
no noise of a draw. Intervals come from drawing suppliers with replacement, the same for both
models.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import lightgbm as lgb
import numpy as np

from benchmarks.stage.lent_world import LentWorld
from features.catalogue import CREDIT_OF
from features.feature import Credit
from models.trees import Matrix, Vector
from simulator.report.discrimination import expected_auc
from training.fitting import ADDITIVE, Fitter, Shape, raw
from training.recipe import Trees

STEPS: dict[str, tuple[Credit, ...]] = {
    "S": (Credit.SUBJECT,),
    "S+O": (Credit.SUBJECT, Credit.OBJECT),
    "S+O+D": (Credit.SUBJECT, Credit.OBJECT, Credit.DATA),
}

TREES = Trees(
    rounds=150,
    additive_rounds=(150,),
    learning_rate=0.05,
    leaves=7,
    least_rows_in_leaf=30,
    feature_share=0.3,
    row_share=0.7,
    l2=10.0,
)
"""Few shallow trees of many features each: defaults are few."""

SEEDS = (1, 2, 3)
"""A score is the sum of boosters that differ in their draws only: less chance in it."""

DRAWS = 1000

SHUFFLED_ROUNDS = 20
SHUFFLED = {
    "objective": "binary",
    "learning_rate": 0.1,
    "num_leaves": 7,
    "min_data_in_leaf": 30,
    "feature_fraction": 0.3,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbose": -1,
}
"""A free booster of few trees; its bins are made once for all shuffles."""


@dataclass(frozen=True)
class Ranking:
    """How well a model ranks later requests.

    Attributes
    ----------
    score : float64 array of shape (tested,)
        High is risky.
    by_outcome : float
        Area under the ROC curve of what happened.
    by_chance : float
        The expected one, by the true chances.
    """

    score: Vector
    by_outcome: float
    by_chance: float


@dataclass(frozen=True)
class Gain:
    """What one model ranks better than another, with an interval of 95 %."""

    gain: float
    low: float
    high: float


def columns_of(names: Sequence[str], credits: Sequence[Credit]) -> list[int]:
    """Places of the features of some credits."""
    return [at for at, name in enumerate(names) if CREDIT_OF[name] in credits]


def rank(
    world: LentWorld,
    columns: Sequence[int],
    shape: Shape = ADDITIVE,
    *,
    rows: Matrix | None = None,
) -> Ranking:
    """Learn from the outcomes ripe at the cut, and rank what was asked for after it.

    Parameters
    ----------
    columns : sequence of int
        Places of the features that the model has.
    rows : float64 array of shape (n, features), optional
        Other numbers than those known when the money was asked for.
    """
    numbers = (world.rows if rows is None else rows)[:, list(columns)]
    names = tuple(world.names[at] for at in columns)
    score = np.zeros(int(world.tested.sum()))
    for seed in SEEDS:
        booster = Fitter(names, TREES, seed, threads=1).fit(
            numbers[world.learned], world.event[world.learned], shape, TREES.rounds
        )
        score += raw(booster, numbers[world.tested])
    return ranking(world, score)


def ranking(world: LentWorld, score: Vector) -> Ranking:
    """Compare a score of the later requests with their outcomes and true chances."""
    event = world.event[world.tested].astype(np.float64)
    return Ranking(
        score, expected_auc(score, event), expected_auc(score, world.chance[world.tested])
    )


def gain(world: LentWorld, better: Vector, worse: Vector, truth: Vector, *, seed: int = 1) -> Gain:
    """How much better the one score ranks the tested requests of a world than the other."""
    return gained(world.suppliers[world.tested].tolist(), better, worse, truth, seed=seed)


def gained(
    suppliers_of: Sequence[str], better: Vector, worse: Vector, truth: Vector, *, seed: int = 1
) -> Gain:
    """How much better the one score ranks than the other, suppliers drawn with replacement.

    Parameters
    ----------
    suppliers_of : sequence of str
        Whose request each is.
    truth : float64 array of shape (requests,)
        True chances; or 1 and 0 for what happened.
    """
    _, of = np.unique(np.asarray(suppliers_of), return_inverse=True)
    generator = np.random.default_rng(seed)
    suppliers = int(of.max()) + 1
    found = np.empty(DRAWS)
    for draw in range(DRAWS):
        drawn = np.bincount(generator.integers(0, suppliers, suppliers), minlength=suppliers)
        counts = drawn[of].astype(np.float64)
        found[draw] = expected_auc(better, truth, counts) - expected_auc(worse, truth, counts)
    low, high = np.nanpercentile(found, [2.5, 97.5])
    whole = expected_auc(better, truth) - expected_auc(worse, truth)
    return Gain(whole, float(low), float(high))


def shuffled(world: LentWorld, shuffles: int, truth: Vector, *, seed: int = 1) -> Vector:
    """Areas under the ROC curve of free boosters that learned from shuffled outcomes.

    Not held to directions: a booster that may only rise where the risk rises is right about some of
    the order whatever it learns from.
    """
    generator = np.random.default_rng(seed)
    event = world.event[world.learned].astype(np.float64)
    later = world.rows[world.tested]
    data = lgb.Dataset(world.rows[world.learned], label=event, params=SHUFFLED, free_raw_data=False)
    found = np.empty(shuffles)
    for at in range(shuffles):
        data.construct().set_label(generator.permutation(event))
        booster = lgb.Booster({**SHUFFLED, "seed": at}, data)
        for _ in range(SHUFFLED_ROUNDS):
            booster.update()
        found[at] = expected_auc(raw(booster, later), truth)
    return found
