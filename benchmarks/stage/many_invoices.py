"""Invoices in any number, as a source reports them, and what it costs to write them bare."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Engine, make_url

from ledger.database import SQLITE_PRAGMAS, migrate, open_database, writing
from ledger.kinds import table_of
from ledger.loads import Load
from ledger.principals import OWNER
from ledger.tenants import ensure_tenant
from ledger.writer import append

NOW = datetime(2026, 6, 17, 4, tzinfo=UTC)
FIRST_DAY = date(2024, 1, 1)
DAYS = 800
SELLERS, BUYERS = 200, 300
ROWS_A_CHUNK = 20_000

Tuples = Sequence[tuple[Any, ...]]


def parties() -> list[dict[str, Any]]:
    """The parties of the invoices."""
    refs = [f"S{n}" for n in range(SELLERS)] + [f"B{n}" for n in range(BUYERS)]
    first = datetime(2023, 1, 1, tzinfo=UTC)
    return [{"ref": ref, "country": "CN", "happened_at": first} for ref in refs]


def invoices(first: int, count: int, sellers: int = SELLERS) -> Iterator[dict[str, Any]]:
    """Invoices, each different from all others."""
    for number in range(first, first + count):
        day = FIRST_DAY + timedelta(days=number % DAYS)
        net = 10_000 + number % 9_999_999
        tax = net * 13 // 100
        yield {
            "ref": f"I{number}",
            "seller": f"S{number % sellers}",
            "buyer": f"B{number % BUYERS}",
            "kind": "e_vat_special",
            "number": f"24{number:018}",
            "issued_on": day,
            "net_minor": net,
            "tax_minor": tax,
            "gross_minor": net + tax,
            "currency": "CNY",
            "happened_at": datetime(day.year, day.month, day.day, tzinfo=UTC),
        }


def chunks(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """The rows, some thousand at a time."""
    while some := list(islice(rows, ROWS_A_CHUNK)):
        yield some


def open_book(url: str) -> Engine:
    """A ledger at that URL with the parties in it."""
    engine = open_database(url)
    migrate(engine)
    with writing(engine) as connection:
        ensure_tenant(connection, OWNER.tenant, "Asia/Shanghai", "CNY")
        append(
            connection,
            OWNER,
            {"party": parties()},
            source_system="benchmark",
            historical=True,
            recorded_at=NOW,
        )
    return engine


def load_rows(engine: Engine, made: Iterable[list[dict[str, Any]]]) -> int:
    """Load invoices in one transaction, with all checks and the chain; how many are new."""
    with writing(engine) as connection:
        load = Load(connection, OWNER, source_system="benchmark", historical=True, recorded_at=NOW)
        for some in made:
            assert not load.add({"invoice": some})
        return load.close().added


def load_invoices(engine: Engine, first: int, count: int, sellers: int = SELLERS) -> int:
    """Make so many invoices and load them, with no more than a chunk in memory."""
    return load_rows(engine, chunks(invoices(first, count, sellers)))


def columns() -> list[str]:
    """The columns of the table of invoices."""
    return [column.name for column in table_of("invoice").columns]


def stored_invoices(path: Path) -> Tuples:
    """The rows of the table of invoices in a SQLite ledger, as stored."""
    with sqlite3.connect(path) as connection:
        found = connection.execute(f"SELECT {', '.join(columns())} FROM invoice")  # noqa: S608
        return found.fetchall()


def bare_sqlite(path: Path, rows: Tuples, definitions: Sequence[str]) -> None:
    """One executemany into a table of those definitions, as safely on disk, and nothing else."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in SQLITE_PRAGMAS:
        connection.execute(pragma)
    for definition in definitions:
        connection.execute(definition)
    names, marks = ", ".join(columns()), ", ".join("?" * len(columns()))
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(f"INSERT INTO invoice ({names}) VALUES ({marks})", rows)  # noqa: S608
    connection.execute("COMMIT")
    connection.close()


def definitions(path: Path) -> list[str]:
    """How a SQLite ledger defines the table of invoices and its indexes."""
    asked = (
        "SELECT sql FROM sqlite_master WHERE tbl_name = 'invoice' "
        "AND type IN ('table', 'index') AND sql IS NOT NULL"
    )
    with sqlite3.connect(path) as connection:
        return [sql for (sql,) in connection.execute(asked)]


def bare_copy(url: str, rows: Tuples) -> None:
    """One COPY into a copy of the table of invoices with its keys and indexes, and nothing else."""
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as connection, connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bare")
        cursor.execute("CREATE TABLE bare (LIKE invoice INCLUDING ALL)")
        with cursor.copy(f"COPY bare ({', '.join(columns())}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
