"""NDJSON: one JSON object a line. A line that can't be read costs itself alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from ledger.reports.json_rows import DECODER, JsonRows
from ledger.reports.read_rows import LONGEST_ROW, ReadRow, Trouble, unread
from ledger.reports.row_shape import RowShape
from ledger.reports.text_start import past_the_mark


def rows_of_lines(stream: BinaryIO, shape: RowShape) -> Iterator[ReadRow]:
    """Yield the rows of a stream of NDJSON in UTF-8; lines without anything on them are no rows.

    Raises
    ------
    UnreadableReport
        Where the text is UTF-16 or UTF-32, or empty.
    """
    rows = JsonRows(shape)
    for number, line in enumerate(_lines(past_the_mark(stream)), start=1):
        if line is None:
            yield unread(number, Trouble("", f"the line has more than {LONGEST_ROW} bytes"))
        elif not line.isspace():
            yield _row(rows, number, line)


def _lines(stream: BinaryIO) -> Iterator[bytes | None]:
    """The lines; None for one that is too long."""
    while line := stream.readline(LONGEST_ROW):
        if len(line) < LONGEST_ROW or line.endswith(b"\n"):
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(LONGEST_ROW)
        yield None


def _row(rows: JsonRows, number: int, line: bytes) -> ReadRow:
    try:
        parsed: Any = DECODER.decode(line.decode())
    except UnicodeDecodeError:
        return unread(number, Trouble("", "the line is not UTF-8"))
    except json.JSONDecodeError as error:
        return unread(number, Trouble("", f"not JSON: {error.msg} at column {error.colno}"))
    except RecursionError:
        return unread(number, Trouble("", "values are nested too deep; a row is flat"))
    return rows.row(number, parsed, len(line))
