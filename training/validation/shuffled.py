"""A control: outcomes that were shuffled must be unlearnable."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from sklearn.metrics import roc_auc_score

from features.pipeline import Progress
from training.at_once import at_once
from training.contest import Contest
from training.fitting import FREE, Fitter, raw
from training.metrics import Flags

SHUFFLES = 5
MOST_ROUNDS = 60
"""A leak shows after a few rounds."""

NEAR, SURELY = 0.02, 3.0
"""How far above chance the mean may lie (domain.md section 4.8), or so many standard errors."""


@dataclass(frozen=True)
class Control:
    """What boosters make of shuffled outcomes.

    Attributes
    ----------
    auc : float
        Mean area under the curve on the test rows.
    error : float
        Its standard error where nothing was learned: that of ranks drawn at random.
    """

    auc: float
    error: float

    @property
    def holds(self) -> bool:
        """Whether the test rows are ranked no better than by chance."""
        return self.auc - 0.5 <= max(NEAR, SURELY * self.error)


def shuffled(fitter: Fitter, contest: Contest) -> Control:
    """Shuffle the outcomes of all rows, then learn and test as a run does.

    Where the path from rows to figures is sound nothing can be learned. A result that isn't chance
    says that rows tested on are among those learned from. The boosters are free: held to directions
    they would rank by these, and know something after all.
    """
    rows, generator = contest.known.rows, np.random.default_rng(fitter.seed)
    rounds = min(MOST_ROUNDS, fitter.trees.rounds)
    event = np.zeros(len(rows), dtype=bool)
    event[contest.learn], event[contest.test] = contest.learn_event, contest.test_event
    every = np.union1d(contest.learn, contest.test)
    learn, test = rows[contest.learn], rows[contest.test]
    shuffles = []
    for _ in range(SHUFFLES):
        event[every] = generator.permutation(event[every])
        shuffles.append((event[contest.learn], event[contest.test]))

    def told(learned: Flags, tested: Flags, tell: Progress) -> float:
        booster = replace(fitter, progress=tell).fit(learn, learned, FREE, rounds)
        return float(roc_auc_score(tested, raw(booster, test)))

    found = at_once([partial(told, *one) for one in shuffles], fitter.threads, fitter.progress)
    bad = int(contest.test_event.sum())
    good = len(contest.test) - bad
    error = np.sqrt((bad + good + 1) / (12 * bad * good) / SHUFFLES)
    return Control(float(np.mean(found)), float(error))
