"""Segments: whether a model ranks and forecasts alike for groups of requests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import beta

from models.trees import Vector
from training.metrics import Flags
from training.validation.ranking import auc_and_error

UNKNOWN = "unknown"
LEAST_EVENTS = 10
"""Of fewer events, or fewer rows without one, the area under the curve says nothing."""


@dataclass(frozen=True)
class Segment:
    """A group of rows.

    Attributes
    ----------
    by, value : str
        What rows are grouped by, and the group; ``unknown`` where nobody told.
    n, events : int
    expected, observed : float
        Mean probability and share of events.
    observed_low, observed_high : float
        95 % of the true share, by Jeffreys.
    auc, error : float or None
        None with fewer than ten events or ten rows without.
    below_share : float
        Share of the group whose probability is below the cut asked about.
    """

    by: str
    value: str
    n: int
    events: int
    expected: float
    observed: float
    observed_low: float
    observed_high: float
    auc: float | None
    error: float | None
    below_share: float


def by_segment(
    by: str, values: Sequence[str | None], event: Flags, probability: Vector, *, cut: float
) -> tuple[Segment, ...]:
    """Measure each group; the largest first, what is unknown last.

    Parameters
    ----------
    values : sequence of (str or None)
        The group of each row; None where it isn't known.
    cut : float
        Of the probability: how a lender who approves below it would treat the groups.
    """
    names = np.array([UNKNOWN if value is None else value for value in values])
    groups = [(name, names == name) for name in np.unique(names).tolist()]
    groups.sort(key=lambda one: (one[0] == UNKNOWN, -int(one[1].sum()), one[0]))
    return tuple(_segment(by, name, event[of], probability[of], cut) for name, of in groups)


def _segment(by: str, value: str, event: Flags, probability: Vector, cut: float) -> Segment:
    n, events = len(event), int(event.sum())
    low, high = beta.ppf([0.025, 0.975], events + 0.5, n - events + 0.5)
    enough = min(events, n - events) >= LEAST_EVENTS
    auc, error = auc_and_error(event, probability) if enough else (None, None)
    return Segment(
        by=by,
        value=value,
        n=n,
        events=events,
        expected=float(probability.mean()),
        observed=events / n,
        observed_low=float(low),
        observed_high=float(high),
        auc=auc,
        error=error,
        below_share=float((probability < cut).mean()),
    )
