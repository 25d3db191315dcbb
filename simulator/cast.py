"""Who is in the world: buyers with grades, suppliers with qualities that nobody sees."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.arrays import Floats, Ints, logistic, stream
from simulator.names import TRADES
from simulator.scenario import Scenario, Size

GRADE_SHARES = (0.08, 0.14, 0.20, 0.21, 0.16, 0.11, 0.07, 0.03)
"""Share of buyers in the grades 1 (best) to 8 (domain.md section 4.2)."""

BASE_SHARE = 0.8
"""Share of a supplier's own PD that is not the cash engine's: contagion brings the rest."""

MARGIN = (0.060, 0.012)
"""Operating margin of a supplier of usual quality, and by how much quality raises it."""


@dataclass(frozen=True, eq=False)
class Buyers:
    """Core enterprises.

    Attributes
    ----------
    home : int array
        Grade 1 (best) to 8 that the buyer's tends to.
    noise : float array
        The buyer's own part of its log-odds of default (standard deviation .35).
    trade : int array
        Place in ``simulator.names.TRADES``: its sector.
    size : float array
        ln(size), 0 being usual.
    tilt : float array
        The buyer's own part of the log-odds of paying late.
    """

    home: Ints
    noise: Floats
    trade: Ints
    size: Floats
    tilt: Floats

    def __len__(self) -> int:
        """Count the buyers."""
        return len(self.home)


@dataclass(frozen=True, eq=False)
class Suppliers:
    """Suppliers of every tier, tier 1 first.

    Attributes
    ----------
    tier : int array
        1, 2 or 3.
    quality : float array
        Standard normal; high is good. No fact tells it.
    chance_12m : float array
        Chance of default in twelve months of usual times, without contagion.
    honesty : float array
        Latent, standard normal; high is *dis*honest (``fx`` of domain.md section 4.5).
    trade : int array
        Place in ``simulator.names.TRADES``: its sector.
    size : float array
        ln(size), 0 being usual.
    margin : float array
        Share of sales that is left after all costs.
    cash_months : float array
        The liquidity it tends to, in months of its costs.
    data_tier : int array
        0 to 3: what of it the ledger sees.
    """

    tier: Ints
    quality: Floats
    chance_12m: Floats
    honesty: Floats
    trade: Ints
    size: Floats
    margin: Floats
    cash_months: Floats
    data_tier: Ints

    def __len__(self) -> int:
        """Count the suppliers."""
        return len(self.tier)

    @property
    def first(self) -> int:
        """Number of suppliers of tier 1: they come first."""
        return int((self.tier == 1).sum())


def cast_buyers(size: Size, seed: int) -> Buyers:
    """Draw the core enterprises; grades are spread evenly over their shares.

    An even spread keeps a world of eight core enterprises from having only good ones.
    """
    rng = stream(seed, "buyers")
    count = size.core_buyers
    return Buyers(
        home=_grades(rng, count),
        noise=rng.normal(0.0, 0.35, count),
        trade=rng.permutation(np.arange(count) % len(TRADES)),
        size=rng.normal(0.0, 0.6, count),
        tilt=rng.normal(0.0, 0.25, count),
    )


def cast_suppliers(scenario: Scenario, size: Size, seed: int) -> Suppliers:
    """Draw the suppliers of all tiers (domain.md section 4.2)."""
    rng = stream(seed, "suppliers")
    tier = np.repeat([1, 2, 3], [size.suppliers, *size.upstream])
    count = len(tier)
    quality = rng.normal(0.0, 1.0, count)
    weaker = 0.3 * (tier - 1)
    odds = -4.15 - 1.25 * quality + 0.30 * rng.normal(size=count) + weaker
    return Suppliers(
        tier=tier,
        quality=quality,
        chance_12m=BASE_SHARE * logistic(odds),
        honesty=rng.normal(0.0, 1.0, count),
        trade=rng.integers(0, len(TRADES), count),
        size=0.4 * quality + rng.normal(0.0, 0.5, count) - 0.5 * (tier - 1),
        margin=MARGIN[0] + MARGIN[1] * quality,
        cash_months=scenario.cash_months * np.exp(0.3 * quality + rng.normal(0.0, 0.4, count)),
        data_tier=rng.choice(4, count, p=scenario.tier_shares),
    )


def _grades(rng: np.random.Generator, count: int) -> Ints:
    even = (rng.permutation(count) + rng.random(count)) / count
    edges = np.cumsum(GRADE_SHARES)[:-1]
    return np.searchsorted(edges, even, side="right").astype(np.int64) + 1
