"""Tenants: one book a lender, its time zone, its currency and its head."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Insert, Select, Update, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from ledger.books import Tenant
from ledger.clocks import zone
from ledger.facts import checked_key
from ledger.faults import TenantConflict, UnknownTenant
from ledger.kinds import table_of
from ledger.money import exponent
from ledger.principals import DEFAULT_TENANT


@dataclass(frozen=True)
class Book:
    """A lender's book, as it was when read.

    Attributes
    ----------
    tenant : str
        Key of the lender.
    tz : ZoneInfo
        Time zone in which its days begin and end.
    base_currency : str
        ISO 4217 code of all its amounts.
    last_seq : int
        ``seq`` of the last committed fact or record; 0 where there is none.
    told_day : int or None
        The last day whose history somebody may have kept; None while nobody has.
    late_seq : int
        ``seq`` of the last fact that came late for a day told; 0 where none has.
    changes : int
        Batches and steps of reservations so far: all that a score could see of it moves this.
    """

    tenant: str
    tz: ZoneInfo
    base_currency: str
    last_seq: int
    told_day: int | None = None
    late_seq: int = 0
    changes: int = 0


def ensure_tenant(connection: Connection, tenant: str, time_zone: str, base_currency: str) -> Book:
    """Open a book for a lender unless there is one, and return it.

    Raises
    ------
    TenantConflict
        Where the book exists with another time zone or currency: both decide what its facts mean.
    UnknownTimeZone, UnknownCurrency, WrongKey
        Where an argument is none.
    """
    exponent(base_currency)
    row = {
        "tenant": checked_key(tenant, "tenant"),
        "time_zone": zone(time_zone).key,
        "base_currency": base_currency,
        "last_seq": 0,
    }
    connection.execute(_insert_unless_there(connection), row)
    found = book(connection, tenant)
    if (found.tz.key, found.base_currency) != (time_zone, base_currency):
        raise TenantConflict(
            f"tenant {tenant!r} has {found.tz.key} and {found.base_currency}, "
            f"not {time_zone} and {base_currency}",
            field="tenant",
            remedy="use its time zone and currency, or another tenant",
        )
    return found


def book(connection: Connection, tenant: str) -> Book:
    """Read the book of a tenant; raise `UnknownTenant` where there is none."""
    return _read(connection, tenant, _head())


def books(connection: Connection) -> list[Book]:
    """The book of every tenant, in the order of their keys."""
    table = table_of(str(Tenant.__tablename__))
    keys = connection.scalars(select(table.c.tenant).order_by(table.c.tenant)).all()
    return [book(connection, tenant) for tenant in keys]


def lock_book(connection: Connection, tenant: str) -> Book:
    """Read the book of a tenant and keep every other writer of it waiting until commit.

    Call it inside ``ledger.database.writing``: SQLite knows no row locks and has taken its one
    write lock there already.
    """
    return _read(connection, tenant, _head(locked=True))


def move_head(connection: Connection, tenant: str, last_seq: int) -> None:
    """Set the head of a locked book to the last ``seq`` given out."""
    set_head(connection, tenant, last_seq=last_seq)


def count_change(connection: Connection, tenant: str) -> None:
    """Say, of a locked book, that a score may see something else from now on."""
    table = table_of("tenant")
    counted = update(table).where(table.c.tenant == tenant).values(changes=table.c.changes + 1)
    connection.execute(counted)


def set_head(connection: Connection, tenant: str, **values: int) -> None:
    """Set columns of the head of a locked book."""
    new = {f"new_{name}": value for name, value in values.items()}
    connection.execute(_moved(*values), {"of_tenant": tenant, **new})


def _insert_unless_there(connection: Connection) -> Insert:
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table_of("tenant")).on_conflict_do_nothing()
    return sqlite.insert(table_of("tenant")).on_conflict_do_nothing()


@cache
def _head(*, locked: bool = False) -> Select[Any]:
    """Made once: to put it together takes as long as to run it."""
    table = table_of(str(Tenant.__tablename__))
    asked = select(table).where(table.c.tenant == bindparam("of_tenant"))
    return asked.with_for_update() if locked else asked


@cache
def _moved(*names: str) -> Update:
    table = table_of(str(Tenant.__tablename__))
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
    return update(table).where(table.c.tenant == bindparam("of_tenant")).values(values)


def _read(connection: Connection, tenant: str, statement: Select[Any]) -> Book:
    row = connection.execute(statement, {"of_tenant": tenant}).one_or_none()
    if row is None:
        opened = "ledger migrate" if tenant == DEFAULT_TENANT else f"tenants create {tenant}"
        raise UnknownTenant(
            f"there is no book for tenant {tenant!r}",
            field="tenant",
            remedy=f"open one: tricredit {opened} --time-zone ZONE --currency CODE",
        )
    return Book(
        row.tenant,
        zone(row.time_zone),
        row.base_currency,
        row.last_seq,
        row.told_day,
        row.late_seq,
        row.changes,
    )
