"""Ends of intervals: the spread of the bags on each row, and what the data don't tell on top."""

from __future__ import annotations

from math import hypot, sqrt

import numpy as np

from models.compiled import compiled
from models.flat_trees import Matrix, Vector

Tiers = np.ndarray[tuple[int], np.dtype[np.intp]]


@compiled
def widen(each: Matrix, untold: Matrix, tiers: Tiers, logit: Vector, ends: Matrix) -> None:
    """Write low, high, and both by the bags alone, of every row.

    Parameters
    ----------
    each : float64 array of shape (n, bags)
        Log-odds by each bag, times the standard deviations from the estimate to an end.
    untold : float64 array of shape (tiers, 2)
        Log-odds down and up that are added as an independent error.
    tiers : intp array of shape (n,)
    logit : float64 array of shape (n,)
    ends : float64 array of shape (n, 4)
        Is written to, a row without regard to the others.
    """
    bags = each.shape[1]
    for at in range(each.shape[0]):
        mean = 0.0
        for bag in range(bags):
            mean += each[at, bag]
        mean /= bags
        squares = 0.0
        for bag in range(bags):
            squares += (each[at, bag] - mean) ** 2
        doubt = sqrt(squares / (bags - 1))
        ends[at, 0] = logit[at] - hypot(doubt, untold[tiers[at], 0])
        ends[at, 1] = logit[at] + hypot(doubt, untold[tiers[at], 1])
        ends[at, 2] = logit[at] - doubt
        ends[at, 3] = logit[at] + doubt
