"""What a model does before any outcome is known: confidence-based performance estimation (CBPE).

Where probabilities are calibrated they tell not only of requests but of themselves: the event of
row i happens with chance ``p_i``, so what a metric of these rows will be is known but for chance.
What they can't tell is a world in which the same features mean another risk: outcomes do.

Source: Bialek, Kuberski, Perrakis and Bifet (2024), "Estimating Model Performance Under Covariate
Shift Without Labels", section 3.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from scipy.stats import rankdata

from models.trees import Matrix, Vector
from training.metrics import clipped

DRAWS = 1_000
DRAWS_AT_ONCE = 100
LEVEL = 95.0


@dataclass(frozen=True)
class Estimate:
    """A metric as expected, and the interval that holds what will be realised 95 times of 100.

    The interval is that of outcomes drawn with the rows' own probabilities: as wide as chance
    among so many rows makes it, and no wider.
    """

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Expected:
    """Metrics expected of rows without outcomes.

    Attributes
    ----------
    rate : Estimate
        Share of events.
    brier, log_loss : Estimate
    auc : Estimate or None
        Area under the ROC curve; None where fewer than half of the draws have both outcomes.
    """

    rate: Estimate
    brier: Estimate
    log_loss: Estimate
    auc: Estimate | None

    def to_dict(self) -> dict[str, Any]:
        """The estimates by name."""
        return asdict(self)


def expected(probability: Vector, *, seed: int, draws: int = DRAWS) -> Expected:
    """Estimate metrics from calibrated probabilities alone.

    ``rate`` is the mean of p, ``brier`` that of p (1 - p), ``log_loss`` that of the entropy.
    The expected area under the curve is the expected number of pairs in the right order over that
    of all pairs: ``sum p_i (1 - p_j) [p_i > p_j] / sum p_i (1 - p_j)``, ties count half.

    Parameters
    ----------
    probability : float64 array of shape (n,)
        Calibrated, 0-1; at least one row.
    seed : int
        Of the draws behind the intervals.
    """
    p = clipped(probability)
    log_p, log_q = np.log(p), np.log1p(-p)
    drawn = _drawn(p, seed, draws)
    rates = drawn.mean(axis=1)
    briers = (p**2).mean() + drawn @ (1.0 - 2.0 * p) / len(p)
    losses = -log_q.mean() - drawn @ (log_p - log_q) / len(p)
    return Expected(
        rate=_estimate(float(p.mean()), rates),
        brier=_estimate(float((p * (1.0 - p)).mean()), briers),
        log_loss=_estimate(float(-(p * log_p + (1.0 - p) * log_q).mean()), losses),
        auc=_auc(p, drawn),
    )


def expected_auc(p: Vector) -> float:
    """The area that calibrated probabilities expect of themselves; NaN with fewer than two rows."""
    values, group = np.unique(p, return_inverse=True)
    bad = np.bincount(group, weights=p, minlength=len(values))
    good = np.bincount(group, weights=1.0 - p, minlength=len(values))
    itself = np.bincount(group, weights=p * (1.0 - p), minlength=len(values))
    right = bad @ (np.cumsum(good) - good) + 0.5 * (bad @ good - itself.sum())
    pairs = bad.sum() * good.sum() - itself.sum()
    return float(right / pairs) if len(p) > 1 else float("nan")


def _auc(p: Vector, drawn: Matrix) -> Estimate | None:
    """With the interval of the draws in which both outcomes occur."""
    events = drawn.sum(axis=1)
    both = (events > 0) & (events < len(p))
    if 2 * both.sum() <= len(drawn):
        return None
    bad, good = events[both], len(p) - events[both]
    areas = (drawn[both] @ rankdata(p) - bad * (bad + 1.0) / 2.0) / (bad * good)
    return _estimate(expected_auc(p), areas)


def _drawn(p: Vector, seed: int, draws: int) -> Matrix:
    """Outcomes of so many draws; shape (draws, n), 0 or 1."""
    generator = np.random.default_rng(seed)
    found = np.empty((draws, len(p)))
    for start in range(0, draws, DRAWS_AT_ONCE):
        some = found[start : start + DRAWS_AT_ONCE]
        some[:] = generator.random(some.shape) < p
    return found


def _estimate(value: float, draws: Vector) -> Estimate:
    tail = (100.0 - LEVEL) / 2.0
    low, high = np.percentile(draws, [tail, 100.0 - tail])
    return Estimate(value, float(low), float(high))
