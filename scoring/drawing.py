"""An offer held, drawn and given back, under the lock of the book and in the caller's transaction.

What changes between `scoring.offer_lookup.look` and the lock is summed again here: what is held of
each invoice, and what was drawn and held against each line since the place in the book up to which
was read. So no order of requests lends more than a face or a line.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from ledger.asked_amounts import LONGEST, Asked
from ledger.clocks import day_of
from ledger.faults import Fault
from ledger.held_amounts import DRAWN, HELD, RELEASED, taken_of, time_of_book
from ledger.kinds import table_of
from ledger.overrides import last_override
from ledger.principals import Principal
from ledger.reservations import Hold, draw, holds_of, release, reserve
from ledger.tenants import lock_book
from ledger.writer import append
from scoring.backing import Spread, spread
from scoring.in_life import open_amount
from scoring.offer_lookup import Looked
from scoring.request_facts import Row, parties_of, request_rows

SOURCE_SYSTEM = "drawdown"
"""Who says that a financing was drawn."""


class AlreadyDrawn(Fault):
    """A score that was drawn before: one offer is one financing."""

    code = "already-drawn"


class NothingHeld(Fault):
    """A score for which nothing is held and nothing was drawn."""

    code = "nothing-held"


class NotRepaid(Fault):
    """A financing that is still out: what it holds isn't free."""

    code = "not-repaid"


@dataclass(frozen=True)
class Taken:
    """A hold that was taken, drawn or not, and when.

    Attributes
    ----------
    hold : Hold
    spread : Spread
    at : datetime
    """

    hold: Hold
    spread: Spread
    at: datetime


def hold(
    connection: Connection, principal: Principal, looked: Looked, lasts: timedelta, now: datetime
) -> Taken:
    """Hold an amount of an offer for a time, in place of what is held for it.

    Parameters
    ----------
    connection : Connection
        Of a unit of the committer, whose transaction commits it.
    lasts : timedelta
        More than nothing; it ends with the offer at the latest.

    Raises
    ------
    OfferExpired, Overridden, AlreadyDrawn, NothingLeft, LimitExceeded, FaceExceeded
        Nothing is held then, and what was held for this score still is.
    """
    at = _opened(connection, principal, looked, now)
    parts = _freed(connection, principal, looked, at)
    taken = reserve(connection, principal, _asked(looked, parts, at, lasts), at)
    return Taken(taken, parts, at)


def pay_out(connection: Connection, principal: Principal, looked: Looked, now: datetime) -> Taken:
    """Draw an amount of an offer: hold it for good, and write the facts of the financing.

    All in one transaction: a process that dies in between has done nothing of it.

    Raises
    ------
    OfferExpired, Overridden, AlreadyDrawn, NothingLeft, LimitExceeded, FaceExceeded
        As for `hold`.
    """
    at = _opened(connection, principal, looked, now)
    parts = _freed(connection, principal, looked, at)
    asked = _asked(looked, parts, at)
    drawn = draw(connection, principal, reserve(connection, principal, asked, at).id, at)
    append(
        connection,
        principal,
        financing_rows(looked, parts, at),
        source_system=SOURCE_SYSTEM,
        historical=False,
        recorded_at=at,
    )
    return Taken(drawn, parts, at)


def give_back(
    connection: Connection, principal: Principal, score: str, now: datetime
) -> tuple[Hold, datetime]:
    """Free what is held for a score; what was drawn, once its financing is over.

    Returns
    -------
    tuple
        The last hold as it was before, and when it was released.

    Raises
    ------
    NothingHeld
        Where nothing is held for it, or is no more.
    NotRepaid
        Where a financing of it is still out by the facts.
    """
    tenant = principal.tenant
    opened = lock_book(connection, tenant)
    at = time_of_book(connection, tenant, now)
    standing = [one for one in holds_of(connection, tenant, score, at) if one.state != RELEASED]
    if not standing:
        raise NothingHeld(
            f"nothing is held for score {score}",
            remedy="reserve or draw first; what was released stays so",
        )
    drawn = any(one.state == DRAWN for one in standing)
    if drawn and (out := open_amount(connection, opened, score, at)[1]):
        raise NotRepaid(
            f"{out} of the financing of score {score} is out",
            remedy="load its repayments or its outcome first (POST /facts/repayment)",
        )
    for one in standing:
        release(connection, principal, one.id, at)
    return standing[-1], at


def _opened(
    connection: Connection, principal: Principal, looked: Looked, now: datetime
) -> datetime:
    """Lock the book; its time, in which the offer stands and wasn't drawn yet."""
    lock_book(connection, principal.tenant)
    at = time_of_book(connection, principal.tenant, now)
    looked.offer.require_open(at, looked.tz)
    looked.offer.require_same(last_override(connection, principal.tenant, looked.offer.score))
    if is_drawn(connection, principal.tenant, looked.offer.score):
        raise AlreadyDrawn(
            f"score {looked.offer.score} was drawn before",
            remedy="ask for a new score for more money; send the same request again with the same "
            "Idempotency-Key to get its answer again",
        )
    return at


def _freed(connection: Connection, principal: Principal, looked: Looked, at: datetime) -> Spread:
    """Give back what is held for the score, and put the amount on what is free then."""
    tenant = principal.tenant
    for one in holds_of(connection, tenant, looked.offer.score, at):
        if one.state == HELD:
            release(connection, principal, one.id, at)
    hashes = {part.canonical_hash for one in looked.backed for part in one.parts}
    return spread(looked.amount_minor, looked.backed, taken_of(connection, tenant, hashes, at))


def _asked(looked: Looked, parts: Spread, at: datetime, lasts: timedelta = LONGEST) -> Asked:
    request = looked.offer.request
    return Asked(
        looked.offer.score,
        request.buyer,
        request.supplier,
        parts.invoices,
        min(lasts, looked.offer.valid_until - at, LONGEST),
        looked.ceilings,
    )


def financing_rows(looked: Looked, parts: Spread, at: datetime) -> dict[str, list[Row]]:
    """The facts of a financing: what was asked for, on which receivables, and what was lent."""
    offer, request = looked.offer, looked.offer.request
    asked_on = day_of(request.as_of, looked.tz)
    terms = {
        "product": looked.product,
        "amount_minor": request.amount_requested_minor,
        "tenor_days": (offer.matures_on - asked_on).days,
        "decision": "reduced" if offer.reduced else "approved",
    }
    lent: Row = {
        **parties_of(request, offer.currency),
        "ref": offer.score,
        "happened_at": at,
        "financing_request": offer.score,
        "product": looked.product,
        "drawn_on": day_of(at, looked.tz),
        "matures_on": offer.matures_on,
        "amount_minor": looked.amount_minor,
        "rate_ppm": offer.rate_ppm,
    }
    asked = request_rows(offer.score, request, looked.tz, offer.currency, terms, parts.receivables)
    return {**asked, "financing": [lent]}


def is_drawn(connection: Connection, tenant: str, score: str) -> bool:
    """Whether the offer of a score was paid out."""
    of = table_of("financing").c
    asked = select(of.id).where(of.tenant == tenant, of.ref == score).limit(1)
    return connection.scalar(asked) is not None
