"""The simplest challengers: one variable alone, and nothing but the share of the event."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from features.catalogue import BY_NAME
from models.trees import Matrix, Vector
from training.metrics import Flags, affine, log_odds

SHARES = ("share", "0-1")
"""Units whose log-odds are taken before the regression."""


@dataclass(frozen=True)
class OneVariable:
    """A logistic regression on one variable, to be fitted.

    Of a share its log-odds are taken. A missing value is taken for the mean of the others; without
    any, every row gets the log-odds of the event's share.

    Attributes
    ----------
    names : tuple of str
        The columns.
    name : str
        The one of them that is used.
    """

    names: tuple[str, ...]
    name: str

    def fit(self, rows: Matrix, event: Flags) -> FittedVariable:
        """Fit the two numbers."""
        value = rows[:, self.names.index(self.name)]
        share = BY_NAME[self.name].unit in SHARES
        if np.isnan(value).all():
            base = float(log_odds(np.array([event.mean()]))[0])
            return FittedVariable(self.names, self.name, share, 0.0, base, 0.0)
        mean = float(np.nanmean(value))
        told = np.nan_to_num(value, nan=mean)
        base, weight = affine(event, log_odds(told) if share else told)
        return FittedVariable(self.names, self.name, share, mean, base, weight)


@dataclass(frozen=True)
class FittedVariable:
    """One variable's model.

    Attributes
    ----------
    names : tuple of str
    name : str
    share : bool
        Whether its log-odds are taken.
    mean : float
        What a missing value is taken for.
    base, weight : float
    """

    names: tuple[str, ...]
    name: str
    share: bool
    mean: float
    base: float
    weight: float

    def log_odds(self, rows: Matrix) -> Vector:
        """Log-odds of rows."""
        return self.base + self._added(rows)

    def explain(self, rows: Matrix) -> Matrix:
        """What the variable adds; the base last."""
        each = np.zeros((len(rows), len(self.names) + 1))
        each[:, self.names.index(self.name)] = self._added(rows)
        each[:, -1] = self.base
        return each

    def describe(self) -> str:
        """The formula."""
        told = f"log-odds of {self.name}" if self.share else self.name
        return (
            f"log-odds = {self.base:.4f} + {self.weight:.4f} x {told}; "
            f"{self.mean:.4g} where it is missing"
        )

    def _added(self, rows: Matrix) -> Vector:
        value = np.nan_to_num(rows[:, self.names.index(self.name)], nan=self.mean)
        # a product with 0 would make NaN of an infinite value
        held = np.clip(value, -1e12, 1e12)
        return self.weight * (log_odds(held) if self.share else held)
