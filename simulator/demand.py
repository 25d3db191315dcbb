"""Who asks for money, when, and against which invoices (domain.md section 4.5)."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from simulator.arrays import Flags, Floats, Ints, stream
from simulator.calendar import BURN_IN_MONTHS, on_weekdays
from simulator.cash import needs_money
from simulator.commerce import Chain

OPPORTUNE_SHARE = 0.15
"""Share of supplier-months without a gap in which money is asked for all the same."""

MOST_INVOICES = 5
LEAST_DAYS_TO_DUE = 15
OLDEST_DAYS = 75
"""Invoices asked on: at most so many, due no sooner, and issued no longer ago."""

AMOUNT_SHARES = (0.60, 0.95)
RECOURSE_SHARE = 0.65
CONFIRMED_SHARE = 0.55
NOTIFIED_SHARE = 0.70

SETTLED_DAYS = 85
"""Days past maturity by which a financed invoice is paid unless it is in default at 90."""


@dataclass(frozen=True, eq=False)
class Requests:
    """Requests in the order of their days; claims of one are next to each other in ``claims``.

    Attributes
    ----------
    day : int array
        Day of the request.
    pair : int array
        Place in the pairs of the core flow.
    first, count : int array
        Where its invoices begin in ``claims``, and how many they are.
    claims : int array
        Places in the core flow's invoices, of all requests.
    matures : int array
        Day on which it is to be repaid: the last of its invoices is due.
    face_minor, amount_minor : int array
        Sum of its invoices, and what is asked for.
    dependence : float array
        Share of the supplier's orders that come from this buyer.
    need : bool array
        Asked because of a gap ahead, not because it was opportune.
    recourse, confirmed, notified : bool array
        The supplier stands in; the buyer confirmed; the buyer was told and pays into our account.
    """

    day: Ints
    pair: Ints
    first: Ints
    count: Ints
    claims: Ints
    matures: Ints
    face_minor: Ints
    amount_minor: Ints
    dependence: Floats
    need: Flags
    recourse: Flags
    confirmed: Flags
    notified: Flags

    def __len__(self) -> int:
        """Count the requests."""
        return len(self.day)

    def take(self, which: Flags) -> Requests:
        """Some of the requests, with their claims."""
        kept = self.claims[np.repeat(which, self.count)]
        counts = self.count[which]
        single = {
            field.name: getattr(self, field.name)[which]
            for field in fields(self)
            if field.name not in {"claims", "first", "count"}
        }
        first = np.cumsum(counts) - counts
        return Requests(**single, claims=kept, first=first, count=counts)

    def with_faces(self, faces: Ints) -> Requests:
        """The same, of invoices of other faces, the same share of which is asked for."""
        face = np.add.reduceat(faces[self.claims], self.first)
        amount = _in_hundreds(self.amount_minor / self.face_minor * face)
        changed = face != self.face_minor
        return replace(
            self, face_minor=face, amount_minor=np.where(changed, amount, self.amount_minor)
        )


def ask(chain: Chain, seed: int) -> Requests:
    """Draw all requests of the told months after the burn-in, whoever answers them."""
    rng = stream(seed, "demand")
    supplier, day, need = _occasions(chain, rng)
    occasion, claims = _offers(chain, supplier, day)
    first = np.flatnonzero(np.diff(occasion, prepend=-1))
    asked = occasion[first]
    invoices, pairs = chain.core.invoices, chain.core.pairs
    pair = invoices.pair[claims[first]]
    face = np.add.reduceat(invoices.face_minor[claims], first)
    total = len(asked)
    share = rng.uniform(*AMOUNT_SHARES, total)
    found = Requests(
        day=day[asked],
        pair=pair,
        first=first,
        count=np.diff(np.append(first, len(claims))),
        claims=claims,
        matures=np.maximum.reduceat(invoices.due[claims], first),
        face_minor=face,
        amount_minor=_in_hundreds(share * face),
        dependence=pairs.share[pair],
        need=need[asked],
        recourse=rng.random(total) < RECOURSE_SHARE,
        confirmed=rng.random(total) < CONFIRMED_SHARE,
        notified=rng.random(total) < NOTIFIED_SHARE,
    )
    return found.take(found.amount_minor > 0)


def _in_hundreds(amount_minor: Floats) -> Ints:
    """Whole hundreds of yuan."""
    hundreds: Ints = np.rint(amount_minor / 1e4).astype(np.int64)
    return hundreds * 10_000


def settled_in_time(requests: Requests, planned: Ints) -> Ints:
    """The planned payment days with those of financed invoices no later than a lender lets pass."""
    latest = np.repeat(requests.matures, requests.count) + SETTLED_DAYS
    settled = planned.copy()
    settled[requests.claims] = np.minimum(settled[requests.claims], latest)
    return settled


def _occasions(chain: Chain, rng: np.random.Generator) -> tuple[Ints, Ints, Flags]:
    """Supplier, day and motive of each time that money is wanted, by day within supplier."""
    calendar = chain.calendar
    gap = needs_money(calendar, chain.liquidity, chain.owed)
    wants = gap | (rng.random(gap.shape) < OPPORTUNE_SHARE)
    within = np.clip(rng.random(gap.shape), 0.0, 0.95)
    wants[:, :BURN_IN_MONTHS] = False
    wants[:, calendar.months :] = False
    supplier, month = np.nonzero(wants)
    starts = calendar.starts
    length = starts[month + 1] - starts[month]
    part = np.floor(within[supplier, month] * length).astype(np.int64)
    day = on_weekdays(starts[month] + part)
    alive = (day < np.minimum(chain.ruin_day[supplier], calendar.last_day)) & (
        day < starts[month + 1]
    )
    return supplier[alive].astype(np.int64), day[alive], gap[supplier, month][alive]


def _offers(chain: Chain, supplier: Ints, day: Ints) -> tuple[Ints, Ints]:
    """Invoices offered at each occasion: the largest on the buyer that owes most.

    Each invoice belongs to the first occasion after its issue, so that none is offered twice.

    Returns
    -------
    (occasion, place of the invoice)
        By day of the occasion, then occasion, then falling amount.
    """
    flow, ages = chain.core, chain.calendar.end + 1
    invoices = flow.invoices
    marks = supplier * ages + day
    occasion = np.searchsorted(marks, flow.seller * ages + invoices.issued)
    place = np.minimum(occasion, len(marks) - 1)
    asked_on = day[place]
    fits = (occasion < len(marks)) & (supplier[place] == flow.seller)
    fits &= (asked_on - invoices.issued <= OLDEST_DAYS) & ~flow.dilution.redone
    fits &= invoices.due >= asked_on + LEAST_DAYS_TO_DUE
    fits &= (flow.planned > asked_on) & (chain.stop_day[invoices.pair] > asked_on)
    claim = np.flatnonzero(fits)
    occasion = place[claim]
    group = occasion * len(flow.pairs) + invoices.pair[claim]
    groups, member = np.unique(group, return_inverse=True)
    owed = np.bincount(member, weights=invoices.face_minor[claim])
    owner = groups // len(flow.pairs)
    best = _first_of_each(owner, np.lexsort((-owed, owner)))
    chosen = np.isin(member, best)
    claim, occasion = claim[chosen], occasion[chosen]
    order = np.lexsort((claim, -invoices.face_minor[claim], occasion, day[occasion]))
    claim, occasion = claim[order], occasion[order]
    begins = np.flatnonzero(np.diff(occasion, prepend=-1))
    rank = np.arange(len(claim)) - np.repeat(begins, np.diff(np.append(begins, len(claim))))
    kept = rank < MOST_INVOICES
    return occasion[kept], claim[kept]


def _first_of_each(owner: Ints, order: Ints) -> Ints:
    return order[np.flatnonzero(np.diff(owner[order], prepend=-1))]
