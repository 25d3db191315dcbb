"""What an open file offers to the importer, whether it is text, Parquet or a workbook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple, Protocol

from ledger.importing.cell_faults import CellError
from ledger.importing.cells import Cell
from ledger.importing.import_faults import WrongHeader

Stored = Literal["text", "number", "float", "day", "time", "instant", "flag", "other"]
"""How a file keeps a column: as text, or as numbers, floats, days, booleans or times of its own.

A *time* has no offset and is read by the clocks of the source, an *instant* has one.
"""


class Record(NamedTuple):
    """One row of a file as it stands there.

    Attributes
    ----------
    line : int
        Where it begins: the physical line in a text, counted from 1 with the header; the row
        number in Parquet; the row of the sheet in a workbook.
    cells : sequence of Cell
        The cells of the columns asked for; None where the file itself says null.
    wrong : CellError or None
        Why the row as a whole can't be read; its cells are empty then.
    """

    line: int
    cells: Sequence[Cell]
    wrong: CellError | None = None


class OpenedFile(Protocol):
    """An open file."""

    @property
    def header(self) -> tuple[str, ...]:
        """Names of the columns, in the order of the file, none twice."""

    @property
    def stored(self) -> Mapping[str, Stored]:
        """How the file keeps each column."""

    def records(self, columns: Sequence[str]) -> Iterator[Record]:
        """Yield the rows, with the cells of these columns; once only.

        Raises `UnreadableFile` where the file ends or breaks in the middle.
        """

    def share_read(self) -> float:
        """How much of the file was read, from 0 to 1."""


MOST_COLUMNS = 16_384
"""As many as a sheet can have; each costs time in every row."""


def trusted_header(names: Sequence[str], file: str) -> tuple[str, ...]:
    """The names, unless there are none, too many, or one twice: then raise `WrongHeader`."""
    if len(names) > MOST_COLUMNS:
        raise WrongHeader(
            f"{file}: has {len(names):,} columns, more than the {MOST_COLUMNS:,} allowed",
            remedy="export the columns that are needed; the delimiter may be another one",
        )
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise WrongHeader(
            f"{file}: the column {twice[0]!r} occurs twice in the header",
            field=twice[0],
            remedy="export it once, or rename one; which of them is meant can't be told",
        )
    if not any(names):
        raise WrongHeader(
            f"{file}: there is no header", remedy="name the columns under format.header"
        )
    return tuple(names)
