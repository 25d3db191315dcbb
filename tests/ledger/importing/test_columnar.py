"""Parquet of every type is read exactly."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ledger.importing.columnar import cells, open_columnar, stored_as
from ledger.importing.file_formats import Formats
from ledger.importing.import_faults import UnreadableFile, WrongHeader


def test_every_value_is_kept_exactly() -> None:
    arrays = {
        "text": pa.array(["007", None, "NA"]),
        "words": pa.array(["a", "b", "a"]).dictionary_encode(),
        "ints": pa.array([2**62, None, -1]),
        "money": pa.array([Decimal("1E+2"), None, Decimal("0.10")], pa.decimal128(12, 2)),
        "floats": pa.array([0.1, None, 1182.35]),
        "narrow": pa.array([0.1, None, 1182.35], pa.float32()),
        "flags": pa.array([True, None, False]),
        "days": pa.array([date(2024, 2, 29), None, date(1970, 1, 1)]),
        "times": pa.array([datetime(2024, 2, 29, 23, 59), None, None], pa.timestamp("ns")),  # noqa: DTZ001
        "zoned": pa.array([EVENING, None, None], pa.timestamp("ms", "Asia/Shanghai")),
    }
    assert {name: list(cells(values)) for name, values in arrays.items()} == {
        "text": ["007", None, "NA"],
        "words": ["a", "b", "a"],
        "ints": [2**62, None, -1],
        "money": [Decimal("100.00"), None, Decimal("0.10")],
        "floats": [Decimal("0.1"), None, Decimal("1182.35")],
        "narrow": [Decimal("0.1"), None, Decimal("1182.35")],
        "flags": [True, None, False],
        "days": [date(2024, 2, 29), None, date(1970, 1, 1)],
        "times": [datetime(2024, 2, 29, 23, 59), None, None],  # noqa: DTZ001
        "zoned": [EVENING, None, None],
    }


EVENING = datetime(2024, 2, 29, 20, tzinfo=UTC)


def test_what_is_no_number_stays_none() -> None:
    assert [str(cell) for cell in cells(pa.array([float("nan"), float("-inf")]))] == [
        "NaN",
        "-Infinity",
    ]


def test_what_no_cell_can_be_made_of() -> None:
    for kind in (pa.list_(pa.int8()), pa.binary(), pa.duration("s"), pa.time32("s")):
        assert stored_as(kind) == "other"


def test_rows_are_counted_from_one_and_bad_cells_refuse_theirs(tmp_path: Path) -> None:
    path = tmp_path / "f.parquet"
    pq.write_table(pa.table({"a.b": ["x", "y\0", "z"], "c": [1, 2, 3]}), path)
    with open_columnar(path, Formats()) as file:
        records = list(file.records(["c", "a.b"]))
        assert file.share_read() == 1.0
    assert [(r.line, list(r.cells), r.wrong and r.wrong.fault) for r in records] == [
        (1, [1, "x"], None),
        (2, [], "nul"),
        (3, [3, "z"], None),
    ]


def test_a_file_that_claims_too_many_rows(tmp_path: Path) -> None:
    path = tmp_path / "f.parquet"
    pq.write_table(pa.table({"a": pa.array([None] * 1_001, pa.string())}), path)
    with (
        pytest.raises(UnreadableFile, match="1001 rows"),
        open_columnar(path, Formats(max_rows=1_000)),
    ):
        pass


def test_a_file_that_is_no_parquet(tmp_path: Path) -> None:
    path = tmp_path / "f.parquet"
    path.write_bytes(b"a,b\n1,2\n")
    with pytest.raises(UnreadableFile), open_columnar(path, Formats()):
        pass


def test_a_column_that_occurs_twice(tmp_path: Path) -> None:
    path = tmp_path / "f.parquet"
    pq.write_table(pa.Table.from_arrays([pa.array([1]), pa.array([2])], ["a", "a"]), path)
    with pytest.raises(WrongHeader), open_columnar(path, Formats()):
        pass
