"""What each credit is worth: the booster with some of the three, on the same rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations

import numpy as np

from features.catalogue import CREDIT_OF
from features.feature import Credit
from features.pipeline import Progress
from models.bundle import CREDITS
from models.trees import Matrix, Vector
from training.at_once import at_once
from training.fitting import ADDITIVE, Fitter, raw
from training.metrics import Flags
from training.paired import Interval
from training.validation.ranking import auc_and_error, auc_less


@dataclass(frozen=True)
class With:
    """A booster that sees some credits.

    Attributes
    ----------
    credits : tuple of str
    auc, error : float
        On the test rows.
    below_all : Interval or None
        Area under the curve less that with all three, and its 95 % interval; None for all three.
    """

    credits: tuple[str, ...]
    auc: float
    error: float
    below_all: Interval | None


def by_credits(
    fitter: Fitter, learned: tuple[Matrix, Flags], tested: tuple[Matrix, Flags]
) -> tuple[With, ...]:
    """Fit the additive booster on each set of credits that has features, from one to all.

    All have the same rounds, so that sets differ by what they see.
    """
    there = [
        credit for credit in CREDITS if any(CREDIT_OF[name] is credit for name in fitter.names)
    ]
    sets = [some for size in range(1, len(there) + 1) for some in combinations(there, size)]

    def score(some: tuple[Credit, ...], tell: Progress) -> Vector:
        at = [place for place, name in enumerate(fitter.names) if CREDIT_OF[name] in some]
        names = tuple(fitter.names[place] for place in at)
        one = replace(fitter, names=names, progress=tell)
        booster = one.fit(learned[0][:, at], learned[1], ADDITIVE, fitter.trees.rounds)
        return raw(booster, np.ascontiguousarray(tested[0][:, at]))

    each = at_once([partial(score, some) for some in sets], fitter.threads, fitter.progress)
    scores = dict(zip(sets, each, strict=True))
    event, whole = tested[1], scores[tuple(there)]
    return tuple(
        With(
            tuple(credit.value for credit in some),
            *auc_and_error(event, score),
            None if score is whole else auc_less(event, score, whole),
        )
        for some, score in scores.items()
    )
