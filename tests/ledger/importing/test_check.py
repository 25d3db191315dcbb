"""A check does all that an import does, tells it, and leaves nothing behind."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect, make_url

from ledger.database import open_database, reading
from ledger.faults import DatabaseUnreachable, SchemaBehind, TenantConflict, WrongDatabaseUrl
from ledger.importing.import_faults import UnreadableFile
from ledger.importing.import_report import ImportReport
from ledger.importing.loading import import_folder
from ledger.importing.trial_ledger import target_of
from ledger.principals import OWNER
from tests.ledger.importing.small_bank import (
    BUYERS,
    GOOD,
    MAPPING,
    NOW,
    empty_ledger,
    fill,
    load,
    mapping_of,
)
from tests.ledger.made_rows import everything


@pytest.fixture
def engine(empty_database_url: str) -> Iterator[Engine]:
    """An empty ledger, on each store."""
    opened = empty_ledger(empty_database_url)
    yield opened
    opened.dispose()


def check(engine: Engine, folder: Path, text: str = MAPPING) -> ImportReport:
    return import_folder(mapping_of(folder, text), folder, engine, OWNER, NOW, check=True)


def as_loaded(report: ImportReport, last_seq: int) -> ImportReport:
    return replace(report, written=True, last_seq=last_seq)


@pytest.mark.parametrize("buyers", [BUYERS, BUYERS + "001,tiny\n"])
def test_a_check_tells_what_the_import_then_does_and_writes_nothing(
    engine: Engine, tmp_path: Path, buyers: str
) -> None:
    fill(tmp_path, GOOD + "009,2024-01-01,2024-02-01,1,\n001,x,2024-02-01,1,\n", buyers)
    before = everything(engine)
    told = check(engine, tmp_path)
    assert everything(engine) == before
    assert (told.written, told.last_seq, before["tenant"]) == (False, 0, [])
    assert told.rows_rejected > 0
    done = load(engine, tmp_path)
    assert done == as_loaded(told, done.last_seq)

    fill(tmp_path, GOOD.replace("12.30", "12.40"), BUYERS)
    before = everything(engine)
    told = check(engine, tmp_path)
    assert everything(engine) == before
    assert (told.written, told.last_seq) == (False, done.last_seq)
    again = load(engine, tmp_path)
    assert again == as_loaded(told, again.last_seq)
    assert again.last_seq > done.last_seq


def test_what_stops_an_import_stops_a_check(engine: Engine, tmp_path: Path) -> None:
    fill(tmp_path)
    load(engine, tmp_path)
    before = everything(engine)
    with pytest.raises(TenantConflict):
        check(engine, tmp_path, MAPPING.replace("Asia/Shanghai", "Asia/Tokyo"))
    fill(tmp_path, b"K\xe4ufer")
    with pytest.raises(UnreadableFile):
        check(engine, tmp_path)
    assert everything(engine) == before


def test_without_a_ledger_an_empty_one_stands_in_and_is_gone_afterwards(
    empty_database_url: str, tmp_path: Path
) -> None:
    fill(tmp_path)
    file = Path(make_url(empty_database_url).database or "")
    with target_of(empty_database_url, check=True) as target:
        report = check(target.engine, tmp_path)
        stood_in = Path(target.engine.url.database or "")
        assert (target.stand_in, stood_in.exists()) == (True, True)
    assert report.rows_rejected == 0
    assert not stood_in.exists()
    if empty_database_url.startswith("sqlite"):
        assert not file.exists()
    else:
        assert tables(empty_database_url) == []


def test_a_check_goes_against_the_ledger_that_is_there(engine: Engine, tmp_path: Path) -> None:
    fill(tmp_path)
    load(engine, tmp_path)
    url = engine.url.render_as_string(hide_password=False)
    with target_of(url, check=True) as target:
        report = check(target.engine, tmp_path)
    assert (target.stand_in, {fact.added for fact in report.facts}) == (False, {0})


def test_an_import_makes_the_ledger_that_a_check_does_not(empty_database_url: str) -> None:
    with target_of(empty_database_url, check=False) as target:
        assert not target.stand_in
    assert "party" in tables(empty_database_url)


def test_tables_of_another_revision_are_not_touched_by_a_check(engine: Engine) -> None:
    url = engine.url.render_as_string(hide_password=False)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    with pytest.raises(SchemaBehind), target_of(url, check=True):
        pass


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("sqlite:////nowhere/at/all.db", DatabaseUnreachable),
        ("sqlite://", WrongDatabaseUrl),
        ("mysql://localhost/x", WrongDatabaseUrl),
    ],
)
def test_a_wrong_address_is_told_as_an_import_tells_it(url: str, fault: type[Exception]) -> None:
    for one in (True, False):
        with pytest.raises(fault), target_of(url, check=one):
            pass


def tables(url: str) -> list[str]:
    opened = open_database(url)
    with reading(opened) as connection:
        found = inspect(connection).get_table_names()
    opened.dispose()
    return found
