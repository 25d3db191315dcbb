"""How punctually buyers pay: four regimes that follow grade and economy."""

from __future__ import annotations

import numpy as np

from simulator.arrays import Floats, Ints, logistic, stream
from simulator.calendar import Calendar
from simulator.cast import Buyers
from simulator.macro import Macro

REGIMES = ("prompt", "typical", "slow", "distressed")
"""From best to worst; arrays hold the place in this tuple."""

MIXTURES: tuple[tuple[float, float, float, float], ...] = (
    (0.80, 0.17, 0.025, 0.005),
    (0.64, 0.26, 0.085, 0.015),
    (0.38, 0.34, 0.24, 0.04),
    (0.15, 0.30, 0.40, 0.15),
)
"""Share of payments on time, a little late, long late and very late (domain.md section 4.3)."""

HOME_BY_GRADE = (0, 0, 0, 1, 1, 2, 3, 3)
"""The regime of each grade in usual times: prompt up to 3, distressed from 7."""

RETHINK = 0.15
"""Chance in a month that a buyer's treasury takes the regime of the hour."""

PROMPT, TYPICAL, SLOW, DISTRESSED = range(4)


def regime_paths(buyers: Buyers, grades: Ints, macro: Macro, calendar: Calendar, seed: int) -> Ints:
    """Draw the regime of each buyer in each month; shape (buyers, months)."""
    rng = stream(seed, "regimes")
    home = np.array(HOME_BY_GRADE)[grades - 1]
    sector = macro.sectors[buyers.trade]
    now = home[:, 0]
    paths = np.empty_like(home)
    for month in range(calendar.all_months):
        hour = home[:, month] + _shift(sector[:, month], rng.random(len(buyers)))
        rethinks = rng.random(len(buyers)) < RETHINK
        now = np.where(rethinks, np.clip(hour, PROMPT, DISTRESSED), now)
        paths[:, month] = now
    return _held_back(paths, macro, seed)


def _held_back(paths: Ints, macro: Macro, seed: int) -> Ints:
    """One regime worse, of the buyers and in the months that hold money back.

    Treasuries rethink too seldom to follow a crisis of four months, and a sector at -2 moves but
    one in five of those that do: by itself it hardly lengthens a delay. In 2020 invoices overdue
    rose by two thirds in Western Europe, from 26 to 47 % in Great Britain (Atradius Payment
    Practices Barometer, November 2020).
    """
    holds = stream(seed, "held back").random(len(paths))[:, None] < macro.held_back
    return np.where(holds, np.minimum(paths + 1, DISTRESSED), paths)


def _shift(sector: Floats, draw: Floats) -> Ints:
    """-1, 0 or 1: one regime better in some good months, one worse in some bad ones."""
    worse = logistic(-3.0 - 0.8 * sector)
    better = logistic(-3.0 + 0.8 * sector)
    return np.where(draw < worse, 1, np.where(draw > 1 - better, -1, 0)).astype(np.int64)
