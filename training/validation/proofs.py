"""Proofs on a saved bundle: parts add up, trees keep to one credit, risk moves as declared."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from features.catalogue import BY_NAME
from features.feature import Risk
from models.assessment import logits, parts
from models.bundle import Bundle
from models.trees import BLOCK_ROWS, Matrix, Vector
from training.fitting import raw

ROWS = 12
"""Rows on which every feature is swept; as many again with every second value missing."""


@dataclass(frozen=True)
class Proofs:
    """What was looked at, and what was wrong with it.

    Attributes
    ----------
    trees : int
        Additive trees; loading a bundle refuses one that mixes credits, so none does.
    apart : float
        Largest distance between the sum of base and parts and LightGBM's own raw score, calibrated.
    features, values : int
        Features that have a direction, and values at which they were tried: on both sides of every
        threshold of the boosters, and at either end.
    wrong : tuple of str
        Features that moved the log-odds against their declaration; none where all is well.
    """

    trees: int
    apart: float
    features: int
    values: int
    wrong: tuple[str, ...]


def prove(bundle: Bundle, rows: Matrix) -> Proofs:
    """Try a bundle on rows of shape (n, features of the bundle), of which a dozen are swept."""
    thresholds = _thresholds(bundle)
    some = rows[:: max(1, len(rows) // ROWS)][:ROWS]
    some = np.vstack([some, np.where(np.arange(some.shape[1]) % 2, some, np.nan)])
    wrong, values, looked_at = [], 0, 0
    for column, name in enumerate(bundle.feature_names):
        risk = BY_NAME[name].risk
        if risk is Risk.FREE:
            continue
        tried = _around(thresholds[column])
        looked_at, values = looked_at + 1, values + len(tried)
        if (np.diff(_swept(bundle, some, column, tried), axis=0) * int(risk) < 0.0).any():
            wrong.append(name)
    return Proofs(len(bundle.additive), _apart(bundle, rows), looked_at, values, tuple(wrong))


def _thresholds(bundle: Bundle) -> list[Vector]:
    """Of each feature every threshold at which some tree splits on it, in order."""
    boosters = (bundle.additive.flat, bundle.cross.flat)
    splits = [(flat.feature[of], flat.threshold[of]) for flat in boosters for of in flat.splits]
    on = np.concatenate([feature for feature, _ in splits])
    at = np.concatenate([threshold for _, threshold in splits])
    return [np.unique(at[on == column]) for column in range(len(bundle.feature_names))]


def _around(splits: Vector) -> Vector:
    """Values on both sides of each threshold, at either end, and 0, a case of its own to trees."""
    ends = np.array([-np.inf, -1e300, 0.0, 1e300, np.inf])
    return np.unique(np.concatenate([ends, splits, np.nextafter(splits, np.inf)]))


def _swept(bundle: Bundle, rows: Matrix, column: int, values: Vector) -> Matrix:
    """Log-odds of shape (values, rows), the column set to each value in turn."""
    found = np.empty((len(values), len(rows)))
    step = max(1, BLOCK_ROWS // len(rows))
    for first in range(0, len(values), step):
        some = values[first : first + step]
        tried = np.repeat(rows[None], len(some), axis=0)
        tried[:, :, column] = some[:, None]
        flat = tried.reshape(-1, rows.shape[1])
        found[first : first + step] = logits(bundle, parts(bundle, flat)).reshape(len(some), -1)
    return found


def _apart(bundle: Bundle, rows: Matrix) -> float:
    own = raw(bundle.additive.booster, rows) + raw(bundle.cross.booster, rows)
    calibrated = bundle.card.cal_intercept + bundle.card.cal_slope * own
    return float(np.abs(logits(bundle, parts(bundle, rows)) - calibrated).max())
