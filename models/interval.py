"""How sure a probability is: an interval by bagged boosters, widened by what the data don't tell.

``bags.txt`` holds small boosters, each learned from other clusters of the same rows: how far apart
they lie on a row is what more rows would settle. What no row settles is how far true probabilities
lie from what can be known of them in a data tier: ``interval.json`` has it, in log-odds down and
up. Both add up as independent errors do, on each side of its own:

    low  = logit - sqrt((z s)^2 + down^2)
    high = logit + sqrt((z s)^2 + up^2)

with s the standard deviation of the bags and z = 1.645: 5 % of true probabilities should lie below,
and 5 % above.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any, Self

import lightgbm as lgb
import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from features.feature import Credit
from models.compiled import ready
from models.ends import Tiers, widen
from models.meaning import require_same_columns
from models.scale import probability
from models.storage import BundleRefused
from models.trees import Groups, Matrix, Trees, Vector

BAGS, SPREAD = "bags.txt", "interval.json"
"""Files of a bundle."""

TIER = "data_tier"
"""The feature that tells the data tier of a row."""

FEWEST_BAGS = 2

LEVEL = 0.90
Z = NormalDist().inv_cdf(0.5 + LEVEL / 2.0)


class Spread(BaseModel):
    """What is known of intervals: ``interval.json``.

    Attributes
    ----------
    trees_each : int
        Trees of a bag; they follow each other in ``bags.txt``.
    untold : tuple of 4 (float, float)
        By data tier, T0 to T3: log-odds down and up.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    trees_each: int = Field(ge=1)
    untold: tuple[tuple[float, float], ...] = Field(min_length=4, max_length=4)


@dataclass(frozen=True)
class Interval:
    """How sure a probability is, in probabilities.

    Attributes
    ----------
    low, high : float
        5 % of true probabilities should lie below, and 5 % above.
    learned_low, learned_high : float
        The same by the bags alone: what more rows to learn from would narrow. Where the upper one
        is more than three times the estimate, a person should look (domain.md section 3.1).
    """

    low: float
    high: float
    learned_low: float
    learned_high: float

    @classmethod
    def of(cls, ends: Vector) -> Self:
        """The interval of one row of `Intervals.ends`."""
        return cls(*map(probability, ends.tolist()))


@dataclass(frozen=True)
class Intervals:
    """The bags of a bundle, ready to be asked.

    Attributes
    ----------
    bags : Trees
    groups : Groups
        The trees of each bag.
    slope : float
        Of the bundle's calibration.
    untold : float64 array of shape (4, 2)
        By data tier: log-odds down and up.
    tier_column : int or None
        Where a row tells its data tier; None where it doesn't, and then it is taken for T0.
    """

    bags: Trees
    groups: Groups
    slope: float
    untold: Matrix
    tier_column: int | None

    def spread(self, rows: Matrix) -> Vector:
        """Standard deviation of the bags on each row, in calibrated log-odds."""
        return self.ends(rows, np.zeros(len(rows)))[:, 3] / Z

    def ends(self, rows: Matrix, logit: Vector) -> Matrix:
        """Ends of the intervals of rows, as of `Interval`, which don't depend on the other rows.

        Parameters
        ----------
        rows : float64 array of shape (n, features of the bundle)
        logit : float64 array of shape (n,)
            What the bundle says of them.

        Returns
        -------
        float64 array of shape (n, 4)
            Low, high, and both by the bags alone, in log-odds.
        """
        # a bag's own mean level is no doubt about this row: the calibration sets the level
        each = self.bags.sums(rows, self.groups) * (self.slope * Z)
        ends = np.empty((len(rows), 4))
        widen(each, self.untold, self.tiers(rows), logit, ends)
        return ends

    def tiers(self, rows: Matrix) -> Tiers:
        """Data tier of each row, 0 to 3."""
        if self.tier_column is None:
            return np.zeros(len(rows), dtype=np.intp)
        told = rows[:, self.tier_column]
        return np.where(told > 0.0, np.minimum(told, 3.0), 0.0).astype(np.intp)


def intervals_among(
    bundle: str, files: Mapping[str, Any], credit_of: Mapping[str, Credit], slope: float
) -> Intervals | None:
    """Read the bags among the parsed files of a bundle; None where it has none.

    Parameters
    ----------
    bundle : str
        Its id.
    credit_of : mapping of str to Credit
        The columns of its card, in their order.
    slope : float
        Of its calibration.

    Raises
    ------
    BundleRefused
        Where the two files don't go together, or the bags have other columns than the card.
    """
    if BAGS not in files and SPREAD not in files:
        return None
    names = list(credit_of)
    try:
        booster: lgb.Booster = files[BAGS]
        spread = Spread.model_validate(files[SPREAD])
        require_same_columns(bundle, names, {BAGS: booster})
        bags = Trees.read(booster, credit_of)
        each = spread.trees_each
        members = tuple(range(at, at + each) for at in range(0, len(bags), each))
        groups = bags.grouped(members)
        if len(members) < FEWEST_BAGS:
            raise ValueError("one bag has no spread")
    except (KeyError, ValueError, IndexError) as error:
        raise BundleRefused(
            f"{BAGS} and {SPREAD} of {bundle} don't go together",
            field=SPREAD,
            remedy="train it again with this version",
        ) from error
    untold = np.array(spread.untold, dtype=np.float64)
    found = Intervals(bags, groups, slope, untold, names.index(TIER) if TIER in names else None)
    ready(lambda: found.spread(np.zeros((0, len(names)))))
    return found


def files_of(bags: str, spread: Spread) -> dict[str, str]:
    """The two files of a bundle."""
    return {BAGS: bags, SPREAD: json.dumps(spread.model_dump(mode="json"), sort_keys=True)}
