"""What a row looks like in its table, in whole numbers, texts and bytes, and how many get there.

The writer goes past SQLAlchemy's types here, for they cost more than all its checks: a row becomes
a tuple in stored form once, its digest is taken over that, and the tuples go to the driver as they
are (``executemany`` on SQLite, COPY on PostgreSQL).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from itertools import islice
from operator import itemgetter
from typing import Any

import psycopg
from sqlalchemy import Boolean, Connection
from sqlalchemy.exc import DBAPIError

from ledger.clocks import EPOCH, EPOCH_DAY, MICROSECOND
from ledger.columns import Day, Instant
from ledger.kinds import kind_of, table_of

Stored = tuple[Any, ...]
"""Values as a driver takes them: int, str, bytes or None; an instant is its microseconds, a day its
number, a flag 0 or 1."""

ADDED = (
    "tenant",
    "id",
    "seq",
    "revision",
    "supersedes",
    "source_system",
    "batch",
    "recorded_at",
    "known_at",
    "visible_at",
    "digest",
    "seal",
)
"""What the ledger adds to a reported row, in the order of `fact_columns`."""

ROWS_AN_INSERT = 5_000
"""Rows handed to SQLite at once: bounds memory, far above where speed stops to grow."""

HAPPENED_AT, KNOWN_AT = 1, 2
"""Their places among the reported fields; the ``known_at`` of a fact is what the ledger settled."""


@cache
def reported_fields(kind: str) -> tuple[str, ...]:
    """The fields that a source reports of a kind, in the order of its class."""
    fields = tuple(kind_of(kind).row.model_fields)
    if fields[HAPPENED_AT : KNOWN_AT + 1] != ("happened_at", "known_at"):
        raise ValueError(f"{kind} does not begin with the fields of Reported")
    return fields


@cache
def fact_columns(kind: str) -> tuple[str, ...]:
    """The columns of a fact in the order of `fact`."""
    fields = reported_fields(kind)
    return (*ADDED, *fields[:KNOWN_AT], *fields[KNOWN_AT + 1 :])


def fact(added: Stored, reported: Stored) -> Stored:
    """A whole fact: what the ledger adds (``ADDED``), then what was reported but ``known_at``."""
    return added + reported[:KNOWN_AT] + reported[KNOWN_AT + 1 :]


@cache
def storing(kind: str) -> Callable[[Mapping[str, Any]], Stored]:
    """The function that takes a checked row of a kind, by field, to its stored form."""
    fields = reported_fields(kind)
    pick = itemgetter(*fields)
    columns = table_of(kind).c
    turned = [
        (place, turn)
        for place, field in enumerate(fields)
        if (turn := _turn(columns[field].type)) is not None
    ]

    def stored(values: Mapping[str, Any]) -> Stored:
        row = list(pick(values))
        for place, turn in turned:
            if row[place] is not None:
                row[place] = turn(row[place])
        return tuple(row)

    return stored


def insert_rows(
    connection: Connection, table: str, columns: tuple[str, ...], rows: Iterable[Stored]
) -> None:
    """Write rows in stored form, some thousand at a time; the caller's transaction commits them."""
    if connection.dialect.name == "postgresql":
        _copy(connection, table, columns, rows)
        return
    marks = ", ".join("?" * len(columns))
    # or fail: a statement that can't be undone by itself needs no journal of its own, which would
    # copy every page that a row touches, and half the time goes there (benchmarks/ledger.py)
    sql = f"INSERT OR FAIL INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608
    for some in _chunks(rows):
        connection.exec_driver_sql(sql, some)


def _turn(declared: object) -> Callable[[Any], int] | None:
    if isinstance(declared, Instant):
        return lambda value: (value - EPOCH) // MICROSECOND
    if isinstance(declared, Day):
        return lambda value: value.toordinal() - EPOCH_DAY
    return int if isinstance(declared, Boolean) else None


def _chunks(rows: Iterable[Stored]) -> Iterator[list[Stored]]:
    left = iter(rows)
    while some := list(islice(left, ROWS_AN_INSERT)):
        yield some


def _copy(
    connection: Connection, table: str, columns: tuple[str, ...], rows: Iterable[Stored]
) -> None:
    driver: Any = connection.connection.driver_connection
    try:
        with (
            driver.cursor() as cursor,
            cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row(row)
    except psycopg.Error as error:  # told as SQLAlchemy tells all others
        raise DBAPIError.instance(
            f"COPY {table}", None, error, psycopg.Error, dialect=connection.dialect
        ) from error
