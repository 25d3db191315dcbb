"""What a request brings along: parties and receivables that become live facts before the score.

Sending the same request again says nothing new and so writes nothing. A field that is left out is
not said: it keeps what the ledger knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, select

from ledger.clocks import start_of_day
from ledger.faults import Fault, UnknownParty, UnknownReceivable, WrongCurrency
from ledger.kinds import table_of
from ledger.persons import revealed
from ledger.principals import Principal
from ledger.tenants import Book, lock_book
from ledger.writer import append

SOURCE_SYSTEM = "score-request"
"""Who says what a request brings along."""

Row = dict[str, Any]


class ReceivableOfOthers(Fault):
    """A receivable brought along that the ledger has between other parties."""

    code = "receivable-of-others"


class IssuedInFuture(Fault):
    """A receivable brought along whose day of issue has not begun."""

    code = "issued-in-future"


@dataclass(frozen=True)
class PartyBrought:
    """A party of a request; with nothing but its key it must be in the ledger."""

    ref: str
    name: str | None = None
    country: str | None = None
    person_linked: bool | None = None
    onboarded_on: date | None = None

    @property
    def said(self) -> Row:
        """The fields that the request gives, but for the key."""
        return {
            name: value
            for name, value in asdict(self).items()
            if name != "ref" and value is not None
        }


@dataclass(frozen=True)
class Terms:
    """Terms of a receivable: days, amount in minor units, rate in parts per million a month."""

    issued_on: date
    due_on: date
    face_minor: int
    currency: str
    rate_ppm: int | None = None

    @property
    def said(self) -> Row:
        """The fields that the request gives."""
        return {name: value for name, value in asdict(self).items() if value is not None}


@dataclass(frozen=True)
class ReceivableBrought:
    """A receivable of a request; without terms it must be in the ledger."""

    ref: str
    terms: Terms | None = None


@dataclass(frozen=True)
class Brought:
    """The parties and receivables of one request, as named or brought along."""

    supplier: PartyBrought
    buyer: PartyBrought
    receivables: tuple[ReceivableBrought, ...]

    @property
    def anything(self) -> bool:
        """Whether anything is brought along, and not only named."""
        return bool(
            self.supplier.said or self.buyer.said or any(one.terms for one in self.receivables)
        )


def bring(
    connection: Connection, principal: Principal, brought: Brought, now: datetime
) -> datetime:
    """Write what a request brings along as live facts, and return when all of it is visible.

    Parameters
    ----------
    connection : Connection
        Of ``ledger.database.writing``; the caller's transaction commits the facts.
    now : datetime
        The server's clock, aware.

    Returns
    -------
    datetime
        ``now``, or a little later where another request has written the same facts meanwhile.

    Raises
    ------
    UnknownParty, UnknownReceivable
        Where one that is only named is not in the ledger. Nothing was written, as with the others.
    ReceivableOfOthers
        Where a receivable brought along belongs to other parties: a request must not move it.
    IssuedInFuture, WrongCurrency, UnknownTenant
    """
    book = lock_book(connection, principal.tenant)
    rows = {
        "party": list(_party_rows(connection, book, brought, now)),
        "receivable": list(_receivable_rows(connection, book, brought, now)),
    }
    append(
        connection,
        principal,
        rows,
        source_system=SOURCE_SYSTEM,
        historical=False,
        recorded_at=now,
    )
    return max(now, *_visible(connection, book, brought))


def require_currency(book: Book, currency: str | None, field: str) -> None:
    """Raise `WrongCurrency` where a currency is named that is not the book's."""
    if currency is not None and currency != book.base_currency:
        raise WrongCurrency(
            f"{currency} is not the currency of the book",
            field=field,
            remedy=f"give the amount in {book.base_currency}",
        )


def _party_rows(
    connection: Connection, book: Book, brought: Brought, now: datetime
) -> Iterable[Row]:
    parties = {"/supplier": brought.supplier, "/buyer": brought.buyer}
    there = _latest(connection, "party", book.tenant, [party.ref for party in parties.values()])
    for field, party in parties.items():
        old = there.get(party.ref)
        if old is None and not party.said:
            raise UnknownParty(
                f"{party.ref!r} is not in the ledger",
                field=field,
                remedy="load the party first, or bring it along: give its name or country as well",
            )
        if old is None or _differs(old, party.said):
            yield _row(old, asdict(PartyBrought(party.ref)), party.said, now)


def _receivable_rows(
    connection: Connection, book: Book, brought: Brought, now: datetime
) -> Iterable[Row]:
    parties = {"supplier": brought.supplier.ref, "buyer": brought.buyer.ref}
    refs = [one.ref for one in brought.receivables]
    there = _latest(connection, "receivable", book.tenant, refs)
    for at, one in enumerate(brought.receivables):
        field, old = f"/receivables/{at}", there.get(one.ref)
        if one.terms is None:
            _require_known(one, old, field)
            continue
        if old is not None and _differs(old, parties):
            raise ReceivableOfOthers(
                f"{one.ref!r} is in the ledger between other parties",
                field=field,
                remedy="check the key and the parties; name it by ref alone to have it looked at",
            )
        happened_at = _issued(one.terms, book, now, field)
        if old is None or _differs(old, one.terms.said):
            blank = {"ref": one.ref, **asdict(one.terms)}
            yield _row(old, blank, {**parties, **one.terms.said}, happened_at)


def _require_known(one: ReceivableBrought, old: Row | None, field: str) -> None:
    if old is None:
        raise UnknownReceivable(
            f"{one.ref!r} is not in the ledger",
            field=field,
            remedy="load the receivable first, or bring it along with all its terms",
        )


def _issued(terms: Terms, book: Book, now: datetime, field: str) -> datetime:
    require_currency(book, terms.currency, f"{field}/currency")
    issued = start_of_day(terms.issued_on, book.tz)
    if issued > now:
        raise IssuedInFuture(
            f"issued_on {terms.issued_on} has not begun",
            field=f"{field}/issued_on",
            remedy=f"give a day that has begun in {book.tz.key}",
        )
    return issued


def _row(old: Row | None, blank: Row, said: Row, happened_at: datetime) -> Row:
    """A row for the writer: what is said, over what the ledger knows, over nothing."""
    known = {name: old[name] for name in blank} if old is not None else {}
    return {**blank, **known, **said, "happened_at": happened_at}


def _differs(old: Mapping[str, Any], said: Mapping[str, Any]) -> bool:
    return any(old[name] != value for name, value in said.items())


def _latest(connection: Connection, kind: str, tenant: str, refs: Sequence[str]) -> dict[str, Row]:
    """The latest revision of each fact as it was reported, by its key."""
    table = table_of(kind)
    asked = (
        select(table)
        .where(table.c.tenant == tenant, table.c.ref.in_(refs))
        .order_by(table.c.revision)
    )
    rows = [dict(row) for row in connection.execute(asked).mappings()]
    return {row["ref"]: row for row in revealed(connection, tenant, kind, rows)}


def _visible(connection: Connection, book: Book, brought: Brought) -> Iterable[datetime]:
    """From when on the facts named by a request may be used."""
    refs = {
        "party": [brought.supplier.ref, brought.buyer.ref],
        "receivable": [one.ref for one in brought.receivables],
    }
    for kind, keys in refs.items():
        columns = table_of(kind).c
        newest = select(func.max(columns.visible_at)).where(
            columns.tenant == book.tenant, columns.ref.in_(keys)
        )
        yield connection.execute(newest).scalar_one()
