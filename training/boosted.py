"""A LightGBM booster as a challenger: without any constraint, or held to one shape."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import lightgbm as lgb
import numpy as np

from features.pipeline import Progress
from models.trees import Matrix, Vector
from training.calibration import IDENTITY, Calibration
from training.fitting import Binned, Fitter, Shape, raw
from training.metrics import Flags

MOST_NAMED = 15
"""Features that a description names."""


@dataclass(frozen=True)
class Boosted:
    """A booster of all rounds in one shape, to be fitted.

    Attributes
    ----------
    fitter : Fitter
    shape : Shape
    calibration : Calibration
        Put on its scores.
    weight : float64 array or None
        What each row that it is fitted on counts for.
    """

    fitter: Fitter
    shape: Shape
    calibration: Calibration = IDENTITY
    weight: Vector | None = None

    def fit(self, rows: Matrix, event: Flags) -> FittedBooster:
        """Fit it."""
        return self.fit_on(self.fitter.binned(rows, event, self.weight))

    def fit_on(self, binned: Binned, progress: Progress | None = None) -> FittedBooster:
        """Fit it on rows that are in bins, weighed as it weighs them."""
        booster = binned.fit(self.shape, self.fitter.trees.rounds, progress=progress)
        return FittedBooster(booster, self.calibration)


@dataclass(frozen=True)
class FittedBooster:
    """A booster and its calibration."""

    booster: lgb.Booster
    calibration: Calibration

    def log_odds(self, rows: Matrix) -> Vector:
        """Log-odds of rows."""
        return self.calibration.apply(raw(self.booster, rows))

    def explain(self, rows: Matrix) -> Matrix:
        """What each feature adds, by TreeSHAP; the base last."""
        if not len(rows):
            return np.zeros((0, self.booster.num_feature() + 1))
        shap = self.booster.predict(rows, pred_contrib=True, num_threads=1)
        each = np.asarray(shap, dtype=np.float64) * self.calibration.slope
        each[:, -1] += self.calibration.intercept
        return each

    def describe(self) -> str:
        """Its size, and the features by the loss that their splits saved."""
        gain = self.booster.feature_importance("gain")
        names: Sequence[str] = self.booster.feature_name()
        order = np.argsort(-gain, kind="stable")[:MOST_NAMED]
        shares = gain / max(float(gain.sum()), 1e-300)
        lines = [f"{names[at]:<34}{shares[at]:>8.1%}" for at in order if gain[at] > 0]
        return "\n".join([f"{self.booster.num_trees()} trees", *lines])
