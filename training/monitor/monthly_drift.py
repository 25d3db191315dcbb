"""How far the requests of a month lie from those of the time that a model learned from.

A month is never like the year around it, and the features of few buyers move together. So a month
is judged by three bounds at once: the size that matters, what chance alone reaches among all that
is looked at, and what is *usual*: the farthest that any month of the reference lies from its other
months. A feature is besides asked what its move *carries*: log-odds, of the mean request.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from features.catalogue import BY_NAME
from features.pipeline import Progress
from models.assessment import contributions
from models.bundle import Bundle
from models.trees import Matrix, Vector
from training.examples import Flags
from training.metrics import log_odds
from training.monitor.through_the_door import Door
from training.validation.drift import Drift, drift

CLASS = "class"
"""Unit of a feature whose numbers are names."""


@dataclass(frozen=True)
class Moved:
    """One variable in one month, against the reference.

    Attributes
    ----------
    drift : Drift
        With counts; ``by_chance`` of all that is looked at.
    usual : float
        Largest index of a month of the reference against its other months.
    missing, missing_before : float
        Share of missing values in the month, and the largest in a month of the reference.
    missing_by_chance : float
        Above ``missing_before`` by chance alone, at most.
    unseen : float
        Share of rows whose class no row of the reference has; 0 for what is no class.
    carried : float
        Mean contribution in the month less that in the reference, log-odds.
    """

    drift: Drift
    usual: float
    missing: float
    missing_before: float
    missing_by_chance: float
    unseen: float
    carried: float


@dataclass(frozen=True)
class Reference:
    """The requests of the time that a bundle learned from, and what was usual among their months.

    Attributes
    ----------
    door : Door
    added : float64 array of shape (n, features)
        Contributions, log-odds.
    usual : mapping of str to float
        Of each feature, and of the score under the name `SCORE`.
    missing_before : float64 array of shape (features,)
        Largest missing share of a month.
    """

    door: Door
    added: Matrix
    usual: Mapping[str, float]
    missing_before: Vector


SCORE = "score"


@dataclass(frozen=True)
class Looks:
    """How many figures are looked at, for what chance reaches among all of them.

    Attributes
    ----------
    false_alarm : float
        Chance of one alarm at least in a run without drift.
    months, features : int
    """

    false_alarm: float
    months: int
    features: int

    @property
    def of_feature(self) -> float:
        """Level of one feature in one month (Bonferroni)."""
        return 1.0 - self.false_alarm / (self.months * max(1, self.features))

    @property
    def of_month(self) -> float:
        """Level of a figure of which there is one a month."""
        return 1.0 - self.false_alarm / self.months


def reference_of(bundle: Bundle, door: Door, least_rows: int, progress: Progress) -> Reference:
    """Measure what is usual; months with fewer than ``least_rows`` requests tell nothing of it."""
    months, counts = np.unique(door.month, return_counts=True)
    told = months[counts >= least_rows]
    usual: dict[str, float] = dict.fromkeys((SCORE, *bundle.feature_names), 0.0)
    missing = np.isnan(door.rows)
    worst = missing.mean(axis=0)
    if len(told) > 1:
        for done, month in enumerate(told):
            progress("what is usual", done, len(told))
            at = door.month == month
            worst = np.maximum(worst, missing[at].mean(axis=0))
            for name, before, now in _variables(bundle, door, ~at, door, at):
                usual[name] = max(usual[name], drift(before, now).psi)
    return Reference(door, contributions(bundle, door.rows), usual, worst)


def moved(bundle: Bundle, reference: Reference, now: Door, looks: Looks) -> dict[str, Moved]:
    """The score, under `SCORE`, and each feature of the requests of one month."""
    before = reference.door
    carried = contributions(bundle, now.rows).mean(axis=0) - reference.added.mean(axis=0)
    missing = np.isnan(now.rows).mean(axis=0)
    every, some = np.ones(len(before.day), dtype=bool), np.ones(len(now.day), dtype=bool)
    found: dict[str, Moved] = {}
    for at, (name, old, new) in enumerate(_variables(bundle, before, every, now, some), start=-1):
        of_score = name == SCORE
        worst = 0.0 if of_score else float(reference.missing_before[at])
        found[name] = Moved(
            drift(old, new, chance=looks.of_month if of_score else looks.of_feature),
            reference.usual[name],
            0.0 if of_score else float(missing[at]),
            worst,
            _share_by_chance(worst, len(new), looks.of_feature),
            0.0 if of_score else _unseen(name, old, new),
            float(carried.sum()) if of_score else float(carried[at]),
        )
    return found


def _variables(
    bundle: Bundle, before: Door, of_before: Flags, now: Door, of_now: Flags
) -> Iterator[tuple[str, Vector, Vector]]:
    """The score in log-odds first, then each feature: name, values before, values now."""
    yield SCORE, log_odds(before.probability[of_before]), log_odds(now.probability[of_now])
    for at, name in enumerate(bundle.feature_names):
        yield name, before.rows[of_before, at], now.rows[of_now, at]


def _share_by_chance(share: float, rows: int, level: float) -> float:
    """How far a share of rows lies above its true one by chance, at most; one row's at least."""
    spread = np.sqrt(max(share * (1.0 - share), 1.0 / rows) / rows)
    return float(norm.ppf(level) * spread)


def _unseen(name: str, before: Vector, now: Vector) -> float:
    if BY_NAME[name].unit != CLASS:
        return 0.0
    there = ~np.isnan(now)
    return float((there & ~np.isin(now, before)).mean())
