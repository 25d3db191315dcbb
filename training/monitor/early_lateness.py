"""How late claims are paid, month by month: what any lender sees weeks after a due date.

A default is known half a year after the money was asked for; that a claim is five days late is
known a week after its due date. Where more claims are late than in the year before, and by more
than in any month learned from, outcomes that are still open will be worse than forecast.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from features.claims_seen import LONGEST_TERM_DAYS
from features.engine import make_views, session
from scoring.gather import Gathered
from training.monitor.spans import month_before, next_day_after

LATE_DAYS = (5, 30)
"""A claim is late from so many days past its due date: a little, and seriously."""

YEAR_MONTHS = 12
"""A month is held against so many before it: all seasons, and the buyers of today."""


@dataclass(frozen=True)
class Late:
    """Claims of the whole book whose lateness was settled within a month.

    Attributes
    ----------
    days : int
        From which on a claim is late: one of `LATE_DAYS`.
    ripe, late : int
        Claims due from ``days`` days before the month's first day to as long before its end, and
        those of them that were late: paid ``days`` past the due date or later, or not yet paid.
        As known at the month's end.
    ripe_before, late_before : int
        The same of the twelve months before, each as known at its own end; 0 where the book doesn't
        tell of all of them.
    """

    days: int
    ripe: int
    late: int
    ripe_before: int
    late_before: int

    @property
    def share(self) -> float | None:
        """Part that was late, 0-1; None where nothing was ripe."""
        return self.late / self.ripe if self.ripe else None

    @property
    def share_before(self) -> float | None:
        """Part that was late in the year before, 0-1; None where that isn't known."""
        return self.late_before / self.ripe_before if self.ripe_before else None

    @property
    def ratio(self) -> float | None:
        """``share`` over ``share_before``; None where either is missing, or nothing was late."""
        if self.share is None or not self.share_before:
            return None
        return self.share / self.share_before


_LATE = f"""
    SELECT span.month, span.days, COUNT(claim.receivable),
        COUNT(*) FILTER (
            claim.receivable IS NOT NULL
            AND (claim.settled_on IS NULL OR claim.settled_on - claim.due_on >= span.days)
        )
    FROM span
    LEFT JOIN known_claim AS claim
        ON claim.due_on >= span.begin - span.days
        AND claim.due_on < span.until - span.days
        AND claim.from_day <= span.until AND span.until < claim.until_day
        AND (claim.term_days IS NULL OR claim.term_days <= {LONGEST_TERM_DAYS})
    GROUP BY span.month, span.days
"""  # noqa: S608 - composed of literals

Counts = Mapping[tuple[str, int], tuple[int, int]]
"""Ripe and late claims by month and days."""


def lateness_by_month(gathered: Gathered, months: Sequence[str]) -> Mapping[str, tuple[Late, ...]]:
    """Lateness of each month, as known at its end, in the order of `LATE_DAYS`.

    What isn't ripe isn't counted, and what is ripe and unpaid is late: nothing is favoured that is
    told sooner. A claim of a term beyond a year is left out, for its due date isn't believed.

    Parameters
    ----------
    months : sequence of str
        As ``2026-01``, in order; at least one.
    """
    first, last = np.datetime64(months[0], "M") - YEAR_MONTHS, np.datetime64(months[-1], "M")
    every = [str(month) for month in np.arange(first, last + 1)]
    counts = _counts(gathered, every)
    found: dict[str, tuple[Late, ...]] = {}
    for month in months:
        at = every.index(month)
        year = every[at - YEAR_MONTHS : at]
        found[month] = tuple(_late(counts, month, days, year) for days in LATE_DAYS)
    return found


def usual_lateness(by_month: Mapping[str, tuple[Late, ...]], least_rows: int) -> dict[int, float]:
    """The largest ratio of a month by days; 1 where none has enough claims to tell, or a year."""
    return {
        days: max(
            [1.0]
            + [one[at].ratio or 1.0 for one in by_month.values() if one[at].ripe >= least_rows]
        )
        for at, days in enumerate(LATE_DAYS)
    }


def _late(counts: Counts, month: str, days: int, year: Sequence[str]) -> Late:
    before = [counts[one, days] for one in year]
    whole = all(ripe for ripe, _ in before)
    return Late(
        days,
        *counts[month, days],
        sum(ripe for ripe, _ in before) if whole else 0,
        sum(late for _, late in before) if whole else 0,
    )


def _counts(gathered: Gathered, months: Sequence[str]) -> Counts:
    spans = [
        (month, next_day_after(month_before(month)), next_day_after(month), days)
        for month in months
        for days in LATE_DAYS
    ]
    with session(threads=1) as connection:
        make_views(connection, gathered.facts, gathered.book.tz.key, ["known_claim"])
        connection.execute(
            "CREATE TABLE span (month VARCHAR, begin INTEGER, until INTEGER, days INTEGER)"
        )
        connection.executemany("INSERT INTO span VALUES (?, ?, ?, ?)", spans)
        rows = connection.execute(_LATE).fetchall()
    return {(month, days): (ripe, late) for month, days, ripe, late in rows}
