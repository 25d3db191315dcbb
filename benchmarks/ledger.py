"""The ledger: loads against the bare inserts that they end in, their memory, and reads as of."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer
from sqlalchemy import Engine

from benchmarks.stage.many_invoices import (
    NOW,
    bare_copy,
    bare_sqlite,
    chunks,
    columns,
    definitions,
    invoices,
    load_invoices,
    load_rows,
    open_book,
    stored_invoices,
)
from benchmarks.stage.peak_of_load import peak_mib
from benchmarks.stage.side_by_side import Ratio, in_turns, tell
from ledger.clocks import Cut
from ledger.database import open_database, reading
from ledger.enterprise import enterprise
from ledger.principals import OWNER
from ledger.tenants import book
from tests.postgres import PostgresServer

FACTS_OF_ONE, SELLERS_READ = 5_000, 4

Rows = list[list[dict[str, Any]]]
"""Reported rows in chunks."""


def main(
    invoices: Annotated[int, typer.Option(min=1_000, help="invoices in a load")] = 100_000,
    peak: Annotated[
        int, typer.Option(min=0, help="invoices of the largest load whose memory is measured")
    ] = 800_000,
    rounds: Annotated[int, typer.Option(min=1)] = 3,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON for a program")] = False,
) -> None:
    """Measure loads and reads on SQLite and PostgreSQL, and the memory of a large load."""
    with TemporaryDirectory() as folder, _a_server() as server:
        root = Path(folder)
        ratios = [
            *_loads(root, server.create_database(), invoices, rounds),
            *(_peaks(root, peak) if peak else ()),
            *_reads(root, server.create_database(), rounds),
        ]
    tell("ledger", {"invoices": invoices, "at the peak": peak}, ratios, as_json=as_json)


@contextmanager
def _a_server() -> Iterator[PostgresServer]:
    """A PostgreSQL of our own."""
    server = PostgresServer()
    server.start()
    try:
        yield server
    finally:
        server.stop()


def _loads(root: Path, postgresql: str, count: int, rounds: int) -> list[Ratio]:
    """Loads with full validation and chain against the bare inserts that they end in."""
    fresh = (root / f"{number}.db" for number in itertools.count())
    first = next(fresh)
    empty = root / "empty.db"
    open_book(f"sqlite:///{empty}").dispose()
    engine = open_book(f"sqlite:///{first}")
    assert load_invoices(engine, 0, count) == count
    engine.dispose()
    rows = stored_invoices(first)
    keyed, plain = definitions(first), [f"CREATE TABLE invoice ({', '.join(columns())})"]
    server = open_book(postgresql)
    made = list(chunks(invoices(0, count)))
    others = iter([list(chunks(invoices(count * n, count))) for n in range(rounds + 1)])
    taken = in_turns(
        {
            "sqlite": lambda: _load_anew(Path(copy(empty, next(fresh))), made),
            "sqlite keyed": lambda: bare_sqlite(next(fresh), rows, keyed),
            "sqlite plain": lambda: bare_sqlite(next(fresh), rows, plain),
            "postgresql": lambda: load_rows(server, next(others)),
            "postgresql keyed": lambda: bare_copy(postgresql, rows),
        },
        rounds,
    )
    server.dispose()
    load = "speed of a load, every check and the chain,"
    same = "of the same rows into the same table, its keys and indexes"
    return [
        Ratio(
            f"{load} on SQLite",
            f"one executemany {same}",
            taken["sqlite keyed"] / taken["sqlite"],
            "0.25",
        ),
        Ratio(
            "the same",
            "one executemany into a table without any key or index",
            taken["sqlite plain"] / taken["sqlite"],
        ),
        Ratio(
            f"{load} on PostgreSQL",
            f"one COPY {same}",
            taken["postgresql keyed"] / taken["postgresql"],
            "0.25",
        ),
    ]


def _load_anew(path: Path, made: Rows) -> None:
    engine = open_database(f"sqlite:///{path}")
    load_rows(engine, made)
    engine.dispose()


def _peaks(root: Path, count: int) -> Iterator[Ratio]:
    """Memory of a large load against that of one of an eighth of its rows."""
    small, large = (
        peak_mib(rows, f"sqlite:///{root / f'peak{rows}.db'}") for rows in (count // 8, count)
    )
    what = f"peak memory of a load of {count:,} invoices ({large:,.0f} MiB)"
    yield Ratio(what, f"of {count // 8:,} ({small:,.0f} MiB)", large / small, "flat")


def _reads(root: Path, postgresql: str, rounds: int) -> Iterator[Ratio]:
    """All that is known of one enterprise as of a time, against its invoices by the bare index."""
    for store, url in (("SQLite", f"sqlite:///{root / 'reads.db'}"), ("PostgreSQL", postgresql)):
        engine = open_book(url)
        load_invoices(engine, 0, FACTS_OF_ONE * SELLERS_READ, SELLERS_READ)
        taken = in_turns(
            {"known": partial(_known, engine), "bare": partial(_bare_read, engine)}, 5 * rounds
        )
        engine.dispose()
        yield Ratio(
            f"as-of read of an enterprise with {FACTS_OF_ONE:,} facts, {store}",
            "the bare indexed query of its invoices, all columns",
            taken["known"] / taken["bare"],
            "at most 3",
        )


def _known(engine: Engine) -> None:
    with reading(engine) as connection:
        head = book(connection, OWNER.tenant)
        cut = Cut.at(NOW, head.tz, head.last_seq)
        found = enterprise(connection, OWNER.tenant, "S1", cut)
    assert sum(map(len, found.facts.values())) >= FACTS_OF_ONE


def _bare_read(engine: Engine) -> None:
    asked = (
        f"SELECT {', '.join(columns())} FROM invoice "  # noqa: S608 - names of ours
        f"WHERE tenant = '{OWNER.tenant}' AND seller = 'S1'"
    )
    with reading(engine) as connection:
        assert len(connection.exec_driver_sql(asked).fetchall()) >= FACTS_OF_ONE


if __name__ == "__main__":
    typer.run(main)
