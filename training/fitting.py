"""Fitting boosters: additive by credit, a cross booster on top, and free ones to compare."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Self

import lightgbm as lgb
import numpy as np

from features.catalogue import BY_NAME, CREDIT_OF
from features.pipeline import Progress, silent
from models.bundle import CREDITS
from models.event import Event
from models.trees import Matrix, Vector
from training.at_once import ROUNDS
from training.recipe import Recipe, Trees

Flags = np.ndarray[Any, np.dtype[np.bool_]]


A_STEP = 10
"""Of so many rounds a fit tells, as `training.at_once.ROUNDS`."""

THREADS = 1
"""Of a booster. More give the same trees and wait for each other: what is independent is fitted
side by side instead (``training.at_once``)."""


@dataclass(frozen=True)
class Shape:
    """How a booster is held.

    Attributes
    ----------
    by_credit : bool
        Each tree uses the features of one credit only (``interaction_constraints``).
    monotone : bool
        The directions of the declarations hold (``monotone_constraints``, method basic).
    """

    by_credit: bool
    monotone: bool


ADDITIVE = Shape(by_credit=True, monotone=True)
CROSS = Shape(by_credit=False, monotone=True)
FREE = Shape(by_credit=False, monotone=False)
BY_CREDIT_ONLY = Shape(by_credit=True, monotone=False)


@dataclass(frozen=True)
class Fitter:
    """What every booster of a run has in common.

    Attributes
    ----------
    names : tuple of str
        The columns.
    trees : Trees
        The recipe's parameters.
    seed : int
    threads : int
        How many boosters are fitted side by side where they are independent; each has one thread.
    progress : function
        Told of every `A_STEP` rounds, as `ROUNDS`.
    """

    names: tuple[str, ...]
    trees: Trees
    seed: int
    threads: int
    progress: Progress = silent

    @classmethod
    def of(
        cls,
        recipe: Recipe,
        event: Event,
        happened: Flags,
        threads: int,
        progress: Progress = silent,
    ) -> Self:
        """The fitter of one event of a recipe, for rows to which the event happened or not."""
        trees = recipe.trees.learned_from(int(happened.sum()))
        return cls(recipe.names_for(event), trees, recipe.seed, threads, progress)

    def fit(
        self,
        rows: Matrix,
        event: Flags,
        shape: Shape,
        rounds: int,
        start: Vector | None = None,
        *,
        weight: Vector | None = None,
    ) -> lgb.Booster:
        """Fit a booster.

        Parameters
        ----------
        rows : float64 array of shape (n, features)
        event : bool array of shape (n,)
        rounds : int
            Number of trees; 0 gives a booster without any.
        start : float64 array of shape (n,), optional
            Raw scores to begin from; without them the booster begins from the average.
        weight : float64 array of shape (n,), optional
            What each row counts for; without them all count alike.
        """
        return self.binned(rows, event, weight).fit(shape, rounds, start)

    def binned(self, rows: Matrix, event: Flags, weight: Vector | None = None) -> Binned:
        """Put rows and outcomes into bins, for several boosters; as of `fit`."""
        data = lgb.Dataset(
            rows,
            label=event.astype(np.float64),
            weight=weight,
            feature_name=list(self.names),
            params={"num_threads": THREADS, "verbose": -1},
        )
        return Binned(self, data.construct())

    def parameters(self, shape: Shape, *, continued: bool) -> dict[str, Any]:
        """LightGBM's parameters of a booster, ``continued`` where it begins from raw scores."""
        trees = self.trees
        parameters: dict[str, Any] = {
            "objective": "binary",
            "learning_rate": trees.learning_rate,
            "num_leaves": trees.leaves,
            "min_data_in_leaf": trees.least_rows_in_leaf,
            "feature_fraction": trees.feature_share,
            "bagging_fraction": trees.row_share,
            "bagging_freq": 1,
            "lambda_l2": trees.l2,
            "extra_trees": trees.extra,
            "boost_from_average": not continued,
            "seed": self.seed,
            "deterministic": True,
            "force_row_wise": True,
            "num_threads": THREADS,
            "verbose": -1,
        }
        if shape.by_credit:
            parameters["interaction_constraints"] = groups(self.names)
        if shape.monotone:
            parameters["monotone_constraints"] = [int(BY_NAME[name].risk) for name in self.names]
            parameters["monotone_constraints_method"] = "basic"
        return parameters


@dataclass(frozen=True)
class Binned:
    """Rows and their outcome, put into bins once for every booster that is fitted on them.

    Several may be fitted at once.
    """

    fitter: Fitter
    data: lgb.Dataset
    begins: Lock = field(default_factory=Lock)

    def fit(
        self,
        shape: Shape,
        rounds: int,
        start: Vector | None = None,
        *,
        progress: Progress | None = None,
    ) -> lgb.Booster:
        """Fit a booster; arguments as of `Fitter.fit`, ``progress`` in place of the fitter's."""
        booster, tell = self._begun(shape, start), progress or self.fitter.progress
        for done in range(rounds):  # lgb.train refuses 0 rounds
            if done % A_STEP == 0:
                tell(ROUNDS, done, rounds)
            booster.update()
        return booster.free_dataset()

    def _begun(self, shape: Shape, start: Vector | None) -> lgb.Booster:
        """A booster without trees; the scores to begin from are a part of the data until it is."""
        parameters = self.fitter.parameters(shape, continued=start is not None)
        with self.begins:
            self.data.set_field("init_score", start)
            return lgb.Booster(parameters, self.data)


def groups(names: Sequence[str]) -> list[list[int]]:
    """The columns of each credit, by position."""
    return [
        [at for at, name in enumerate(names) if CREDIT_OF[name] is credit] for credit in CREDITS
    ]


def raw(booster: lgb.Booster, rows: Matrix, rounds: int | None = None) -> Vector:
    """Raw score of a booster, by its first ``rounds`` trees where given; 0 where it has none."""
    if booster.num_trees() == 0 or rounds == 0:
        return np.zeros(len(rows))
    score = booster.predict(rows, raw_score=True, num_iteration=rounds or -1, num_threads=THREADS)
    return np.asarray(score, dtype=np.float64)


def text(booster: lgb.Booster, rounds: int | None = None) -> str:
    """LightGBM's text model of a booster's first ``rounds`` trees.

    Without the number of threads it was fitted with, which decides nothing: a bundle is named by
    its content.
    """
    written = str(booster.model_to_string(num_iteration=rounds or -1))
    return re.sub(r"^\[num_threads: \d+\]$", "[num_threads: 0]", written, flags=re.MULTILINE)
