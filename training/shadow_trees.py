"""Fitting a shadow rating: monotone trees on whole and on half-told accounts, then calibrated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import lightgbm as lgb
import numpy as np

from models.account_ratios import NAMES, RATIOS, ratios_of
from models.trees import Matrix, Vector
from training.calibration import Calibration, calibrate
from training.metrics import Flags, rehearsed
from training.shadow_accounts import FirmYears, less_told

SEED = 1
REHEARSALS = 5
"""So many years are predicted from those before them, to calibrate on."""

STRANGER_FOLDS = 3

PARAMETERS: dict[str, Any] = {
    "learning_rate": 0.05,
    "num_leaves": 15,
    "min_data_in_leaf": 100,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 10.0,
    "extra_trees": True,
    "monotone_constraints": [int(ratio.risk) for ratio in RATIOS],
}
"""Chosen on 2009-2011, learned from what was before; the figures of 2012-2014, which are told, were
in sight meanwhile."""

STEADY: dict[str, Any] = {
    "objective": "binary",
    "seed": SEED,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbose": -1,
}
"""What makes a run the same each time."""

UNTUNED_ROUNDS = 100


@dataclass(frozen=True)
class Fitted:
    """Trees, how their raw score becomes log-odds, and how well they did in the rehearsals."""

    booster: lgb.Booster
    calibration: Calibration
    metrics: dict[str, float]


def fit(firms: FirmYears, through: int, rounds: int) -> Fitted:
    """Fit on all years up to one, calibrated on years that were predicted from those before.

    Parameters
    ----------
    through : int
        Last fiscal year learned from; its outcomes are those of the twelve months after it.
    rounds : int
        Number of trees.
    """
    whole, periods = firms.ratios(), []
    for last in range(through - REHEARSALS, through):
        after = firms.year == last + 1
        if firms.failed[after].any():
            booster = _trees(firms, firms.year <= last, rounds)
            periods.append((firms.failed[after], raw(booster, whole[after])))
    learned = firms.year <= through
    rate = float(firms.failed[learned].mean())
    return Fitted(_trees(firms, learned, rounds), calibrate(periods, rate), rehearsed(periods))


def as_strangers(firms: FirmYears, through: int, rounds: int) -> Vector:
    """Raw score of every row by trees that never saw its firm, nor a year after ``through``."""
    whole, scores = firms.ratios(), np.empty(len(firms.year))
    fold = np.unique(firms.firm, return_inverse=True)[1] % STRANGER_FOLDS
    for one in range(STRANGER_FOLDS):
        booster = _trees(firms, (firms.year <= through) & (fold != one), rounds)
        scores[fold == one] = raw(booster, whole[fold == one])
    return scores


def _trees(firms: FirmYears, rows: Flags, rounds: int) -> lgb.Booster:
    """Fit on some accounts, as they are and half told."""
    amounts = {name: values[rows] for name, values in firms.amounts.items()}
    views = (ratios_of(amounts), ratios_of(less_told(amounts, SEED)))
    failed = np.tile(firms.failed[rows], len(views))
    return _booster(np.vstack(views), failed, {**STEADY, **PARAMETERS}, rounds)


def untuned(rows: Matrix, failed: Flags) -> lgb.Booster:
    """LightGBM as it comes, to compare."""
    return _booster(rows, failed, STEADY, UNTUNED_ROUNDS)


def _booster(rows: Matrix, failed: Flags, parameters: dict[str, Any], rounds: int) -> lgb.Booster:
    data = lgb.Dataset(
        rows,
        label=failed.astype(np.float64),
        feature_name=list(NAMES),
        params={"verbose": -1},
    )
    return lgb.train(parameters, data, rounds).free_dataset()


def raw(booster: lgb.Booster, rows: Matrix) -> Vector:
    """Raw score: log-odds before calibration."""
    return np.asarray(booster.predict(rows, raw_score=True, num_threads=1), dtype=np.float64)
