"""Month by month: whether a model ranks and forecasts as well at the end as at the start."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.trees import Vector
from training.examples import Days
from training.metrics import Flags
from training.validation.ranking import auc_and_error

DAYS_OF_WEEK = 7.0
FALLING, RESIDUAL = 88.0, 0.5
"""Weights of a falling Gini and of its unrest: those of the Home Credit competition of 2024, which
counted in weeks."""

Months = np.ndarray[tuple[int], np.dtype[np.str_]]
"""The month of each row, as ``2026-01``."""


@dataclass(frozen=True)
class Month:
    """The rows of one month.

    Attributes
    ----------
    month : str
        ``2026-01``.
    n, events : int
    expected, observed : float
        Mean probability and share of events.
    auc, error : float or None
        Area under the curve and its standard error; None where only one outcome occurred.
    """

    month: str
    n: int
    events: int
    expected: float
    observed: float
    auc: float | None
    error: float | None


def by_month(day: Days, event: Flags, probability: Vector) -> tuple[Month, ...]:
    """Split rows by the calendar month of their day (days since 1970-01-01), in order."""
    months = months_of(day)
    return tuple(
        _month(str(month), event[months == month], probability[months == month])
        for month in np.unique(months)
    )


def months_of(day: Days) -> Months:
    """The month of each day, as ``2026-01``."""
    return day.astype("datetime64[D]").astype("datetime64[M]").astype(np.str_)


def _month(month: str, event: Flags, probability: Vector) -> Month:
    both = bool(event.any() and not event.all())
    auc, error = auc_and_error(event, probability) if both else (None, None)
    return Month(
        month,
        len(event),
        int(event.sum()),
        float(probability.mean()),
        float(event.mean()),
        auc,
        error,
    )


def stable_gini(months: tuple[Month, ...]) -> float | None:
    """Mean Gini of the months, less what falls and what is unrest.

    ``mean(gini) + 88 min(0, slope) - 0.5 std(residuals)`` with the slope for each week, of a
    straight line through the months. None with fewer than three months that tell.
    """
    told = [(month.month, 2.0 * month.auc - 1.0) for month in months if month.auc is not None]
    if len(told) < 3:
        return None
    days = np.array([name for name, _ in told], dtype="datetime64[M]").astype("datetime64[D]")
    weeks = (days - days[0]).astype(np.float64) / DAYS_OF_WEEK
    gini = np.array([value for _, value in told])
    slope, level = np.polyfit(weeks, gini, 1)
    unrest = float(np.std(gini - (slope * weeks + level)))
    return float(gini.mean() + FALLING * min(0.0, float(slope)) - RESIDUAL * unrest)
