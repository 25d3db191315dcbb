"""CSV (RFC 4180) in UTF-8: the first line names the fields, an empty cell is missing.

The records are those of ``ledger.importing.delimited``; what differs is that a cell has one way to
be written here, and no mapping says how.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO

from ledger.importing.cell_faults import CellError
from ledger.importing.delimited import DelimitedFile
from ledger.importing.file_formats import Formats
from ledger.importing.import_faults import UnreadableFile, WrongHeader
from ledger.importing.opened_file import Record
from ledger.reports.cell_values import FROM_TEXT
from ledger.reports.named_columns import require_columns
from ledger.reports.read_rows import LONGEST_ROW, ReadRow, Trouble, unread
from ledger.reports.report_faults import UnreadableReport, WrongColumns, shown_name
from ledger.reports.row_shape import RowShape
from ledger.reports.text_start import past_the_mark

A_HEADER = "the first line names the fields, separated by commas, each once"


def rows_of_csv(stream: BinaryIO, shape: RowShape) -> Iterator[ReadRow]:
    """Yield the rows of a CSV text.

    Raises
    ------
    UnreadableReport
        Where the text is UTF-16 or UTF-32 or empty, or its first line can't be read.
    WrongColumns
        Where the first line doesn't name the fields.
    """
    text = io.TextIOWrapper(
        past_the_mark(stream), encoding="utf-8", errors="surrogateescape", newline=""
    )
    try:
        yield from _rows(_opened(text, stream), shape)
    finally:
        text.detach()  # the stream is the caller's to close


def _opened(text: io.TextIOWrapper, stream: BinaryIO) -> DelimitedFile:
    try:
        return DelimitedFile("the rows", text, stream, 0, Formats())
    except UnreadableFile as error:
        raise UnreadableReport(
            f"the first line can't be read: {error.message.rpartition('read: ')[2]}",
            remedy=A_HEADER,
        ) from None
    except WrongHeader as error:  # its words repeat the name as it stands
        what = f"the column {shown_name(error.field)} is there twice" if error.field else "no name"
        raise WrongColumns(f"the first line: {what}", remedy=A_HEADER) from None


def _rows(file: DelimitedFile, shape: RowShape) -> Iterator[ReadRow]:
    require_columns(file.header, shape)
    readers = [(name, FROM_TEXT.get(shape.types[name])) for name in file.header]
    for record in file.records(file.header):
        if record.wrong is not None:
            yield unread(record.line, Trouble("", record.wrong.reason))
            continue
        values: dict[str, object] = {}
        troubles = []
        size = 0
        for (name, read), cell in zip(readers, record.cells, strict=True):
            if not isinstance(cell, str) or not cell:  # all are texts here
                continue
            size += len(cell)
            try:
                values[name] = cell if read is None else read(cell)
            except CellError as wrong:
                troubles.append(Trouble(name, wrong.reason))
        yield _row(record, values, troubles, size)


def _row(record: Record, values: dict[str, object], troubles: list[Trouble], size: int) -> ReadRow:
    if size > LONGEST_ROW:
        return unread(record.line, Trouble("", f"the row has more than {LONGEST_ROW} characters"))
    if troubles:
        return unread(record.line, *troubles)
    return ReadRow(record.line, values, (), size)
