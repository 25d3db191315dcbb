"""A world passes the ledger's own checks on both stores, and its oracle stays outside."""

from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from sqlalchemy import inspect

from ledger import reader
from ledger.database import migrate, open_database
from ledger.faults import RejectedRows
from ledger.principals import OWNER
from simulator.load import SOURCE_SYSTEM, write_world
from simulator.oracle import write_oracle
from simulator.scenario import read_scenario
from simulator.world import World, make_world

LAST_DAY = date(2026, 6, 17)
BEGIN_OF_LAST_DAY = datetime(2026, 6, 16, 16, tzinfo=UTC)  # midnight in Shanghai


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(read_scenario("ci"), 7, LAST_DAY)


def test_every_row_passes_and_a_second_time_changes_nothing(
    database_url: str, world: World
) -> None:
    engine = open_database(database_url)
    migrate(engine)

    first = write_world(world, engine, OWNER, BEGIN_OF_LAST_DAY)
    second = write_world(world, engine, OWNER, BEGIN_OF_LAST_DAY)

    assert first.faults == ()
    assert first.added == sum(map(len, world.rows.values()))
    assert (second.added, second.corrected, second.unchanged) == (0, 0, first.added)
    engine.dispose()


def test_the_facts_are_history_from_when_they_were_known(sqlite_url: str, world: World) -> None:
    engine = open_database(sqlite_url)
    migrate(engine)
    head = write_world(world, engine, OWNER, datetime(2026, 6, 20, tzinfo=UTC)).last_seq

    for kind, rows in world.rows.items():
        facts = reader.facts(engine, OWNER.tenant, kind, through_seq=head)
        assert facts.num_rows == len(rows)
        assert facts["visible_at"].equals(facts["known_at"])
        assert set(facts["source_system"].to_pylist()) == {SOURCE_SYSTEM}
    engine.dispose()


def test_a_last_day_in_the_future_is_refused(sqlite_url: str, world: World) -> None:
    engine = open_database(sqlite_url)
    migrate(engine)

    with pytest.raises(RejectedRows, match="after"):
        write_world(world, engine, OWNER, datetime(2026, 6, 16, 15, 59, tzinfo=UTC))
    engine.dispose()


def test_the_oracle_is_in_no_column_of_the_ledger(sqlite_url: str, world: World) -> None:
    engine = open_database(sqlite_url)
    migrate(engine)
    tables = inspect(engine)
    columns = {c["name"] for table in tables.get_table_names() for c in tables.get_columns(table)}

    assert columns.isdisjoint(set(world.oracle.table().column_names) - {"receivable"})
    engine.dispose()


def test_the_oracle_goes_to_a_file_of_its_own_once(tmp_path: Path, world: World) -> None:
    path = tmp_path / "oracle.parquet"

    write_oracle(world.oracle, path)

    assert pq.read_table(path).equals(world.oracle.table())
    assert path.stat().st_mode & 0o777 == 0o400
    with pytest.raises(FileExistsError):
        write_oracle(world.oracle, path)
