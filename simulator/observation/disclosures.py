"""What large buyers disclose every half-year of how they pay small suppliers (条例, article 26)."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from ledger.clocks import from_day_number, to_day_number
from simulator.arrays import Flags, Floats, Ints
from simulator.observation.filings import period
from simulator.observation.sales import Booked, booked
from simulator.observation.view import CURRENCY, Sheets, View, joined, whole

DISCLOSED_SHARE = 0.9
"""Share of core enterprises that disclose."""

TOLD = (0.7, 1.0)
"""Least and most part of what is overdue that a buyer tells of."""

WITHIN_DAYS = (30, 60)


def discloses(view: View) -> Flags:
    """Which core enterprises disclose."""
    does: Flags = view.chance("who discloses").random(view.buyers) < DISCLOSED_SHARE
    return does


def disclosure_sheets(view: View) -> Sheets:
    """Yield the disclosures of core enterprises, by half-year."""
    books = next(iter(booked(view)))
    part = view.chance("disclosure").uniform(*TOLD, view.buyers)
    calendar = view.world.chain.calendar
    for month in half_years(view):
        start, end = int(calendar.starts[month - 6]), int(calendar.starts[month])
        overdue = _overdue(books, end)
        paid, count = _paid(view, books, start, end)
        keys = view.buyer(np.arange(view.buyers))
        yield view.sheet(
            "payment_disclosure",
            {
                "ref": joined(keys, f"/disclosure/{from_day_number(start):%Y-%m}"),
                "party": keys,
                **period(start, end),
                "overdue_count": whole(part * _sum(view, books, overdue)),
                "overdue_minor": whole(part * _sum(view, books, overdue, books.face_minor)),
                "currency": CURRENCY,
                **paid,
                "max_terms_days": whole(_longest_terms(view, month), count == 0),
            },
            np.full(view.buyers, end),
            np.full(view.buyers, disclosed_on(end)),
            discloses(view),
        )


def half_years(view: View) -> list[int]:
    """Months that a half-year of the world ends before."""
    calendar = view.world.chain.calendar
    halves = np.flatnonzero(calendar.month_of_year()[: calendar.months] % 6 == 0)
    ends: list[int] = halves[halves >= 6].tolist()
    return ends


def disclosed_on(end: int) -> int:
    """31 August for the first half, 30 April for the second."""
    after = from_day_number(end)
    return to_day_number(date(after.year, 8, 31) if after.month == 7 else date(after.year, 4, 30))


def _longest_terms(view: View, month: int) -> Ints:
    """The longest usual term of each buyer's pairs that trade by a month; 0 for none."""
    pairs = view.world.chain.core.pairs
    begun = pairs.from_month < month
    longest = np.zeros(view.buyers, np.int64)
    np.maximum.at(longest, pairs.buyer[begun], pairs.term_days[begun])
    return longest


def _overdue(books: Booked, day: int) -> Flags:
    overdue: Flags = (books.due < day) & (books.paid_on >= day)
    return overdue


def _sum(view: View, books: Booked, which: Flags, amount: Ints | None = None) -> Floats:
    place = np.flatnonzero(which)
    weights = None if amount is None else amount[place].astype(np.float64)
    total: Floats = np.bincount(books.buyer[place], weights, view.buyers).astype(np.float64)
    return total


def _paid(view: View, books: Booked, start: int, end: int) -> tuple[dict[str, Any], Floats]:
    """Columns on what was paid in the period, and how many invoices that were; none: not told."""
    paid = (books.paid_on >= start) & (books.paid_on < end)
    took = books.paid_on - books.issued
    first, second = WITHIN_DAYS
    count = _sum(view, books, paid)
    some = np.maximum(count, 1)
    none = count == 0
    shares = [
        _sum(view, books, which) / some
        for which in (
            paid & (took <= first),
            paid & (took > first) & (took <= second),
            paid & (took > second),
            paid & (books.paid_on > books.due),
        )
    ]
    names = ("within_30_ppm", "within_60_ppm", "over_60_ppm", "late_ppm")
    columns: dict[str, Any] = {
        name: whole(10_000 * np.floor(100 * share), none)
        for name, share in zip(names, shares, strict=True)
    }
    columns["average_days"] = whole(_sum(view, books, paid, took) / some, none)
    return columns, count
