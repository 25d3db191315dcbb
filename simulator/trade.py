"""What is traded: orders by month and season, what is delivered and accepted, and the invoices."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date

import numpy as np

from ledger.clocks import to_day_number
from simulator.arrays import Flags, Floats, Ints, stream
from simulator.calendar import Calendar, on_weekdays
from simulator.macro import Macro
from simulator.network import TERM_SHARES, TERMS_DAYS, Pairs
from simulator.scenario import Scenario

USUAL_TERM_SHARE = 0.75
"""Share of orders on the usual term of the pair; the others draw one anew."""

SECTOR_SWAY = 0.25
"""By how much ln(orders) moves with the sector's factor."""

LEAD_DAYS = (4.0, 5.0)
ACCEPT_DAYS = (2.0, 3.0)
"""Gamma laws, shape and scale: order to delivery (mean 20 d), delivery to acceptance (6 d)."""

INVOICE_DAYS = 3
BEFORE_ACCEPTANCE = 0.10
"""Invoices follow acceptance by this, but for a share issued on delivery."""

TAX_PPM = (130_000, 90_000, 60_000, 30_000)
TAX_SHARES = (0.70, 0.12, 0.12, 0.06)

TERM_CUT_FROM = to_day_number(date(2025, 6, 1))
TERM_CUT_DAYS = 60
TERM_CUT_SHARE = 0.5


@dataclass(frozen=True, eq=False)
class Invoices:
    """Invoices in the order of their issue, with what led to each; days as of `Calendar`.

    Attributes
    ----------
    pair : int array
        Place in `Pairs`.
    ordered, delivered, accepted, issued, due : int array
        Days.
    amount_z : float array
        How far ln(amount) is from what is usual for the pair, in standard deviations.
    face_minor : int array
        Amount with tax, in fen.
    tax_ppm : int array
        Rate of VAT.
    """

    pair: Ints
    ordered: Ints
    delivered: Ints
    accepted: Ints
    issued: Ints
    due: Ints
    amount_z: Floats
    face_minor: Ints
    tax_ppm: Ints

    def __len__(self) -> int:
        """Count the invoices."""
        return len(self.pair)

    def take(self, which: Ints | Flags) -> Invoices:
        """Return some of them, in the order asked for."""
        return Invoices(*(getattr(self, field.name)[which] for field in fields(self)))


def trade(
    scenario: Scenario,
    calendar: Calendar,
    pairs: Pairs,
    sectors: Floats,
    rng: np.random.Generator,
) -> Invoices:
    """Draw the invoices of all months, the run-out included.

    Parameters
    ----------
    sectors : float array of shape (pairs, months)
        The factor that sways each pair's orders.
    """
    pair, month = _orders(calendar, pairs, sectors, rng)
    starts = calendar.starts
    length = starts[month + 1] - starts[month]
    ordered = on_weekdays(starts[month] + np.floor(rng.random(len(pair)) * length).astype(np.int64))
    delivered = ordered + 1 + np.rint(rng.gamma(*LEAD_DAYS, len(pair))).astype(np.int64)
    accepted = delivered + np.rint(rng.gamma(*ACCEPT_DAYS, len(pair))).astype(np.int64)
    early = rng.random(len(pair)) < BEFORE_ACCEPTANCE
    issued = on_weekdays(np.where(early, delivered, accepted + INVOICE_DAYS))
    amount_z = rng.normal(0.0, 1.0, len(pair))
    invoices = Invoices(
        pair=pair,
        ordered=ordered,
        delivered=delivered,
        accepted=accepted,
        issued=issued,
        due=issued + _terms(scenario, pairs, pair, issued, rng),
        amount_z=amount_z,
        face_minor=face_of(scenario, pairs, pair, amount_z),
        tax_ppm=rng.choice(TAX_PPM, len(pair), p=TAX_SHARES),
    )
    order = np.argsort(issued, kind="stable")
    return invoices.take(order[issued[order] < calendar.end])


def face_of(scenario: Scenario, pairs: Pairs, pair: Ints, amount_z: Floats) -> Ints:
    """Amount in fen of invoices whose ln(amount) is so far from the usual one of their pair."""
    yuan = np.exp(pairs.log_amount[pair] + scenario.log_amount_sd * amount_z)
    face_minor: Ints = np.maximum(100, np.rint(100 * yuan)).astype(np.int64)
    return face_minor


def pair_sectors(pairs: Pairs, trades: Ints, macro: Macro) -> Floats:
    """The sector factor of each pair, by the supplier's trade; shape (pairs, months)."""
    sectors: Floats = macro.sectors[trades[pairs.supplier]]
    return sectors


def trade_stream(seed: int, name: str) -> np.random.Generator:
    """Where the chance of a part of trade comes from."""
    return stream(seed, f"trade {name}")


def _orders(
    calendar: Calendar, pairs: Pairs, sectors: Floats, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """Draw how often each pair trades in each month; one row an order."""
    place = np.arange(calendar.all_months)
    trades = (pairs.from_month[:, None] <= place) & (place < pairs.until_month[:, None])
    years = place / 12 - calendar.months / 24
    sway = np.exp(SECTOR_SWAY * sectors + pairs.growth[:, None] * years)
    orders = rng.poisson(pairs.orders[:, None] * calendar.season() * sway * trades)
    pair, month = np.nonzero(orders)
    times = orders[pair, month]
    return np.repeat(pair, times).astype(np.int64), np.repeat(month, times).astype(np.int64)


def _terms(
    scenario: Scenario, pairs: Pairs, pair: Ints, issued: Ints, rng: np.random.Generator
) -> Ints:
    usual = rng.random(len(pair)) < USUAL_TERM_SHARE
    other = rng.choice(TERMS_DAYS, len(pair), p=TERM_SHARES)
    terms = np.where(usual, pairs.term_days[pair], other)
    cut = rng.random(len(pair)) < TERM_CUT_SHARE
    if scenario.term_cut:
        after = cut & (issued >= TERM_CUT_FROM)
        terms = np.where(after, np.minimum(terms, TERM_CUT_DAYS), terms)
    return terms.astype(np.int64)
