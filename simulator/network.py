"""Who trades with whom: pairs, and what is usual between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.arrays import Floats, Ints, stream
from simulator.cast import Buyers, Suppliers
from simulator.scenario import Scenario

TERMS_DAYS = (30, 60, 90, 120)
TERM_SHARES = (0.18, 0.40, 0.28, 0.14)
"""Terms of payment and how common each is (domain.md section 4.3, without the longest)."""

STRATEGIC, ORDINARY, WEAK = 0, 1, 2
"""How a buyer ranks a supplier: paid first, in turn, last."""

STRATEGIC_SHARE = 0.15
WEAK_BELOW = -0.8
"""Quality below which a supplier is paid last."""

CORE_DRAW = 4.0
SAME_TRADE_DRAW = 3.0
"""How much likelier a supplier is to find a core enterprise, and a buyer of its own trade."""

ENDS_A_MONTH = 0.0065
"""Chance that a pair stops trading in a month: 92-93 % of links survive a year (section 4.2)."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """Trading pairs.

    Attributes
    ----------
    supplier, buyer : int array
        Places in `Suppliers` and `Buyers`; each pair once.
    rank : int array
        STRATEGIC, ORDINARY or WEAK.
    tilt : float array
        The pair's own part of the log-odds of a late payment.
    orders : float array
        Mean number of orders in a usual month.
    log_amount : float array
        ln of the usual amount in yuan.
    term_days : int array
        The usual term.
    from_month, until_month : int array
        Months of the world in which it trades, the last one excluded.
    """

    supplier: Ints
    buyer: Ints
    rank: Ints
    tilt: Floats
    orders: Floats
    log_amount: Floats
    term_days: Ints
    from_month: Ints
    until_month: Ints

    def __len__(self) -> int:
        """Count the pairs."""
        return len(self.supplier)


def link(scenario: Scenario, buyers: Buyers, suppliers: Suppliers, seed: int) -> Pairs:
    """Draw the pairs and what is usual between them."""
    rng = stream(seed, "network")
    supplier, buyer = _links(scenario, buyers, suppliers, rng)
    count = len(supplier)
    size = 0.5 * suppliers.size[supplier] + 0.4 * buyers.size[buyer]
    strategic = rng.random(count) < STRATEGIC_SHARE
    weak = suppliers.quality[supplier] < WEAK_BELOW
    from_month = np.where(rng.random(count) < 0.75, 0, rng.integers(0, scenario.months, count))
    spread = 0.5
    busy = rng.lognormal(-(spread**2) / 2, spread, count)
    return Pairs(
        supplier=supplier,
        buyer=buyer,
        rank=np.where(strategic, STRATEGIC, np.where(weak, WEAK, ORDINARY)),
        tilt=rng.normal(0.0, 0.45, count) - 0.35 * suppliers.quality[supplier],
        orders=scenario.orders_a_pair_month * busy,
        log_amount=np.log(scenario.median_amount_yuan) + size + rng.normal(0.0, 0.3, count),
        term_days=rng.choice(TERMS_DAYS, count, p=TERM_SHARES),
        from_month=from_month,
        until_month=from_month + rng.geometric(ENDS_A_MONTH, count),
    )


def _links(
    scenario: Scenario, buyers: Buyers, suppliers: Suppliers, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """Choose the buyers of each supplier without repetition (the Gumbel trick: best scores win)."""
    rank = np.arange(len(buyers)) - np.where(buyers.core, 0, scenario.core_buyers)
    draw = np.log(np.where(buyers.core, CORE_DRAW, 1.0)) - 0.5 * np.log1p(rank)
    same_trade = suppliers.trade[:, None] == buyers.trade[None, :]
    score = draw + np.log(SAME_TRADE_DRAW) * same_trade + rng.gumbel(size=same_trade.shape)
    degree = 2 + rng.poisson(scenario.buyers_a_supplier - 2, len(suppliers))
    place = np.argsort(np.argsort(-score, axis=1), axis=1)
    supplier, buyer = np.nonzero(place < degree[:, None])
    return supplier.astype(np.int64), buyer.astype(np.int64)
