"""Approved peers: what each feature adds there, against which a reason is told, and what they ask.

A reason says what sets a request apart from those that get the money (domain.md section 3.8). Which
those are a policy decides, and a bundle outlives many: so they are the four fifths of the examples
learned from whose probability is lowest, whatever the cut-offs of the day.
"""

from __future__ import annotations

from collections import Counter

import lightgbm as lgb
import numpy as np

from features.catalogue import CREDIT_OF
from models.structures import STRUCTURE, Structure, Structures, part
from models.trees import Matrix, Trees
from training.fitting import raw

APPROVED_SHARE = 0.80

MOST_PEERS = 4096
"""So many are looked at, evenly over the examples: they tell a median well enough."""


def approved(additive: lgb.Booster, cross: lgb.Booster, rows: Matrix) -> Matrix:
    """Those of some rows that count as approved, in their order."""
    score = raw(additive, rows) + raw(cross, rows)
    return rows[score <= np.quantile(score, APPROVED_SHARE)]


def added_at_peers(
    additive: lgb.Booster, cross: lgb.Booster, slope: float, rows: Matrix
) -> dict[str, float]:
    """Median of what each feature adds among approved peers, in calibrated log-odds.

    Parameters
    ----------
    slope : float
        Of the calibration.
    rows : float64 array of shape (n, features)
        The rows learned from.
    """
    peers = approved(additive, cross, rows)
    some = peers[:: -(-len(peers) // MOST_PEERS)]
    each = np.zeros(some.shape)
    for booster in (additive, cross):
        each += Trees.read(booster, CREDIT_OF).contributions(some)
    medians = np.median(each * slope, axis=0)
    return dict(zip(additive.feature_name(), medians.tolist(), strict=True))


def structures_of_peers(
    additive: lgb.Booster, cross: lgb.Booster, rows: Matrix
) -> Structures | None:
    """How often each structure of a financing occurs among approved peers.

    Returns
    -------
    Structures or None
        None where the model sees nothing of the structure, so that none is usual.
    """
    columns = {name: at for at, name in enumerate(additive.feature_name()) if name in STRUCTURE}
    if not columns:
        return None
    peers = approved(additive, cross, rows)
    counts = Counter(
        tuple(part(name, value) for name, value in zip(columns, row, strict=True))
        for row in peers[:, list(columns.values())].tolist()
    )
    seen = [Structure(values=values, share=n / len(peers)) for values, n in counts.most_common()]
    return Structures(names=tuple(columns), seen=tuple(seen))
