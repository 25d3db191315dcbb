"""Sales of the next twelve months, pair by pair: how often, how much, and whether at all.

Each pair is drawn to its supplier, and that to its sector: short and patchy series tell little
alone. Orders come as a Poisson process whose rate is Gamma; a relation ends at an even intensity,
so that silence tells of its end the more, the oftener it used to trade (Schmittlein, Morrison and
Colombo 1987, Counting your customers).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lending.value_rules import ValueRules
from scoring.sales_index import ORDER_VARIANCE, SalesIndex, sales_index, usual_index
from scoring.value_facts import Floats, Ints, TradeSeen, sums
from scoring.value_sql import MONTH_DAYS, MONTHS

ROUNDS = 3
"""Rates need the index and the index rates: so many turns settle both to a thousandth."""

NODES, WEIGHTS = np.polynomial.legendre.leggauss(8)
"""Of the integral over the day on which a silent relation may have ended."""


@dataclass(frozen=True, eq=False)
class SalesForecast:
    """What is expected of each pair.

    Attributes
    ----------
    monthly : float array of shape (pairs, 12)
        Sales of each month while the relation lasts, in minor units.
    spread : float array of shape (pairs,)
        Standard deviation over mean of the year's sales, apart from the sector's times.
    alive : float array of shape (pairs,)
        Chance that the relation still lasts.
    ends_a_month : float
        Intensity with which relations end.
    trading : float array of shape (suppliers,)
        Chance that the supplier still trades: all its pairs may have gone silent at once.
    """

    monthly: Floats
    spread: Floats
    alive: Floats
    ends_a_month: float
    trading: Floats


@dataclass(frozen=True, eq=False)
class _Rates:
    """Orders of usual months: Gamma laws of shape ``shape`` and rate ``exposure``; amounts."""

    shape: Floats
    exposure: Floats
    alive: Floats
    amount: Floats

    @property
    def usual(self) -> Floats:
        """Sales of a usual month while the relation lasts."""
        usual: Floats = self.shape / self.exposure * self.amount
        return usual


def sales_forecast(seen: TradeSeen, sectors: Ints, rules: ValueRules) -> SalesForecast:
    """Forecast the sales of every pair.

    Parameters
    ----------
    sectors : int array of shape (suppliers,)
        Number of each supplier's sector, from 0.
    """
    ends = -np.log(rules.link_survival) / 12
    sector = sectors[seen.supplier]
    count = int(sectors.max(initial=-1)) + 1
    index = usual_index(count)
    told = int(min(MONTHS, seen.first_days.max(initial=0.0) / MONTH_DAYS))
    there = _there(seen)
    for _ in range(ROUNDS - 1):
        rates = _rates(seen, sectors, index, ends, rules)
        usual = rates.usual[:, None] * np.where(_silent(seen) > 0, rates.alive[:, None], 1.0)
        index = sales_index(
            _by_sector(sector, count, seen.gross),
            _by_sector(sector, count, usual * there),
            _by_sector(sector, count, seen.count),
            told,
            rules,
        )
    rates = _rates(seen, sectors, index, ends, rules)
    monthly = rates.usual[:, None] * index.ahead(rules.persistence)[sector]
    orders = (
        np.maximum((rates.shape / rates.exposure)[:, None], 1e-9)
        * index.ahead(rules.persistence)[sector]
    )
    number = seen.count.sum(axis=1)
    variance = (
        ORDER_VARIANCE / orders.sum(axis=1)
        + 1 / rates.shape
        + (ORDER_VARIANCE - 1) / (number + rules.amount_weight)
    )
    trading = _trading(seen, sectors, index, rules)
    return SalesForecast(monthly, np.sqrt(variance), rates.alive, ends, trading)


def _there(seen: TradeSeen) -> Floats:
    """Part of each month back in which a pair had begun to trade."""
    return np.clip(seen.first_days[:, None] / MONTH_DAYS - np.arange(MONTHS), 0.0, 1.0)


def _silent(seen: TradeSeen) -> Floats:
    """Part of each month back that came after the last sale."""
    return np.clip(seen.last_days[:, None] / MONTH_DAYS - np.arange(MONTHS), 0.0, 1.0)


def _rates(
    seen: TradeSeen, sectors: Ints, index: SalesIndex, ends: float, rules: ValueRules
) -> _Rates:
    """How often and how much each pair trades, and whether it still does."""
    busy = index.past[sectors[seen.supplier]]
    whole = (_there(seen) * busy).sum(axis=1)
    silent = np.minimum((_silent(seen) * busy).sum(axis=1), whole)
    number = seen.count.sum(axis=1)
    # a pair is looked at because it traded: the order that began it tells nothing of its rate
    after_first = number - ((seen.first_days <= MONTHS * MONTH_DAYS) & (number > 0))
    usual = _drawn_rate(seen.supplier, sectors, after_first, whole, rules.rate_weight)
    shape = after_first + rules.rate_weight
    before = rules.rate_weight / usual[seen.supplier]
    gross = seen.gross.sum(axis=1)
    mean = _drawn_mean(seen.supplier, sectors, gross, number, rules.amount_weight)
    amount = (gross + rules.amount_weight * mean[seen.supplier]) / (number + rules.amount_weight)
    months = np.minimum(seen.last_days / MONTH_DAYS, MONTHS)
    alive = _alive(shape, before + whole - silent, silent, months, ends)
    return _Rates(shape, before + whole, alive, amount)


def _alive(
    shape: Floats, exposure: Floats, silent: Floats, months: Floats, ends: Floats | float
) -> Floats:
    """Chance that a relation lasts after a silence, at rates known from before it.

    ``exp(-mu g) L(g) / (exp(-mu g) L(g) + integral of mu exp(-mu u) L(u) over 0..g)``, where ``L``
    is the chance of no order in so much exposure under the Gamma law.

    Parameters
    ----------
    silent, months : float array of shape (pairs,)
        The silence in usual months, and in months.
    """
    at = (NODES + 1) / 2
    quiet = (exposure[:, None] / (exposure[:, None] + silent[:, None] * at)) ** shape[:, None]
    rate = np.broadcast_to(ends, months.shape)
    ended = rate[:, None] * np.exp(-(rate * months)[:, None] * at) * quiet
    gone = (ended * WEIGHTS / 2).sum(axis=1) * months
    lasts = np.exp(-rate * months) * (exposure / (exposure + silent)) ** shape
    alive: Floats = lasts / (lasts + gone)
    return alive


def _trading(seen: TradeSeen, sectors: Ints, index: SalesIndex, rules: ValueRules) -> Floats:
    """Chance that each supplier still trades, by the silence of all its pairs together."""
    count = len(sectors)
    busy = index.past[sectors]
    first, last = np.zeros(count), np.full(count, np.inf)
    np.maximum.at(first, seen.supplier, seen.first_days)
    np.minimum.at(last, seen.supplier, seen.last_days)
    months = np.arange(MONTHS)
    whole = (np.clip(first[:, None] / MONTH_DAYS - months, 0.0, 1.0) * busy).sum(axis=1)
    silent = (np.clip(last[:, None] / MONTH_DAYS - months, 0.0, 1.0) * busy).sum(axis=1)
    number = sums(seen.supplier, seen.count.sum(axis=1), count)
    ends = -np.log(1 - np.nan_to_num(seen.supplier_pd, nan=rules.supplier_pd)) / 12
    exposure = np.maximum(whole - silent, 1.0)
    return _alive(number + rules.rate_weight, exposure, silent, last / MONTH_DAYS, ends)


def _drawn_rate(
    supplier: Ints, sectors: Ints, number: Floats, exposure: Floats, weight: float
) -> Floats:
    """Orders a month of a usual pair of each supplier, drawn to its sector."""
    count = len(sectors)
    orders = sums(supplier, number, count)
    months = sums(supplier, exposure, count)
    whole = _of_sector(sectors, orders) / np.maximum(_of_sector(sectors, months), 1e-9)
    whole = np.maximum(whole, 1e-3)
    drawn: Floats = (orders + weight) / (months + weight / whole)
    return drawn


def _drawn_mean(
    supplier: Ints, sectors: Ints, total: Floats, number: Floats, weight: float
) -> Floats:
    """Mean amount of each supplier's orders, drawn to its sector's."""
    count = len(sectors)
    amounts, orders = sums(supplier, total, count), sums(supplier, number, count)
    whole = _of_sector(sectors, amounts) / np.maximum(_of_sector(sectors, orders), 1.0)
    drawn: Floats = (amounts + weight * whole) / (orders + weight)
    return drawn


def _of_sector(sectors: Ints, values: Floats) -> Floats:
    """Sum over each supplier's sector."""
    total: Floats = sums(sectors, values, int(sectors.max(initial=-1)) + 1)[sectors]
    return total


def _by_sector(sector: Ints, count: int, values: Floats) -> Floats:
    """Sum the rows of pairs over their sectors; shape (sectors, months)."""
    total = np.zeros((count, values.shape[1]))
    np.add.at(total, sector, values)
    return total
