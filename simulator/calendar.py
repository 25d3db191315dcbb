"""The months and days of a world.

Days are counted from 1970-01-01, and a month is a place in the world's own row of months. The world
goes on for `RUN_OUT_MONTHS` after its last day, so that each request has an ending, told or not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from ledger.clocks import to_day_number
from simulator.arrays import Floats, Ints

BURN_IN_MONTHS = 12
"""First months: cash and regimes settle, and nobody asks for money (domain.md section 4.1)."""

RUN_OUT_MONTHS = 10
"""Months after the last day: a term of 180 days, half a month, and the 90 days of default."""


@dataclass(frozen=True, eq=False)
class Calendar:
    """A world's time.

    Attributes
    ----------
    months : int
        Months up to the last day, the last of them possibly cut short.
    starts : int array of shape (months + RUN_OUT_MONTHS + 1,)
        First day of each month, and the first day after them all.
    last_day : int
        Everything is told as of its first instant.
    """

    months: int
    starts: Ints
    last_day: int

    @property
    def all_months(self) -> int:
        """Months with the run-out."""
        return len(self.starts) - 1

    @property
    def begin(self) -> int:
        """First day."""
        return int(self.starts[0])

    @property
    def end(self) -> int:
        """First day after the run-out."""
        return int(self.starts[-1])

    def month(self, days: Ints) -> Ints:
        """Month of each day; days outside the world are taken to its first or last month."""
        place = np.searchsorted(self.starts, days, side="right") - 1
        months: Ints = np.clip(place, 0, self.all_months - 1).astype(np.int64)
        return months

    def season(self) -> Floats:
        """How much is ordered in each month, 1 being usual (domain.md section 4.1).

        Spring Festival is taken to fall in February; quarter-ends and the year's end are busy.
        """
        by_month = np.array([1.0, 0.55, 1.15 * 1.25, 1, 1, 1.25, 1, 1, 1.25, 1, 1.2, 1.2 * 1.25])
        factors: Floats = by_month[self.month_of_year()]
        return factors

    def month_of_year(self) -> Ints:
        """0 for January to 11, by month of the world."""
        months: Ints = (
            self.starts[:-1].astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
        )
        return months % 12


def calendar_of(months: int, last_day: date) -> Calendar:
    """The calendar of a world of so many months that ends on a day."""
    last = to_day_number(last_day)
    month = int(np.datetime64(last_day, "M").astype(np.int64))
    first = month - months + 1
    marks = np.arange(first, first + months + RUN_OUT_MONTHS + 1)
    starts = marks.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return Calendar(months, starts, last)


def on_weekdays(days: Ints) -> Ints:
    """Move Saturdays and Sundays to the Monday after."""
    moved = np.busday_offset(days.astype("datetime64[D]"), 0, roll="forward")
    weekdays: Ints = moved.astype("datetime64[D]").astype(np.int64)
    return weekdays
