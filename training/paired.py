"""Paired bootstrap: how sure a difference between two predictions of the same rows is.

A draw says how often each row counts. A measure sorts a prediction once and then measures every
draw; to sort and check the rows of each anew takes ten times as long and more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from models.trees import Matrix, Vector
from training.metrics import Flags, row_losses

DRAWS = 500
LEVEL = 0.95

Counts = np.ndarray[tuple[int], np.dtype[np.int64]]
"""How often each row was drawn."""

Measure = Callable[[Flags, Vector], Callable[[Counts], float]]
"""Of outcomes and a prediction: a function that measures them with each row so many times."""


def auc(event: Flags, probability: Vector) -> Callable[[Counts], float]:
    """Area under the ROC curve; scikit-learn's value with `counts` as weights."""
    ranked = _Ranked.of(event, probability)

    def measured(counts: Counts) -> float:
        bad, good = ranked.events(counts), ranked.others(counts)
        above = np.cumsum(good) - 0.5 * good  # groups go from the safest up
        return float(bad @ above / (bad.sum() * good.sum()))

    return measured


def average_precision(event: Flags, probability: Vector) -> Callable[[Counts], float]:
    """Area under precision against recall; scikit-learn's value with `counts` as weights."""
    ranked = _Ranked.of(event, probability)

    def measured(counts: Counts) -> float:
        bad, good = ranked.events(counts)[::-1], ranked.others(counts)[::-1]
        found = np.cumsum(bad)
        precision = found / np.maximum(found + np.cumsum(good), 1.0)
        return float(bad @ precision / found[-1])

    return measured


def log_loss(event: Flags, probability: Vector) -> Callable[[Counts], float]:
    """Mean negative log-likelihood."""
    losses = row_losses(event, probability)
    return lambda counts: float(losses @ counts / counts.sum())


def brier(event: Flags, probability: Vector) -> Callable[[Counts], float]:
    """Mean squared distance of the forecast from what came."""
    squares = (probability - event) ** 2
    return lambda counts: float(squares @ counts / counts.sum())


MEASURES: dict[str, Measure] = {
    "auc": auc,
    "average_precision": average_precision,
    "log_loss": log_loss,
    "brier": brier,
}


@dataclass(frozen=True)
class _Ranked:
    """Rows in the order of a prediction, sorted once for all draws; equal ones are one group."""

    order: Counts
    begins: Counts
    event: Flags

    @classmethod
    def of(cls, event: Flags, probability: Vector) -> _Ranked:
        order = np.argsort(probability, kind="stable")
        begins = np.flatnonzero(np.diff(probability[order], prepend=-np.inf))
        return cls(order, begins, event[order])

    def events(self, counts: Counts) -> Vector:
        """Events of each group, the safest group first."""
        return np.add.reduceat(counts[self.order] * self.event, self.begins).astype(np.float64)

    def others(self, counts: Counts) -> Vector:
        """Rows of each group without the event."""
        return np.add.reduceat(counts[self.order] * ~self.event, self.begins).astype(np.float64)


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
    of = [measure(event, first), measure(event, second)]
    ours, theirs = np.array(
        [[one(counts) for one in of] for counts in _draws(event, seed, draws)]
    ).T
    return _interval(ours, theirs)


def differences(
    event: Flags,
    predictions: Mapping[str, Vector],
    pairs: Mapping[str, tuple[str, str]],
    *,
    seed: int,
    draws: int = DRAWS,
) -> dict[str, dict[str, Interval]]:
    """Compare pairs of predictions by every measure, all on the same draws.

    Returns
    -------
    dict
        By name of a pair and measure: its first prediction less its second, as `difference` has it.
    """
    of = {
        (name, measure): take(event, chance)
        for name, chance in predictions.items()
        for measure, take in MEASURES.items()
    }
    drawn = [[one(counts) for one in of.values()] for counts in _draws(event, seed, draws)]
    found = dict(zip(of, np.array(drawn).T, strict=True))
    return {
        name: {
            measure: _interval(found[first, measure], found[second, measure])
            for measure in MEASURES
        }
        for name, (first, second) in pairs.items()
    }


def _interval(ours: Vector, theirs: Vector) -> Interval:
    """Of what was found on all rows, which comes first, and on each draw."""
    less = ours - theirs
    tail = 100.0 * (1.0 - LEVEL) / 2.0
    low, high = np.percentile(less[1:], [tail, 100.0 - tail])
    return Interval(float(less[0]), float(low), float(high))


def _draws(event: Flags, seed: int, draws: int) -> Iterator[Counts]:
    """All rows once, and then how often each counts, draw by draw."""
    generator, n = np.random.default_rng(seed), len(event)
    yield np.ones(n, dtype=np.int64)
    for _ in range(draws):
        counts = _drawn(generator, n)
        while not 0 < counts[event].sum() < n:
            counts = _drawn(generator, n)
        yield counts


def _drawn(generator: np.random.Generator, n: int) -> Counts:
    return np.bincount(generator.integers(0, n, n), minlength=n)


Sums = Matrix
"""Of shape (draws, columns): what the rows of a draw add up to in each column."""


def difference_of_sums(
    first: Matrix,
    second: Matrix,
    clusters: Sequence[str],
    measure: Callable[[Sums], Vector],
    *,
    seed: int,
    draws: int = DRAWS,
) -> Interval:
    """Compare what two policies add up to over the same rows.

    Clusters are drawn with replacement, the same for both: the rows of one stand or fall together.

    Parameters
    ----------
    first, second : float64 arrays of shape (n, columns)
        What is added up.
    clusters : sequence of str of length n
        Whose row each is.
    measure : function of sums to float64 array of shape (draws,)
        What is made of the sums; a draw of which it makes no number is left out.
    """
    names, of = np.unique(np.asarray(clusters), return_inverse=True)
    drawn = np.random.default_rng(seed).multinomial(
        len(names), np.full(len(names), 1.0 / len(names)), size=draws
    )
    counts = np.vstack([np.ones(len(names), dtype=np.int64), drawn])
    ours, theirs = (measure(counts @ _added(rows, of, len(names))) for rows in (first, second))
    told = np.isfinite(ours - theirs)
    if not told[1:].any():
        return Interval(float(ours[0] - theirs[0]), np.nan, np.nan)
    told[0] = True
    return _interval(ours[told], theirs[told])


def _added(rows: Matrix, of: Counts, count: int) -> Matrix:
    """The rows of each cluster added up, in every column."""
    return np.column_stack([np.bincount(of, column, count) for column in rows.T])
