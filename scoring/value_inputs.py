"""Outlooks of all suppliers of a book on a day: what their values are worked out from.

Whatever a pair tells little of is drawn to its supplier, its buyer or its sector.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from lending.value_paths import Outlook
from lending.value_rules import ValueRules
from scoring.sales_forecast import sales_forecast
from scoring.value_facts import Floats, Ints, TradeSeen, sums
from scoring.value_open import open_claims

FEWEST_PEERS = 5
"""Sectors of fewer suppliers are taken together."""

YEAR_MONTHS = 12
YEAR_DAYS = 365
NEWCOMERS = "*"
"""Stands for the buyers who aren't there yet."""

NEW_SPREAD = 2.5
"""Standard deviation over mean of what new buyers bring a supplier in their first year."""

SOON_DAYS = 15.0
"""What is overdue already is expected to be paid within so many days more."""


def outlooks(seen: TradeSeen, rules: ValueRules) -> Iterator[Outlook]:
    """Yield the outlook of every supplier, in the order of their keys."""
    sectors = sector_numbers(seen.sector)
    forecast = sales_forecast(seen, sectors, rules)
    claimed = _claim_share(seen, sectors)
    kept = claimed[seen.supplier] * (1 - _lessened(seen, sectors, rules.share_weight))
    lag = _lag_days(seen, rules)
    opened = open_claims(seen, claimed)
    margin = _margin(seen, rules)
    past = seen.gross[:, :YEAR_MONTHS].sum(axis=1)
    coming = _new_share(seen)
    starts = np.searchsorted(seen.supplier, np.arange(len(seen.suppliers) + 1))
    buyer_pd = np.nan_to_num(seen.buyer_pd, nan=rules.buyer_pd)
    supplier_pd = np.nan_to_num(seen.supplier_pd, nan=rules.supplier_pd)
    for at, supplier in enumerate(seen.suppliers):
        of = slice(starts[at], starts[at + 1])
        outlook = Outlook(
            supplier=supplier,
            buyers=tuple(seen.buyers[place] for place in seen.buyer[of]),
            past_minor=past[of],
            monthly_minor=forecast.monthly[of],
            spread=forecast.spread[of],
            alive=forecast.alive[of],
            ends_a_month=np.full(len(past[of]), forecast.ends_a_month),
            kept_share=kept[of],
            lag_days=lag[of],
            buyer_pd=buyer_pd[seen.buyer[of]],
            open_minor=opened.minor[of],
            open_days=np.maximum(lag[of] - opened.age_days[of], SOON_DAYS),
            supplier_pd=float(supplier_pd[at]),
            trading=float(forecast.trading[at]),
            margin_share=float(margin[at]),
        )
        yield with_newcomers(outlook, coming)


def with_newcomers(outlook: Outlook, share: float) -> Outlook:
    """Add the buyers who will be new: as much of the sales expected as new ones had last year.

    Nobody knows whether there will be one at all: hence the wide spread.
    """
    if not share:
        return outlook
    expected: Floats = (outlook.monthly_minor * outlook.alive[:, None]).sum(axis=0, keepdims=True)
    return replace(
        outlook,
        buyers=(*outlook.buyers, NEWCOMERS),
        past_minor=np.append(outlook.past_minor, 0.0),
        monthly_minor=np.concatenate([outlook.monthly_minor, share * expected]),
        spread=np.append(outlook.spread, NEW_SPREAD),
        alive=np.append(outlook.alive, 1.0),
        ends_a_month=np.append(outlook.ends_a_month, 0.0),
        kept_share=np.append(outlook.kept_share, outlook.kept_share.mean()),
        lag_days=np.append(outlook.lag_days, outlook.lag_days.mean()),
        buyer_pd=np.append(outlook.buyer_pd, outlook.buyer_pd.mean()),
        open_minor=np.append(outlook.open_minor, 0.0),
        open_days=np.append(outlook.open_days, 0.0),
    )


def _new_share(seen: TradeSeen) -> float:
    """Sales of the last year to buyers first sold to in it, over all; of suppliers known longer."""
    known = np.zeros(len(seen.suppliers))
    np.maximum.at(known, seen.supplier, seen.first_days)
    year = seen.gross[:, :YEAR_MONTHS].sum(axis=1)
    year = np.where(known[seen.supplier] >= 2 * YEAR_DAYS, year, 0.0)
    new = np.where(seen.first_days < YEAR_DAYS, year, 0.0)
    return float(new.sum() / year.sum()) if year.sum() > 0 else 0.0


def sector_numbers(names: tuple[str, ...]) -> Ints:
    """Number each supplier's sector, small ones and those without a name together as 0."""
    count = Counter(names)
    large = sorted(name for name, n in count.items() if name and n >= FEWEST_PEERS)
    number = {name: at for at, name in enumerate(large, start=1)}
    return np.array([number.get(name, 0) for name in names], dtype=np.int64)


def _claim_share(seen: TradeSeen, sectors: Ints) -> Floats:
    """Part of an invoice that its claim has, by supplier; of its sector where no claim is told."""
    count = len(seen.suppliers)
    of = sums(seen.supplier, seen.claimed_of, count)
    claimed = sums(seen.supplier, seen.claimed, count)
    groups = int(sectors.max(initial=-1)) + 1
    whole = _ratio(sums(sectors, claimed, groups), sums(sectors, of, groups), 1.0)
    return _ratio(claimed, of, whole[sectors])


def _lessened(seen: TradeSeen, sectors: Ints, weight: float) -> Floats:
    """Part of a pair's invoices that credit notes take, drawn to its supplier and sector."""
    suppliers = len(sectors)
    less, aged, count = (
        sums(seen.supplier, values, suppliers) for values in (seen.less, seen.aged, seen.aged_count)
    )
    groups = int(sectors.max(initial=-1)) + 1
    of_sector = _ratio(sums(sectors, less, groups), sums(sectors, aged, groups), 0.0)[sectors]
    of_supplier = _drawn(_ratio(less, aged, 0.0), count, of_sector, weight)[seen.supplier]
    return _drawn(_ratio(seen.less, seen.aged, 0.0), seen.aged_count, of_supplier, weight)


def _lag_days(seen: TradeSeen, rules: ValueRules) -> Floats:
    """Days from invoice to payment of a pair, drawn to its buyer and the book."""
    buyers = len(seen.buyers)
    days = sums(seen.buyer, seen.settled_days, buyers)
    count = sums(seen.buyer, seen.settled_count, buyers)
    total = float(count.sum())
    book = float(days.sum()) / total if total else rules.lag_days
    of_buyer = _drawn(_ratio(days, count, 0.0), count, book, rules.share_weight)[seen.buyer]
    own = _ratio(seen.settled_days, seen.settled_count, 0.0)
    return _drawn(own, seen.settled_count, of_buyer, rules.share_weight)


def _margin(seen: TradeSeen, rules: ValueRules) -> Floats:
    """Part of collections left after costs, 0-1, in whole millionths as the ledger keeps it.

    A book sees the purchases whose invoices it has: fewer than usual are taken for not seen.
    """
    bought = np.maximum(_ratio(seen.bought, seen.sold, 0.0), rules.usual_purchase_share)
    left: Floats = np.rint(1e6 * np.clip(1 - bought - rules.other_cost_share, 0.0, 1.0)) / 1e6
    return left


def _ratio(some: Floats, whole: Floats, otherwise: Floats | float) -> Floats:
    ratio: Floats = np.where(whole > 0, some / np.where(whole > 0, whole, 1.0), otherwise)
    return ratio


def _drawn(own: Floats, count: Floats, to: Floats | float, weight: float) -> Floats:
    """A mean of so many, drawn to another with a weight of that many (domain.md section 0)."""
    drawn: Floats = (count * own + weight * to) / (count + weight)
    return drawn
