"""How well scores rank: area under the curve and its interval, Gini, KS, H-measure, precision."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import ConvexHull
from scipy.special import betainc
from scipy.stats import ks_2samp, norm, rankdata
from sklearn.metrics import average_precision_score, roc_auc_score, roc_curve

from models.trees import Matrix, Vector
from training.metrics import Flags
from training.paired import Interval

REACH = float(norm.ppf(0.975))
"""Standard errors to either end of a 95 % interval."""


@dataclass(frozen=True)
class Ranking:
    """How well scores tell events from the rest.

    Attributes
    ----------
    n, events : int
    auc : float
        Area under the ROC curve; .5 is chance.
    auc_low, auc_high : float
        Its 95 % interval (DeLong, DeLong and Clarke-Pearson 1988).
    gini : float
        ``2 auc - 1``.
    ks : float
        Largest distance between the two distributions of scores.
    h_measure : float
        `h_measure`; 0 is chance, 1 perfect.
    average_precision : float
    """

    n: int
    events: int
    auc: float
    auc_low: float
    auc_high: float
    gini: float
    ks: float
    h_measure: float
    average_precision: float


def ranking(event: Flags, score: Vector) -> Ranking:
    """Measure how scores rank; both outcomes must occur, a higher score means more risk."""
    auc, error = auc_and_error(event, score)
    reach = REACH * error
    return Ranking(
        n=len(event),
        events=int(event.sum()),
        auc=auc,
        auc_low=max(0.0, auc - reach),
        auc_high=min(1.0, auc + reach),
        gini=2.0 * auc - 1.0,
        ks=float(ks_2samp(score[event], score[~event]).statistic),
        h_measure=h_measure(event, score),
        average_precision=float(average_precision_score(event, score)),
    )


def auc_and_error(event: Flags, score: Vector) -> tuple[float, float]:
    """Area under the curve and its standard error by DeLong.

    With one event, or one row without, the spread among them counts as none.
    """
    of_events, of_others = _placements(event, score)
    error = float(np.sqrt(_of_mean(of_events) + _of_mean(of_others)))
    return float(roc_auc_score(event, score)), error


def auc_less(event: Flags, first: Vector, second: Vector) -> Interval:
    """Area under the curve of the first score less that of the second on the same rows.

    With its 95 % interval by DeLong: as sure as many draws of a bootstrap, at once.
    """
    ours, theirs = _placements(event, first), _placements(event, second)
    more = [one - other for one, other in zip(ours, theirs, strict=True)]
    less = float(more[0].mean())
    reach = REACH * float(np.sqrt(sum(_of_mean(one) for one in more)))
    return Interval(less, less - reach, less + reach)


def _placements(event: Flags, score: Vector) -> tuple[Vector, Vector]:
    """Share of the others that each event lies above, and of the events that lie above each other.

    From ranks, ties count half (Sun and Xu 2014). The mean of either is the area under the curve.
    """
    among = rankdata(score)
    bad, good = score[event], score[~event]
    above = (among[event] - rankdata(bad)) / len(good)
    below = 1.0 - (among[~event] - rankdata(good)) / len(bad)
    return above, below


def _of_mean(values: Vector) -> float:
    """Variance of a mean."""
    return float(values.var(ddof=1) / len(values)) if len(values) > 1 else 0.0


def h_measure(event: Flags, score: Vector) -> float:
    """Share of the loss of a lender without scores that scores save (Hand 2009).

    A wrong alarm costs ``c`` and a missed event ``1 - c``, with ``c`` as beta(1 + share of events,
    2 - share of events) has it (Hand and Anagnostopoulos 2014), whatever the scores. Each ``c`` is
    answered by the threshold that loses least: a corner of the convex hull of the ROC curve.
    """
    share = float(event.mean())
    of_alarm, of_miss = 1.0 - share, share  # how often the costs can fall due
    a, b = 1.0 + share, 2.0 - share
    alarms, hits = _hull(event, score).T
    weight = of_miss * np.diff(hits)
    turns = weight / (of_alarm * np.diff(alarms) + weight)  # below it the next corner is better
    bounds = np.concatenate(([1.0], turns, [0.0]))
    loss = of_alarm * alarms @ -np.diff(_mean_below(bounds, a, b))
    loss += of_miss * (1.0 - hits) @ -np.diff(betainc(a, b, bounds) - _mean_below(bounds, a, b))
    below = _mean_below(np.array([share]), a, b)[0]
    above = 1.0 - a / (a + b) - (betainc(a, b, share) - below)
    return float(1.0 - loss / (of_alarm * below + of_miss * above))


def _mean_below(bounds: Vector, a: float, b: float) -> Vector:
    """What a beta variable adds to its mean below each bound."""
    below: Vector = a / (a + b) * betainc(a + 1.0, b, bounds)
    return below


def _hull(event: Flags, score: Vector) -> Matrix:
    """Corners of the upper convex hull of the ROC curve, each as (wrong alarms, hits)."""
    alarms, hits, _ = roc_curve(event, score)
    if (hits <= alarms).all():
        return np.array([[0.0, 0.0], [1.0, 1.0]])
    corners = np.vstack([np.column_stack([alarms, hits]), [1.0, 0.0]])
    found = corners[ConvexHull(corners).vertices]
    upper = found[found[:, 1] >= found[:, 0]]
    in_order: Matrix = upper[np.lexsort((upper[:, 1], upper[:, 0]))]
    return in_order
