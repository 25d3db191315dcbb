"""Paired bootstrap: how sure a difference between two predictions of the same rows is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import average_precision_score, log_loss, roc_auc_score

from models.trees import Vector
from training.metrics import Flags, clipped

DRAWS = 500
LEVEL = 0.95

Measure = Callable[[Flags, Vector], float]

MEASURES: dict[str, Measure] = {
    "auc": lambda event, p: float(roc_auc_score(event, p)),
    "average_precision": lambda event, p: float(average_precision_score(event, p)),
    "log_loss": lambda event, p: float(log_loss(event, clipped(p))),
}


@dataclass(frozen=True)
class Interval:
    """A difference and its 95 % bootstrap interval.

    Attributes
    ----------
    difference, low, high : float
        First prediction less second, on all rows; and the percentiles over the draws.
    """

    difference: float
    low: float
    high: float


def difference(
    event: Flags, first: Vector, second: Vector, measure: Measure, *, seed: int, draws: int = DRAWS
) -> Interval:
    """Compare two predictions of the same rows by a measure.

    Rows are drawn with replacement, the same for both; draws in which only one outcome occurs are
    drawn again.
    """
    generator = np.random.default_rng(seed)
    found = np.empty(draws)
    for draw in range(draws):
        rows = generator.integers(0, len(event), len(event))
        while event[rows].all() or not event[rows].any():
            rows = generator.integers(0, len(event), len(event))
        found[draw] = measure(event[rows], first[rows]) - measure(event[rows], second[rows])
    tail = 100.0 * (1.0 - LEVEL) / 2.0
    low, high = np.percentile(found, [tail, 100.0 - tail])
    whole = measure(event, first) - measure(event, second)
    return Interval(whole, float(low), float(high))
