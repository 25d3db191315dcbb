"""Points: the ruler on which a probability and its three credits are shown (domain.md section 3.1).

600 points stand for odds of 50 to 1 against the event, and 40 points double the odds:
``points = A + B ln((1 - p) / p)`` with ``B = 40 / ln 2`` and ``A = 600 - B ln 50``.
"""

from __future__ import annotations

from math import exp, log

POINTS_TO_DOUBLE = 40.0
ANCHOR_POINTS = 600.0
ANCHOR_ODDS = 50.0
B = POINTS_TO_DOUBLE / log(2.0)
A = ANCHOR_POINTS - B * log(ANCHOR_ODDS)
LOWEST, HIGHEST = 300.0, 900.0


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
