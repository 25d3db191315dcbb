"""Reservations that are held and not yet drawn, as they stood at past instants as well.

One that is drawn is a financing from then on, and counts by that fact.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from ledger.clocks import aware, to_micros
from ledger.held_amounts import HELD
from ledger.kinds import table_of


@dataclass(frozen=True)
class PendingHold:
    """A reservation while it is held.

    Attributes
    ----------
    buyer : str
    since, until : int
        It counts from the first instant on, and from the second no more: drawn, released or
        expired; microseconds.
    invoices : mapping of str to int
        What it holds of each invoice by canonical hash, in minor units.
    """

    buyer: str
    since: int
    until: int
    invoices: Mapping[str, int]

    @property
    def amount_minor(self) -> int:
        """All of it."""
        return sum(self.invoices.values())

    def counts(self, at: int) -> bool:
        """Whether it is held at an instant."""
        return self.since <= at < self.until


def pending_holds(
    connection: Connection, tenant: str, after: datetime, buyers: Collection[str] | None = None
) -> list[PendingHold]:
    """The holds that expire after an instant, on some buyers or on all.

    Parameters
    ----------
    after : datetime
        Aware: the earliest instant that is asked about.
    """
    step = table_of("reservation_step").c
    asked = select(step.reservation, step.step, step.buyer, step.expires_at, step.recorded_at)
    asked = asked.where(step.tenant == tenant, step.expires_at > aware(after, "after"))
    if buyers is not None:
        asked = asked.where(step.buyer.in_(sorted(buyers)))
    since: dict[str, int] = {}
    until: dict[str, int] = {}
    on: dict[str, str] = {}
    for reservation, name, buyer, expires_at, recorded_at in connection.execute(asked):
        on[reservation] = buyer
        if name == HELD:
            since[reservation] = to_micros(recorded_at)
        ends = to_micros(expires_at if name == HELD else recorded_at)
        until[reservation] = min(ends, until.get(reservation, ends))
    of = table_of("reserved_invoice").c
    parts = select(of.reservation, of.canonical_hash, of.amount_minor).where(
        of.tenant == tenant, of.reservation.in_(sorted(since))
    )
    invoices: dict[str, dict[str, int]] = {one: {} for one in since}
    for reservation, canonical_hash, amount in connection.execute(parts) if since else ():
        invoices[reservation][canonical_hash] = amount
    return [PendingHold(on[one], since[one], until[one], invoices[one]) for one in sorted(invoices)]
