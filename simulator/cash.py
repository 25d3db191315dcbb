"""Suppliers' liquidity, and how late buyers push suppliers into default.

A supplier's bank lends against what is not due yet; so its free cash falls by what is overdue, and
by what was lost for good. When it has been below its credit line for thirty days, default is likely
(domain.md section 4.4). The same reckoning with everybody paying on the due date tells how much
of that is contagion.

Money from financing receivables is left out: it comes early and goes back, and what a request turns
into must not hang on who else said yes.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from simulator.arrays import Flags, Floats, Ints, stream
from simulator.calendar import BURN_IN_MONTHS, Calendar
from simulator.cast import Suppliers
from simulator.intensities import NEVER

DRY_DAYS = 30
DRY_INTENSITY = (0.005, 0.10)
"""Least and most intensity of default in a month that begins after so many days without cash."""

CONTAGION_SHARE = 0.20
"""Share of the defaults of tier 1 that late buyers bring (domain.md section 4.4: 15-25 %)."""

CREDIT_LINE_MONTHS = 1.0
"""Overdraft that a supplier's bank allows, in months of its costs."""

LUCK = (0.85, 0.45)
"""Monthly persistence, and deviation in months of costs, of what else moves its cash."""

WRITE_OFF_DAYS = 270
"""Days from the due date, and from the buyer's stop, for which the bank bridges what is lost.

It is as long as a request can live: whether a buyer stops paying can't be read from the cash
position before every request on it is settled.
"""

EARNED_BACK_DAYS = 365
"""Days in which a loss is earned back."""

PLANNED_WITHIN_MONTHS = 2
FUNDING = 1.5
"""Share of the costs of the coming sixty days' orders that a supplier must find in advance."""


@dataclass(frozen=True, eq=False)
class Owed:
    """What is owed to suppliers: arrays of one row an invoice.

    A supplier whose buyer stops finds another like it: orders that the buyer would have placed
    later are among the rows, paid as it would have paid them. Else sales, and with them costs and
    the cash position, would tell of the stop before it comes.

    Attributes
    ----------
    seller : int array
        Place in the arrays of suppliers.
    amount : float array
        In fen.
    ordered, due, planned : int array
        Day of the order, day it falls due, and day it is to be paid.
    lost_on : int array
        Day from which on it is sure that it never will be; `NEVER` where it is paid.
    """

    seller: Ints
    amount: Floats
    ordered: Ints
    due: Ints
    planned: Ints
    lost_on: Ints

    def take(self, which: Flags) -> Owed:
        """Some of the invoices."""
        return Owed(*(getattr(self, field.name)[which] for field in fields(self)))


@dataclass(frozen=True, eq=False)
class Liquidity:
    """Liquidity of suppliers; shape (suppliers, months), in months of costs, at each month's start.

    Attributes
    ----------
    cash : float array
        Free cash.
    dry, dry_anyway : bool array
        It has been below the credit line for thirty days; it would have been if all paid on time.
    costs : float array of shape (suppliers,)
        Costs of a month, in fen.
    """

    cash: Floats
    dry: Flags
    dry_anyway: Flags
    costs: Floats


def liquidity(calendar: Calendar, suppliers: Suppliers, owed: Owed, seed: int) -> Liquidity:
    """Reckon liquidity day by day, and note it month by month."""
    count = len(suppliers)
    costs = monthly_costs(calendar, suppliers, owed)
    cushion = suppliers.cash_months[:, None] + _luck(calendar, count, seed)
    begin = calendar.starts[:-1] - calendar.begin
    overdue = _standing(calendar, owed, count, owed.due, owed.planned)
    lost = owed.take(owed.lost_on < NEVER)
    gone = np.maximum(lost.due, lost.lost_on) + WRITE_OFF_DAYS
    overdue += _standing(calendar, lost, count, gone, gone + EARNED_BACK_DAYS)
    overdue /= costs[:, None]
    line = cushion + CREDIT_LINE_MONTHS
    return Liquidity(
        cash=cushion - overdue[:, begin],
        dry=_dry(calendar, overdue > _daily(calendar, line)),
        dry_anyway=_dry(calendar, _daily(calendar, line) < 0),
        costs=costs,
    )


def monthly_costs(calendar: Calendar, suppliers: Suppliers, owed: Owed) -> Floats:
    """Costs of a usual month: mean sales without the margin; at least 1,000 yuan."""
    sales = np.bincount(owed.seller, weights=owed.amount, minlength=len(suppliers))
    costs: Floats = np.maximum(sales / calendar.all_months * (1 - suppliers.margin), 1e5)
    return costs


def dry_intensity(calendar: Calendar, found: Liquidity, own: Floats) -> float:
    """Intensity that makes contagion its share of this world's expected defaults.

    How many suppliers run dry hangs on a few large buyers; what it means for them is set by it.

    Parameters
    ----------
    own : float array of shape (suppliers, months)
        Intensity of default without contagion.
    """
    told = slice(BURN_IN_MONTHS, calendar.months)
    pushed = float((found.dry & ~found.dry_anyway)[:, told].sum())
    wanted = CONTAGION_SHARE / (1 - CONTAGION_SHARE) * float(own[:, told].sum())
    least, most = DRY_INTENSITY
    return min(max(wanted / max(pushed, 1.0), least), most)


def needs_money(calendar: Calendar, found: Liquidity, owed: Owed) -> Flags:
    """Who sees a gap ahead: more than a tenth of a month's costs missing within sixty days.

    Returns
    -------
    bool array of shape (suppliers, months)
    """
    count, months = found.cash.shape
    key = owed.seller * months + calendar.month(owed.ordered)
    taken = np.bincount(key, weights=owed.amount, minlength=count * months).reshape(count, months)
    ahead = np.zeros_like(taken)
    for later in range(PLANNED_WITHIN_MONTHS):
        ahead[:, : months - later] += taken[:, later:]
    gap = FUNDING * ahead / found.costs[:, None] - found.cash
    needs: Flags = gap > 0.10
    return needs


def _luck(calendar: Calendar, count: int, seed: int) -> Floats:
    rng = stream(seed, "luck of suppliers")
    persistence, deviation = LUCK
    now = rng.normal(size=count)
    path = np.empty((count, calendar.all_months))
    for month in range(calendar.all_months):
        now = persistence * now + np.sqrt(1 - persistence**2) * rng.normal(size=count)
        path[:, month] = deviation * now
    return path


def _standing(calendar: Calendar, owed: Owed, count: int, since: Ints, until: Ints) -> Floats:
    """Sum, for each supplier and day, of the amounts between two days; shape (suppliers, days)."""
    days = calendar.end - calendar.begin
    first = np.clip(since - calendar.begin, 0, days)
    last = np.clip(np.maximum(until, since) - calendar.begin, 0, days)
    size, row = count * (days + 1), owed.seller * (days + 1)
    change = np.bincount(row + first, weights=owed.amount, minlength=size)
    change -= np.bincount(row + last, weights=owed.amount, minlength=size)
    # whole fen below 2**53: sums are exact, and the same on every machine
    standing = np.cumsum(change.reshape(count, days + 1), axis=1)[:, :-1]
    return np.ascontiguousarray(standing)


def _daily(calendar: Calendar, monthly: Floats) -> Floats:
    daily: Floats = np.repeat(monthly, np.diff(calendar.starts), axis=1)
    return daily


def _dry(calendar: Calendar, below: Flags) -> Flags:
    """Whether all of the thirty days before each month were below; shape (suppliers, months)."""
    total = np.zeros((below.shape[0], below.shape[1] + 1), dtype=np.int32)
    np.cumsum(below, axis=1, out=total[:, 1:], dtype=np.int32)
    start = calendar.starts[:-1] - calendar.begin
    since = np.maximum(start - DRY_DAYS, 0)
    dry: Flags = total[:, start] - total[:, since] == DRY_DAYS
    return dry
