"""A folder becomes facts: good rows load, bad rows are reported whole, and twice is once."""

import gzip
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from ledger.importing import passage
from ledger.importing.import_faults import WrongMapping
from tests.ledger.importing.small_bank import (
    BUYERS,
    GOOD,
    HEADER,
    MAPPING,
    NOW,
    added,
    empty_ledger,
    facts,
    faults,
    fill,
    load,
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


def test_files_become_facts(engine: Engine, tmp_path: Path) -> None:
    fill(tmp_path)
    report = load(engine, tmp_path)
    assert added(report) == {"party": 4, "party_profile": 3, "receivable": 2, "payment": 1}
    assert [(f.file, f.read, f.loaded, f.rejected) for f in report.files] == [
        ("buyers.csv", 3, 3, 0),
        ("claims.csv", 2, 2, 0),
    ]
    first, second = facts(engine, "receivable")
    assert (first["buyer"], first["issued_on"], first["due_on"], first["face_minor"]) == (
        "001",
        date(2024, 1, 31),
        date(2024, 2, 29),
        1230,
    )
    assert first["happened_at"] == first["known_at"] == datetime(2024, 1, 30, 16, tzinfo=UTC)
    assert second["face_minor"] is None
    (payment,) = facts(engine, "payment")
    assert payment["receivable"] == second["ref"]
    assert payment["known_at"] == datetime(2024, 2, 29, 16, tzinfo=UTC) == payment["visible_at"]
    assert [p["size_class"] for p in facts(engine, "party_profile")] == ["large", "micro", None]


def test_a_second_run_changes_nothing(engine: Engine, tmp_path: Path) -> None:
    fill(tmp_path)
    first = load(engine, tmp_path)
    again = load(engine, tmp_path, now=NOW + timedelta(days=1))
    assert again.last_seq == first.last_seq == 10
    assert [(f.added, f.corrected, f.unchanged) for f in again.facts] == [
        (0, 0, f.added) for f in first.facts
    ]


def test_a_later_file_adds_and_corrects(engine: Engine, tmp_path: Path) -> None:
    fill(tmp_path)
    load(engine, tmp_path)
    paid = GOOD.replace("12.30,\n", "12.30,2024-02-28\n") + "003,2024-05-01,2024-06-01,1,\n"
    fill(tmp_path, paid, BUYERS.replace("001,big", "001,tiny"))
    report = load(engine, tmp_path, now=NOW + timedelta(days=1))
    assert added(report) == {"party": 0, "party_profile": 0, "receivable": 1, "payment": 1}
    assert {f.kind: f.corrected for f in report.facts if f.corrected} == {"party_profile": 1}


def test_facts_that_are_not_historical_are_visible_from_today(
    engine: Engine, tmp_path: Path
) -> None:
    fill(tmp_path)
    load(engine, tmp_path, MAPPING.replace("historical = true", "historical = false"))
    assert {fact["visible_at"] for fact in facts(engine, "receivable")} == {NOW}


BAD_ROWS = (
    ("001,2024-02-30,2024-03-01,1,", "issued", "not-a-date"),
    ("001,2024-01-01,01.02.2024,1,", "due", "not-a-date"),
    ("001,2024-01-01,2024-02-01,1e400,", "amount", "not-finite"),
    ("001,2024-01-01,2024-02-01,NaN,", "amount", "not-finite"),
    ("001,2024-01-01,2024-02-01,ten,", "amount", "not-a-number"),
    ("001,2024-01-01,2024-02-01,1.005,", "amount", "amount-not-whole"),
    ("001,2024-01-01,2024-02-01,-1,", "amount", "ledger"),
    ("001,2024-01-01,2023-12-31,1,", "", "ledger"),
    ("001,2024-01-01,2024-02-01,1,2023-12-31", "paid issued", "requirement"),
    ("001,,2024-02-01,1,", "issued", "blank"),
    ("009,2024-01-01,2024-02-01,1,", "buyer", "ledger"),
    ("S,2024-01-01,2024-02-01,1,", "", "ledger"),
    ("001,2024-01-01,2024-02-01,1,,", "", "too-many-fields"),
    ("001,2024-01-01,2024-02-01", "", "too-few-fields"),
    ('"001,2024-01-01,2024-02-01,1,', "", "unclosed-quote"),
    ("00\0001,2024-01-01,2024-02-01,1,", "", "nul"),
    ("001,2027-01-01,2027-02-01,1,", "issued", "ledger"),
    ("001,2024-01-01,2024-02-01,1,2024-01-02\n001,2024-01-01,2024-02-01,1,x", "paid", "not-a-date"),
)


@pytest.mark.parametrize(("row", "column", "fault"), BAD_ROWS)
def test_a_bad_row_is_left_out_with_all_its_facts(
    engine: Engine, tmp_path: Path, row: str, column: str, fault: str
) -> None:
    fill(tmp_path, GOOD + row + "\n003,2024-01-01,2024-02-01,7,2024-01-05\n")
    report = load(engine, tmp_path)
    line = 4 + row.count("\n")
    assert (line, column, fault) in faults(report)
    assert {reject.line for reject in report.rejects} == {line}
    assert all(reject.reason and reject.file == "claims.csv" for reject in report.rejects)
    good = 3 + row.count("\n")
    assert added(report)["receivable"] == good
    assert report.files[1].loaded == good
    assert {p["receivable"] for p in facts(engine, "payment")} <= {
        r["ref"] for r in facts(engine, "receivable")
    }
    again = load(engine, tmp_path)
    assert again.last_seq == report.last_seq
    assert again.rejects == report.rejects


def test_all_that_is_wrong_with_the_cells_of_a_row_is_said(sqlite: Engine, tmp_path: Path) -> None:
    fill(tmp_path, HEADER + "001,x,y,z,\n")
    assert faults(load(sqlite, tmp_path)) == [
        (2, "issued", "not-a-date"),
        (2, "due", "not-a-date"),
        (2, "amount", "not-a-number"),
    ]


def test_an_unknown_word_rejects_a_party_and_then_its_claims(
    engine: Engine, tmp_path: Path
) -> None:
    fill(tmp_path, buyers=BUYERS.replace("001,big", "001,BIG"))
    report = load(engine, tmp_path)
    assert [(r.file, r.line, r.field, r.fault) for r in report.rejects] == [
        ("buyers.csv", 2, "", "unknown-value"),
        ("claims.csv", 2, "receivable.buyer", "ledger"),
    ]


def test_rows_that_disagree_about_a_key_are_all_left_out(engine: Engine, tmp_path: Path) -> None:
    fill(tmp_path, buyers="id,size\n001,big\n002,tiny\n001,tiny\n002,tiny\n")
    report = load(engine, tmp_path)
    assert [r.line for r in report.rejects if r.fault == "same-key"] == [2, 4]
    assert {p["ref"] for p in facts(engine, "party")} == {"S", "002"}
    assert report.files[0].loaded == 2


def test_a_party_repeated_in_every_row_is_one(sqlite: Engine, tmp_path: Path) -> None:
    fill(tmp_path, buyers="id,size\n" + "001,big\n" * 50 + "002,big\n")
    report = load(sqlite, tmp_path)
    assert added(report)["party"] == 3
    assert report.facts[0].unchanged == 49


def test_a_refused_fact_is_refused_in_every_row_that_repeats_it(
    sqlite: Engine, tmp_path: Path
) -> None:
    text = MAPPING.replace('party = { column = "id" }', 'party = { template = "x{id}" }')
    fill(tmp_path, HEADER, "id,size\n" + "001,big\n" * 300)
    report = load(sqlite, tmp_path, text)
    assert (report.files[0].rejected, added(report)["party"]) == (300, 1)


def test_chunks_make_no_difference(
    sqlite: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passage, "ROWS_A_CHUNK", 2)
    fill(
        tmp_path, GOOD + "001,2024-01-31,2024-02-29,12.30,\n" * 5 + "009,2024-01-01,2024-01-02,1,\n"
    )
    report = load(sqlite, tmp_path)
    assert added(report)["receivable"] == 7
    assert faults(report) == [(9, "buyer", "ledger")]
    assert load(sqlite, tmp_path).last_seq == report.last_seq


def _claim(number: int) -> str:
    return f"00{number % 3 + 1},2024-01-0{number % 4 + 1},2024-03-01,{number % 2 + 1},\n"


@given(st.lists(st.integers(0, 23), max_size=12), st.lists(st.integers(0, 23), max_size=6))
def test_a_file_that_has_grown_adds_its_new_rows_only(
    tmp_path_factory: pytest.TempPathFactory, old: list[int], new: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("bank")
    engine = empty_ledger(f"sqlite:///{folder / 'ledger.db'}")
    fill(folder, HEADER + "".join(map(_claim, old)))
    assert added(load(engine, folder))["receivable"] == len(old)
    fill(folder, HEADER + "".join(map(_claim, old + new)))
    report = load(engine, folder)
    assert (added(report)["receivable"], report.rejects) == (len(new), ())
    assert len(facts(engine, "receivable")) == len(old) + len(new)
    engine.dispose()


def test_monthly_files_by_a_glob(sqlite: Engine, tmp_path: Path) -> None:
    text = MAPPING.replace('name = "claims.csv"', 'name = "claims-*.csv.gz"')
    fill(tmp_path)
    for month in ("02", "01"):
        rows = HEADER + f"001,2024-{month}-05,2024-06-01,1,\n" * 2
        (tmp_path / f"claims-{month}.csv.gz").write_bytes(gzip.compress(rows.encode()))
    report = load(sqlite, tmp_path, text)
    assert [file.file for file in report.files[1:]] == ["claims-01.csv.gz", "claims-02.csv.gz"]
    assert added(report)["receivable"] == 4


def test_a_column_may_be_read_twice_and_another_stand_in_the_name_of_the_file(
    sqlite: Engine, tmp_path: Path
) -> None:
    text = MAPPING.replace('name = "claims.csv"', 'name = "claims-*.csv"')
    text = text.replace(
        'buyer = "text"',
        'buyer = { type = "text", file_name = "claims-(.+)-2024.csv" }\nfirst = { type = "date", '
        'of = "issued" }',
    ).replace('happened_at = { day = "issued" }', 'happened_at = { day = "first" }')
    fill(tmp_path)
    for buyer in ("002", "001"):
        rows = "issued,due,amount,paid\n2024-01-31,2024-02-29,12.30,\n"
        (tmp_path / f"claims-{buyer}-2024.csv").write_text(rows)
    load(sqlite, tmp_path, text)
    claims = facts(sqlite, "receivable")
    assert [claim["buyer"] for claim in claims] == ["001", "002"]
    assert {claim["happened_at"] for claim in claims} == {datetime(2024, 1, 30, 16, tzinfo=UTC)}
    (tmp_path / "claims-2025.csv").write_text("issued,due,amount,paid\n")
    with pytest.raises(WrongMapping) as caught:
        load(sqlite, tmp_path, text)
    assert caught.value.field == "/file/1/columns/buyer/file_name"


def test_parquet_gives_the_facts_that_text_gives(engine: Engine, tmp_path: Path) -> None:
    fill(tmp_path)
    load(engine, tmp_path)
    table = pa.table(
        {
            "paid": pa.array([None, datetime(2024, 2, 29)], pa.timestamp("ns")),  # noqa: DTZ001
            "amount": pa.array([Decimal("12.30"), None], pa.decimal128(10, 2)),
            "due": pa.array([date(2024, 2, 29), date(2024, 3, 31)]),
            "issued": ["2024-01-31", "2024-02-28"],
            "buyer": pa.array(["001", "002"]).dictionary_encode(),
        }
    )
    pq.write_table(table, tmp_path / "claims.parquet")
    report = load(engine, tmp_path, MAPPING.replace("claims.csv", "claims.parquet"))
    assert sum(added(report).values()) == 0
    assert report.files[1].loaded == 2
