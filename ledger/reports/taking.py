"""Read rows go to the writer, and what is wrong or odd with them is told by their lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from ledger.checking import Verdict, check_batch
from ledger.doubts import warnings
from ledger.faults import RowFault
from ledger.kinds import kind_of
from ledger.loads import Load
from ledger.reports.read_rows import ReadRow

TWINS = re.compile(r"^rows (\d+) and (\d+) ")
"""How the writer names two rows that contradict each other: by their places in the chunk."""


class RowError(NamedTuple):
    """What is wrong, or odd, with a row of a report.

    Attributes
    ----------
    line : int
        Where the row begins (`ReadRow`).
    field : str
        Name of the field; empty for the row as a whole.
    reason : str
        What is wrong with it; never a name or a free text of the row.
    """

    line: int
    field: str
    reason: str


class Listener(Protocol):
    """Who is told of rows, in the order of the report."""

    def error(self, found: RowError) -> None:
        """A row that is left out."""

    def doubt(self, found: RowError) -> None:
        """A row that is odd and was taken."""


@dataclass(frozen=True)
class Taken:
    """What became of the rows of a report.

    Attributes
    ----------
    rows : int
        Rows read.
    rejected : int
        Of these, the rows left out.
    """

    rows: int
    rejected: int


class ReadChunk(NamedTuple):
    """Rows of a report on their way to the writer.

    Attributes
    ----------
    rows : sequence of ReadRow
        As read, good and bad.
    verdicts : Mapping or None
        What ``checking.check_batch`` says of the good ones, where they were checked already.
    """

    rows: Sequence[ReadRow]
    verdicts: Mapping[str, Verdict] | None = None

    @property
    def good(self) -> list[ReadRow]:
        """The rows that could be read."""
        return [row for row in self.rows if not row.troubles]

    def checked(self, kind: str, base_currency: str, recorded_at: datetime) -> ReadChunk:
        """The same rows, checked by themselves: before anything is locked."""
        values = [row.values for row in self.good]
        return ReadChunk(self.rows, check_batch({kind: values}, base_currency, recorded_at))


def take(load: Load, kind: str, chunks: Iterable[ReadChunk], listener: Listener) -> Taken:
    """Hand every row that can be read to the writer.

    Parameters
    ----------
    load : Load
        Open; the caller closes it, and decides whether what was written stays.
    kind : str
        Kind of the rows.
    chunks : iterable
        Of the rows of ``reading.read_report``.
    listener : Listener
        Told of each fault and each doubt.
    """
    rows = rejected = 0
    for chunk in chunks:
        rows += len(chunk.rows)
        rejected += _take_chunk(load, kind, chunk, listener)
    return Taken(rows, rejected)


def _take_chunk(load: Load, kind: str, chunk: ReadChunk, listener: Listener) -> int:
    """Write a chunk; how many of its rows are left out."""
    good = chunk.good
    verdicts = chunk.verdicts or load.check({kind: [row.values for row in good]})
    settled = load.settle(verdicts)
    load.write(settled)
    faults = settled.faults
    errors = [RowError(row.line, *trouble) for row in chunk.rows for trouble in row.troubles]
    errors += [_by_line(fault, good) for fault in faults]
    for error in sorted(errors, key=_line):
        listener.error(error)
    left_out = {fault.index for fault in faults}
    _tell_doubts(kind, [row for at, row in enumerate(good) if at not in left_out], listener.doubt)
    return len({error.line for error in errors})


def _by_line(fault: RowFault, rows: Sequence[ReadRow]) -> RowError:
    def lines(found: re.Match[str]) -> str:
        first, second = (rows[int(at)].line for at in found.groups())
        return f"lines {first} and {second} "

    return RowError(rows[fault.index].line, fault.field, TWINS.sub(lines, fault.reason))


def _tell_doubts(kind: str, rows: Iterable[ReadRow], tell: Callable[[RowError], None]) -> None:
    blank: dict[str, Any] = dict.fromkeys(kind_of(kind).row.model_fields)
    for row in rows:
        for doubt in warnings(kind, {**blank, **row.values}):
            tell(RowError(row.line, doubt.field, doubt.reason))


def _line(error: RowError) -> int:
    return error.line
