"""The challenger a regulator knows: a WoE logistic scorecard, written out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from optbinning import BinningProcess
from sklearn.linear_model import LogisticRegression

from models.trees import Matrix, Vector
from training.metrics import Flags, log_odds

MOST_VARIABLES = 20
LEAST_INFORMATION = 0.02


@dataclass(frozen=True)
class Variable:
    """What a variable of a scorecard adds to the log-odds.

    Attributes
    ----------
    name : str
    splits : tuple of float
        Ascending; a bin holds its lower split and not its upper one.
    adds : tuple of float
        What each bin adds, log-odds; one more than there are splits.
    missing : float
        What a missing value adds.
    """

    name: str
    splits: tuple[float, ...]
    adds: tuple[float, ...]
    missing: float


@dataclass(frozen=True)
class Scorecard:
    """A weight-of-evidence logistic regression, written out.

    Attributes
    ----------
    intercept : float
        Log-odds to which the variables add.
    variables : tuple of Variable
    """

    intercept: float
    variables: tuple[Variable, ...]

    def log_odds(self, names: Sequence[str], rows: Matrix) -> Vector:
        """Log-odds of rows whose columns have these names; NaN where missing."""
        total = np.full(len(rows), self.intercept)
        for variable in self.variables:
            column = rows[:, names.index(variable.name)]
            bins = np.searchsorted(variable.splits, column, side="right")
            adds = np.asarray((*variable.adds, variable.missing))  # NaN is behind the last bin
            total += np.where(np.isnan(column), variable.missing, adds[bins])
        return total


def fit_scorecard(names: Sequence[str], learn: Matrix, event: Flags, *, seed: int) -> Scorecard:
    """Fit a weight-of-evidence logistic regression.

    Bins are found by `optbinning`, missing values are a bin of their own, and the variables with
    the most information value (at most `MOST_VARIABLES`) are taken. Where none tells anything,
    every row gets the log-odds of the event's share.
    """
    # optbinning can't bin a variable without any value
    there = [at for at in range(len(names)) if not np.isnan(learn[:, at]).all()]
    names, learn = [names[at] for at in there], learn[:, there]
    nothing = Scorecard(float(log_odds(np.array([event.mean()]))[0]), ())
    if not names:
        return nothing
    frame = pd.DataFrame(learn, columns=list(names))
    binning = BinningProcess(
        list(names),
        selection_criteria={
            "iv": {"min": LEAST_INFORMATION, "strategy": "highest", "top": MOST_VARIABLES}
        },
        binning_fit_params={name: {"solver": "mip", "time_limit": 20} for name in names},
    )
    target = event.astype(int)
    binning.fit(frame, target)
    if not binning.get_support().any():
        return nothing
    woe = binning.transform(frame, metric="woe", metric_missing="empirical")
    model = LogisticRegression(C=1.0, max_iter=2000, random_state=seed)
    model.fit(woe.to_numpy(), target)
    variables = (
        _variable(binning, name, float(weight))
        for name, weight in zip(woe.columns, model.coef_[0], strict=True)
    )
    return Scorecard(float(model.intercept_[0]), tuple(variables))


def _variable(binning: BinningProcess, name: str, weight: float) -> Variable:
    """Ask the binning for the weight of evidence of a value in each bin, and of none."""
    binned = binning.get_binned_variable(name)
    splits = [float(split) for split in binned.splits]
    below = np.nextafter(splits[0], -np.inf) if splits else 0.0
    asked = np.array([np.nan, below, *splits])
    missing, *adds = weight * binned.transform(asked, metric="woe", metric_missing="empirical")
    return Variable(name, tuple(splits), tuple(map(float, adds)), float(missing))
