"""The forms a report may have, and the reader of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO, Literal

import pyarrow as pa

from ledger.reports.csv_rows import rows_of_csv
from ledger.reports.json_array import rows_of_array
from ledger.reports.json_lines import rows_of_lines
from ledger.reports.named_columns import require_columns
from ledger.reports.parquet_rows import require_types, rows_of_batches, rows_of_parquet
from ledger.reports.read_rows import ReadRow, chunked
from ledger.reports.row_shape import RowShape, shape_of

Form = Literal["json", "ndjson", "csv", "parquet"]

TEXTS: dict[Form, Callable[[BinaryIO, RowShape], Iterator[ReadRow]]] = {
    "json": rows_of_array,
    "ndjson": rows_of_lines,
    "csv": rows_of_csv,
}
"""Reader of each form of text."""

MOST_ROWS = 20_000_000
"""Rows of one report, unless said otherwise: they are written in one transaction."""


def read_report(
    stream: BinaryIO, form: Form, kind: str, *, most_rows: int = MOST_ROWS
) -> Iterator[list[ReadRow]]:
    """Read rows of one kind, chunk by chunk, in memory that doesn't grow with their number.

    Parameters
    ----------
    stream : binary file
        At the beginning of the rows; can seek. It stays open.
    form : str
        How the rows are written: a JSON array (or a single object), NDJSON, CSV or Parquet.
    kind : str
        Name of their kind; columns and keys are the fields of its row.
    most_rows : int
        Rows that are read at most.

    Yields
    ------
    list of ReadRow
        Good and bad rows, in the order of the report. Values have the types that the row class
        asks for; a row is checked against its kind by the writer.

    Raises
    ------
    UnknownKind
        Where there is no such kind.
    UnreadableReport, WrongColumns, TooManyRows
        Where the report can't be read, or not beyond the rows yielded.
    """
    shape = shape_of(kind)
    if form == "parquet":
        return chunked(rows_of_parquet(stream, shape, most_rows), most_rows)
    return chunked(TEXTS[form](stream, shape), most_rows)


def read_arrow(
    batches: pa.RecordBatchReader, kind: str, *, most_rows: int = MOST_ROWS
) -> Iterator[list[ReadRow]]:
    """Read rows of one kind that are in memory as Arrow, for example ``table.to_reader()``.

    As `read_report`; columns have the types that a Parquet file has (``parquet_rows.WRITTEN_AS``).
    """
    shape = shape_of(kind)
    require_columns(batches.schema.names, shape)
    require_types(batches.schema, shape)
    return chunked(rows_of_batches(batches), most_rows)
