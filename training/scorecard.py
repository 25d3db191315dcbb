"""The challengers a regulator knows: a WoE logistic scorecard, and one variable alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from optbinning import BinningProcess
from sklearn.linear_model import LogisticRegression

from models.trees import Matrix, Vector
from training.metrics import Flags, affine, log_odds

MOST_VARIABLES = 20
LEAST_INFORMATION = 0.02


def scorecard(
    names: Sequence[str], learn: Matrix, event: Flags, predict: Matrix, *, seed: int
) -> Vector:
    """Fit a weight-of-evidence logistic regression and give its log-odds on other rows.

    Bins are found by `optbinning`, missing values are a bin of their own, and the variables with
    the most information value (at most `MOST_VARIABLES`) are taken. Where none tells anything,
    every row gets the log-odds of the event's share.
    """
    # optbinning can't bin a variable without any value
    there = [at for at in range(len(names)) if not np.isnan(learn[:, at]).all()]
    names, learn, predict = [names[at] for at in there], learn[:, there], predict[:, there]
    if not names:
        return average(event, len(predict))
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
        return average(event, len(predict))
    woe = binning.transform(frame, metric="woe", metric_missing="empirical")
    model = LogisticRegression(C=1.0, max_iter=2000, random_state=seed)
    model.fit(woe.to_numpy(), target)
    other = binning.transform(
        pd.DataFrame(predict, columns=list(names)), metric="woe", metric_missing="empirical"
    )
    return np.asarray(model.decision_function(other.to_numpy()), dtype=np.float64)


def one_variable(learn: Vector, event: Flags, predict: Vector) -> Vector:
    """Log-odds from one rate alone, by logistic regression on its log-odds.

    A missing rate is taken for the mean of the others; without any, every row gets the log-odds of
    the event's share.
    """
    if np.isnan(learn).all():
        return average(event, len(predict))
    mean = float(np.nanmean(learn))
    intercept, slope = affine(event, log_odds(np.nan_to_num(learn, nan=mean)))
    return intercept + slope * log_odds(np.nan_to_num(predict, nan=mean))


def average(event: Flags, rows: int) -> Vector:
    """The log-odds of the event's share, for so many rows: all that is known of each."""
    return np.full(rows, float(log_odds(np.array([event.mean()]))[0]))
