"""The contest: the champion beside its challengers on a period that none of them has seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from features.pipeline import Progress
from models.assessment import logits, parts
from models.bundle import Bundle
from models.trees import Matrix, Vector
from training.at_once import at_once
from training.baselines import OneVariable
from training.boosted import Boosted
from training.calibration import Calibration, calibrate, calibrate_on
from training.examples import Days, Examples
from training.explainable import Explainable
from training.fitting import ADDITIVE, BY_CREDIT_ONLY, CROSS, FREE, Fitter, raw
from training.metrics import Flags, figures, sigmoid
from training.paired import differences
from training.points_table import Scorecards
from training.protocol import Challenger
from training.recipe import Recipe
from training.rehearsal import Fold
from training.validation.ranking import auc_less


class Held(NamedTuple):
    """Rows of a period between those learned from and the test: the calibration is fitted on them.

    Attributes
    ----------
    rows : int array
        Their places among the examples.
    event : bool array
        Their outcome.
    """

    rows: Days
    event: Flags


@dataclass(frozen=True)
class Contest:
    """What is learned from and what is tested on.

    Attributes
    ----------
    known : Examples
        All examples; the places below count in them.
    learn, test : int array
        Places of the rows to learn from, and to test on.
    learn_event, test_event : bool array
        Their outcome, as known at the cut and in the end.
    rehearsed : list of Fold
        The rehearsals before the cut.
    held : Held or None
        What to calibrate on; the rehearsals where None.
    immature : mapping of str to int
        By period: rows left out because their outcome couldn't be known yet.
    """

    known: Examples
    learn: Days
    learn_event: Flags
    test: Days
    test_event: Flags
    rehearsed: list[Fold]
    held: Held | None = None
    immature: Mapping[str, int] = field(default_factory=dict)

    @property
    def learned(self) -> tuple[Matrix, Flags]:
        """Rows to learn from, and their outcome."""
        return self.known.rows[self.learn], self.learn_event

    @property
    def tested(self) -> tuple[Matrix, Flags]:
        """Rows to test on, and their outcome."""
        return self.known.rows[self.test], self.test_event


def hold(
    bundle: Bundle, fitter: Fitter, contest: Contest, recipe: Recipe, progress: Progress
) -> dict[str, Any]:
    """Fit the challengers and compare all on the test period.

    Returns
    -------
    dict
        ``n``, ``events``, the figures of ``champion`` (as its saved bundle scores) and of every
        challenger but those that only tell what one constraint costs; these costs with their
        intervals; ``differences``, the champion's figures less those of each challenger by paired
        bootstrap, and ``against``, the same of the area under the curve by DeLong;
        ``level``, the mean forecast over the share of events; the median share of the cross block;
        and what the scorecard looks like.
    """
    rows, event = contest.tested
    split = parts(bundle, rows)
    entered = challengers(fitter, contest, recipe)
    met = _fitted(entered, fitter, contest, progress)
    scores = {"champion": logits(bundle, split)} | {name: met[name].score for name in entered}
    progress("paired bootstrap", len(entered), len(entered))
    shown = [name for name in scores if name not in ONLY_COSTS]
    return {
        "n": len(event),
        "events": int(event.sum()),
        **{name: figures(event, sigmoid(scores[name])).to_dict() for name in shown},
        "level": float(sigmoid(scores["champion"]).mean() / event.mean()),
        "cross_share_median": cross_share(split),
        "against": {
            name: asdict(auc_less(event, scores["champion"], scores[name])) for name in shown[1:]
        },
        **_compared(event, scores, shown[1:], recipe.seed),
        "described": {name: met[name].described for name in DESCRIBED if name in met},
    }


class _Met(NamedTuple):
    """What a challenger says of the rows tested on, and of itself."""

    score: Vector
    described: str


def _fitted(
    entered: Mapping[str, Challenger], fitter: Fitter, contest: Contest, progress: Progress
) -> dict[str, _Met]:
    """Fit the challengers side by side; what is no booster begins, for no progress ends it."""
    learned, tested = contest.learned, contest.tested[0]
    binned = fitter.binned(*learned, contest.known.weights(contest.learn))
    order = sorted(entered, key=lambda name: isinstance(entered[name], Boosted))

    def fit(at: int, tell: Progress) -> _Met:
        tell(f"challenger {order[at]}", at, len(order))
        one = entered[order[at]]
        fitted = one.fit_on(binned, tell) if isinstance(one, Boosted) else one.fit(*learned)
        return _Met(fitted.log_odds(tested), fitted.describe())

    found = at_once([partial(fit, at) for at in range(len(order))], fitter.threads, progress)
    return dict(zip(order, found, strict=True))


ONLY_COSTS = ("monotone_only", "by_credit_only")
DESCRIBED = ("logistic", "one_variable", "explainable")


def challengers(fitter: Fitter, contest: Contest, recipe: Recipe) -> dict[str, Challenger]:
    """Every challenger of a recipe, by name, in the order in which they are fitted.

    The boosters tell what the constraints cost and are always there; of the others those that the
    recipe names.
    """
    names = fitter.names
    asked: dict[str, Mapping[str, Challenger]] = {
        "logistic": {"logistic": Scorecards(names, recipe.seed)},
        "one_variable": {
            label: OneVariable(names, name)
            for label, name in (
                ("one_variable", recipe.one_variable),
                *((f"{name} alone", name) for name in recipe.also_alone),
            )
            if name in names
        },
        "explainable": {"explainable": Explainable(names, recipe.seed)},
    }
    weight = contest.known.weights(contest.learn)
    entered: dict[str, Challenger] = {
        "unconstrained": Boosted(fitter, FREE, _calibration_of_free(fitter, contest), weight),
        "additive_only": Boosted(fitter, ADDITIVE, weight=weight),
        "monotone_only": Boosted(fitter, CROSS, weight=weight),
        "by_credit_only": Boosted(fitter, BY_CREDIT_ONLY, weight=weight),
    }
    for name, some in asked.items():
        if name in recipe.challengers:
            entered |= some
    return entered


def cross_share(split: Matrix) -> float:
    """Median of |cross| over the sum of the |parts| of the three credits."""
    credits = np.abs(split[:, :3]).sum(axis=1)
    return float(np.median(np.abs(split[:, 3]) / np.maximum(credits, 1e-12)))


def _calibration_of_free(fitter: Fitter, contest: Contest) -> Calibration:
    """The unconstrained booster is calibrated on the same rows as the champion."""
    rounds, known, held = fitter.trees.rounds, contest.known, contest.held
    if held is not None:
        weight = known.weights(contest.learn)
        free = fitter.fit(*contest.learned, FREE, rounds, weight=weight)
        score = raw(free, known.rows[held.rows])
        return calibrate_on(held.event, score, known.weights(held.rows))

    def predicted(fold: Fold, tell: Progress) -> tuple[Flags, Vector]:
        rows, weight = known.rows[fold.learn], known.weights(fold.learn)
        telling = replace(fitter, progress=tell)
        booster = telling.fit(rows, fold.learn_event, FREE, rounds, weight=weight)
        return fold.predict_event, raw(booster, known.rows[fold.predict])

    each = [partial(predicted, fold) for fold in contest.rehearsed]
    periods = at_once(each, fitter.threads, fitter.progress)
    return calibrate(
        periods,
        float(np.average(contest.learn_event, weights=known.weights(contest.learn))),
        [known.weights(fold.predict) for fold in contest.rehearsed],
    )


PAIRS = {
    "all_constraints": ("champion", "unconstrained"),
    "monotone": ("monotone_only", "unconstrained"),
    "additive": ("by_credit_only", "unconstrained"),
    "without_cross": ("additive_only", "champion"),
}
"""What each difference means: first less second."""


def _compared(
    event: Flags, scores: Mapping[str, Vector], met: Sequence[str], seed: int
) -> dict[str, Any]:
    """Champion less each challenger that it met, and what the constraints cost."""
    found = differences(
        event,
        {name: sigmoid(score) for name, score in scores.items()},
        {**{name: ("champion", name) for name in met}, **PAIRS},
        seed=seed,
    )
    told = {
        name: {measure: asdict(less) for measure, less in by.items()} for name, by in found.items()
    }
    return {
        "differences": {name: told[name] for name in met},
        "costs": {name: told[name] for name in PAIRS},
    }
