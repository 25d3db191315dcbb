"""What is lent and reserved: on a claim, to a supplier, on a buyer; live.

A financing is open from the day it is drawn until an outcome of it is known or all is repaid,
interest aside. What an amount on a party comes to is worked out once for all instants, so that many
requests on a large buyer cost little more than one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate

from features.live_rows import LiveFacts, Row, Sight
from features.views import start_micros
from ledger.pending_holds import PendingHold


class Lent:
    """What financings of a book come to at any instant.

    Parameters
    ----------
    facts : LiveFacts
    pending : iterable of PendingHold
        Reservations that are held.
    time_zone : str
        IANA name of the tenant's.
    """

    def __init__(self, facts: LiveFacts, pending: Iterable[PendingHold], time_zone: str) -> None:
        self._facts, self._time_zone = facts, time_zone
        self._on: dict[str, list[PendingHold]] = {}
        self._for: dict[str | None, list[PendingHold]] = {}
        self._of: dict[str, list[PendingHold]] = {}
        for hold in pending:
            self._on.setdefault(hold.buyer, []).append(hold)
            self._for.setdefault(hold.supplier, []).append(hold)
            for one in hold.invoices:
                self._of.setdefault(one, []).append(hold)
        self._sums: dict[tuple[str, str], tuple[list[int], list[int]]] = {}

    def out(self, financing: Row, through: int) -> int:
        """What of a financing isn't repaid at an instant, 0 where it is over or not yet drawn."""
        ref = financing["ref"]
        if start_micros(financing["drawn_on"], self._time_zone) > through:
            return 0
        if self._facts["outcome"].of("financing", ref, through):
            return 0
        repaid: int = sum(
            row["amount_minor"] - (row["interest_minor"] or 0)
            for row in self._facts["repayment"].of("financing", ref, through)
        )
        return max(0, int(financing["amount_minor"]) - repaid)

    def behind(self, financing: Row, through: int) -> list[Row]:
        """The facts that what is out of a financing rests on."""
        ref = financing["ref"]
        ends = [*self._facts["outcome"].of("financing", ref, through)]
        return [financing, *ends, *self._facts["repayment"].of("financing", ref, through)]

    def of_book(self, side: str, party: str, through: int) -> int:
        """What this book's lender has out to a ``supplier`` or on a ``buyer``."""
        if (side, party) not in self._sums:
            self._sums[side, party] = self._summed(side, party)
        moments, sums = self._sums[side, party]
        return sums[bisect_right(moments, through)]

    def _summed(self, side: str, party: str) -> tuple[list[int], list[int]]:
        """The instants at which the sum changes, and the sums before, between and after them."""
        changes: dict[int, int] = {}
        for ref in self._facts["financing"].ever(side, party):
            before = 0
            for moment in self._moments(ref):
                now = self._facts["financing"].one(ref, moment)
                ours = now is not None and now[side] == party and now["lender"] is None
                amount = self.out(now, moment) if ours and now is not None else 0
                if amount != before:
                    changes[moment] = changes.get(moment, 0) + amount - before
                before = amount
        moments = sorted(changes)
        return moments, [0, *accumulate(changes[moment] for moment in moments)]

    def _moments(self, ref: str) -> list[int]:
        """The instants at which what is out of a financing may change."""
        own = self._facts["financing"].revisions(ref)
        found = {row["visible_at"] for row in own}
        found |= {start_micros(row["drawn_on"], self._time_zone) for row in own}
        for kind in ("repayment", "outcome"):
            rows = self._facts[kind]
            found |= {
                row["visible_at"]
                for other in rows.ever("financing", ref)
                for row in rows.revisions(other)
            }
        return sorted(found)

    def held_on(self, buyers: Iterable[str], at: int) -> int:
        """What is reserved on buyers."""
        holds = (hold for buyer in buyers for hold in self._on.get(buyer, ()))
        return sum(hold.amount_minor for hold in holds if hold.counts(at))

    def held_of(self, hashes: Iterable[str], at: int) -> int:
        """What is reserved of invoices, by canonical hash."""
        return sum(
            hold.invoices[one]
            for one in sorted(set(hashes))
            for hold in self._of.get(one, ())
            if hold.counts(at)
        )

    def held_for(self, supplier: str, at: int) -> int:
        """What is reserved for a supplier, on whatever buyers."""
        return sum(hold.amount_minor for hold in self._for.get(supplier, ()) if hold.counts(at))


def share_of(out: int, part: int | None, parts: Sequence[int | None]) -> int:
    """What of a financing falls on one of its claims, by their parts; equal ones where unknown.

    Rounded up, so that all of them together are not less than the whole.
    """
    known = [one for one in parts if one is not None]
    if part is None or len(known) < len(parts) or sum(known) <= 0:
        return -(-out // max(1, len(parts)))
    return -(-out * part // sum(known))


def financings_of(sight: Sight, receivable: str) -> list[tuple[Row, Row]]:
    """The financings of a claim, each with the row that says the claim was offered for it."""
    offered = sight.of("requested_receivable", "receivable", receivable)
    return [
        (financing, row)
        for row in offered
        for financing in sight.of("financing", "financing_request", row["financing_request"])
    ]
