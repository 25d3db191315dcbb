"""Calibration by grade: what was forecast in each band and what came of it (Jeffreys test)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import beta

from models.event import Event
from models.facility import YEAR_DAYS
from models.scale import grade, number_of
from models.trees import Matrix, Vector
from training.metrics import Flags

TENOR = "tenor"
"""The feature that tells the days to maturity."""

LOW, HIGH = 0.05, 0.95
"""A grade holds its forecast where the p-value lies between: domain.md section 7.1."""


@dataclass(frozen=True)
class GradeRow:
    """One grade of the master scale on a set of rows.

    Attributes
    ----------
    grade : str
        ``1`` to ``16``.
    low, high : float
        Its band.
    n, events : int
    expected : float
        Mean of the probabilities forecast; NaN where the grade is empty.
    observed : float
        Share of events; NaN where it is empty.
    observed_low, observed_high : float
        90 % of the true share, by Jeffreys: quantiles of beta(events + 1/2, n - events + 1/2).
    p_value : float
        Chance, by the same distribution, that the true share is at most what was forecast: below
        .05 the forecast is too low, above .95 too high (ECB, instructions for reporting the
        validation results of internal models).
    """

    grade: str
    low: float
    high: float
    n: int
    events: int
    expected: float
    observed: float
    observed_low: float
    observed_high: float
    p_value: float

    @property
    def holds(self) -> bool:
        """Whether outcomes and forecast agree."""
        return LOW <= self.p_value <= HIGH


def by_grade(event: Flags, probability: Vector, graded_by: Vector) -> tuple[GradeRow, ...]:
    """Compare forecasts with outcomes grade by grade; grades without rows are left out.

    Parameters
    ----------
    probability : float64 array of shape (n,)
        Of the event that the flags tell.
    graded_by : float64 array of shape (n,)
        12-month PD, or the probability itself where the event is no default.
    """
    numbers = np.array([number_of(one) for one in graded_by.tolist()])
    return tuple(
        _row(number, event[numbers == number], probability[numbers == number])
        for number in np.unique(numbers).tolist()
    )


def _row(number: int, event: Flags, probability: Vector) -> GradeRow:
    band, n, events = grade(number), len(event), int(event.sum())
    of = events + 0.5, n - events + 0.5
    expected = float(probability.mean())
    low, high = (float(one) for one in beta.ppf([LOW, HIGH], *of))
    p_value = float(beta.cdf(expected, *of))
    return GradeRow(
        band.name, band.low, band.high, n, events, expected, events / n, low, high, p_value
    )


def graded_by(event: Event, names: Sequence[str], rows: Matrix, probability: Vector) -> Vector:
    """What rows are graded by: the 12-month PD of a financing, or else the probability itself.

    Parameters
    ----------
    names : sequence of str
        Of the columns of ``rows``.

    Returns
    -------
    float64 array of shape (n,)
        NaN where a financing's tenor isn't known.
    """
    if event.kind != "default":
        return probability
    if TENOR not in names:
        return np.full(len(probability), np.nan)
    over = np.maximum(rows[:, names.index(TENOR)], 0.0) + event.days
    of_year: Vector = -np.expm1(np.log1p(-probability) * YEAR_DAYS / over)
    return of_year


def concentration(rows: tuple[GradeRow, ...]) -> float:
    """Herfindahl index of the grades; 1 is all in one, below .2 is asked for."""
    shares = np.array([row.n for row in rows]) / sum(row.n for row in rows)
    return float((shares**2).sum())


def share_held(rows: tuple[GradeRow, ...]) -> float:
    """Share of the grades that hold their forecast; .9 is asked for."""
    return sum(row.holds for row in rows) / len(rows)
