"""What is really open: invoices that nobody is known to have paid, weighed by what silence means.

Payments often don't say what they pay, and of some suppliers no bank tells. So money that came
without a reference is taken to have paid what was due first, and what is left over counts with the
chance that it is unpaid and will be paid.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scoring.value_facts import Floats, Ints, TradeSeen, sums
from scoring.value_sql import OPEN_DAYS, SETTLED_DAYS, TOLD_DAYS

LOST_SHARE = 0.02
"""Share of claims that are never paid, where the book has no supplier whose bank tells."""

TELLING = 0.3
"""A bank tells of a supplier of whose old invoices no more than this share looks unpaid."""

WEIGHT = 4.0
"""A supplier's old invoices say how much its bank tells as so many of the book's do together."""


@dataclass(frozen=True, eq=False)
class OpenClaims:
    """What is open, by pair.

    Attributes
    ----------
    minor : float array of shape (pairs,)
        Expected to be paid, but for defaults to come.
    age_days : float array of shape (pairs,)
        Days since issue, by amount; 0 where nothing is open.
    """

    minor: Floats
    age_days: Floats


def open_claims(seen: TradeSeen, claim_share: Floats) -> OpenClaims:
    """Weigh what is not known to be paid.

    Parameters
    ----------
    claim_share : float array of shape (suppliers,)
        Part of an invoice that its claim has: the rest is retained.
    """
    pairs, suppliers = len(seen.supplier), len(seen.suppliers)
    supplier = seen.supplier[seen.open_pair]
    owed = np.where(seen.open_unclaimed > 0, claim_share[supplier], 1.0) * seen.open_minor
    left = _after(owed, seen.open_pair, seen.loose)
    late = seen.open_age - seen.open_term
    old = (late >= SETTLED_DAYS) & (late <= TOLD_DAYS)
    unpaid = np.zeros((suppliers, 2))
    part = np.where(old, left / np.maximum(owed, 1.0), 0.0)
    np.add.at(unpaid, (supplier, seen.open_unclaimed), part)
    silent, lost = _silence(unpaid, seen.due_count)
    unseen = silent[supplier, seen.open_unclaimed]
    pays = _still_paid(late, _survival(seen, late), unseen, lost)
    minor = sums(seen.open_pair, left * pays, pairs)
    age = sums(seen.open_pair, left * pays * seen.open_age, pairs)
    return OpenClaims(minor, age / np.maximum(minor, 1.0))


def _after(owed: Floats, pair: Ints, loose: Floats) -> Floats:
    """What is left of each when a pair's loose money has paid its first ones."""
    if not len(owed):
        return owed
    total = np.cumsum(owed)
    first = np.concatenate([[True], pair[1:] != pair[:-1]])
    before = np.where(first, total - owed, 0.0)
    start = np.maximum.accumulate(before)
    left: Floats = np.clip(total - start - loose[pair], 0.0, owed)
    return left


def _silence(unpaid: Floats, due: Floats) -> tuple[Floats, float]:
    """Share of payments that aren't told, by supplier, and share of claims that are lost.

    Both of those with a claim told and of those without: where no bank tells, claims are known of
    what was financed, and so is their payment.
    """
    telling = (due > 0) & (unpaid <= TELLING * due)
    lost = float(unpaid[telling].sum() / due[telling].sum()) if telling.any() else LOST_SHARE
    book = (unpaid.sum(axis=0) + WEIGHT) / (due.sum(axis=0) + WEIGHT)
    share = (unpaid + WEIGHT * book) / (due + WEIGHT)
    return np.clip((share - lost) / max(1 - lost, 1e-9), 0.0, 1.0), lost


def _survival(seen: TradeSeen, late: Floats) -> Floats:
    """Of claims that are paid in the end, the share that takes longer than so many days late."""
    count = np.zeros(OPEN_DAYS + 1)
    count[seen.late_days.astype(np.int64)] = seen.late_count
    if not count.sum():
        count[: SETTLED_DAYS // 2] = 1.0
    longer = 1 - np.cumsum(count) / count.sum()
    within = np.clip(late, 0, OPEN_DAYS).astype(np.int64)
    return np.where(late <= 0, 1.0, np.where(late >= OPEN_DAYS, 0.0, longer[within]))


def _still_paid(late: Floats, longer: Floats, silent: Floats, lost: float) -> Floats:
    """Chance that what isn't known to be paid will be: not lost, and not paid untold.

    ``(1 - lost) S / ((1 - lost) S + lost + (1 - lost) (1 - S) silent)``; 1 until it is due.
    """
    waits = (1 - lost) * longer
    told: Floats = waits / np.maximum(waits + lost + (1 - lost) * (1 - longer) * silent, 1e-9)
    return np.where(late <= 0, 1.0, told)
