"""Who trades with whom: pairs, and what is usual between them.

Suppliers find buyers by preferential attachment, so that the number of a buyer's suppliers has the
tail of real trade networks (domain.md section 4.2).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from simulator.arrays import Flags, Floats, Ints, stream
from simulator.calendar import Calendar
from simulator.cast import Buyers, Suppliers
from simulator.names import TRADES
from simulator.scenario import Scenario, Size

TERMS_DAYS = (30, 60, 90, 120, 180)
TERM_SHARES = (0.15, 0.35, 0.27, 0.15, 0.08)
"""Terms of payment and how common each is (domain.md section 4.3)."""

STRATEGIC, ORDINARY, WEAK = 0, 1, 2
"""How a buyer ranks a supplier: paid first, in turn, last."""

STRATEGIC_SHARE = 0.15
WEAK_BELOW = -0.8
"""Quality below which a supplier is paid last."""

OTHER_TRADE = 0.35
"""How much a buyer of another trade counts when a supplier looks for one."""

RELATED_SHARE = 0.06
"""Share of pairs that belong to one family of companies (domain.md section 4.2)."""

ENDS_A_MONTH = 0.0065
"""Chance that a pair stops trading in a month: 92-93 % of links survive a year (section 4.2)."""

SALES_EXPONENT = 1.3
"""Sales grow with this power of the number of links (section 4.2)."""

UPSTREAM_LINKS = 2.5
"""Customers of a supplier of tier 2 or 3, on average."""

MAIN_BUYER = (2.5, 2.5)
"""Beta law of the main buyer's share of a supplier's orders."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """Trading pairs.

    Attributes
    ----------
    supplier : int array
        Place in `Suppliers`.
    buyer : int array
        Place in `Buyers`, or in `Suppliers` for what tier 1 and 2 buy; each pair once.
    rank : int array
        STRATEGIC, ORDINARY or WEAK.
    related : bool array
        Supplier and buyer belong to one family.
    tilt : float array
        The pair's own part of the log-odds of a late payment.
    share : float array
        The buyer's share of the supplier's orders.
    orders : float array
        Mean number of orders in a usual month.
    log_amount : float array
        ln of the usual amount in yuan.
    growth : float array
        By how much ln(orders) grows in a year.
    term_days : int array
        The usual term.
    from_month, until_month : int array
        Months of the world in which it trades, the last one excluded.
    """

    supplier: Ints
    buyer: Ints
    rank: Ints
    related: Flags
    tilt: Floats
    share: Floats
    orders: Floats
    log_amount: Floats
    growth: Floats
    term_days: Ints
    from_month: Ints
    until_month: Ints

    def __len__(self) -> int:
        """Count the pairs."""
        return len(self.supplier)


@dataclass(frozen=True)
class Usual:
    """What the pairs of one part of the network have in common.

    Attributes
    ----------
    orders : float
        Orders in a usual month.
    median_yuan : float
        Median amount.
    """

    orders: float
    median_yuan: float


def link_to_cores(
    scenario: Scenario,
    size: Size,
    calendar: Calendar,
    *,
    buyers: Buyers,
    suppliers: Suppliers,
    seed: int,
) -> Pairs:
    """Draw the pairs of tier 1 and the core enterprises."""
    rng = stream(seed, "network")
    seller = np.flatnonzero(suppliers.tier == 1)
    # 1 + negative binomial with mean (degree - 1) and two successes
    more = size.buyers_a_supplier - 1
    degree = 1 + rng.negative_binomial(2, 2 / (2 + more), len(seller))
    weight = _attraction(len(buyers), scenario.concentration)
    drawn = _links(rng, degree, weight, (suppliers.trade[seller], buyers.trade))
    usual = Usual(size.orders_a_pair_month, scenario.median_amount_yuan)
    pairs = _pairs(
        rng, calendar, suppliers, (seller[drawn[0]], drawn[1]), usual=usual, buyer_size=buyers.size
    )
    return _new_sector(scenario, calendar, pairs, suppliers)


def link_upstream(size: Size, calendar: Calendar, suppliers: Suppliers, seed: int) -> Pairs:
    """Draw the pairs of tier 2 and tier 1, and of tier 3 and tier 2."""
    rng = stream(seed, "upstream network")
    found: list[tuple[Ints, Ints]] = []
    for tier in (2, 3):
        seller = np.flatnonzero(suppliers.tier == tier)
        customer = np.flatnonzero(suppliers.tier == tier - 1)
        degree = 1 + rng.poisson(UPSTREAM_LINKS - 1, len(seller))
        weight = rng.permutation(_attraction(len(customer), 0.5))
        trades = (suppliers.trade[seller], suppliers.trade[customer])
        drawn = _links(rng, degree, weight, trades)
        found.append((seller[drawn[0]], customer[drawn[1]]))
    ends = (np.concatenate([a for a, _ in found]), np.concatenate([b for _, b in found]))
    usual = Usual(0.8 * size.orders_a_pair_month, 45_000.0)
    return _pairs(rng, calendar, suppliers, ends, usual=usual, buyer_size=suppliers.size)


def _attraction(count: int, concentration: float) -> Floats:
    return np.arange(1, count + 1, dtype=np.float64) ** -concentration


def _links(
    rng: np.random.Generator, degree: Ints, weight: Floats, trades: tuple[Ints, Ints]
) -> tuple[Ints, Ints]:
    """Choose so many buyers for each seller, none twice.

    Each gets more candidates than it needs, those of another trade are mostly passed over, and the
    first that are left are taken.
    """
    seller = np.repeat(np.arange(len(degree)), 8 * degree)
    marks = np.cumsum(weight) / weight.sum()
    buyer = np.minimum(np.searchsorted(marks, rng.random(len(seller))), len(weight) - 1)
    same = trades[0][seller] == trades[1][buyer]
    kept = same | (rng.random(len(seller)) < OTHER_TRADE)
    seller, buyer = seller[kept], buyer[kept]
    _, first = np.unique(seller * len(weight) + buyer, return_index=True)
    first.sort()
    seller, buyer = seller[first], buyer[first]
    begins = np.searchsorted(seller, np.arange(len(degree)))
    place = np.arange(len(seller)) - begins[seller]
    taken = place < degree[seller]
    return seller[taken].astype(np.int64), buyer[taken].astype(np.int64)


def _pairs(
    rng: np.random.Generator,
    calendar: Calendar,
    suppliers: Suppliers,
    ends: tuple[Ints, Ints],
    *,
    usual: Usual,
    buyer_size: Floats,
) -> Pairs:
    supplier, buyer = ends
    count = len(supplier)
    share = _shares(rng, supplier)
    degree = np.bincount(buyer, minlength=len(buyer_size))[buyer]
    links = np.log(degree / max(degree.mean(), 1.0))
    amount = 0.5 * suppliers.size[supplier] + 0.3 * buyer_size[buyer]
    amount += (SALES_EXPONENT - 1) * links + rng.normal(0.0, 0.3, count)
    strategic = rng.random(count) < STRATEGIC_SHARE
    weak = suppliers.quality[supplier] < WEAK_BELOW
    late_start = rng.integers(0, calendar.all_months, count)
    from_month = np.where(rng.random(count) < 0.75, 0, late_start)
    customers = np.bincount(supplier, minlength=len(suppliers))[supplier]
    return Pairs(
        supplier=supplier,
        buyer=buyer,
        rank=np.where(strategic, STRATEGIC, np.where(weak, WEAK, ORDINARY)),
        related=rng.random(count) < RELATED_SHARE,
        tilt=rng.normal(0.0, 0.55, count) - 0.35 * suppliers.quality[supplier],
        share=share,
        orders=usual.orders * share * customers,
        log_amount=np.log(usual.median_yuan) + amount,
        growth=rng.normal(0.0, 0.08, count),
        term_days=rng.choice(TERMS_DAYS, count, p=TERM_SHARES),
        from_month=from_month,
        until_month=from_month + rng.geometric(ENDS_A_MONTH, count),
    )


def _shares(rng: np.random.Generator, supplier: Ints) -> Floats:
    """Split each supplier's orders: the main buyer's part is Beta, the others share the rest."""
    order = np.argsort(supplier, kind="stable")
    sellers, begins, counts = np.unique(supplier[order], return_index=True, return_counts=True)
    main = np.zeros(len(supplier), dtype=bool)
    main[order[begins + rng.integers(0, counts)]] = True
    place = np.searchsorted(sellers, supplier)
    largest = rng.beta(*MAIN_BUYER, len(sellers))[place]
    weight = np.where(main, 0.0, rng.gamma(2.0, 1.0, len(supplier)))
    rest = np.bincount(place, weights=weight, minlength=len(sellers))[place]
    split = np.where(main, largest, (1 - largest) * weight / np.where(rest > 0, rest, 1.0))
    shares: Floats = np.where(counts[place] == 1, 1.0, split)
    return shares


def _new_sector(
    scenario: Scenario, calendar: Calendar, pairs: Pairs, suppliers: Suppliers
) -> Pairs:
    """Let the last sector begin to trade only so many months before the end."""
    if not scenario.new_sector_months:
        return pairs
    begin = calendar.months - scenario.new_sector_months
    new = suppliers.trade[pairs.supplier] == len(TRADES) - 1
    return replace(
        pairs,
        from_month=np.where(new, np.maximum(pairs.from_month, begin), pairs.from_month),
        until_month=np.where(new, np.maximum(pairs.until_month, begin), pairs.until_month),
    )
