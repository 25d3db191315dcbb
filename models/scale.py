"""Points and grades: the rulers on which a probability is shown (domain.md sections 3.1 and 3.2).

Points: 600 stand for odds of 50 to 1 against the event, and 40 points double the odds:
``points = A + B ln((1 - p) / p)`` with ``B = 40 / ln 2`` and ``A = 600 - B ln 50``.

Grades: sixteen bands [low, high) of the probability of default within 12 months, from 0.03 % to
32 %, each 1.54615 times as wide as the one before, and D for what is in default.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from math import exp, log, sqrt

from ledger.faults import Fault
from models.event import Event

POINTS_TO_DOUBLE = 40.0
ANCHOR_POINTS = 600.0
ANCHOR_ODDS = 50.0
B = POINTS_TO_DOUBLE / log(2.0)
A = ANCHOR_POINTS - B * log(ANCHOR_ODDS)
LOWEST, HIGHEST = 300.0, 900.0

GRADES = 16
BEST_PD, WORST_PD = 0.0003, 0.32
RATIO = (WORST_PD / BEST_PD) ** (1.0 / GRADES)
BOUNDS = (BEST_PD, *(BEST_PD * RATIO**step for step in range(1, GRADES)), WORST_PD)
"""Bounds of the bands: grade g is from ``BOUNDS[g - 1]`` to below ``BOUNDS[g]``."""

DEFAULTED = "D"


class NoGrade(Fault):
    """A grade asked of a probability that is none of default."""

    code = "no-grade"


@dataclass(frozen=True)
class Grade:
    """A place on the master scale.

    Attributes
    ----------
    name : str
        ``1`` (best) to ``16``, or ``D``.
    low, high, mid : float
        Its band of the 12-month PD, and the geometric mean of both; all 1 for D.
    low_points, high_points : int
        The band on the ruler of points (points at the 12-month PD, not the score); 0 for D.
    flagged : bool
        Whether the PD is at or above the scale's end, though nothing is in default.
    """

    name: str
    low: float
    high: float
    mid: float
    low_points: int
    high_points: int
    flagged: bool


IN_DEFAULT = Grade(DEFAULTED, 1.0, 1.0, 1.0, 0, 0, flagged=False)
"""The grade of what is in default, whatever a model says."""


def probability(logit: float) -> float:
    """Probability of a log-odds, without overflow at either end."""
    if logit >= 0.0:
        return 1.0 / (1.0 + exp(-logit))
    odds = exp(logit)
    return odds / (1.0 + odds)


def points(logit: float) -> float:
    """Points of a log-odds, not clipped: 600.0 at logit -3.912 (odds 50:1), 640.0 at odds 100:1."""
    return A - B * logit


def shown(unclipped: float) -> int:
    """Points as shown: whole and within 300-900."""
    return round(min(max(unclipped, LOWEST), HIGHEST))


def grade_of(event: Event, pd_12m: float) -> Grade:
    """Grade of a 12-month PD, by its band and never by points.

    Below 0.03 % it is grade 1; from 32 % on it is grade 16, flagged.

    Raises
    ------
    NoGrade
        Where the probability is one of lateness.
    """
    if event.kind == "late":
        raise NoGrade(
            f"a grade needs a probability of default; this one is of the event that {event.en}",
            field="event",
            remedy="score with a bundle whose event is of kind default",
        )
    return grade(number_of(pd_12m), flagged=pd_12m >= WORST_PD)


def number_of(pd_12m: float) -> int:
    """Number of the grade of a 12-month PD, 1 to 16."""
    return min(max(bisect_right(BOUNDS, pd_12m), 1), GRADES)


def grade(number: int, *, flagged: bool = False) -> Grade:
    """The grade of a number, 1 to 16."""
    low, high = BOUNDS[number - 1], BOUNDS[number]
    least, most = (round(points(log(pd / (1.0 - pd)))) for pd in (high, low))
    return Grade(str(number), low, high, sqrt(low * high), least, most, flagged)
