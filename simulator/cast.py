"""Who is in the world: buyers with grades, suppliers with a quality that nobody sees."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.arrays import Flags, Floats, Ints, stream
from simulator.names import TRADES
from simulator.scenario import Scenario

GRADE_SHARES = (0.08, 0.14, 0.20, 0.21, 0.16, 0.11, 0.07, 0.03)
"""Share of buyers in the grades 1 (best) to 8 (domain.md section 4.2)."""

HOME_BY_GRADE = (0, 0, 0, 1, 1, 2, 3, 3)
"""The regime to which a buyer of each grade returns: prompt up to 3, distressed from 7."""


@dataclass(frozen=True, eq=False)
class Buyers:
    """Core enterprises first, then the smaller buyers.

    Attributes
    ----------
    core : bool array
        True for core enterprises.
    grade : int array
        1 (best) to 8.
    home : int array
        Regime of `simulator.regimes` to which the buyer returns.
    trade : int array
        Place in ``simulator.names.TRADES``.
    size : float array
        ln(size), 0 being usual among core enterprises, or among the smaller buyers.
    tilt : float array
        The buyer's own part of the log-odds of paying late.
    """

    core: Flags
    grade: Ints
    home: Ints
    trade: Ints
    size: Floats
    tilt: Floats

    def __len__(self) -> int:
        """Count the buyers."""
        return len(self.grade)


@dataclass(frozen=True, eq=False)
class Suppliers:
    """Small and medium-sized suppliers.

    Attributes
    ----------
    quality : float array
        Standard normal; high is good. No fact tells it, size leans on it.
    trade : int array
        Place in ``simulator.names.TRADES``.
    size : float array
        ln(size), 0 being usual.
    """

    quality: Floats
    trade: Ints
    size: Floats

    def __len__(self) -> int:
        """Count the suppliers."""
        return len(self.quality)


def cast_buyers(scenario: Scenario, seed: int) -> Buyers:
    """Draw the buyers; grades are spread evenly over their shares, within cores and within others.

    An even spread keeps a world of eight core enterprises from having only good ones.
    """
    rng = stream(seed, "buyers")
    count = scenario.buyers
    grade = np.concatenate(
        [_grades(rng, scenario.core_buyers), _grades(rng, scenario.small_buyers)]
    )
    return Buyers(
        core=np.arange(count) < scenario.core_buyers,
        grade=grade,
        home=np.array(HOME_BY_GRADE)[grade - 1],
        trade=rng.integers(0, len(TRADES), count),
        size=rng.normal(0.0, 0.6, count),
        tilt=rng.normal(0.0, 0.25, count),
    )


def cast_suppliers(scenario: Scenario, seed: int) -> Suppliers:
    """Draw the suppliers."""
    rng = stream(seed, "suppliers")
    quality = rng.normal(0.0, 1.0, scenario.suppliers)
    return Suppliers(
        quality=quality,
        trade=rng.integers(0, len(TRADES), scenario.suppliers),
        size=0.6 * quality + rng.normal(0.0, 0.5, scenario.suppliers),
    )


def _grades(rng: np.random.Generator, count: int) -> Ints:
    even = (rng.permutation(count) + rng.random(count)) / count
    edges = np.cumsum(GRADE_SHARES)[:-1]
    return np.searchsorted(edges, even, side="right").astype(np.int64) + 1
