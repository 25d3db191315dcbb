"""A row as a reader found it, and the chunks in which rows go to the writer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from ledger.reports.report_faults import TooManyRows

ROWS_A_CHUNK = 10_000
SIZE_A_CHUNK = 8 << 20
"""Characters: rows of a chunk are in memory together, however long they are."""

LONGEST_ROW = 1 << 18
"""Characters; the longest row that a kind can have is far below."""

MOST_TROUBLES = 20
"""Troubles told of one row."""


class Trouble(NamedTuple):
    """What is wrong with a row.

    Attributes
    ----------
    field : str
        Name of the field at fault; empty where the row as a whole is.
    reason : str
        What is wrong, without the value.
    """

    field: str
    reason: str


class ReadRow(NamedTuple):
    """One row of a report.

    Attributes
    ----------
    line : int
        Where it begins, from 1: the physical line in CSV (with the header) and NDJSON, the number
        of the row in a JSON array and in Parquet.
    values : dict
        Its fields; empty where there are troubles.
    troubles : tuple of Trouble
        Why it can't be read.
    size : int
        Characters, about.
    """

    line: int
    values: dict[str, Any]
    troubles: tuple[Trouble, ...] = ()
    size: int = 0


def unread(line: int, *troubles: Trouble) -> ReadRow:
    """A row that can't be read."""
    return ReadRow(line, {}, troubles[:MOST_TROUBLES])


def chunked(rows: Iterable[ReadRow], most_rows: int) -> Iterator[list[ReadRow]]:
    """The rows in chunks of at most `ROWS_A_CHUNK` rows and about `SIZE_A_CHUNK` characters.

    Raises
    ------
    TooManyRows
        At the row after ``most_rows``.
    """
    chunk: list[ReadRow] = []
    size = 0
    for number, row in enumerate(rows, start=1):
        if number > most_rows:
            raise TooManyRows(
                f"there are more than {most_rows} rows", remedy="send them in several reports"
            )
        chunk.append(row)
        size += row.size
        if len(chunk) == ROWS_A_CHUNK or size >= SIZE_A_CHUNK:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk
