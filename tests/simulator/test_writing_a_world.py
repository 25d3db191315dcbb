"""A world passes the ledger's own checks on both stores; its truth stays outside."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import inspect

from ledger import reader
from ledger.database import migrate, open_database, writing
from ledger.faults import RejectedRows
from ledger.principals import DEFAULT_TENANT, OWNER
from ledger.reports.report_files import Terms, find_reports, load_reports
from ledger.tenants import ensure_tenant
from simulator.observation.observed import observed, rows_of
from simulator.observation.view import CURRENCY, THEN, TIME_ZONE
from simulator.oracle import oracle_of
from simulator.output import SOURCE_SYSTEM, FolderTaken, write_folder, write_world
from simulator.scenario import read_scenario, size_of
from simulator.world import World, make_world
from tests.worlds import LAST_DAY

BEGIN_OF_LAST_DAY = datetime(2026, 6, 16, 16, tzinfo=UTC)  # midnight in Shanghai
SEED = 5


def silent(_what: str, _share: float) -> None:
    """No progress."""


@pytest.fixture(scope="module")
def world() -> World:
    """A small world as the ledger usually sees it: late, missing, mistyped."""
    return make_world(read_scenario("baseline"), size_of("small"), SEED, LAST_DAY)


def test_every_row_passes_and_a_second_time_changes_nothing(
    database_url: str, world: World
) -> None:
    engine = open_database(database_url)
    migrate(engine)
    told = [(kind, table.num_rows) for kind, table in observed(world)]
    facts = sum(rows for kind, rows in told if not kind.endswith(THEN))
    corrections = sum(rows for kind, rows in told if kind.endswith(THEN))

    first = write_world(world, engine, OWNER, BEGIN_OF_LAST_DAY)
    again = write_world(world, engine, OWNER, BEGIN_OF_LAST_DAY)

    assert [receipt.faults for receipt in first] == [(), ()]
    assert [receipt.added for receipt in first] == [facts, 0]
    assert first[1].corrected == corrections > 0
    assert [receipt.added + receipt.corrected for receipt in again] == [0, 0]
    assert [receipt.batch for receipt in again] == [None, None]
    engine.dispose()


def test_the_facts_are_history_from_when_they_were_known(sqlite_url: str, world: World) -> None:
    engine = open_database(sqlite_url)
    migrate(engine)
    head = write_world(world, engine, OWNER, datetime(2026, 6, 20, tzinfo=UTC))[-1].last_seq

    told = {kind: rows for kind, rows in rows_of(world).items() if rows}
    assert len(told) > 30
    for kind, rows in told.items():
        facts = reader.facts(engine, OWNER.tenant, kind, through_seq=head)
        assert facts.num_rows >= len(rows)
        assert facts["visible_at"].equals(facts["known_at"])
        assert set(facts["source_system"].to_pylist()) == {SOURCE_SYSTEM}
    engine.dispose()


def test_a_last_day_in_the_future_is_refused(sqlite_url: str, world: World) -> None:
    engine = open_database(sqlite_url)
    migrate(engine)

    with pytest.raises(RejectedRows, match="after"):
        write_world(world, engine, OWNER, datetime(2026, 6, 16, 15, 59, tzinfo=UTC))
    engine.dispose()


def test_nothing_is_known_after_the_last_day_begins_or_before_it_happens(world: World) -> None:
    for kind, table in observed(world):
        for row in table.select(["happened_at", "known_at"]).to_pylist():
            assert row["happened_at"] <= row["known_at"] <= BEGIN_OF_LAST_DAY, kind


def test_a_folder_holds_what_a_ledger_gets(sqlite_url: str, tmp_path: Path, world: World) -> None:
    """The files are loaded by the ledger's own door, all rows or none."""
    engine = open_database(sqlite_url)
    migrate(engine)
    with writing(engine) as connection:
        ensure_tenant(connection, DEFAULT_TENANT, TIME_ZONE, CURRENCY)
    written = write_folder(world, tmp_path / "world", progress=silent)
    terms = Terms(source_system=SOURCE_SYSTEM, historical=True, recorded_at=BEGIN_OF_LAST_DAY)

    loaded = [
        load_reports(engine, OWNER, find_reports([written.folder / part]), terms)
        for part in ("facts", "corrections")
    ]
    again = write_world(world, engine, OWNER, BEGIN_OF_LAST_DAY)

    assert all(report.written for report in loaded)
    assert [receipt.added + receipt.corrected for receipt in again] == [0, 0]
    engine.dispose()


def test_the_folder_says_what_it_was_made_from(tmp_path: Path, world: World) -> None:
    written = write_folder(world, tmp_path / "world", progress=silent)
    about = json.loads((written.folder / "world.json").read_text(encoding="utf-8"))

    assert about["seed"] == SEED
    assert about["last_day"] == LAST_DAY.isoformat()
    assert about["scenario"]["about"] == "Usual times"
    assert about["rows"] == written.rows
    for name, count in written.rows.items():
        part = "corrections" if name.endswith(THEN) else "facts"
        path = written.folder / part / f"{name.removesuffix(THEN)}.parquet"
        assert pq.read_metadata(path).num_rows == count


def test_a_folder_that_is_there_is_left_alone(tmp_path: Path, world: World) -> None:
    (tmp_path / "world").mkdir()

    with pytest.raises(FolderTaken) as caught:
        write_folder(world, tmp_path / "world", progress=silent)

    assert caught.value.field == "out"
    assert list(tmp_path.iterdir()) == [tmp_path / "world"]
    assert list((tmp_path / "world").iterdir()) == []


def test_a_row_that_the_ledger_could_not_read_stops_the_writing(
    tmp_path: Path, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not only one that it would read and refuse."""

    def spoilt(made: World) -> Iterator[tuple[str, pa.Table]]:
        for kind, table in observed(made):
            if kind == "party":
                beyond = pa.array([10_000_000] * table.num_rows, pa.int32()).cast(pa.date32())
                place = table.column_names.index("onboarded_on")
                yield kind, table.set_column(place, "onboarded_on", beyond)
            else:
                yield kind, table

    monkeypatch.setattr("simulator.output.observed", spoilt)

    with pytest.raises(RejectedRows) as caught:
        write_folder(world, tmp_path / "world", progress=silent)

    assert caught.value.field == "onboarded_on"
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_left_of_a_folder_that_was_not_finished(tmp_path: Path, world: World) -> None:
    def stop(_what: str, share: float) -> None:
        if share > 0.3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_folder(world, tmp_path / "deep" / "world", progress=stop)

    assert list((tmp_path / "deep").iterdir()) == []
    assert write_folder(world, tmp_path / "deep" / "world", progress=silent).rows


def test_the_truth_lies_apart_and_is_read_only(tmp_path: Path, world: World) -> None:
    folder = write_folder(world, tmp_path / "world", progress=silent).folder

    for name, table in oracle_of(world).tables().items():
        path = folder / "oracle" / f"{name}.parquet"
        assert pq.read_table(path).equals(table)
        assert path.stat().st_mode & 0o777 == 0o400


def test_the_truth_is_in_no_column_of_the_ledger(sqlite_url: str, world: World) -> None:
    engine = open_database(sqlite_url)
    migrate(engine)
    tables = inspect(engine)
    columns = {c["name"] for table in tables.get_table_names() for c in tables.get_columns(table)}
    shared = {
        "request",
        "supplier",
        "buyer",
        "receivable",
        "requested_on",
        "matures_on",
        # told of financings when they are ripe
        "defaulted",
        "cause",
        "lender",
    }

    for table in oracle_of(world).tables().values():
        assert columns & set(table.column_names) <= shared
    engine.dispose()


OLD_PROCESSOR = {
    "OPENBLAS_CORETYPE": "Nehalem",
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX512F,-AVX2,-FMA",
}
SCRIPT = f"""
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
import numpy as np
from simulator.output import write_folder
from simulator.scenario import read_scenario, size_of
from simulator.world import make_world
print(" ".join(np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])))
day = date.fromisoformat("{LAST_DAY}")
world = make_world(read_scenario("baseline"), size_of("small"), {SEED}, day)
write_folder(world, Path(sys.argv[1]), progress=lambda what, share: None)
"""


def test_an_older_processor_writes_the_same_bytes(tmp_path: Path, world: World) -> None:
    """Exponentials differ in their last bits from one processor to the next; no row may."""
    used = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
    if not used:
        pytest.skip("numpy has nothing to do without on this processor")
    here = digests(write_folder(world, tmp_path / "here", progress=silent).folder)

    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path / "there")],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, **OLD_PROCESSOR, "NPY_DISABLE_CPU_FEATURES": " ".join(used)},
    )

    assert done.stdout.strip() == ""
    assert digests(tmp_path / "there") == here


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of each file."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
