"""How well scores rank requests whose true chances are known: without a draw, so without noise."""

from __future__ import annotations

import numpy as np

from simulator.arrays import Floats


def expected_auc(scores: Floats, chances: Floats, counts: Floats | None = None) -> float:
    """Area under the ROC curve, each request being an event by its chance and none by the rest.

    Ties count half. It is what `sklearn.metrics.roc_auc_score` makes of every request once as an
    event with weight p and once as a non-event with weight 1 - p.

    Parameters
    ----------
    scores : float array of shape (requests,)
        High is risky.
    chances : float array of shape (requests,)
        True chances of default, from 0 to 1.
    counts : float array of shape (requests,), optional
        How many times each request is there, as in a bootstrap; once unless given.

    Returns
    -------
    float
        NaN where there is nothing to rank: no chance of an event, or of anything else.
    """
    times = np.ones(len(chances)) if counts is None else counts
    _, place = np.unique(scores, return_inverse=True)
    events = np.bincount(place, weights=times * chances)
    others = np.bincount(place, weights=times * (1 - chances))
    total = events.sum() * others.sum()
    if total == 0:
        return float("nan")
    below = np.cumsum(others) - others
    return float((events * (below + others / 2)).sum() / total)
