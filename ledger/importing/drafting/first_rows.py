"""The first rows of a file, whatever it is, as the importer itself would read them.

Nothing beyond them is read, so that a file of any size takes the same memory.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from ledger.importing.cells import Cell
from ledger.importing.drafting.decisions import Decisions
from ledger.importing.drafting.file_head import read_head
from ledger.importing.drafting.sureness import Guess
from ledger.importing.drafting.table_form import find_form
from ledger.importing.file_formats import Formats
from ledger.importing.import_faults import WrongHeader
from ledger.importing.mapping import Container
from ledger.importing.opened_file import Record, Stored
from ledger.importing.source_files import OPEN

MOST_SIGNS = 32 << 20
"""Characters that are kept: of a file with very long cells fewer rows are looked at."""

MOST_COLUMNS = 1_000


@dataclass(frozen=True)
class Sample:
    """The first rows of a file.

    Attributes
    ----------
    path : Path
        Where the file is.
    container, named : Container
        What it is, and what its name says it is.
    formats : Formats
        How it is read; numbers, days and blanks aren't looked at yet.
    header : tuple of str
        Names of its columns.
    stored : mapping
        How it keeps each column.
    cells : mapping
        The cells of each column, row by row.
    rows : int
        Rows that were read and can be; the others are counted in ``broken`` by fault.
    whole : bool
        Whether these are all rows.
    seen : tuple
        What was found out on the way, for people: a word for it, and the guess.
    """

    path: Path
    container: Container
    named: Container
    formats: Formats
    header: tuple[str, ...]
    stored: Mapping[str, Stored]
    cells: Mapping[str, Sequence[Cell]] = field(repr=False)
    rows: int
    broken: Mapping[str, int]
    whole: bool
    seen: tuple[tuple[str, Guess[str]], ...]


def read_first_rows(path: Path, most: int, decisions: Decisions) -> Sample:
    """Read the first rows of a file.

    Parameters
    ----------
    path : Path
        A CSV (plain or gzipped), a Parquet file or a workbook.
    most : int
        Rows, at most.
    decisions : Decisions
        For what can't be seen: which sheet, whether there is a header.

    Raises
    ------
    MissingFile, UnreadableFile, WrongHeader
        Where there is no such file, it can't be read, or its header can't be used.
    """
    head = read_head(path)
    form = find_form(path, head, decisions)
    with OPEN[head.container](path, form.formats) as file:
        if len(file.header) > MOST_COLUMNS:
            raise WrongHeader(
                f"{path.name}: has {len(file.header):,} columns; {MOST_COLUMNS:,} are looked at",
                remedy="export the columns that are needed, or write the mapping by hand",
            )
        records = file.records(file.header)
        kept, broken = _kept(records, most)
        whole = next(records, None) is None
        return Sample(
            path=path,
            container=head.container,
            named=head.named,
            formats=form.formats,
            header=file.header,
            stored=file.stored,
            cells=dict(zip(file.header, zip(*kept, strict=True), strict=True)) if kept else {},
            rows=len(kept),
            broken=broken,
            whole=whole,
            seen=tuple(form.seen),
        )


def _kept(records: Iterator[Record], most: int) -> tuple[list[Sequence[Cell]], Counter[str]]:
    kept: list[Sequence[Cell]] = []
    broken: Counter[str] = Counter()
    signs = 0
    for record in islice(records, most):
        if record.wrong is not None:
            broken[record.wrong.fault] += 1
            continue
        kept.append(record.cells)
        signs += sum(len(cell) if isinstance(cell, str) else 8 for cell in record.cells)
        if signs > MOST_SIGNS:
            break
    return kept, broken
