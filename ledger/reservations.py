"""Reservations: amounts held for a financing, so that no invoice is financed beyond its face.

Two requests for one invoice race. Whoever wants to finance takes a reservation first, under the
lock of the book: it is refused where it would hold more of an invoice than its face, or more on a
buyer than its ceiling. It expires by itself; drawn in time, it lasts until it is released.

For a buyer time never runs back: a step is taken at ``now`` or at the buyer's last step, whichever
is later. Else a process whose clock is behind could draw what another has taken for expired and
given to somebody else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, insert, select

from ledger.asked_amounts import Asked, require_sound
from ledger.books import Reservation, ReservationStep, ReservedInvoice
from ledger.clocks import aware
from ledger.held_amounts import DRAWN, HELD, RELEASED, Last, held_on, last_of, taken_of
from ledger.ids import new_id
from ledger.kinds import table_of
from ledger.money import LARGEST_MINOR
from ledger.principals import Principal
from ledger.reservation_faults import (
    BuyerLimitExceeded,
    FaceExceeded,
    ReservationOver,
    UnknownReservation,
)
from ledger.tenants import lock_book

State = Literal["held", "drawn", "released", "expired"]


@dataclass(frozen=True)
class Hold:
    """A reservation, as it stands.

    Attributes
    ----------
    id, score, buyer : str
        What names it, what it is for, who owes.
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
    BuyerLimitExceeded
        Where the buyer would be held beyond the ceiling.
    WrongReservation, WrongKey, UnknownTenant, NaiveTime
        Where an argument is wrong.
    """
    require_sound(asked)
    tenant = principal.tenant
    given = aware(now, "now")
    lock_book(connection, tenant)
    last = last_of(connection, tenant, asked.buyer)
    at = max(given, last.recorded_at or given)
    _require_faces(connection, tenant, asked, at)
    _require_limit(connection, tenant, asked, at)
    hold = Hold(new_id(), asked.score, asked.buyer, asked.amount_minor, at + asked.lasts, "held")
    _insert(connection, principal, asked, hold, at)
    _step(connection, principal, hold, last, at, pending=hold.amount_minor, lasting=0)
    return hold


def draw(connection: Connection, principal: Principal, reservation: str, now: datetime) -> Hold:
    """Turn a reservation into a lasting hold: the financing is paid out.

    Drawn again, it stays as it is.

    Raises
    ------
    ReservationOver
        Where it was released, or has expired and wasn't drawn before.
    UnknownReservation, UnknownTenant, NaiveTime
    """
    hold, last, at = _locked(connection, principal.tenant, reservation, now)
    if hold.state == DRAWN:
        return hold
    if hold.state != HELD:
        raise _over(hold.state)
    if _given_away(connection, principal.tenant, hold, at):
        raise _over("expired")
    drawn = replace(hold, state="drawn")
    amount = hold.amount_minor
    _step(connection, principal, drawn, last, at, pending=-amount, lasting=amount)
    return drawn


def release(connection: Connection, principal: Principal, reservation: str, now: datetime) -> Hold:
    """Free what a reservation holds, drawn or not: the financing is repaid, or won't be.

    Released again, it stays as it is. One that has expired is released as well, for good.

    Raises
    ------
    UnknownReservation, UnknownTenant, NaiveTime
    """
    hold, last, at = _locked(connection, principal.tenant, reservation, now)
    if hold.state == RELEASED:
        return hold
    released = replace(hold, state="released")
    was_drawn = hold.state == DRAWN
    pending, lasting = (0, -hold.amount_minor) if was_drawn else (-hold.amount_minor, 0)
    _step(connection, principal, released, last, at, pending=pending, lasting=lasting)
    return released


def _locked(
    connection: Connection, tenant: str, reservation: str, now: datetime
) -> tuple[Hold, Last, datetime]:
    """Lock the book; a reservation as it stands, its buyer's last step, and the time there."""
    given = aware(now, "now")
    lock_book(connection, tenant)
    hold = _found(connection, tenant, reservation)
    last = last_of(connection, tenant, hold.buyer)
    at = max(given, last.recorded_at or given)
    expired = hold.state == HELD and hold.expires_at <= at
    return replace(hold, state="expired") if expired else hold, last, at


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


def _given_away(connection: Connection, tenant: str, hold: Hold, now: datetime) -> bool:
    """Whether others hold what this one did: they saw it expired by a clock ahead of this one.

    Under one buyer that can't be (see above); an invoice named under two buyers has two clocks.
    """
    of = table_of("reserved_invoice").c
    asked = select(of.canonical_hash).where(of.tenant == tenant, of.reservation == hold.id)
    taken = taken_of(connection, tenant, connection.scalars(asked).all(), now)
    return any(one.held_minor > one.face_minor for one in taken.values())


def _require_limit(connection: Connection, tenant: str, asked: Asked, now: datetime) -> None:
    # without a ceiling the sums still stay within what every reader of them keeps exact
    limit = LARGEST_MINOR if asked.buyer_limit_minor is None else asked.buyer_limit_minor
    held = held_on(connection, tenant, asked.buyer, now)
    if held + asked.amount_minor > limit:
        raise BuyerLimitExceeded(
            buyer=asked.buyer,
            limit_minor=limit,
            held_minor=held,
            asked_minor=asked.amount_minor,
            field="/buyer_limit_minor",
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


def _found(connection: Connection, tenant: str, reservation: str) -> Hold:
    made, step = table_of("reservation").c, table_of("reservation_step").c
    row = connection.execute(
        select(made.score, made.buyer, made.amount_minor, made.expires_at).where(
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
    state: State = "released" if RELEASED in steps else "drawn" if DRAWN in steps else "held"
    return Hold(reservation, *row, state=state)


def _step(
    connection: Connection,
    principal: Principal,
    hold: Hold,
    last: Last,
    now: datetime,
    *,
    pending: int,
    lasting: int,
) -> None:
    """Write what became of a reservation, and with it the sums of its buyer."""
    row = ReservationStep.model_validate(
        {
            "tenant": principal.tenant,
            "reservation": hold.id,
            "step": hold.state,
            "buyer": hold.buyer,
            "number": last.number + 1,
            "pending_minor": pending,
            "lasting_minor": last.lasting_minor + lasting,
            "expires_at": hold.expires_at,
            "recorded_at": now,
            "signed_by": principal.name,
        }
    )
    connection.execute(insert(table_of("reservation_step")), row.model_dump())


def _over(state: State) -> ReservationOver:
    return ReservationOver(
        f"the reservation is {state}",
        field="reservation",
        remedy="reserve again; the amounts may be held by others now",
    )
