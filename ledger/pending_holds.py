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
    supplier : str or None
        None in one of before suppliers were named.
    score : str
        What it is for.
    since, until : int
        It counts from the first instant on, and from the second no more: drawn, released or
        expired; microseconds.
    invoices : mapping of str to int
        What it holds of each invoice by canonical hash, in minor units.
    """

    buyer: str
    supplier: str | None
    score: str
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
    connection: Connection,
    tenant: str,
    after: datetime,
    parties: tuple[Collection[str], Collection[str]] | None = None,
) -> list[PendingHold]:
    """The holds that expire after an instant.

    Parameters
    ----------
    after : datetime
        Aware: the earliest instant that is asked about.
    parties : pair of collections of str, or None
        Buyers and suppliers: the holds on any of those and for any of these; all where None.
    """
    step = table_of("reservation_step").c
    asked = select(step.reservation, step.step, step.expires_at, step.recorded_at)
    asked = asked.where(step.tenant == tenant, step.expires_at > aware(after, "after"))
    if parties is not None:
        buyers, suppliers = (sorted(some) for some in parties)
        # two reads by an index each: of OR the stores make a scan
        found = {
            tuple(row)
            for column, some in ((step.buyer, buyers), (step.supplier, suppliers))
            for row in connection.execute(asked.where(column.in_(some)))
        }
    else:
        found = {tuple(row) for row in connection.execute(asked)}
    since: dict[str, int] = {}
    until: dict[str, int] = {}
    for reservation, name, expires_at, recorded_at in found:
        if name == HELD:
            since[reservation] = to_micros(recorded_at)
        ends = to_micros(expires_at if name == HELD else recorded_at)
        until[reservation] = min(ends, until.get(reservation, ends))
    made, of = table_of("reservation").c, table_of("reserved_invoice").c
    whose = select(made.id, made.buyer, made.supplier, made.score).where(
        made.tenant == tenant, made.id.in_(sorted(since))
    )
    parts = select(of.reservation, of.canonical_hash, of.amount_minor).where(
        of.tenant == tenant, of.reservation.in_(sorted(since))
    )
    invoices: dict[str, dict[str, int]] = {one: {} for one in since}
    for reservation, canonical_hash, amount in connection.execute(parts) if since else ():
        invoices[reservation][canonical_hash] = amount
    return [
        PendingHold(buyer, supplier, score, since[one], until[one], invoices[one])
        for one, buyer, supplier, score in sorted(connection.execute(whose) if since else ())
    ]
