"""The fair limit of a model: what could be known of true chances by the ledger alone (``PD_obs``).

``PD_obs = E[PD | what the ledger shows at as_of]`` (domain.md section 4.6), by a large booster that
is told the true chances, not the outcomes. It never judges a row by one like it: what it says of a
request comes from a booster that saw no request of its supplier, and none of its buyer. Else it
would know a party by its numbers, and its hidden state with it.
"""

from __future__ import annotations

from collections.abc import Sequence

import lightgbm as lgb
import numpy as np

from models.trees import Matrix, Vector
from training.metrics import sigmoid

LARGE = {
    "objective": "cross_entropy",  # its labels are chances: the mean of these is what it learns
    "learning_rate": 0.05,
    "num_leaves": 15,
    "min_data_in_leaf": 100,
    "feature_fraction": 0.3,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 10.0,
    "seed": 1,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbose": -1,
}
ROUNDS = 300
"""More rounds or leaves gained nothing on requests that weren't learned from."""

Folds = np.ndarray[tuple[int], np.dtype[np.intp]]


def observed_chance(
    rows: Matrix, chance: Vector, folds: Sequence[Folds], *, rounds: int = ROUNDS
) -> Vector:
    """Estimate ``PD_obs`` of every row.

    Parameters
    ----------
    rows : float64 array of shape (n, features)
    chance : float64 array of shape (n,)
        True chances.
    folds : sequence of int arrays of shape (n,)
        A row is told of by a booster that learned from rows of none of its folds.
    """
    cells, of = np.unique(np.column_stack(folds), axis=0, return_inverse=True)
    found = np.empty(len(chance))
    for at, cell in enumerate(cells):
        others = np.all([fold != one for fold, one in zip(folds, cell, strict=True)], axis=0)
        data = lgb.Dataset(rows[others], label=chance[others], params={"verbose": -1})
        booster = lgb.train(LARGE, data, rounds)
        raw = booster.predict(rows[of == at], raw_score=True)
        found[of == at] = sigmoid(np.asarray(raw, dtype=np.float64))
    return found


def folds_of(parties: Sequence[str], count: int) -> Folds:
    """A fold for each row, the same for all rows of a party; drawn over the parties."""
    names, of = np.unique(np.asarray(parties), return_inverse=True)
    drawn = np.random.default_rng(1).permutation(len(names)) % count
    return np.asarray(drawn[of], dtype=np.intp)
