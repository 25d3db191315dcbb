"""Parquet: the columns are the fields, in types of their own; read some thousand rows at a time."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from ledger.clocks import from_day_number, from_micros
from ledger.importing.columnar import BROKEN
from ledger.importing.field_types import FieldType
from ledger.reports.named_columns import require_columns
from ledger.reports.parquet_pages import require_small_pages
from ledger.reports.read_rows import LONGEST_ROW, ReadRow, Trouble, unread
from ledger.reports.report_faults import TooManyRows, UnreadableReport, WrongColumns
from ledger.reports.row_shape import RowShape

ROWS_A_BATCH = 4_096
BYTES_AHEAD = 1 << 16
LONGEST_TYPE = 40
LONGEST_FOOTER = 8 << 20
"""Bytes: a footer is parsed as a whole, and a million columns fill it."""

FOOTER_END = 8
"""Bytes after the footer: its length, and a mark."""

WRITTEN_AS: Mapping[FieldType, str] = {
    "text": "string",
    "integer": "int64",
    "boolean": "bool",
    "day": "date32",
    "instant": "timestamp[us, tz=UTC]",
}
"""Arrow's type for each type of field."""

TAKEN: Mapping[FieldType, tuple[Callable[[pa.DataType], bool], ...]] = {
    "text": (pa.types.is_string, pa.types.is_large_string),
    "integer": (pa.types.is_integer,),
    "boolean": (pa.types.is_boolean,),
    "day": (pa.types.is_date32,),
}
"""What else can be read without a guess, beside timestamps with a zone."""


def rows_of_parquet(stream: BinaryIO, shape: RowShape) -> Iterator[ReadRow]:
    """Yield the rows of a Parquet file.

    Raises
    ------
    UnreadableReport
        Where it is no Parquet, damaged, or has pages that grow too large when unpacked.
    WrongColumns
        Where the columns are not the fields of the kind, or not of their types.
    """
    with _opened(stream, shape) as file:
        require_small_pages(stream, file.metadata)
        yield from _rows(file)


def require_few_rows(stream: BinaryIO, most_rows: int) -> None:
    """Raise `TooManyRows` where a Parquet file claims more, before any is read."""
    _require_short_footer(stream)
    try:
        claimed = pq.read_metadata(stream).num_rows
    except BROKEN as error:
        raise _damaged(error) from None
    stream.seek(0)
    if claimed > most_rows:
        raise TooManyRows(
            f"there are {claimed} rows, more than {most_rows}", remedy="send several reports"
        )


def _require_short_footer(stream: BinaryIO) -> None:
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, size - FOOTER_END))
    claimed = int.from_bytes(stream.read(FOOTER_END)[:4], "little")
    stream.seek(0)
    if claimed > LONGEST_FOOTER:
        raise UnreadableReport(
            "the rows are no Parquet, or the footer is too long",
            remedy="write fewer columns, and larger groups of rows",
        )


@contextmanager
def _opened(stream: BinaryIO, shape: RowShape) -> Iterator[pq.ParquetFile]:
    """The file, once its columns fit; what breaks later inside the block is told as damage."""
    try:
        schema = pq.read_schema(stream)
        require_columns(schema.names, shape)
        _require_types(schema, shape)
        texts = [name for name in schema.names if shape.types[name] == "text"]
        stream.seek(0)
        # texts stay in their dictionary: a long one that many rows share is in memory once
        with pq.ParquetFile(
            stream, read_dictionary=texts, buffer_size=BYTES_AHEAD, pre_buffer=False
        ) as file:
            yield file
    except BROKEN as error:
        raise _damaged(error) from None


def _damaged(error: Exception) -> UnreadableReport:
    return UnreadableReport(
        f"the rows are no Parquet, or damaged: {type(error).__name__}",
        remedy="write the file again",
    )


def _require_types(schema: pa.Schema, shape: RowShape) -> None:
    for column in schema:
        wanted = shape.types[column.name]
        if not _fits(column.type, wanted):
            raise WrongColumns(
                f"column {column.name} has the type {str(column.type)[:LONGEST_TYPE]}",
                field=column.name,
                remedy=f"write it as {WRITTEN_AS[wanted]}",
            )


def _fits(found: pa.DataType, wanted: FieldType) -> bool:
    if pa.types.is_timestamp(found):
        return wanted == "instant" and found.tz is not None
    if pa.types.is_dictionary(found):
        found = found.value_type
        return wanted == "text" and (pa.types.is_string(found) or pa.types.is_large_string(found))
    return bool(pa.types.is_null(found) or any(one(found) for one in TAKEN.get(wanted, ())))


def _rows(file: pq.ParquetFile) -> Iterator[ReadRow]:
    names: list[str] = file.schema_arrow.names
    read = 0
    for batch in file.iter_batches(ROWS_A_BATCH, use_threads=False):
        columns = [_values(column) for column in batch.columns]
        for cells in zip(*columns, strict=True):
            read += 1
            yield _row(read, names, cells)


def _row(line: int, names: list[str], cells: tuple[Any, ...]) -> ReadRow:
    size = sum(len(cell) for cell in cells if isinstance(cell, str))
    if size > LONGEST_ROW:
        return unread(line, Trouble("", f"the row has more than {LONGEST_ROW} characters"))
    values = {name: cell for name, cell in zip(names, cells, strict=True) if cell is not None}
    return ReadRow(line, values, (), size)


def _values(column: pa.Array[Any]) -> list[Any]:
    kind = column.type
    if pa.types.is_dictionary(kind):
        used = column.indices.unique()
        texts = dict(zip(used.to_pylist(), column.dictionary.take(used).to_pylist(), strict=True))
        return [texts[at] for at in column.indices.to_pylist()]
    if pa.types.is_timestamp(kind):
        micros = _in_micros(column).to_pylist()
        return [None if at is None else _within(from_micros, at) for at in micros]
    if pa.types.is_date32(kind):
        days = column.cast(pa.int32()).to_pylist()
        return [None if at is None else _within(from_day_number, at) for at in days]
    return list(column.to_pylist())


def _in_micros(column: pa.Array[Any]) -> pa.Array[Any]:
    try:
        return column.cast(pa.timestamp("us", column.type.tz)).cast(pa.int64())
    except pa.ArrowInvalid:
        raise UnreadableReport(
            "an instant is finer than microseconds, or out of reach",
            remedy=f"round it, and write the column as {WRITTEN_AS['instant']}",
        ) from None


def _within(read: Callable[[int], Any], number: int) -> Any:
    """The day or instant of a number; the number itself, which no field takes, beyond year 9999."""
    try:
        return read(number)
    except (ValueError, OverflowError):
        return number
