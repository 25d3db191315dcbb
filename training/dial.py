"""The dial: how many rounds stay additive before the cross booster takes over.

Every setting is rehearsed; the one that is most additive is taken among those whose log-loss is
within one standard error of the best. Rows of one cluster don't count as independent in the error.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from features.pipeline import Progress
from models.trees import Vector
from training.at_once import at_once
from training.examples import Examples
from training.fitting import ADDITIVE, CROSS, Fitter, raw
from training.metrics import Flags, clustered_error, row_losses, sigmoid
from training.rehearsal import Fold


@dataclass(frozen=True)
class Setting:
    """One setting of the dial.

    Attributes
    ----------
    additive_rounds : int
    log_loss : float
        Mean over the rehearsed rows, uncalibrated.
    over_best : float
        Its excess over the best setting.
    error : float
        Standard error of that excess, by cluster.
    """

    additive_rounds: int
    log_loss: float
    over_best: float
    error: float

    @property
    def within_one_error(self) -> bool:
        """Whether the excess is no more than its standard error."""
        return self.over_best <= self.error


@dataclass(frozen=True)
class Turned:
    """The dial as turned.

    Attributes
    ----------
    settings : tuple of Setting
        All that were tried, the most additive first.
    additive_rounds : int
        The one taken.
    periods : tuple of (event, raw score)
        What it predicted in each rehearsal, for the calibration.
    """

    settings: tuple[Setting, ...]
    additive_rounds: int
    periods: tuple[tuple[Flags, Vector], ...]


def turn(fitter: Fitter, known: Examples, plan: Sequence[Fold], progress: Progress) -> Turned:
    """Rehearse every setting and take one."""
    tried = sorted(set(fitter.trees.additive_rounds), reverse=True)

    def one(at: int, tell: Progress) -> dict[int, Vector]:
        tell(f"rehearsal {at + 1} of {len(plan)}", at, len(plan))
        return rehearse(replace(fitter, progress=tell), known, plan[at], tried)

    each = at_once([partial(one, at) for at in range(len(plan))], fitter.threads, progress)
    scores = {rounds: [found[rounds] for found in each] for rounds in tried}
    progress("rehearsals", len(plan), len(plan))
    events = [fold.predict_event for fold in plan]
    clusters = np.array(known.clusters)[np.concatenate([fold.predict for fold in plan])]
    settings = _compare(tried, scores, np.concatenate(events), clusters)
    taken = next(setting.additive_rounds for setting in settings if setting.within_one_error)
    return Turned(settings, taken, tuple(zip(events, scores[taken], strict=True)))


def rehearse(
    fitter: Fitter, known: Examples, fold: Fold, tried: Sequence[int]
) -> dict[int, Vector]:
    """Raw scores of every setting in one rehearsal; the additive booster is fitted once."""
    learn, predict = known.rows[fold.learn], known.rows[fold.predict]
    event, weight = fold.learn_event, known.weights(fold.learn)
    binned = fitter.binned(learn, event, weight)
    additive = binned.fit(ADDITIVE, max(tried))
    found = {}
    for rounds in tried:
        start = raw(additive, learn, rounds) if rounds else None
        cross = binned.fit(CROSS, fitter.trees.rounds - rounds, start)
        found[rounds] = raw(additive, predict, rounds) + raw(cross, predict)
    return found


def _compare(
    tried: Sequence[int],
    scores: dict[int, list[Vector]],
    event: Flags,
    clusters: np.ndarray[tuple[int], np.dtype[np.str_]],
) -> tuple[Setting, ...]:
    losses = {
        rounds: row_losses(event, sigmoid(np.concatenate(scores[rounds]))) for rounds in tried
    }
    best = min(tried, key=lambda rounds: (float(losses[rounds].mean()), -rounds))
    return tuple(
        Setting(
            rounds,
            float(losses[rounds].mean()),
            float((losses[rounds] - losses[best]).mean()),
            clustered_error(losses[rounds] - losses[best], clusters),
        )
        for rounds in tried
    )
