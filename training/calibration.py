"""Affine calibration in log-odds, on periods that the models hadn't seen.

A rehearsal's months share the weather of their time, so the unit of evidence is the rehearsal, not
the row: the intercept and slope of each are averaged, and the average is believed only as far as
the rehearsals agree on it (positive-part shrinkage to the booster's own scale). Pooling the rows
instead hands the one period that was unlike all others to every later model. A recipe that holds a
period of its own for calibration says that its weather is the weather to come.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import brier_score_loss

from models.trees import Vector
from training.metrics import Flags, affine, sigmoid


@dataclass(frozen=True)
class Calibration:
    """``logit = intercept + slope * raw``, slope > 0."""

    intercept: float
    slope: float

    def apply(self, raw: Vector) -> Vector:
        """Calibrated log-odds of raw scores."""
        return self.intercept + self.slope * raw


IDENTITY = Calibration(0.0, 1.0)
LEAST_SLOPE = 0.5


def calibrate(
    periods: Sequence[tuple[Flags, Vector]],
    base_rate: float,
    weights: Sequence[Vector | None] | None = None,
) -> Calibration:
    """Fit the calibration.

    Parameters
    ----------
    periods : sequence of (event, raw score)
        The rows that each rehearsal predicted.
    base_rate : float
        Share of the event among the rows learned from; intercepts are compared at its log-odds.
    weights : sequence of float64 array or None, optional
        What the rows of each rehearsal count for.

    Returns
    -------
    Calibration
        The identity where there are fewer than two rehearsals to agree.
    """
    if len(periods) < 2:
        return IDENTITY
    centre = float(np.log(base_rate / (1.0 - base_rate)))
    counts = weights or [None] * len(periods)
    fitted = [
        affine(event, score - centre, weight)
        for (event, score), weight in zip(periods, counts, strict=True)
    ]
    shift = believed([intercept - centre for intercept, _ in fitted])
    slope = max(LEAST_SLOPE, 1.0 + believed([slope - 1.0 for _, slope in fitted]))
    return Calibration(centre + shift - slope * centre, slope)


def calibrate_on(event: Flags, raw: Vector, weight: Vector | None = None) -> Calibration:
    """Fit the calibration on one period that the model hasn't learned from (Platt).

    A slope below `LEAST_SLOPE` is raised to it, and the intercept moved until the mean probability
    is the share of events.

    Parameters
    ----------
    event : bool array of shape (n,)
        Both outcomes occur.
    raw : float64 array of shape (n,)
        Raw scores.
    weight : float64 array of shape (n,), optional
        What each row counts for; all alike where left out, and where the slope is raised.
    """
    intercept, slope = affine(event, raw, weight)
    if slope >= LEAST_SLOPE:
        return Calibration(intercept, slope)
    return shifted(Calibration(0.0, LEAST_SLOPE), raw, float(event.mean()))


def shifted(calibration: Calibration, raw: Vector, long_run_rate: float) -> Calibration:
    """The same calibration with its intercept moved to a long-run rate.

    Mean probability of the rows is the long-run rate then; ranks, slope and the parts of every
    request stay as they are (domain.md section 3.1, central tendency).

    Parameters
    ----------
    raw : float64 array of shape (n,)
        Raw scores of the rows that stand for the portfolio, which the model hasn't learned from.
    """
    logit = calibration.apply(raw)

    def excess(shift: float) -> float:
        return float(sigmoid(logit + shift).mean()) - long_run_rate

    return Calibration(calibration.intercept + float(brentq(excess, -40, 40)), calibration.slope)


@dataclass(frozen=True)
class Bend:
    """What a calibration of any rising shape would do better than the affine one: a diagnostic.

    It is never used: only an affine one keeps the log-odds a sum (domain.md section 3.1). Each
    rehearsal is judged by what the others taught.

    Attributes
    ----------
    brier_affine, brier_isotonic : float
        Mean squared errors. An isotonic one that is clearly lower says that the line is bent.
    distance : float
        Mean absolute difference of the two probabilities.
    """

    brier_affine: float
    brier_isotonic: float
    distance: float


def bend(periods: Sequence[tuple[Flags, Vector]]) -> Bend | None:
    """Compare with isotonic regression; None where there are fewer than two rehearsals."""
    if len(periods) < 2:
        return None
    affine_said, isotonic_said = [], []
    for held, (_, score) in enumerate(periods):
        others = [period for at, period in enumerate(periods) if at != held]
        event = np.concatenate([event for event, _ in others])
        before = np.concatenate([score for _, score in others])
        affine_said.append(sigmoid(calibrate(others, float(event.mean())).apply(score)))
        free = IsotonicRegression(out_of_bounds="clip").fit(before, event)
        isotonic_said.append(free.predict(score))
    event = np.concatenate([event for event, _ in periods])
    line, free_line = np.concatenate(affine_said), np.concatenate(isotonic_said)
    return Bend(
        float(brier_score_loss(event, line)),
        float(brier_score_loss(event, free_line)),
        float(np.abs(line - free_line).mean()),
    )


def believed(values: Sequence[float]) -> float:
    """Mean of values, shrunk to 0 by how much they disagree: m * max(0, 1 - se^2 / m^2)."""
    mean = float(np.mean(values))
    error = float(np.std(values, ddof=1) / np.sqrt(len(values)))
    return mean * max(0.0, 1.0 - (error / mean) ** 2) if mean else 0.0
