"""Parquet: the columns are the fields, in types of their own; some thousand rows at a time.

The file is unpacked by a process of its own (``unpack_parquet``), which may break.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO

import pyarrow as pa

from ledger.clocks import from_day_number, from_micros
from ledger.importing.columnar import BROKEN
from ledger.importing.field_types import FieldType
from ledger.reports import unpack_parquet
from ledger.reports.named_columns import require_columns
from ledger.reports.read_rows import LONGEST_ROW, ReadRow, Trouble, unread
from ledger.reports.report_faults import TooManyRows, UnreadableReport, WrongColumns
from ledger.reports.row_shape import RowShape

PROGRAM = Path(unpack_parquet.__file__)
FRUGAL = {"ARROW_DEFAULT_MEMORY_POOL": "system", "MALLOC_ARENA_MAX": "1"}
"""So that the process sets aside no more memory than it uses: what it may have is limited."""

LONGEST_TYPE = 40

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


def rows_of_parquet(stream: BinaryIO, shape: RowShape, most_rows: int) -> Iterator[ReadRow]:
    """Yield the rows of a Parquet file.

    Raises
    ------
    UnreadableReport
        Where it is no Parquet, damaged, or grows too large when unpacked.
    TooManyRows
        Where it claims more than ``most_rows``.
    WrongColumns
        Where the columns are not the fields of the kind, or not of their types.
    """
    with _unpacked(stream) as batches:
        schema = batches.schema
        claimed = int(schema.metadata[unpack_parquet.ROWS])
        if claimed > most_rows:
            raise TooManyRows(
                f"there are {claimed} rows, more than {most_rows}", remedy="send several reports"
            )
        require_columns(schema.names, shape)
        require_types(schema, shape)
        yield from rows_of_batches(batches)


def rows_of_batches(batches: pa.RecordBatchReader) -> Iterator[ReadRow]:
    """Yield the rows of Arrow batches, whose columns are fields of the types in `WRITTEN_AS`."""
    names: list[str] = batches.schema.names
    read = 0
    for batch in batches:
        columns = [_values(column) for column in batch.columns]
        for cells in zip(*columns, strict=True):
            read += 1
            yield _row(read, names, cells)


@contextmanager
def _unpacked(stream: BinaryIO) -> Iterator[pa.RecordBatchReader]:
    """The batches of a file; what breaks while they are read is told as damage."""
    with ExitStack() as stack:
        process = stack.enter_context(
            subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-I", str(PROGRAM)],
                stdin=_with_number(stream, stack),
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, **FRUGAL},
            )
        )
        stack.callback(process.kill)  # it may be in the middle of a file that is refused
        try:
            yield pa.ipc.open_stream(process.stdout)
        except BROKEN:
            raise _refusal(process) from None
        if process.wait() != unpack_parquet.WELL:
            raise _refusal(process)


def _with_number(stream: BinaryIO, stack: ExitStack) -> BinaryIO:
    """The stream as a file that another process can read from its beginning."""
    stream.seek(0)
    try:
        stream.fileno()
    except io.UnsupportedOperation:
        file = stack.enter_context(TemporaryFile())  # noqa: SIM115 - the stack closes it
        shutil.copyfileobj(stream, file)
        stream = file
    stream.flush()
    os.lseek(stream.fileno(), 0, os.SEEK_SET)
    return stream


def _refusal(process: subprocess.Popen[bytes]) -> UnreadableReport:
    if process.wait() == unpack_parquet.TOO_LARGE:
        return UnreadableReport(
            "the Parquet file grows too large when unpacked",
            remedy="write smaller groups of rows (100,000), and only the columns of the kind",
        )
    return UnreadableReport("the rows are no Parquet, or damaged", remedy="write the file again")


def require_types(schema: pa.Schema, shape: RowShape) -> None:
    """Raise `WrongColumns` where a column has another type than its field, with its name."""
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
    return bool(pa.types.is_null(found) or any(one(found) for one in TAKEN.get(wanted, ())))


def _row(line: int, names: list[str], cells: tuple[Any, ...]) -> ReadRow:
    size = sum(len(cell) for cell in cells if isinstance(cell, str))
    if size > LONGEST_ROW:
        return unread(line, Trouble("", f"the row has more than {LONGEST_ROW} characters"))
    values = {name: cell for name, cell in zip(names, cells, strict=True) if cell is not None}
    return ReadRow(line, values, (), size)


def _values(column: pa.Array[Any]) -> list[Any]:
    kind = column.type
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
