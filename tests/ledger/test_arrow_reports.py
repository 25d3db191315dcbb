"""Rows that are in memory as Arrow are read as those of a Parquet file."""

import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ledger.kinds import KINDS, Kind
from ledger.reports.reading import read_arrow, read_report
from ledger.reports.report_faults import TooManyRows, WrongColumns
from tests.ledger.made_kinds import full_row
from tests.ledger.written_reports import as_parquet


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_arrow_and_parquet_give_the_same_rows(kind: Kind) -> None:
    name, body = kind.name, as_parquet(kind.name, [full_row(kind)])
    table = pq.read_table(io.BytesIO(body))

    from_memory = list(read_arrow(table.to_reader(), name))
    assert from_memory == list(read_report(io.BytesIO(body), "parquet", name))
    assert len(from_memory) == 1


def test_columns_and_types_are_those_of_the_kind() -> None:
    for wrong in ({"moon": ["x"]}, {"ref": [1], "happened_at": ["2024"]}):
        with pytest.raises(WrongColumns):
            list(read_arrow(pa.table(wrong).to_reader(), "party"))


def test_no_more_rows_than_allowed_are_read() -> None:
    (party,) = (kind for kind in KINDS if kind.name == "party")
    table = pq.read_table(io.BytesIO(as_parquet("party", [full_row(party)] * 3)))

    assert sum(map(len, read_arrow(table.to_reader(), "party", most_rows=3))) == 3
    with pytest.raises(TooManyRows):
        list(read_arrow(table.to_reader(), "party", most_rows=2))
