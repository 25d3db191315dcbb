"""What reservations hold: of an invoice, and on a buyer.

A reservation counts until it expires, and once drawn until it is released. Nothing has to happen at
its expiry: it is left out of the sums from that instant on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from ledger.asked_amounts import Ceiling
from ledger.clocks import aware
from ledger.kinds import table_of

HELD, DRAWN, RELEASED = "held", "drawn", "released"
"""The steps of a reservation."""

KEYS_A_QUERY = 10_000
"""Keys asked for at once: SQLite takes 32,766 variables."""


@dataclass(frozen=True)
class Held:
    """What is held at an instant, in minor units of the book.

    Attributes
    ----------
    invoices : Mapping of str to int
        By canonical hash, for each that was asked about; 0 where nothing is held.
    buyer_minor : int
        On the buyer, of whatever invoices; 0 where none was asked about.
    """

    invoices: Mapping[str, int]
    buyer_minor: int


class Taken(NamedTuple):
    """What is held of an invoice, and the least face that a holder said it has."""

    held_minor: int
    face_minor: int


class Last(NamedTuple):
    """The last step of a buyer's reservations: its number, and what the drawn ones hold."""

    number: int
    lasting_minor: int


def held(
    connection: Connection, tenant: str, hashes: Collection[str], buyer: str | None, now: datetime
) -> Held:
    """What is held of invoices and on a buyer at an instant.

    It is what was committed; whoever wants to hold more asks ``ledger.reservations.reserve``, which
    looks again under the lock.

    Parameters
    ----------
    hashes : collection of str
        Canonical hashes, any number.
    buyer : str or None
        Key of the buyer; None asks about invoices only.
    now : datetime
        Aware.
    """
    at = aware(now, "now")
    taken = taken_of(connection, tenant, hashes, at)
    return Held(
        {one: taken[one].held_minor if one in taken else 0 for one in hashes},
        0 if buyer is None else held_on(connection, tenant, buyer, at),
    )


def taken_of(
    connection: Connection, tenant: str, hashes: Collection[str], now: datetime
) -> dict[str, Taken]:
    """What is held of each invoice; one of which nothing is held is left out."""
    of = table_of("reserved_invoice").c
    # table by table: a join of three makes PostgreSQL read all of them while it has no statistics
    asked = select(of.canonical_hash, of.reservation, of.amount_minor, of.face_minor)
    parts = [
        part
        for some in _chunks(hashes)
        for part in connection.execute(
            asked.where(of.tenant == tenant, of.canonical_hash.in_(some))
        )
    ]
    counting = _counting(connection, tenant, {part.reservation for part in parts}, now)
    taken: dict[str, Taken] = {}
    for invoice, reservation, amount, face in parts:
        if reservation in counting:
            before = taken.get(invoice, Taken(0, face))
            taken[invoice] = Taken(before.held_minor + amount, min(before.face_minor, face))
    return taken


def _counting(
    connection: Connection, tenant: str, reservations: Collection[str], now: datetime
) -> set[str]:
    """Those of some reservations that count: drawn or unexpired, and not released."""
    step = table_of("reservation_step").c
    asked = select(step.reservation, step.step, step.expires_at)
    held: set[str] = set()
    released: set[str] = set()
    for some in _chunks(reservations):
        steps = asked.where(step.tenant == tenant, step.reservation.in_(some))
        for reservation, name, expires_at in connection.execute(steps):
            if name == RELEASED:
                released.add(reservation)
            elif name == DRAWN or expires_at > now:
                held.add(reservation)
    return held - released


def _chunks(keys: Collection[str]) -> Iterator[list[str]]:
    ordered = sorted(keys)
    for start in range(0, len(ordered), KEYS_A_QUERY):
        yield ordered[start : start + KEYS_A_QUERY]


def held_on(connection: Connection, tenant: str, buyer: str, now: datetime) -> int:
    """What is held on a buyer: by drawn reservations, and by those that may still be drawn."""
    step = table_of("reservation_step").c
    pending = select(func.sum(step.pending_minor)).where(
        step.tenant == tenant, step.buyer == buyer, step.expires_at > now
    )
    lasting = last_of(connection, tenant, buyer).lasting_minor
    return lasting + int(connection.scalar(pending) or 0)


def last_of(connection: Connection, tenant: str, buyer: str) -> Last:
    """The last step of a buyer's reservations; number 0 where there is none."""
    step = table_of("reservation_step").c
    asked = (
        select(step.number, step.lasting_minor)
        .where(step.tenant == tenant, step.buyer == buyer)
        .order_by(step.number.desc())
        .limit(1)
    )
    found = connection.execute(asked).one_or_none()
    return Last(0, 0) if found is None else Last(*found)


def held_against(
    connection: Connection,
    tenant: str,
    ceiling: Ceiling,
    now: datetime,
    *,
    buyer: str,
    supplier: str,
) -> int:
    """What counts against a ceiling: what is out, what is pending, and what was drawn since."""
    step, ended = table_of("reservation_step").c, table_of("reservation_step").alias("ended").c
    whose = {
        "buyer": step.buyer == buyer,
        "group": step.buyer.in_(ceiling.buyers),
        "single_name": step.supplier == supplier,
    }[ceiling.of]
    pending = select(func.sum(step.pending_minor)).where(
        step.tenant == tenant, whose, step.expires_at > now
    )
    over = select(ended.step).where(
        ended.tenant == tenant, ended.reservation == step.reservation, ended.step == RELEASED
    )
    drawn = select(func.sum(-step.pending_minor)).where(
        step.tenant == tenant,
        whose,
        step.step == DRAWN,
        step.ledger_seq >= ceiling.through_seq,
        ~over.exists(),
    )
    counted = (int(connection.scalar(one) or 0) for one in (pending, drawn))
    return ceiling.out_minor + sum(counted)


def time_of_book(connection: Connection, tenant: str, now: datetime) -> datetime:
    """``now``, or the last step of the book's reservations where that is later."""
    given = aware(now, "now")
    step = table_of("reservation_step").c
    last: datetime | None = connection.scalar(
        select(func.max(step.recorded_at)).where(step.tenant == tenant)
    )
    return given if last is None else max(given, last)
