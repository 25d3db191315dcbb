"""The scorecard as a challenger: what each variable adds, and the table of points it prints."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import inf

import numpy as np

from models.scale import B, points
from models.trees import Matrix, Vector
from training.metrics import Flags
from training.scorecard import Scorecard, Variable, fit_scorecard


@dataclass(frozen=True)
class Scorecards:
    """A weight-of-evidence scorecard, to be fitted.

    Attributes
    ----------
    names : tuple of str
        The columns.
    seed : int
    """

    names: tuple[str, ...]
    seed: int

    def fit(self, rows: Matrix, event: Flags) -> FittedScorecard:
        """Bin the variables and weigh them."""
        return FittedScorecard(self.names, fit_scorecard(self.names, rows, event, seed=self.seed))


@dataclass(frozen=True)
class FittedScorecard:
    """A scorecard and the columns it is asked about."""

    names: tuple[str, ...]
    card: Scorecard

    def log_odds(self, rows: Matrix) -> Vector:
        """Log-odds of rows."""
        return self.card.log_odds(self.names, rows)

    def explain(self, rows: Matrix) -> Matrix:
        """What each variable adds; the base last."""
        each = np.zeros((len(rows), len(self.names) + 1))
        for variable in self.card.variables:
            alone = Scorecard(0.0, (variable,))
            each[:, self.names.index(variable.name)] = alone.log_odds(self.names, rows)
        each[:, -1] = self.card.intercept
        return each

    def describe(self) -> str:
        """The table of points: what each bin of each variable adds to the points of the base."""
        lines = (line for variable in self.card.variables for line in _lines(variable))
        base = _line("base", "", points(self.card.intercept))
        return "\n".join([f"{'variable':<34}{'bin':<24}{'points':>9}", base, *lines])


def _lines(variable: Variable) -> Iterator[str]:
    edges = pairwise((-inf, *variable.splits, inf))
    for (low, high), adds in zip(edges, variable.adds, strict=True):
        yield _line(variable.name, f"[{low:.4g}, {high:.4g})", -B * adds)
    yield _line(variable.name, "missing", -B * variable.missing)


def _line(name: str, told: str, worth: float) -> str:
    return f"{name:<34}{told:<24}{worth:>9.1f}"
