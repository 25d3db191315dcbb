"""The ledger: writing through the one writer against the bare inserts that it ends in."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Mapping
from pathlib import Path
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
from simulator.load import write_world
from simulator.rows import CURRENCY, TIME_ZONE
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
    times: Annotated[int, typer.Option(min=1, help="size: times the world of the tests")] = 2,
    rounds: Annotated[int, typer.Option(min=1)] = 3,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON for a program")] = False,
) -> None:
    """Measure appends and imports on SQLite."""
    world = world_of(times)
    with TemporaryDirectory() as folder:
        root = Path(folder)
        written = _append(world, root / "written.db")
        stored = _stored(root / "written.db")
        loaded = _export(world, root)
        _import(root, root / "loaded.db")
        made = _stored(root / "loaded.db")
        new = iter(range(1_000_000))

        def fresh() -> Path:
            return root / f"{next(new)}.db"

        taken = in_turns(
            {
                "append": lambda: _append(world, fresh()),
                "bare append": lambda: _insert(stored, fresh()),
                "import": lambda: _import(root, fresh()),
                "bare import": lambda: _insert(made, fresh()),
                "again": lambda: _import(root, root / "loaded.db"),
            },
            rounds,
        )
    assert written == sum(len(rows) for _, rows in stored.values())
    assert loaded == sum(len(rows) for _, rows in made.values())
    bare = "executemany of the same rows, one transaction"
    ratios = [
        Ratio("append of a batch", bare, taken["append"] / taken["bare append"]),
        Ratio("import of CSV files", bare, taken["import"] / taken["bare import"]),
        Ratio("the same import again", "the first import", taken["again"] / taken["import"]),
    ]
    tell("ledger", {"facts": written, "rows of CSV": loaded}, ratios, as_json=as_json)


def _append(world: World, path: Path) -> int:
    engine = open_database(f"sqlite:///{path}")
    migrate(engine)
    receipt = write_world(world, engine, OWNER, RECORDED_AT)
    engine.dispose()
    return receipt.added


def _import(folder: Path, path: Path) -> None:
    engine = open_database(f"sqlite:///{path}")
    migrate(engine)
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
    for kind, (columns, rows) in stored.items():
        marks = ", ".join("?" * len(columns))
        connection.execute(f"CREATE TABLE {kind} ({', '.join(columns)})")
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
