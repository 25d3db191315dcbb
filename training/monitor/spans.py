"""Which months can be watched: those after the cut of a bundle that the ledger has in full."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from ledger.clocks import day_of, from_day_number
from ledger.faults import Fault
from models.bundle import Bundle
from scoring.gather import Gathered
from training.examples import last_day

QUIET_DAYS = 7
"""A ledger may tell nothing so long and have its month in full: holidays."""


class WrongMonth(Fault):
    """A month that isn't written YYYY-MM, or a span that ends before it begins."""

    code = "wrong-month"


class MonthLearnedFrom(Fault):
    """A month that the bundle has learned from: it would be judged by what it knows."""

    code = "month-learned-from"


class MonthNotOver(Fault):
    """A month that the ledger doesn't have in full."""

    code = "month-not-over"


class NothingToWatch(Fault):
    """A span, or a reference, without a single request."""

    code = "nothing-to-watch"


def months_to_watch(
    gathered: Gathered, bundle: Bundle, since: str | None, until: str | None
) -> tuple[str, ...]:
    """Months from one to another, both included, as ``2026-01``.

    Parameters
    ----------
    since, until : str or None
        Where left out: the first month after the cut, and the last that the ledger has in full.

    Raises
    ------
    WrongMonth, MonthLearnedFrom, MonthNotOver
    """
    first, last = _first(gathered, bundle), _last(gathered)
    begin, end = _month(since, "from") or first, _month(until, "to") or last
    if begin < first:
        raise MonthLearnedFrom(
            f"{bundle.id} has learned from {begin}: its cut is "
            f"{day_of(bundle.card.trained_through, gathered.book.tz)}",
            field="from",
            remedy=f"begin with {first} or later",
        )
    if end > last:
        raise MonthNotOver(
            f"the ledger ends on {from_day_number(last_day(gathered) - 1)}, within or before {end}",
            field="to",
            remedy=f"end with {last} or earlier, or load the rest of the month",
        )
    if begin > end:
        raise WrongMonth(
            f"{begin} comes after {end}",
            field="from",
            remedy="give the earlier month first; a bundle is watched from the month after its cut",
        )
    months = np.arange(np.datetime64(begin), np.datetime64(end) + 1)
    return tuple(str(month) for month in months)


def next_day_after(month: str) -> int:
    """First day after a month, days since 1970-01-01."""
    return int((np.datetime64(month, "M") + 1).astype("datetime64[D]").astype(np.int64))


def month_before(month: str) -> str:
    """The month before, as ``2025-12``."""
    return str(np.datetime64(month, "M") - 1)


def _first(gathered: Gathered, bundle: Bundle) -> str:
    """The first whole month after the cut."""
    cut = day_of(bundle.card.trained_through, gathered.book.tz)
    month = np.datetime64(cut.isoformat()[:7], "M")
    return str(month if cut.day == 1 else month + 1)


def _last(gathered: Gathered) -> str:
    """The last month that is over."""
    after = from_day_number(last_day(gathered)) + timedelta(days=QUIET_DAYS)
    return month_before(after.isoformat()[:7])


def _month(text: str | None, field: str) -> str | None:
    if text is None:
        return None
    try:
        day = date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise WrongMonth(
            f"{text!r} is not a month", field=field, remedy="write it as 2026-01"
        ) from error
    return day.isoformat()[:7]
