"""Reservations: amounts held for a financing, so that no invoice is financed beyond its face.

Two requests for one invoice race. Whoever wants to finance takes a reservation first, under the
lock of the book: it is refused where it would hold more of an invoice than its face, or more on a
buyer, its group or a supplier than their lines. It expires by itself; drawn in time, it lasts until
it is released.

For a book time never runs back: a step is taken at ``now`` or at the book's last step, whichever is
later. Else a process whose clock is behind could draw what another has taken for expired and given
to somebody else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, insert, select

from ledger.asked_amounts import Asked, Ceiling, require_sound
from ledger.books import Reservation, ReservationStep, ReservedInvoice
from ledger.held_amounts import (
    DRAWN,
    HELD,
    RELEASED,
    held_against,
    last_of,
    taken_of,
    time_of_book,
)
from ledger.ids import new_id
from ledger.kinds import table_of
from ledger.money import LARGEST_MINOR
from ledger.principals import Principal
from ledger.reservation_faults import (
    FaceExceeded,
    LimitExceeded,
    ReservationOver,
    UnknownReservation,
)
from ledger.tenants import count_change, lock_book

State = Literal["held", "drawn", "released", "expired"]


@dataclass(frozen=True)
class Hold:
    """A reservation, as it stands.

    Attributes
    ----------
    id, score, buyer : str
        What names it, what it is for, who owes.
    supplier : str or None
        Who gets the money; None in one of before suppliers were named.
    amount_minor : int
        What it holds, or held, of all its invoices.
    expires_at : datetime
        From then on it holds nothing, unless drawn before.
    state : str
        ``held``, ``drawn``, ``released`` or ``expired``.
    """

    id: str
    score: str
    buyer: str
    supplier: str | None
    amount_minor: int
    expires_at: datetime
    state: State


def reserve(connection: Connection, principal: Principal, asked: Asked, now: datetime) -> Hold:
    """Hold amounts of invoices until they are drawn, released or expired.

    It holds all or nothing. A caller that may send it again does so under a key
    (``ledger.idempotency.once``): a second reservation for one score is a second hold.

    Parameters
    ----------
    connection : Connection
        Of ``ledger.database.writing`` or of a unit of the committer, whose transaction commits it.
    now : datetime
        Aware.

    Raises
    ------
    FaceExceeded
        Where an invoice would be held beyond its face; names the first.
    LimitExceeded
        Where a line would be; names the first.
    WrongReservation, WrongKey, UnknownTenant, NaiveTime
        Where an argument is wrong.
    """
    require_sound(asked)
    tenant = principal.tenant
    at, seq = _locked(connection, tenant, now)
    _require_faces(connection, tenant, asked, at)
    _require_lines(connection, tenant, asked, at)
    hold = Hold(
        new_id(),
        asked.score,
        asked.buyer,
        asked.supplier,
        asked.amount_minor,
        at + asked.lasts,
        "held",
    )
    _insert(connection, principal, asked, hold, at)
    _step(connection, principal, hold, (at, seq), pending=hold.amount_minor, lasting=0)
    return hold


def draw(connection: Connection, principal: Principal, reservation: str, now: datetime) -> Hold:
    """Turn a reservation into a lasting hold: the financing is paid out.

    Drawn again, it stays as it is. The facts of the financing are written after it in the same
    transaction, as of `ledger.held_amounts.time_of_book`: so nobody counts it twice, or never.

    Raises
    ------
    ReservationOver
        Where it was released, or has expired and wasn't drawn before.
    UnknownReservation, UnknownTenant, NaiveTime
    """
    at, seq = _locked(connection, principal.tenant, now)
    hold = _found(connection, principal.tenant, reservation, at)
    if hold.state == DRAWN:
        return hold
    if hold.state != HELD:
        raise _over(hold.state)
    drawn = replace(hold, state="drawn")
    amount = hold.amount_minor
    _step(connection, principal, drawn, (at, seq), pending=-amount, lasting=amount)
    return drawn


def release(connection: Connection, principal: Principal, reservation: str, now: datetime) -> Hold:
    """Free what a reservation holds, drawn or not: the financing is repaid, or won't be.

    Released again, it stays as it is. One that has expired is released as well, for good.

    Raises
    ------
    UnknownReservation, UnknownTenant, NaiveTime
    """
    at, seq = _locked(connection, principal.tenant, now)
    hold = _found(connection, principal.tenant, reservation, at)
    if hold.state == RELEASED:
        return hold
    released = replace(hold, state="released")
    was_drawn = hold.state == DRAWN
    pending, lasting = (0, -hold.amount_minor) if was_drawn else (-hold.amount_minor, 0)
    _step(connection, principal, released, (at, seq), pending=pending, lasting=lasting)
    return released


def holds_of(connection: Connection, tenant: str, score: str, now: datetime) -> list[Hold]:
    """The reservations for a score as they stand, the oldest first.

    Outside a transaction that holds the book's lock it is what was committed.
    """
    made = table_of("reservation").c
    ids = select(made.id).where(made.tenant == tenant, made.score == score)
    at = time_of_book(connection, tenant, now)
    found = sorted(connection.scalars(ids).all())  # ids count up with time
    return [_found(connection, tenant, one, at) for one in found]


def _locked(connection: Connection, tenant: str, now: datetime) -> tuple[datetime, int]:
    """Lock the book; the time there, and the ``seq`` of its last fact."""
    last_seq = lock_book(connection, tenant).last_seq
    return time_of_book(connection, tenant, now), last_seq


def _require_faces(connection: Connection, tenant: str, asked: Asked, now: datetime) -> None:
    hashes = [one.canonical_hash for one in asked.invoices]
    taken = taken_of(connection, tenant, hashes, now)
    for at, one in enumerate(asked.invoices):
        held, least = taken.get(one.canonical_hash, (0, one.face_minor))
        face = min(least, one.face_minor)
        if held + one.amount_minor > face:
            raise FaceExceeded(
                canonical_hash=one.canonical_hash,
                face_minor=face,
                held_minor=held,
                asked_minor=one.amount_minor,
                field=f"/invoices/{at}/amount_minor",
            )


def _require_lines(connection: Connection, tenant: str, asked: Asked, now: datetime) -> None:
    # without a ceiling the sums still stay within what every reader of them keeps exact
    for at, one in enumerate((*asked.ceilings, Ceiling("buyer", LARGEST_MINOR))):
        used = held_against(
            connection, tenant, one, now, buyer=asked.buyer, supplier=asked.supplier
        )
        if used + asked.amount_minor > one.limit_minor:
            raise LimitExceeded(
                of=one.of,
                party=asked.supplier if one.of == "single_name" else asked.buyer,
                limit_minor=one.limit_minor,
                held_minor=used,
                asked_minor=asked.amount_minor,
                field=f"/ceilings/{at}",
            )


def _insert(
    connection: Connection, principal: Principal, asked: Asked, hold: Hold, now: datetime
) -> None:
    made = Reservation.model_validate(
        {
            "tenant": principal.tenant,
            "id": hold.id,
            "score": hold.score,
            "buyer": hold.buyer,
            "supplier": hold.supplier,
            "amount_minor": hold.amount_minor,
            "buyer_limit_minor": asked.buyer_limit_minor,
            "expires_at": hold.expires_at,
            "recorded_at": now,
            "signed_by": principal.name,
        }
    )
    connection.execute(insert(table_of("reservation")), made.model_dump())
    shared = {"tenant": principal.tenant, "reservation": hold.id, "recorded_at": now}
    rows = [
        ReservedInvoice.model_validate({**shared, **vars(one)}).model_dump()
        for one in asked.invoices
    ]
    connection.execute(insert(table_of("reserved_invoice")), rows)


def _found(connection: Connection, tenant: str, reservation: str, now: datetime) -> Hold:
    """A reservation as it stands; raise `UnknownReservation` where there is none."""
    made, step = table_of("reservation").c, table_of("reservation_step").c
    row = connection.execute(
        select(made.score, made.buyer, made.supplier, made.amount_minor, made.expires_at).where(
            made.tenant == tenant, made.id == reservation
        )
    ).one_or_none()
    if row is None:
        raise UnknownReservation(
            "there is no reservation of that id",
            field="reservation",
            remedy="use the id that the reservation was answered with",
        )
    steps = connection.scalars(
        select(step.step).where(step.tenant == tenant, step.reservation == reservation)
    ).all()
    state: State = "expired" if row.expires_at <= now else "held"
    if RELEASED in steps:
        state = "released"
    elif DRAWN in steps:
        state = "drawn"
    return Hold(reservation, *row, state=state)


def _step(
    connection: Connection,
    principal: Principal,
    hold: Hold,
    at: tuple[datetime, int],
    *,
    pending: int,
    lasting: int,
) -> None:
    """Write what became of a reservation, and with it the sums of its buyer."""
    now, seq = at
    last = last_of(connection, principal.tenant, hold.buyer)
    row = ReservationStep.model_validate(
        {
            "tenant": principal.tenant,
            "reservation": hold.id,
            "step": hold.state,
            "buyer": hold.buyer,
            "supplier": hold.supplier,
            "number": last.number + 1,
            "pending_minor": pending,
            "lasting_minor": last.lasting_minor + lasting,
            "ledger_seq": seq,
            "expires_at": hold.expires_at,
            "recorded_at": now,
            "signed_by": principal.name,
        }
    )
    connection.execute(insert(table_of("reservation_step")), row.model_dump())
    count_change(connection, principal.tenant)


def _over(state: State) -> ReservationOver:
    return ReservationOver(
        f"the reservation is {state}",
        field="reservation",
        remedy="reserve again; the amounts may be held by others now",
    )
