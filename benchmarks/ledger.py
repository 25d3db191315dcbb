"""The ledger: loads and imports against the bare inserts that they end in, and their memory."""

from __future__ import annotations

import csv
import itertools
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer
from sqlalchemy import Engine

from benchmarks.stage.lender_world import RECORDED_AT, world_of
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
from ledger.database import SQLITE_PRAGMAS, migrate, open_database, reading
from ledger.enterprise import enterprise
from ledger.importing.loading import import_folder
from ledger.importing.mapping import read_mapping
from ledger.kinds import KINDS
from ledger.principals import OWNER
from ledger.tenants import book
from simulator.rows import CURRENCY, TIME_ZONE
from simulator.world import World
from tests.postgres import PostgresServer

FACTS_OF_ONE, SELLERS_READ = 5_000, 4

Rows = list[list[dict[str, Any]]]
"""Reported rows in chunks."""

Bare = Mapping[str, tuple[list[str], list[tuple[Any, ...]]]]
"""By kind: names of the columns, and the rows as stored."""


MAPPING = f"""
[source]
name = "benchmark"
time_zone = "{TIME_ZONE}"
currency = "{CURRENCY}"
historical = true

[[file]]
name = "parties.csv"
[file.columns]
ref = "text"
name = "text"
onboarded_on = "date"
[[file.fact]]
kind = "party"
[file.fact.fields]
ref = {{ column = "ref" }}
name = {{ column = "name" }}
onboarded_on = {{ day = "onboarded_on" }}
happened_at = {{ day = "onboarded_on" }}

[[file]]
name = "receivables.csv"
[file.columns]
ref = "text"
supplier = "text"
buyer = "text"
issued_on = "date"
due_on = "date"
face = "decimal"
[[file.fact]]
kind = "receivable"
[file.fact.fields]
ref = {{ column = "ref" }}
supplier = {{ column = "supplier" }}
buyer = {{ column = "buyer" }}
issued_on = {{ day = "issued_on" }}
due_on = {{ day = "due_on" }}
face_minor = {{ money = "face" }}
currency = {{ constant = "{CURRENCY}" }}
happened_at = {{ day = "issued_on" }}
"""


def main(
    invoices: Annotated[int, typer.Option(min=1_000, help="invoices in a load")] = 100_000,
    peak: Annotated[
        int, typer.Option(min=0, help="invoices of the largest load whose memory is measured")
    ] = 800_000,
    times: Annotated[int, typer.Option(min=1, help="size: times the world of the tests")] = 2,
    rounds: Annotated[int, typer.Option(min=1)] = 3,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON for a program")] = False,
) -> None:
    """Measure loads on SQLite and PostgreSQL, their memory, and imports of files."""
    with TemporaryDirectory() as folder, _a_server() as server:
        root = Path(folder)
        ratios = [
            *_loads(root, server.create_database(), invoices, rounds),
            *(_peaks(root, peak) if peak else ()),
            *_reads(root, server.create_database(), rounds),
            *_imports(root, world_of(times), rounds),
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


def _imports(root: Path, world: World, rounds: int) -> list[Ratio]:
    """Imports of files through a mapping against the bare inserts, and against themselves again."""
    loaded = _export(world, root)
    empty = root / "no-book.db"
    engine = open_database(f"sqlite:///{empty}")
    migrate(engine)
    engine.dispose()
    _import(root, Path(copy(empty, root / "loaded.db")))
    made = _stored(root / "loaded.db")
    assert loaded == sum(len(rows) for _, rows in made.values())
    new = itertools.count()
    taken = in_turns(
        {
            "import": lambda: _import(root, Path(copy(empty, root / f"import{next(new)}.db"))),
            "bare": lambda: _insert(made, root / f"import{next(new)}.db"),
            "again": lambda: _import(root, root / "loaded.db"),
        },
        rounds,
    )
    return [
        Ratio(
            f"speed of an import of {loaded:,} rows of CSV on SQLite",
            "executemany of the same rows, one transaction, no keys",
            taken["bare"] / taken["import"],
        ),
        Ratio("time of the same import again", "the first", taken["again"] / taken["import"]),
    ]


def _import(folder: Path, path: Path) -> None:
    engine = open_database(f"sqlite:///{path}")
    import_folder(read_mapping(folder / "mapping.toml"), folder, engine, OWNER, RECORDED_AT)
    engine.dispose()


def _stored(path: Path) -> Bare:
    """The rows of a ledger as SQLite holds them."""
    found = {}
    connection = sqlite3.connect(path)
    for kind in KINDS:
        cursor = connection.execute(f"SELECT * FROM {kind.name}")  # noqa: S608 - names of ours
        found[kind.name] = ([column[0] for column in cursor.description], cursor.fetchall())
    connection.close()
    return found


def _insert(stored: Bare, path: Path) -> None:
    """What no writer could do without: the same rows, as safely on disk, and nothing else."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in SQLITE_PRAGMAS:
        connection.execute(pragma)
    connection.execute("BEGIN IMMEDIATE")
    for kind, (names, rows) in stored.items():
        marks = ", ".join("?" * len(names))
        connection.execute(f"CREATE TABLE {kind} ({', '.join(names)})")
        connection.executemany(f"INSERT INTO {kind} VALUES ({marks})", rows)  # noqa: S608
    connection.execute("COMMIT")
    connection.close()


def _export(world: World, folder: Path) -> int:
    """Write parties and receivables as a bank would, and the mapping that reads them."""
    (folder / "mapping.toml").write_text(MAPPING, encoding="utf-8")
    parties = [(row["ref"], row["name"], row["onboarded_on"]) for row in world.rows["party"]]
    claims = [
        (
            row["ref"],
            row["supplier"],
            row["buyer"],
            row["issued_on"],
            row["due_on"],
            f"{row['face_minor'] // 100}.{row['face_minor'] % 100:02d}",
        )
        for row in world.rows["receivable"]
    ]
    _write(folder / "parties.csv", ("ref", "name", "onboarded_on"), parties)
    head = ("ref", "supplier", "buyer", "issued_on", "due_on", "face")
    _write(folder / "receivables.csv", head, claims)
    return len(parties) + len(claims)


def _write(path: Path, head: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(head)
        writer.writerows(rows)


if __name__ == "__main__":
    typer.run(main)
