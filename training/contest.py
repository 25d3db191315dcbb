"""The contest: the champion beside its challengers on a period that none of them has seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from features.pipeline import Progress
from models.assessment import logits, parts
from models.bundle import Bundle
from models.trees import Matrix, Vector
from training.calibration import calibrate
from training.fitting import ADDITIVE, BY_CREDIT_ONLY, CROSS, FREE, Fitter, Shape, raw
from training.metrics import Flags, figures, sigmoid
from training.paired import MEASURES, difference
from training.recipe import Recipe
from training.rehearsal import Fold
from training.scorecard import one_variable, scorecard


@dataclass(frozen=True)
class Contest:
    """What is learned from and what is tested on.

    Attributes
    ----------
    learn, test : (rows, event)
    rehearsed : list of Fold
        The rehearsals before the cut, over ``every``.
    every : float64 array of shape (n, features)
        The rows that folds count in.
    first_day : int
        Day of the earliest row learned from, days since 1970-01-01.
    """

    learn: tuple[Matrix, Flags]
    test: tuple[Matrix, Flags]
    rehearsed: list[Fold]
    every: Matrix
    first_day: int


def hold(
    bundle: Bundle, fitter: Fitter, contest: Contest, recipe: Recipe, progress: Progress
) -> dict[str, Any]:
    """Fit the challengers and compare all on the test period.

    Returns
    -------
    dict
        ``n``, ``events``, the figures of ``champion`` (as its saved bundle scores), of
        ``unconstrained``, ``additive_only``, ``logistic`` and ``one_variable``; what each
        constraint costs with its interval; and the median share of the cross block.
    """
    rows, event = contest.test
    split = parts(bundle, rows)
    scores = {
        "champion": logits(bundle, split),
        **_challengers(fitter, contest, recipe, progress),
    }
    shown = ("champion", "unconstrained", "additive_only", "logistic", "one_variable")
    return {
        "n": len(event),
        "events": int(event.sum()),
        **{name: figures(event, sigmoid(scores[name])).to_dict() for name in shown},
        "cross_share_median": cross_share(split),
        "costs": _costs(event, scores, recipe.seed),
    }


def cross_share(split: Matrix) -> float:
    """Median of |cross| over the sum of the |parts| of the three credits."""
    credits = np.abs(split[:, :3]).sum(axis=1)
    return float(np.median(np.abs(split[:, 3]) / np.maximum(credits, 1e-12)))


def _challengers(
    fitter: Fitter, contest: Contest, recipe: Recipe, progress: Progress
) -> dict[str, Vector]:
    learn, event = contest.learn
    test = contest.test[0]
    variable = fitter.names.index(recipe.one_variable)
    steps: dict[str, Callable[[], Vector]] = {
        "unconstrained": lambda: _free(fitter, contest),
        "additive_only": lambda: _fitted(fitter, contest, ADDITIVE),
        "monotone_only": lambda: _fitted(fitter, contest, CROSS),
        "by_credit_only": lambda: _fitted(fitter, contest, BY_CREDIT_ONLY),
        "logistic": lambda: scorecard(fitter.names, learn, event, test, seed=recipe.seed),
        "one_variable": lambda: one_variable(learn[:, variable], event, test[:, variable]),
    }
    found = {}
    for done, (name, step) in enumerate(steps.items()):
        progress(f"challenger {name}", done, len(steps))
        found[name] = step()
    progress("challengers", len(steps), len(steps))
    return found


def _fitted(fitter: Fitter, contest: Contest, shape: Shape) -> Vector:
    rows, event = contest.learn
    return raw(fitter.fit(rows, event, shape, fitter.trees.rounds), contest.test[0])


def _free(fitter: Fitter, contest: Contest) -> Vector:
    """The unconstrained booster, calibrated by the same rehearsals as the champion."""
    rounds = fitter.trees.rounds
    periods = [
        (
            fold.predict_event,
            raw(
                fitter.fit(contest.every[fold.learn], fold.learn_event, FREE, rounds),
                contest.every[fold.predict],
            ),
        )
        for fold in contest.rehearsed
    ]
    calibration = calibrate(periods, float(contest.learn[1].mean()))
    return calibration.apply(_fitted(fitter, contest, FREE))


PAIRS = {
    "all_constraints": ("champion", "unconstrained"),
    "monotone": ("monotone_only", "unconstrained"),
    "additive": ("by_credit_only", "unconstrained"),
    "without_cross": ("additive_only", "champion"),
}
"""What each difference means: first less second."""


def _costs(event: Flags, scores: dict[str, Vector], seed: int) -> dict[str, Any]:
    chances = {name: sigmoid(score) for name, score in scores.items()}
    return {
        name: {
            measure: asdict(difference(event, chances[first], chances[second], function, seed=seed))
            for measure, function in MEASURES.items()
        }
        for name, (first, second) in PAIRS.items()
    }
