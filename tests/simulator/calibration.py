"""How far what happened is from what was to be expected, and how far it may be."""

from dataclasses import dataclass

import numpy as np

from simulator.arrays import Flags, Floats, Ints, log_odds


@dataclass(frozen=True)
class Slope:
    """A logistic regression of outcomes on the log-odds that were told.

    Attributes
    ----------
    slope, intercept : float
        1 and 0 where the chances are true.
    slope_error, intercept_error : float
        Standard errors, of outcomes that hang together within a cluster only.
    """

    slope: float
    intercept: float
    slope_error: float
    intercept_error: float


def slope_of(chance: Floats, happened: Flags, cluster: Ints) -> Slope:
    """Fit the regression by Newton's method."""
    X = np.stack([np.ones_like(chance), log_odds(chance)], axis=1)
    beta = np.array([0.0, 1.0])
    for _ in range(50):
        fitted = 1 / (1 + np.exp(-X @ beta))
        inverse = np.linalg.inv(X.T @ (X * (fitted * (1 - fitted))[:, None]))
        beta = beta + inverse @ X.T @ (happened - fitted)
    scores = X * (happened - fitted)[:, None]
    sums = np.stack([np.bincount(cluster, weights=column) for column in scores.T], axis=1)
    errors = np.sqrt(np.diag(inverse @ (sums.T @ sums) @ inverse))
    return Slope(float(beta[1]), float(beta[0]), float(errors[1]), float(errors[0]))


def score_of(chance: Floats, happened: Flags, cluster: Ints) -> float:
    """Standard errors by which more happened than expected; clusters are independent."""
    sums = np.bincount(cluster, weights=happened - chance)
    return float(sums.sum() / np.sqrt((sums**2).sum()))


def interval_of(chance: Floats, level: float) -> tuple[int, int]:
    """Fewest and most of independent events of these chances, but for ``level`` in each tail."""
    law = np.ones(1)
    for each in chance:
        law = np.convolve(law, [1 - each, each])
        law = law[: int(np.flatnonzero(law > 1e-300)[-1]) + 1]
    below = np.cumsum(law)
    return int(np.searchsorted(below, level)), int(np.searchsorted(below, 1 - level))


def with_fates_of_their_own(begin: Ints, end: Ints, cluster: Ints) -> Flags:
    """Which of the rows of each cluster begin when those picked before have ended.

    Rows of a cluster share its fate only while they run at the same time: what is picked is one
    trial after the other.
    """
    picked = np.zeros(len(begin), dtype=bool)
    free_from: dict[int, int] = {}
    for row in np.argsort(begin, kind="stable").tolist():
        if begin[row] > free_from.get(int(cluster[row]), -1):
            picked[row] = True
            free_from[int(cluster[row])] = int(end[row])
    return picked
