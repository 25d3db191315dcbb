"""What a report draws: curves of a saved bundle on the rows that it was tested on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import beta
from sklearn.metrics import roc_curve

from models.assessment import contributions, logits, parts
from models.bundle import Bundle
from models.trees import Matrix, Vector
from training.metrics import Flags, sigmoid

POINTS = 200
"""Points of a curve: more can't be seen."""
TENTHS = 10

MOST_DOTS = 400
"""Rows whose contributions are drawn, evenly over the test."""


@dataclass(frozen=True)
class Tested:
    """A bundle and the rows that it was tested on.

    Attributes
    ----------
    bundle : Bundle
    rows : float64 array of shape (n, features of the bundle)
    event : bool array of shape (n,)
    """

    bundle: Bundle
    rows: Matrix
    event: Flags

    @property
    def probability(self) -> Vector:
        """Of each row."""
        return sigmoid(logits(self.bundle, parts(self.bundle, self.rows)))


def roc(event: Flags, probability: Vector) -> tuple[Vector, Vector]:
    """Wrong alarms and hits, as shares from 0 to 1."""
    alarms, hits, _ = roc_curve(event, probability)
    at = np.unique(np.linspace(0, len(alarms) - 1, POINTS).astype(int))
    return alarms[at], hits[at]


def distributions(event: Flags, probability: Vector) -> tuple[Vector, Vector, Vector]:
    """Log-odds, and the share of events and of others that lie at or below each."""
    logit = np.log(probability) - np.log1p(-probability)
    at = np.quantile(logit, np.linspace(0, 1, POINTS))
    below = [
        np.searchsorted(np.sort(logit[of]), at, side="right") / of.sum() for of in (event, ~event)
    ]
    return at, below[0], below[1]


def gains(event: Flags, probability: Vector) -> tuple[Vector, Vector]:
    """Share of requests, riskiest first, and the share of events among them."""
    found = np.cumsum(event[np.argsort(-probability, kind="stable")]) / event.sum()
    at = np.unique(np.linspace(0, len(found) - 1, POINTS).astype(int))
    return (at + 1) / len(found), found[at]


@dataclass(frozen=True)
class Tenth:
    """A tenth of the rows by probability: forecast, and share of events with its 95 % interval."""

    expected: float
    observed: float
    low: float
    high: float


def tenths(event: Flags, probability: Vector) -> tuple[Tenth, ...]:
    """Calibration by tenths, the safest first."""
    order = np.array_split(np.argsort(probability, kind="stable"), TENTHS)
    return tuple(_tenth(event[of], probability[of]) for of in order if len(of))


def _tenth(event: Flags, probability: Vector) -> Tenth:
    events, n = int(event.sum()), len(event)
    low, high = beta.ppf([0.025, 0.975], events + 0.5, n - events + 0.5)
    return Tenth(float(probability.mean()), events / n, float(low), float(high))


@dataclass(frozen=True)
class Swarm:
    """What one feature adds to many rows.

    Attributes
    ----------
    name : str
    added : float64 array of shape (dots,)
        Log-odds.
    place : float64 array of shape (dots,)
        Where its value lies among those of the rows, 0-1; NaN where missing.
    """

    name: str
    added: Vector
    place: Vector


def swarms(tested: Tested, most: int) -> tuple[Swarm, ...]:
    """The features that add most, by mean absolute contribution, the heaviest first."""
    some = tested.rows[:: -(-len(tested.rows) // MOST_DOTS)]
    added = contributions(tested.bundle, some)
    order = np.argsort(-np.abs(added).mean(axis=0), kind="stable")[:most].tolist()
    return tuple(
        Swarm(tested.bundle.feature_names[at], added[:, at], _places(some[:, at])) for at in order
    )


def _places(values: Vector) -> Vector:
    """Rank of each value among those that are there, 0-1."""
    there = np.sort(values[~np.isnan(values)])
    if not len(there):
        return np.full(len(values), np.nan)
    place: Vector = np.searchsorted(there, values, side="left") / max(1, len(there) - 1)
    return np.where(np.isnan(values), np.nan, np.clip(place, 0.0, 1.0))


@dataclass(frozen=True)
class Effect:
    """What the mean request's log-odds become as one feature moves.

    Attributes
    ----------
    name : str
    values : float64 array of shape (points,)
    change : float64 array of shape (points,)
        Log-odds against the mean of all values.
    missing : float
        The same where it is missing.
    """

    name: str
    values: Vector
    change: Vector
    missing: float


def effect(tested: Tested, name: str, rows: int = 60, points: int = 40) -> Effect:
    """Partial dependence of the log-odds on a feature, from its 1st to its 99th percentile.

    The other features keep the values of rows of the test (Friedman 2001).
    """
    column = tested.bundle.feature_names.index(name)
    there = tested.rows[:, column][~np.isnan(tested.rows[:, column])]
    values = np.unique(np.quantile(there, np.linspace(0.01, 0.99, points))) if len(there) else there
    some = tested.rows[:: max(1, len(tested.rows) // rows)][:rows]
    tried = np.append(values, np.nan)
    swept = np.repeat(some[None], len(tried), axis=0)
    swept[:, :, column] = tried[:, None]
    flat = swept.reshape(-1, some.shape[1])
    mean = logits(tested.bundle, parts(tested.bundle, flat)).reshape(len(tried), -1).mean(axis=1)
    level = mean[:-1].mean() if len(values) else mean[-1]
    return Effect(name, values, mean[:-1] - level, float(mean[-1] - level))
