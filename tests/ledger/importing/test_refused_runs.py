"""What can't be right as a whole stops the run, and nothing of it is loaded."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import Engine

from ledger.faults import Fault, TenantConflict
from ledger.importing.import_faults import (
    MissingFile,
    UnreadableFile,
    WrongHeader,
    WrongMapping,
)
from ledger.importing.loading import import_folder
from ledger.principals import OWNER
from tests.ledger.importing.small_bank import (
    GOOD,
    MAPPING,
    NOW,
    empty_ledger,
    facts,
    fill,
    load,
    mapping_of,
)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An empty ledger, on each store."""
    opened = empty_ledger(database_url)
    yield opened
    opened.dispose()


@pytest.fixture
def sqlite(sqlite_ledger: str) -> Iterator[Engine]:
    """An empty ledger where the store doesn't matter."""
    opened = empty_ledger(sqlite_ledger)
    yield opened
    opened.dispose()


def test_a_key_kept_as_a_float_is_refused(sqlite: Engine, tmp_path: Path) -> None:
    fill(tmp_path)
    pq.write_table(pa.table({"id": [1.0], "size": ["big"]}), tmp_path / "buyers.parquet")
    with pytest.raises(WrongMapping, match="keeps 'id'"):
        load(sqlite, tmp_path, MAPPING.replace("buyers.csv", "buyers.parquet"))


def _damaged(folder: Path, name: str) -> None:
    path = folder / name
    match name:
        case "claims.csv.gz":
            path.write_bytes(gzip.compress(GOOD.encode() * 1_000)[:-9])
        case "claims.parquet":
            pq.write_table(pa.table({"a": [1]}), path)
            path.write_bytes(path.read_bytes()[:-30])


@pytest.mark.parametrize(
    ("claims", "name", "fault"),
    [
        ("buyer,issued,due,amount\n", "claims.csv", WrongMapping),
        ("buyer,issued,due,amount,paid,paid\n", "claims.csv", WrongHeader),
        ("", "claims.csv", WrongHeader),
        ("Käufer".encode("latin-1"), "claims.csv", UnreadableFile),
        (GOOD, "none.csv", MissingFile),
        (GOOD, "claims.csv.gz", UnreadableFile),
        (GOOD, "claims.parquet", UnreadableFile),
    ],
)
def test_a_file_that_cannot_be_right_stops_the_run_before_anything_is_loaded(
    engine: Engine, tmp_path: Path, claims: str | bytes, name: str, fault: type[Fault]
) -> None:
    fill(tmp_path, claims)
    _damaged(tmp_path, name)
    with pytest.raises(fault) as caught:
        load(engine, tmp_path, MAPPING.replace("claims.csv", name))
    assert caught.value.remedy
    assert facts(engine, "party") == []


def test_no_folder(sqlite: Engine, tmp_path: Path) -> None:
    with pytest.raises(MissingFile):
        import_folder(mapping_of(tmp_path), tmp_path / "none", sqlite, OWNER, NOW)


def test_a_constant_that_the_ledger_refuses_leaves_nothing(engine: Engine, tmp_path: Path) -> None:
    fill(tmp_path)
    with pytest.raises(WrongMapping) as caught:
        load(engine, tmp_path, MAPPING.replace("2020-01-01", "2030-01-01", 1))
    assert caught.value.field == "/fact/0/fields/happened_at"
    assert facts(engine, "party") == []


def test_another_currency_than_the_book_leaves_nothing(engine: Engine, tmp_path: Path) -> None:
    fill(tmp_path)
    load(engine, tmp_path)
    with pytest.raises(TenantConflict):
        load(engine, tmp_path, MAPPING.replace("Asia/Shanghai", "Asia/Tokyo"))
