"""Events whose times are drawn from stated intensities: what makes the oracle true.

An event happens when its accumulated intensity passes a standard exponential draw. Whatever was
seen before, the chance of it within (from, until] is then ``1 - exp(-(A(until) - A(from)))``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.arrays import Floats, Ints
from simulator.calendar import Calendar

NEVER = np.iinfo(np.int64).max // 2
"""Day of an event that does not happen in the world."""


@dataclass(frozen=True, eq=False)
class Intensities:
    """Accumulated intensities by entity.

    Attributes
    ----------
    calendar : Calendar
    sums : float array of shape (entities, months + 1)
        Intensity up to the first day of each month, excluded; within a month it is even.
    """

    calendar: Calendar
    sums: Floats

    def through(self, entity: Ints, day: Ints) -> Floats:
        """Accumulated through the end of a day."""
        after = np.clip(day + 1, self.calendar.begin, self.calendar.end)
        month = self.calendar.month(after)
        starts = self.calendar.starts
        part = (after - starts[month]) / (starts[month + 1] - starts[month])
        low, high = self.sums[entity, month], self.sums[entity, month + 1]
        through: Floats = low + part * (high - low)
        return through

    def chance(self, entity: Ints, after: Ints, until: Ints) -> Floats:
        """Chance of the event on the days after ``after``, up to ``until``."""
        between = self.through(entity, until) - self.through(entity, after)
        chance: Floats = -np.expm1(-np.maximum(between, 0.0))
        return chance

    def days(self, entity: Ints, draws: Floats) -> Ints:
        """Day on which the accumulated intensity reaches each draw, else `NEVER`.

        Parameters
        ----------
        draws : float array
            Standard exponential, one for each of ``entity``.
        """
        starts = self.calendar.starts
        month = _passed(self.sums, entity, draws)
        happens = month < self.calendar.all_months
        month = np.minimum(month, self.calendar.all_months - 1)
        low, high = self.sums[entity, month], self.sums[entity, month + 1]
        length = starts[month + 1] - starts[month]
        part = np.clip((draws - low) / np.where(high > low, high - low, 1.0), 0.0, 1.0)
        day = starts[month] + np.ceil(part * length).astype(np.int64) - 1
        within = np.clip(day, starts[month], starts[month + 1] - 1)
        return np.where(happens, within, NEVER)


def accumulated(calendar: Calendar, intensity: Floats) -> Intensities:
    """Accumulate intensities of shape (entities, months)."""
    sums = np.zeros((len(intensity), intensity.shape[1] + 1))
    np.cumsum(intensity, axis=1, out=sums[:, 1:])
    return Intensities(calendar, sums)


def _passed(sums: Floats, entity: Ints, draws: Floats) -> Ints:
    """Month in which each draw is reached; the number of months where in none."""
    month = np.zeros(len(draws), dtype=np.int64)
    for upto in range(1, sums.shape[1]):
        month += sums[entity, upto] < draws
    return month
