"""What companies really sell: turnover by month, and what is owed to them on a day.

Statements, tax returns and reports follow it. Invoices with nothing behind them, and what fraud
adds to the face of others, are on the invoices alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from simulator.arrays import Flags, Floats, Ints
from simulator.intensities import NEVER
from simulator.observation.view import View

CORE_TURNOVER_YUAN = 4e9
"""Yearly turnover of a core enterprise of usual size."""

REGIME_LOSS = 0.10
"""How much of ln(turnover) each step to a worse regime costs a core enterprise."""

OTHER_SALES = 0.30
"""Sales to customers outside this world, as a share of a supplier's usual sales in it."""

LEAST_USUAL_MINOR = 100_000.0

WRITTEN_OFF_DAYS = 360
"""Days past due after which a claim leaves the books."""


class Booked(NamedTuple):
    """Real invoices of one flow that were issued by the last day, in the seller's books.

    Attributes
    ----------
    seller, buyer : int array
        Places in the suppliers, and in the buyers of the flow.
    issued, due : int array
        Days.
    paid_on : int array
        Day, `NEVER` where it never is.
    noted_on, noted_minor : int array
        Credit note; day 0 where there is none.
    face_minor, tax_ppm : int array
        With tax, as agreed, and the rate of tax.
    """

    seller: Ints
    buyer: Ints
    issued: Ints
    due: Ints
    paid_on: Ints
    noted_on: Ints
    noted_minor: Ints
    face_minor: Ints
    tax_ppm: Ints


def booked(view: View) -> Iterator[Booked]:
    """Yield the real invoices of the core flow, then of the flow above it."""
    chain, story = view.world.chain, view.world.story
    yield _booked(view, 0, story.happened & ~story.nothing_behind, story.paid_on)
    flow = chain.upstream
    lost = flow.planned > chain.upstream_stop_day[flow.invoices.pair]
    happened = flow.invoices.issued <= chain.ruin_day[flow.seller]
    happened &= flow.invoices.issued < view.end
    yield _booked(view, 1, happened, np.where(lost, NEVER, flow.planned))


def _booked(view: View, which: int, real: Flags, paid_on: Ints) -> Booked:
    flow = (view.world.chain.core, view.world.chain.upstream)[which]
    place = np.flatnonzero(real)
    invoices, dilution = flow.invoices, flow.dilution
    pair = invoices.pair[place]
    return Booked(
        flow.pairs.supplier[pair],
        flow.pairs.buyer[pair],
        invoices.issued[place],
        invoices.due[place],
        paid_on[place],
        dilution.noted_on[place],
        dilution.noted_minor[place],
        invoices.face_minor[place],
        invoices.tax_ppm[place],
    )


@dataclass(frozen=True, eq=False)
class Sales:
    """Sales of suppliers in fen; shape (suppliers, months up to the last day).

    Attributes
    ----------
    invoiced : float array
        In this world, with tax.
    net : float array
        The same without tax, less credit notes in the month they are booked.
    tax : float array
        Tax on ``net``.
    other : float array
        Outside it, without tax.
    usual : float array of shape (suppliers,)
        Sales of a usual month in this world, as its pairs make expect.
    """

    invoiced: Floats
    net: Floats
    tax: Floats
    other: Floats
    usual: Floats


def supplier_sales(view: View) -> Sales:
    """Add up what suppliers sell in each month."""
    calendar = view.world.chain.calendar
    shape = (len(view.world.chain.suppliers), calendar.months)
    invoiced, kept, net = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    for books in booked(view):
        rate = 1 + books.tax_ppm / 1e6
        sold = _by_month(view, books.seller, books.issued, books.face_minor)
        invoiced += sold
        net += _by_month(view, books.seller, books.issued, books.face_minor / rate)
        noted = np.flatnonzero((books.noted_on > 0) & (books.noted_on < view.end))
        seller, day, less = books.seller[noted], books.noted_on[noted], books.noted_minor[noted]
        kept += sold - _by_month(view, seller, day, less)
        net -= _by_month(view, seller, day, less / rate[noted])
    usual = usual_sales(view)
    other = OTHER_SALES * usual[:, None] * calendar.season()[: calendar.months]
    return Sales(invoiced, net, kept - net, other, usual)


def _by_month(view: View, seller: Ints, day: Ints, amount: Ints | Floats) -> Floats:
    calendar = view.world.chain.calendar
    count = len(view.world.chain.suppliers)
    key = seller * calendar.months + calendar.month(day)
    return totals(key, amount, count * calendar.months).reshape(count, calendar.months)


def totals(place: Ints, amount: Ints | Floats, count: int) -> Floats:
    """Sum of the amounts at each of ``count`` places."""
    return np.bincount(place, amount.astype(np.float64), count).astype(np.float64)


def usual_sales(view: View) -> Floats:
    """Sales of a usual month, in fen, by supplier: what its pairs make expect, not what came."""
    chain, scenario = view.world.chain, view.world.scenario
    usual = np.zeros(len(chain.suppliers))
    for pairs in (chain.core.pairs, chain.upstream.pairs):
        amount = 100 * np.exp(pairs.log_amount + scenario.log_amount_sd**2 / 2)
        usual += totals(pairs.supplier, pairs.orders * amount, len(usual))
    least: Floats = np.maximum(usual, LEAST_USUAL_MINOR)
    return least


def core_usual(view: View) -> Floats:
    """Turnover of a usual month of core enterprises, in fen."""
    usual: Floats = 100 * CORE_TURNOVER_YUAN / 12 * np.exp(view.world.chain.buyers.size)
    return usual


def core_turnover(view: View) -> Floats:
    """Turnover of core enterprises in fen; shape (buyers, months up to the last day)."""
    chain = view.world.chain
    months = chain.calendar.months
    hour = np.exp(-REGIME_LOSS * chain.regimes[:, :months])
    turnover: Floats = core_usual(view)[:, None] * chain.calendar.season()[:months] * hour
    return turnover


def owed_on(books: Booked, day: int, count: int) -> Floats:
    """What each of ``count`` sellers is owed at the start of a day, in fen."""
    open_ = (books.issued < day) & (books.paid_on >= day) & (books.due + WRITTEN_OFF_DAYS >= day)
    place = np.flatnonzero(open_)
    noted = books.noted_minor[place] * (books.noted_on[place] < day)
    return totals(books.seller[place], books.face_minor[place] - noted, count)


def written_off(books: Booked, since: int, until: int, count: int) -> Floats:
    """What each of ``count`` sellers gave up from a day to the one before another, in fen."""
    gone = books.due + WRITTEN_OFF_DAYS
    place = np.flatnonzero((gone >= since) & (gone < until) & (books.paid_on >= gone))
    left = books.face_minor[place] - books.noted_minor[place]
    return totals(books.seller[place], left, count)
