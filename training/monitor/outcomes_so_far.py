"""What came of requests, as far as it is ripe: calibration and ranking as outcomes mature."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import beta, norm

from models.trees import Vector
from training.examples import Labels
from training.metrics import affine, log_odds
from training.monitor.through_the_door import NO_OUTCOME, Door
from training.validation.ranking import auc_and_error
from training.validation.segments import LEAST_EVENTS


@dataclass(frozen=True)
class Outcomes:
    """Requests and what was known of them on a day.

    Attributes
    ----------
    requests, lent : int
        All, and those of which an outcome can come.
    ripe, events : int
        Those whose outcome is ripe, and those with the event.
    expected : float
        Sum of the probabilities of the ripe.
    ratio, ratio_low, ratio_high : float or None
        Expected over observed events, and its exact interval (Clopper and Pearson 1934): what the
        share of events may be is from the quantile of beta(events, ripe - events + 1) to that of
        beta(events + 1, ripe - events). At the levels of alerts shorter ones take one event among
        two ripe for a proof. None where nothing is ripe; the ratio and its upper end also where no
        event occurred.
    slope : float or None
        Of a logistic regression on the log-odds; None with fewer than ten events or ten others.
    auc, auc_low, auc_high : float or None
        Area under the curve and its interval by DeLong; None as for the slope.
    level : float
        Of the intervals.
    """

    requests: int
    lent: int
    ripe: int
    events: int
    expected: float
    ratio: float | None
    ratio_low: float | None
    ratio_high: float | None
    slope: float | None
    auc: float | None
    auc_low: float | None
    auc_high: float | None
    level: float

    @property
    def open(self) -> int:
        """Lent to, and not yet ripe: nothing is said of them."""
        return self.lent - self.ripe


def outcomes_so_far(door: Door, known: Labels, *, level: float) -> Outcomes:
    """Compare what was forecast of requests with what is known of them.

    Parameters
    ----------
    known : Labels
        Of the same requests.
    level : float
        Of the intervals, 0-1.
    """
    ripe = known.known
    probability, event = door.probability[ripe], known.event[ripe]
    events, n = int(event.sum()), len(event)
    ratio = _ratio(float(probability.sum()), events, n, level)
    enough = min(events, n - events) >= LEAST_EVENTS
    slope = affine(event, log_odds(probability))[1] if enough else None
    auc = _auc(event, probability, level) if enough else (None, None, None)
    return Outcomes(
        len(ripe),
        sum(key != NO_OUTCOME for key in door.outcomes.keys),
        n,
        events,
        float(probability.sum()),
        *ratio,
        slope,
        *auc,
        level,
    )


Told = tuple[float | None, float | None, float | None]


def _ratio(expected: float, events: int, n: int, level: float) -> Told:
    if not n:
        return None, None, None
    tail = (1.0 - level) / 2.0
    most = float(beta.ppf(1.0 - tail, events + 1, n - events)) if events < n else 1.0
    if not events:
        return None, expected / (n * most), None
    least = float(beta.ppf(tail, events, n - events + 1))
    return expected / events, expected / (n * most), expected / (n * least)


def _auc(event: np.ndarray, probability: Vector, level: float) -> Told:
    auc, error = auc_and_error(event, probability)
    reach = float(norm.ppf(0.5 + level / 2.0)) * error
    return auc, max(0.0, auc - reach), min(1.0, auc + reach)
