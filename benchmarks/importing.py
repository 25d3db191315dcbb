"""Imports of files through a mapping, against the bare inserts that they end in."""

from __future__ import annotations

import csv
import itertools
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer

from benchmarks.stage.lender_world import RECORDED_AT, world_of
from benchmarks.stage.side_by_side import Ratio, in_turns, tell
from ledger.database import SQLITE_PRAGMAS, migrate, open_database
from ledger.importing.loading import import_folder
from ledger.importing.mapping import read_mapping
from ledger.kinds import KINDS
from ledger.principals import OWNER
from simulator.observation.observed import rows_of
from simulator.observation.view import CURRENCY, TIME_ZONE
from simulator.world import World

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
    times: Annotated[int, typer.Option(min=1, help="size: times the world of the tests")] = 4,
    rounds: Annotated[int, typer.Option(min=1)] = 3,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON for a program")] = False,
) -> None:
    """Measure imports on SQLite."""
    world = world_of(times)
    with TemporaryDirectory() as folder:
        ratios = _imports(Path(folder), world, rounds)
        told = _export(world, Path(folder))
    tell("importing", {"rows of CSV": told}, ratios, as_json=as_json)


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
    rows = rows_of(world)
    parties = [(row["ref"], row["name"], row["onboarded_on"]) for row in rows["party"]]
    claims = [
        (
            row["ref"],
            row["supplier"],
            row["buyer"],
            row["issued_on"],
            row["due_on"],
            f"{row['face_minor'] // 100}.{row['face_minor'] % 100:02d}",
        )
        for row in rows["receivable"]
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
