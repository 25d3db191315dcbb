"""What every challenger can be asked: to be fitted, to predict, to explain, to describe itself."""

from __future__ import annotations

from typing import Protocol

from models.trees import Matrix, Vector
from training.metrics import Flags


class Fitted(Protocol):
    """A fitted model.

    A row's answer never depends on the other rows, and a missing value is NaN.
    """

    def log_odds(self, rows: Matrix) -> Vector:
        """Log-odds of the event; rows of shape (n, features), finite numbers of shape (n,)."""
        ...

    def explain(self, rows: Matrix) -> Matrix:
        """What each feature adds, in log-odds; shape (n, features + 1), the base last.

        A row's sum is its log-odds.
        """
        ...

    def describe(self) -> str:
        """The model in words and numbers, for a person who must sign for it."""
        ...


class Challenger(Protocol):
    """A way to make a model of rows and outcomes."""

    def fit(self, rows: Matrix, event: Flags) -> Fitted:
        """Fit it; the same rows and outcomes give the same model.

        Parameters
        ----------
        rows : float64 array of shape (n, features)
            In the order of the names it was made with; NaN where missing.
        event : bool array of shape (n,)
            Both outcomes occur.
        """
        ...
