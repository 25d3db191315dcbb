"""A control: outcomes that were shuffled must be unlearnable."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.trees import Matrix
from training.fitting import CROSS, Fitter, raw
from training.metrics import Flags
from training.validation.ranking import auc_and_error

SURELY = 3.0
"""Standard errors beyond which shuffled outcomes were learned after all."""


@dataclass(frozen=True)
class Control:
    """What the booster makes of shuffled outcomes.

    Attributes
    ----------
    auc, error : float
        Area under the curve on the test rows, with their true outcomes, and its standard error.
    """

    auc: float
    error: float

    @property
    def holds(self) -> bool:
        """Whether it is chance."""
        return abs(self.auc - 0.5) <= SURELY * self.error


def shuffled(
    fitter: Fitter, learned: tuple[Matrix, Flags], tested: tuple[Matrix, Flags]
) -> Control:
    """Learn from shuffled outcomes, and rank the test rows.

    Where the path from rows to figures is sound nothing can be learned. A result that isn't chance
    says that test rows got into the rows learned from, or the outcome into the features' order.
    """
    rows, event = learned
    mixed = np.random.default_rng(fitter.seed).permutation(event)
    booster = fitter.fit(rows, mixed, CROSS, fitter.trees.rounds)
    auc, error = auc_and_error(tested[1], raw(booster, tested[0]))
    return Control(auc, error)
