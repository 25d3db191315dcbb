"""Drift: how far a distribution has moved, and how far chance alone would have moved it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2

from models.trees import Vector

BINS = 10
FINE, ALARM = 0.1, 0.25
"""Below the one a feature is stable, from the other on it is not (domain.md section 7.1)."""

CHANCE = 0.99


@dataclass(frozen=True)
class Drift:
    """The population stability index of one variable, with what it rests on.

    Attributes
    ----------
    psi : float
        ``sum (actual - expected) ln(actual / expected)`` over the bins.
    by_chance : float
        The index that pairs of samples of one distribution stay below: 99 of 100 of them, or the
        share asked for.
    expected, actual : int
        Rows compared.
    bins : tuple of (float, int, int)
        Upper bound of each bin, rows expected and actual in it; bounds are included, the last one
        is infinite. The bin of the missing has the bound NaN and comes last, where there is one.
    """

    psi: float
    by_chance: float
    expected: int
    actual: int
    bins: tuple[tuple[float, int, int], ...]

    @property
    def state(self) -> str:
        """``stable``, ``watch`` or ``alarm``; what chance explains is stable, however large."""
        if self.psi < FINE or self.psi <= self.by_chance:
            return "stable"
        return "watch" if self.psi < ALARM else "alarm"


Counts = np.ndarray[tuple[int], np.dtype[np.int64]]


@dataclass(frozen=True)
class Binned:
    """A sample that others are compared with, in bins of about equal size.

    Attributes
    ----------
    bounds : float64 array of shape (bins,)
        Upper bounds, the last infinite.
    counts : int64 array of shape (bins + 1,)
        Rows in each bin; those that are missing come last.
    """

    bounds: Vector
    counts: Counts

    @classmethod
    def of(cls, expected: Vector, bins: int = BINS) -> Binned:
        """Bin a sample of at least one row by its quantiles; NaN has a bin of its own."""
        bounds = _bounds(expected[~np.isnan(expected)], bins)
        return cls(bounds, _counts(expected, bounds))

    def drift(self, actual: Vector, *, chance: float = CHANCE) -> Drift:
        """Compare another sample of at least one row with this one; ``chance`` as of `drift`."""
        before, after = self.counts, _counts(actual, self.bounds)
        taken = (before + after) > 0
        p, q = _shares(before[taken]), _shares(after[taken])
        free = int(taken.sum()) - 1
        n, m = int(before.sum()), len(actual)
        by_chance = float(chi2.ppf(chance, free)) * (1.0 / n + 1.0 / m) if free else 0.0
        every = zip(
            [*self.bounds.tolist(), np.nan],
            before.tolist(),
            after.tolist(),
            taken.tolist(),
            strict=True,
        )
        return Drift(
            psi=float(((q - p) * np.log(q / p)).sum()),
            by_chance=by_chance,
            expected=n,
            actual=m,
            bins=tuple((bound, b, a) for bound, b, a, there in every if there),
        )


def drift(expected: Vector, actual: Vector, bins: int = BINS, *, chance: float = CHANCE) -> Drift:
    """Compare two samples of a variable, binned by the quantiles of the expected one.

    Values that are missing (NaN) have a bin of their own. Half a row is added to every bin, so that
    an empty one doesn't make the index infinite. Under no drift the index times
    ``n m / (n + m)`` is about chi-squared with one degree less than there are bins (Yurdakul 2018).

    Parameters
    ----------
    expected, actual : float64 arrays of shapes (n,) and (m,)
        At least one row each.
    chance : float
        Share of pairs that stay below ``by_chance``: nearer to 1 where many are looked at at once.
    """
    return Binned.of(expected, bins).drift(actual, chance=chance)


def _bounds(values: Vector, bins: int) -> Vector:
    """Upper bounds of the bins, each once; the last is infinite."""
    if not len(values):
        return np.array([np.inf])
    inner = np.unique(np.quantile(values, np.arange(1, bins) / bins, method="lower"))
    return np.append(inner, np.inf)


def _counts(values: Vector, bounds: Vector) -> Counts:
    """Rows in each bin, the missing last."""
    missing = np.isnan(values)
    at = np.searchsorted(bounds, values[~missing], side="left")
    return np.append(np.bincount(at, minlength=len(bounds)), missing.sum()).astype(np.int64)


def _shares(counts: Counts) -> Vector:
    held = counts + 0.5
    shares: Vector = held / held.sum()
    return shares
