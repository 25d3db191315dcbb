"""What a bundle says of requests: a probability that splits exactly into the three credits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from models.bundle import CREDITS, Bundle
from models.interval import Interval
from models.scale import points, probability, shown
from models.trees import BLOCK_ROWS, Matrix, Vector

PARTS = (*(credit.value for credit in CREDITS), "cross")
"""Names of the parts, in the order of the columns of `parts`."""


@dataclass(frozen=True)
class Assessment:
    """One request as a bundle sees it.

    Attributes
    ----------
    probability : float
        Probability of the bundle's event, 0-1.
    logit, base : float
        Its log-odds, and those of an average request.
    parts : mapping of str to float
        What subject, object and data credit and their cross terms add to the base, in log-odds;
        above 0 is riskier than average. ``logit`` is the sum of base and parts.
    points : int
        Score on the ruler of `models.scale`, 300-900, higher is safer.
    part_points : mapping of str to int
        The score this request would have if only that part differed from the average.
    contributions : mapping of str to float
        What each feature adds, in log-odds; those of a credit add up to its part but for what the
        cross terms took.
    values : mapping of str to float
        The feature values; NaN where missing.
    interval : Interval or None
        How sure the probability is; None where the bundle has no bags.
    """

    probability: float
    logit: float
    base: float
    parts: Mapping[str, float]
    points: int
    part_points: Mapping[str, int]
    contributions: Mapping[str, float]
    values: Mapping[str, float]
    interval: Interval | None = None


def parts(bundle: Bundle, rows: Matrix) -> Matrix:
    """What each part adds to the base.

    Parameters
    ----------
    rows : float64 array of shape (n, features of the bundle)
        In the order of ``bundle.feature_names``; NaN where missing.

    Returns
    -------
    float64 array of shape (n, 4)
        Subject, object, data, cross; log-odds after calibration. A row's parts don't depend on the
        other rows, to the bit.
    """
    additive, cross = bundle.additive, bundle.cross
    raw = np.hstack([additive.sums(rows, bundle.credits), cross.sums(rows, bundle.together)])
    return raw * bundle.card.cal_slope


def logits(bundle: Bundle, split: Matrix) -> Vector:
    """Log-odds of rows whose parts are given: base + subject + object + data + cross."""
    total = np.full(len(split), bundle.base)
    for column in range(split.shape[1]):
        total = total + split[:, column]
    return total


def contributions(bundle: Bundle, rows: Matrix) -> Matrix:
    """What each feature adds, by exact TreeSHAP of both boosters; shape (n, features), log-odds."""
    raw = bundle.additive.contributions(rows) + bundle.cross.contributions(rows)
    return raw * bundle.card.cal_slope


def assess(bundle: Bundle, rows: Matrix) -> Iterator[Assessment]:
    """Assess requests, one after the other; a row's assessment doesn't depend on the others.

    Parameters
    ----------
    rows : float64 array of shape (n, features of the bundle)
        In the order of ``bundle.feature_names``; NaN where missing.
    """
    for start in range(0, len(rows), BLOCK_ROWS):
        block = rows[start : start + BLOCK_ROWS]
        split = parts(bundle, block)
        total = logits(bundle, split)
        each = contributions(bundle, block)
        ends = None if bundle.intervals is None else bundle.intervals.ends(block, total)
        for at in range(len(block)):
            interval = None if ends is None else Interval.of(ends[at])
            yield _assessment(bundle, block[at], split[at], float(total[at]), each[at], interval)


def _assessment(  # noqa: PLR0917 - one row of each
    bundle: Bundle,
    row: Vector,
    split: Vector,
    logit: float,
    each: Vector,
    interval: Interval | None,
) -> Assessment:
    names = bundle.feature_names
    by_part = dict(zip(PARTS, split.tolist(), strict=True))
    return Assessment(
        probability=probability(logit),
        logit=logit,
        base=bundle.base,
        parts=by_part,
        points=shown(points(logit)),
        part_points={name: shown(points(bundle.base + part)) for name, part in by_part.items()},
        contributions=dict(zip(names, each.tolist(), strict=True)),
        values=dict(zip(names, row.tolist(), strict=True)),
        interval=interval,
    )
