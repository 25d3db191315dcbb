"""What months are judged by: what was usual while a bundle learned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from models.bundle import Bundle
from scoring.gather import Gathered
from training.monitor.alert_rules import AlertRules
from training.monitor.early_lateness import lateness_by_month, usual_lateness
from training.monitor.expected_performance import expected_auc
from training.monitor.spans import month_before
from training.monitor.through_the_door import Door

MONTHS_BEFORE = 3
"""The volume of a month is compared with the mean of so many."""


@dataclass(frozen=True)
class Baseline:
    """What months are compared with.

    Attributes
    ----------
    rate : float
        Mean probability of the reference.
    rate_spread : float
        Standard deviation of its probabilities.
    usual_rates : (float, float)
        Least and largest mean of one of its months, over ``rate``.
    expected_auc : float
    usual_fall : float
        How far below that the worst of its months lies.
    rehearsal_auc : float or None
        Realised before the cut, as the bundle says.
    usual_volumes : (float, float)
        Least and largest ratio of the requests of one of its months to the mean of the three
        months before; both 1 where there are too few to tell.
    usual_lateness : mapping of int to float
        By the days from which on a claim is late: the largest share of late claims in one of its
        months over that of the year before it; 1 where there are too few to tell.
    """

    rate: float
    rate_spread: float
    usual_rates: tuple[float, float]
    expected_auc: float
    usual_fall: float
    rehearsal_auc: float | None
    usual_volumes: tuple[float, float]
    usual_lateness: Mapping[int, float]


def baseline_of(gathered: Gathered, bundle: Bundle, before: Door, rules: AlertRules) -> Baseline:
    """Measure the reference.

    Parameters
    ----------
    before : Door
        What was asked in the time learned from.
    """
    months, counts = np.unique(before.month, return_counts=True)
    told = months[counts >= rules.least_rows]
    p = before.probability
    whole = expected_auc(p)
    each = [p[before.month == month] for month in told]
    rates = [float(one.mean()) / float(p.mean()) for one in each] or [1.0]
    falls = [whole - expected_auc(one) for one in each] or [0.0]
    late = lateness_by_month(gathered, [str(month) for month in months])
    return Baseline(
        rate=float(p.mean()),
        rate_spread=float(p.std()),
        usual_rates=(min(1.0, *rates), max(1.0, *rates)),
        expected_auc=whole,
        usual_fall=max(0.0, *falls),
        rehearsal_auc=bundle.card.metrics.get("rehearsal_auc"),
        usual_volumes=_usual_volumes(before, rules),
        usual_lateness=usual_lateness(late, rules.least_rows),
    )


def requests_before(door: Door, month: str) -> tuple[int, ...]:
    """Requests of the months before, as far back as the ledger goes."""
    first, found = str(door.month[0]), []
    for _ in range(MONTHS_BEFORE):
        month = month_before(month)
        if month < first:
            break
        found.append(int((door.month == month).sum()))
    return tuple(found)


def _usual_volumes(before: Door, rules: AlertRules) -> tuple[float, float]:
    """How far the requests of a month of the reference lay from those of the months before it."""
    ratios = [1.0]
    for month in np.unique(before.month):
        earlier = requests_before(before, str(month))
        if len(earlier) == MONTHS_BEFORE and np.mean(earlier) >= rules.least_rows:
            ratios.append(float((before.month == month).sum() / np.mean(earlier)))
    return min(ratios), max(ratios)
