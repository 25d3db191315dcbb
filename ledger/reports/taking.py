"""Read rows go to the writer, and what is wrong or odd with them is told by their lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from ledger.checking import Rows, Verdict
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


class CheckedChunk(NamedTuple):
    """A chunk whose rows were checked by themselves.

    Attributes
    ----------
    rows : sequence of ReadRow
        All of them.
    good : list of ReadRow
        Those that could be read.
    verdicts : dict
        What ``ledger.checking.check_batch`` says of these.
    """

    rows: Sequence[ReadRow]
    good: list[ReadRow]
    verdicts: dict[str, Verdict]


def check_chunk(
    kind: str, chunk: Sequence[ReadRow], check: Callable[[Rows], dict[str, Verdict]]
) -> CheckedChunk:
    """Check the rows of a chunk by themselves: the slow part, which needs no lock."""
    good = [row for row in chunk if not row.troubles]
    return CheckedChunk(chunk, good, check({kind: [row.values for row in good]}))


def take(load: Load, kind: str, chunks: Iterable[CheckedChunk], listener: Listener) -> Taken:
    """Write every row that can be right.

    Parameters
    ----------
    load : Load
        Open; the caller closes it, and decides whether what was written stays.
    kind : str
        Kind of the rows.
    chunks : iterable of CheckedChunk
        In the order of the report; asked for one by one.
    listener : Listener
        Told of each fault and each doubt.
    """
    rows = rejected = 0
    for chunk in chunks:
        rows += len(chunk.rows)
        rejected += _take_chunk(load, kind, chunk, listener)
    return Taken(rows, rejected)


def _take_chunk(load: Load, kind: str, chunk: CheckedChunk, listener: Listener) -> int:
    """Write a chunk; how many of its rows are left out."""
    settled = load.settle(chunk.verdicts)
    load.write(settled)
    errors = [RowError(row.line, *trouble) for row in chunk.rows for trouble in row.troubles]
    errors += [_by_line(fault, chunk.good) for fault in settled.faults]
    for error in sorted(errors, key=_line):
        listener.error(error)
    left_out = {fault.index for fault in settled.faults}
    taken = (row for at, row in enumerate(chunk.good) if at not in left_out)
    _tell_doubts(kind, taken, listener.doubt)
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
