"""Parquet, read batch by batch; every value is kept exactly."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ledger.importing.cell_faults import CellError
from ledger.importing.cells import Cell
from ledger.importing.file_formats import Formats
from ledger.importing.import_faults import UnreadableFile
from ledger.importing.opened_file import Record, Stored, trusted_header
from ledger.importing.parquet_bounds import rows_a_batch, trust

LONGEST_CELL = 1 << 17
"""Characters; a row with a longer cell is refused, as in a text."""

SHARED = 1 << 10
"""Characters; longer texts of a column are one object for all rows that say the same."""

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
        self._rows_a_batch = rows_a_batch(file.metadata)
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
            yield from self._file.iter_batches(
                self._rows_a_batch, columns=None if dotted else [*columns]
            )
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
        Where it is no Parquet, claims more rows than ``formats.max_rows``, or is a bomb.
    WrongHeader
        Where a column name occurs twice.
    """
    try:
        with pq.ParquetFile(path) as claims:
            metadata, schema = claims.metadata, claims.schema_arrow
            trust(path.name, metadata, path.stat().st_size, formats.max_rows)
        texts = [field.name for field in schema if stored_as(field.type) == "text"]
        file = pq.ParquetFile(path, metadata=metadata, read_dictionary=texts)
    except BROKEN as error:
        raise UnreadableFile(
            f"{path.name}: is not Parquet, or is damaged: {type(error).__name__}",
            remedy="write the file again, or say kind = 'csv' where it is text",
        ) from error
    with file:
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
        if _has_long_texts(values):
            words = values.dictionary.to_pylist()
            return [None if place is None else words[place] for place in values.indices.to_pylist()]
        values = values.cast(values.type.value_type)
    match stored_as(values.type):
        case "time":
            values = values.cast(pa.timestamp("us"), safe=values.type.unit != "ns")
        case "instant":
            values = values.cast(pa.timestamp("us", "UTC"), safe=values.type.unit != "ns")
        case "float":  # as the shortest decimal that stands for it alone, whatever its width
            return [None if v is None else Decimal(v) for v in values.cast(pa.string()).to_pylist()]
        case _:
            pass
    found: list[Cell] = values.to_pylist()
    return found


def _has_long_texts(values: pa.DictionaryArray) -> bool:
    """Whether a text is so long that it should not be written out for every row."""
    if stored_as(values.type) != "text" or pa.types.is_null(values.type.value_type):
        return False
    longest = pc.max(pc.binary_length(values.dictionary)).as_py()
    return longest is not None and longest > SHARED


def _unfit(cells: Sequence[Cell]) -> CellError | None:
    for cell in cells:
        if type(cell) is not str:
            continue
        if "\0" in cell:
            return CellError("nul", "the row holds a NUL character")
        if len(cell) > LONGEST_CELL:
            return CellError("too-long", f"a cell has more than {LONGEST_CELL} characters")
    return None
