"""Rows as the database has them, in the order of ``seq``: a few at a time, and nothing believed.

Values are taken as stored (an instant as its microseconds) and their types are looked at, because
SQLite puts a text into a column of numbers if somebody asks it to.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from heapq import merge
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Integer,
    LargeBinary,
    String,
    exists,
    literal,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import NullType, TypeDecorator

from ledger.audit.chain import RECORDS
from ledger.columns import Day, Instant
from ledger.faults import RecordDamaged
from ledger.kinds import KINDS, table_of
from ledger.long_texts import LongText, unpacked

ROWS_A_FETCH = 2_000

POSITION = {"batch": "first_seq"}
"""Column by which a table lies in the order of the ledger; ``seq`` unless named here."""


class Unreadable(Exception):
    """A value that is not of its column's type, or a table that the database can't read.

    Attributes
    ----------
    table, field : str
        Where; ``field`` is empty where the table can't be read.
    """

    def __init__(self, table: str, field: str, reason: str) -> None:
        super().__init__(reason)
        self.table = table
        self.field = field


@dataclass(frozen=True, slots=True)
class Stored:
    """A row as stored.

    Attributes
    ----------
    table : str
        Name of its table: a kind of fact, one of `RECORDS`, ``batch``.
    seq : int or None
        Its position in the ledger; None where what is stored is no whole number.
    values : dict
        Its columns.
    """

    table: str
    seq: int | None
    values: dict[str, Any]


@contextmanager
def in_order(
    connection: Connection, tenant: str
) -> Iterator[tuple[Iterator[Stored], Iterator[Stored]]]:
    """Every fact, score record and override of a tenant by ``seq``, and beside them its batches."""
    with ExitStack() as open_ones:

        def opened(name: str) -> Iterator[Stored]:
            return open_ones.enter_context(closing(rows(connection, name, tenant)))

        yield merge(*map(opened, _in_use(connection, tenant)), key=_position), opened("batch")


def rows(connection: Connection, name: str, tenant: str) -> Generator[Stored, None, None]:
    """The rows of a table that belong to a tenant, in the order of the ledger.

    Raises
    ------
    Unreadable
        Where the database can't read on.
    """
    table = table_of(name)
    names = [column.name for column in table.columns]
    position = POSITION.get(name, "seq")
    packed = [column.name for column in table.columns if isinstance(column.type, LongText)]
    # no type: what the driver gives is what we want to see
    asked = select(*(type_coerce(column, NullType()) for column in table.columns))
    asked = asked.where(table.c.tenant == tenant).order_by(table.c[position])
    try:
        with connection.execute(asked, execution_options={"yield_per": ROWS_A_FETCH}) as found:
            for row in found:
                values = dict(zip(names, row, strict=True))
                values |= {name: _unpacked(values[name]) for name in packed}
                seq = values[position]
                yield Stored(name, seq if type(seq) is int else None, values)
    except (DBAPIError, sqlite3.Error, UnicodeError) as error:
        raise Unreadable(name, "", f"the database can't read it: {error}") from error


def tagged_values(name: str, values: Mapping[str, Any]) -> dict[str, str | None]:
    """A stored row with each value tagged, as ``ledger.audit.digests.tagged`` does it.

    Raises
    ------
    Unreadable
        Where a value is not of its column's type.
    """
    return {
        field: None if values[field] is None else tag(values[field])
        for field, tag in _tags(name).items()
    }


def plain_values(name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """A stored row with booleans as such, as a header holds it (``ledger.audit.chain.header``).

    Raises
    ------
    Unreadable
        Where a value is not of its column's type.
    """
    tagged_values(name, values)
    flags = {column.name for column in table_of(name).columns if isinstance(column.type, Boolean)}
    return {
        field: bool(value) if field in flags and value is not None else value
        for field, value in values.items()
    }


def _unpacked(value: object) -> object:
    """A long text that was packed; what can't be unpacked stays, and is no text."""
    with suppress(RecordDamaged):
        return unpacked(value) if isinstance(value, bytes) else value
    return value


Tag = Callable[[Any], str]


@cache
def _tags(name: str) -> dict[str, Tag]:
    return {column.name: _tag(name, column) for column in table_of(name).columns}


def _tag(table: str, column: Column[Any]) -> Tag:
    """How values of a column are tagged: by its declared type, and only if they are of it."""
    declared = column.type
    stored = declared.impl_instance if isinstance(declared, TypeDecorator) else declared

    def refuse(value: object) -> str:
        raise Unreadable(table, column.name, f"{column.name} holds a {type(value).__name__}")

    def number(letter: str) -> Tag:
        return lambda value: f"{letter}{value}" if type(value) is int else refuse(value)

    def text(value: object) -> str:
        return f"s{len(value)}:{value}" if isinstance(value, str) else refuse(value)

    def flag(value: object) -> str:
        return f"b{value:d}" if value in (0, 1) and isinstance(value, int) else refuse(value)

    def octets(value: object) -> str:
        return f"x{value.hex()}" if isinstance(value, bytes) else refuse(value)

    if isinstance(declared, Instant):
        return number("t")
    if isinstance(declared, Day):
        return number("d")
    if isinstance(stored, Boolean):
        return flag
    if isinstance(stored, Integer):
        return number("i")
    if isinstance(stored, String):
        return text
    return octets if isinstance(stored, LargeBinary) else refuse


def _in_use(connection: Connection, tenant: str) -> list[str]:
    """The kinds, and `RECORDS`, of which a tenant has rows: most tables are empty."""
    tables = [table_of(name) for name in (*(kind.name for kind in KINDS), *RECORDS)]
    asked = union_all(
        *(
            select(literal(table.name)).where(exists().where(table.c.tenant == tenant))
            for table in tables
        )
    )
    try:
        return list(connection.scalars(asked))
    except (DBAPIError, sqlite3.Error) as error:
        raise Unreadable("ledger", "", f"the database can't read it: {error}") from error


def _position(row: Stored) -> tuple[bool, int]:
    return row.seq is None, row.seq or 0
