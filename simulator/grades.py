"""How buyers fare: grades that migrate with their sector, and the intensity of default they bring.

A grade stays for a month with .94, else it moves by one (domain.md section 4.2): rather down in bad
times, and rather back to where the buyer belongs.
"""

from __future__ import annotations

import numpy as np

from simulator.arrays import Floats, Ints, log_odds, logistic, stream
from simulator.calendar import Calendar
from simulator.cast import Buyers
from simulator.macro import Macro, monthly_intensity, threshold_of

GRADE_PD12 = (0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.04, 0.12)
"""Chance of default in twelve months by grade, 1 first (domain.md section 4.2)."""

GRADES = len(GRADE_PD12)
MOVE = 0.06
SECTOR_PULL = 0.8
HOME_PULL = 1.2
"""Log-odds of a move being one for the worse: for a sector one lower, for a grade above home."""


def worse_share(grade: Ints, home: Ints, sector: Floats) -> Floats:
    """Share of moves that are for the worse."""
    return logistic(-SECTOR_PULL * sector + HOME_PULL * (home - grade))


def grade_paths(buyers: Buyers, macro: Macro, calendar: Calendar, seed: int) -> Ints:
    """Draw each buyer's grade in each month; shape (buyers, months)."""
    rng = stream(seed, "grades")
    now = buyers.home.copy()
    paths = np.empty((len(buyers), calendar.all_months), dtype=np.int64)
    for month in range(calendar.all_months):
        paths[:, month] = now
        if month + 1 < calendar.all_months:
            sector = macro.sectors[buyers.trade, month + 1]
            now = next_grades(now, buyers.home, sector, rng.random(len(buyers)))
    return paths


def next_grades(grade: Ints, home: Ints, sector: Floats, draw: Floats) -> Ints:
    """Grades of the next month, whose sector and uniform draw are given."""
    worse = MOVE * worse_share(grade, home, sector)
    step = np.where(draw < worse, 1, np.where(draw < MOVE, -1, 0))
    return np.clip(grade + step, 1, GRADES)


def thresholds(buyers: Buyers) -> Floats:
    """``G(p)`` of each buyer in each grade; shape (buyers, grades)."""
    odds = log_odds(np.array(GRADE_PD12))[None, :] + buyers.noise[:, None]
    return threshold_of(logistic(odds))


def default_12m(buyers: Buyers, grades: Ints) -> Floats:
    """Chance of a buyer's default in twelve usual months, by its grade; shape of ``grades``."""
    odds = log_odds(np.array(GRADE_PD12))[None, :] + buyers.noise[:, None]
    chance: Floats = np.take_along_axis(logistic(odds), grades - 1, axis=1)
    return chance


def stop_scale(buyers: Buyers, grades: Ints, stops_a_year: float, weight: Floats) -> float:
    """What buyers' intensities of default are multiplied by to make this many stops a year.

    A world of twenty buyers has one of the worst grade or none, large or small; without this, what
    is usual would be another thing in each world.

    Parameters
    ----------
    weight : float array of shape (buyers,)
        Number of suppliers of each.
    """
    usual = -np.log1p(-default_12m(buyers, grades)).mean(axis=1) / 12
    return stops_a_year / 12 / float(np.average(usual, weights=weight))


def stop_intensity(buyers: Buyers, grades: Ints, macro: Macro, scale: float) -> Floats:
    """Intensity with which a buyer stops paying a supplier; shape (buyers, months).

    Each pair draws its own end from it: a buyer in trouble chooses whom it does not pay. So one
    buyer's trouble is many suppliers' risk, and yet each of them is a draw of its own.
    """
    threshold = np.take_along_axis(thresholds(buyers), grades - 1, axis=1)
    return scale * monthly_intensity(threshold, macro.sectors[buyers.trade])
