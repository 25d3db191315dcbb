"""Whether features point where they should: rank, and weight beside size, against an outcome."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import rankdata

Vector = np.ndarray[Any, np.dtype[np.float64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]

SIGNIFICANT = 1.96


@dataclass(frozen=True)
class Direction:
    """What an outcome says of a feature.

    Attributes
    ----------
    name : str
    expected : int
        1 where the risk should rise with the value, -1 where it should fall, 0 free.
    known : int
        Firms with the value.
    auc : float
        Share of pairs of a bad and a good firm in which the bad one has the higher value; NaN where
        there are none.
    z : float
        Of its coefficient in a logistic regression on the size and it; NaN where that has no
        solution.
    """

    name: str
    expected: int
    known: int
    auc: float
    z: float

    @property
    def contradicts(self) -> bool:
        """Whether the weight beside size is significantly on the wrong side."""
        return self.expected * self.z < -SIGNIFICANT


def auc_of(value: Vector, bad: Flags) -> float:
    """Area under the curve of a value whose high end is bad; NaN where one class is empty."""
    n_bad, n_good = int(bad.sum()), int((~bad).sum())
    if not n_bad or not n_good:
        return float("nan")
    ranks = rankdata(value)
    return float((ranks[bad].sum() - n_bad * (n_bad + 1) / 2) / (n_bad * n_good))


def z_beside(value: Vector, size: Vector, bad: Flags) -> float:
    """Z of a value in an unpenalised logistic regression on the size and the value."""
    columns = [np.ones(len(bad))]
    for column in (size, value):
        deviation = column.std()
        if deviation == 0.0:
            return float("nan")
        columns.append((column - column.mean()) / deviation)
    return _z_of_last(np.column_stack(columns), bad.astype(np.float64))


def _z_of_last(x: Any, y: Vector) -> float:
    """Newton's method; NaN where it doesn't settle."""
    weights = np.zeros(x.shape[1])
    for _ in range(50):
        p = 1.0 / (1.0 + np.exp(-np.clip(x @ weights, -30, 30)))
        curvature = x.T @ (x * (p * (1 - p))[:, None])
        if np.linalg.cond(curvature) > 1e12:
            return float("nan")
        step = np.linalg.solve(curvature, x.T @ (y - p))
        weights += step
        if np.abs(step).max() < 1e-9:
            return float(weights[-1] / np.sqrt(np.linalg.inv(curvature)[-1, -1]))
    return float("nan")


def direction_of(name: str, expected: int, value: Vector, size: Vector, bad: Flags) -> Direction:
    """Judge one feature by the firms that have it."""
    known = ~np.isnan(value) & ~np.isnan(size)
    if not known.any():
        return Direction(name, expected, 0, float("nan"), float("nan"))
    args = value[known], bad[known]
    return Direction(
        name,
        expected,
        int(known.sum()),
        auc_of(*args),
        z_beside(args[0], size[known], args[1]),
    )
