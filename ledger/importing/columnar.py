"""Parquet, read batch by batch; every value is kept exactly."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ledger.importing.cell_faults import CellError
from ledger.importing.cells import Cell
from ledger.importing.file_formats import Formats
from ledger.importing.import_faults import UnreadableFile
from ledger.importing.opened_file import Record, Stored, trusted_header

ROWS_A_BATCH = 8_192
LONGEST_CELL = 1 << 20
"""Characters; a row with a longer cell is refused, as in a text."""

BROKEN = (pa.ArrowException, OSError, ValueError, OverflowError)


STORED: tuple[tuple[Callable[[pa.DataType], bool], Stored], ...] = (
    (pa.types.is_string, "text"),
    (pa.types.is_large_string, "text"),
    (pa.types.is_null, "text"),
    (pa.types.is_integer, "number"),
    (pa.types.is_decimal, "number"),
    (pa.types.is_floating, "float"),
    (pa.types.is_boolean, "flag"),
    (pa.types.is_date, "day"),
)
"""How values of an Arrow type are kept; of the others, but times, no cell can be made."""


class ColumnarFile:
    """An open Parquet file (see ``OpenedFile``)."""

    def __init__(self, name: str, file: pq.ParquetFile) -> None:
        self._name = name
        self._file = file
        self._rows = file.metadata.num_rows
        self._read = 0
        self.header = trusted_header(file.schema_arrow.names, name)

    @property
    def stored(self) -> Mapping[str, Stored]:
        """How the file keeps each column."""
        return {field.name: stored_as(field.type) for field in self._file.schema_arrow}

    def records(self, columns: Sequence[str]) -> Iterator[Record]:
        """Yield the rows, with the cells of these columns; ``line`` is the row number from 1."""
        for batch in self._batches(columns):
            for cells in zip(*(self._cells(batch.column(name)) for name in columns), strict=True):
                self._read += 1
                wrong = _unfit(cells)
                yield Record(self._read, () if wrong else cells, wrong)

    def share_read(self) -> float:
        """How many of the rows were read, from 0 to 1."""
        return self._read / self._rows if self._rows else 1.0

    def _batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        dotted = any("." in name for name in columns)  # pyarrow would take it for a path
        try:
            yield from self._file.iter_batches(ROWS_A_BATCH, columns=None if dotted else [*columns])
        except BROKEN as error:
            raise self._broken(error) from error

    def _cells(self, values: pa.Array[Any]) -> Sequence[Cell]:
        try:
            return cells(values)
        except BROKEN as error:
            raise self._broken(error) from error

    def _broken(self, error: Exception) -> UnreadableFile:
        return UnreadableFile(
            f"{self._name}: can't be read beyond row {self._read}: {type(error).__name__}",
            remedy="write the file again; it is damaged",
        )


@contextmanager
def open_columnar(path: Path, formats: Formats) -> Iterator[ColumnarFile]:
    """Open a Parquet file.

    Raises
    ------
    UnreadableFile
        Where it is no Parquet, or claims more rows than ``formats.max_rows``.
    WrongHeader
        Where a column name occurs twice.
    """
    try:
        file = pq.ParquetFile(path)
    except BROKEN as error:
        raise UnreadableFile(
            f"{path.name}: is not Parquet, or is damaged: {type(error).__name__}",
            remedy="write the file again, or say kind = 'csv' where it is text",
        ) from error
    with file:
        rows = file.metadata.num_rows
        if rows > formats.max_rows:
            raise UnreadableFile(
                f"{path.name}: has {rows} rows, more than the {formats.max_rows} allowed",
                remedy="raise format.max_rows if the file is what it should be, or split it",
            )
        yield ColumnarFile(path.name, file)


def stored_as(kind: pa.DataType) -> Stored:
    """How values of an Arrow type are kept; ``other`` where no cell can be made of them."""
    if pa.types.is_dictionary(kind):
        return stored_as(kind.value_type)
    if pa.types.is_timestamp(kind):
        return "time" if kind.tz is None else "instant"
    return next((stored for is_kind, stored in STORED if is_kind(kind)), "other")


def cells(values: pa.Array[Any]) -> Sequence[Cell]:
    """The cells of a column: its values as they are, instants in UTC, None for null."""
    if pa.types.is_dictionary(values.type):
        values = values.cast(values.type.value_type)
    match stored_as(values.type):
        case "time":
            values = values.cast(pa.timestamp("us"), safe=False)
        case "instant":
            values = values.cast(pa.timestamp("us", "UTC"), safe=False)
        case "float":  # as the shortest decimal that stands for it alone, whatever its width
            return [None if v is None else Decimal(v) for v in values.cast(pa.string()).to_pylist()]
        case _:
            pass
    found: list[Cell] = values.to_pylist()
    return found


def _unfit(cells: Sequence[Cell]) -> CellError | None:
    for cell in cells:
        if type(cell) is not str:
            continue
        if "\0" in cell:
            return CellError("nul", "the row holds a NUL character")
        if len(cell) > LONGEST_CELL:
            return CellError("too-long", f"a cell has more than {LONGEST_CELL} characters")
    return None
