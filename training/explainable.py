"""Explainable boosting as a challenger: a curve for each feature, by `interpret` where it is there.

``pip install 'tricredit[explainable]'`` brings it; nothing else of the project needs it.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np

from ledger.faults import Fault
from models.trees import Matrix, Vector
from training.metrics import Flags


class NotInstalled(Fault):
    """A challenger whose package isn't there."""

    code = "not-installed"


def require_installed() -> None:
    """Refuse, with `NotInstalled`, where its package isn't there."""
    if find_spec("interpret") is None:
        raise NotInstalled(
            "explainable boosting needs the package interpret-core",
            field="challengers",
            remedy="pip install 'tricredit[explainable]', or leave the challenger out",
        )


@dataclass(frozen=True)
class Explainable:
    """An explainable boosting machine without interactions, to be fitted.

    Attributes
    ----------
    names : tuple of str
        The columns.
    seed : int
    """

    names: tuple[str, ...]
    seed: int

    def fit(self, rows: Matrix, event: Flags) -> FittedExplainable:
        """Fit it; raise `NotInstalled` where `interpret` isn't."""
        require_installed()
        from interpret.glassbox import ExplainableBoostingClassifier  # noqa: PLC0415 - of an extra

        model = ExplainableBoostingClassifier(
            feature_names=list(self.names),
            feature_types=["continuous"] * len(self.names),
            interactions=0,
            random_state=self.seed,
            n_jobs=1,
        )
        with warnings.catch_warnings():
            # its pictures don't show what a missing value adds; nobody draws them here
            warnings.filterwarnings("ignore", "Missing values detected", UserWarning)
            model.fit(rows, event.astype(int))
        return FittedExplainable(self.names, model)


@dataclass(frozen=True)
class FittedExplainable:
    """An explainable boosting machine."""

    names: tuple[str, ...]
    model: Any

    def log_odds(self, rows: Matrix) -> Vector:
        """Log-odds of rows, added up from left to right."""
        return np.asarray(np.add.accumulate(self.explain(rows), axis=1)[:, -1], dtype=np.float64)

    def explain(self, rows: Matrix) -> Matrix:
        """What each feature adds, by its curve; the base last."""
        each = np.zeros((len(rows), len(self.names) + 1))
        if len(rows):
            terms = self.model.eval_terms(rows)
            for at, (feature,) in enumerate(self.model.term_features_):
                each[:, feature] = terms[:, at]
        each[:, -1] = float(np.ravel(self.model.intercept_)[0])
        return each

    def describe(self) -> str:
        """The features by the mean size of what they add."""
        sizes = self.model.term_importances()
        order = np.argsort(-sizes, kind="stable")
        return "\n".join(f"{self.model.term_names_[at]:<34}{sizes[at]:>9.4f}" for at in order)
