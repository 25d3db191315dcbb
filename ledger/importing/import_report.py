"""What an import did: rows by file, facts by kind, and every row that was left out."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from ledger.importing.import_faults import UnwritableFile
from ledger.spreadsheet_cells import shown_only

REJECT_COLUMNS = ("file", "line", "field", "column", "fault", "reason")
MOST_REJECTS = 100_000
"""So many rejects are listed; the causes count all. Bounds memory where a mapping fits no row."""


@dataclass(frozen=True, slots=True)
class Reject:
    """Why a row was left out, with all its facts; a row may have several.

    Attributes
    ----------
    file : str
        Name of the file.
    line : int
        Physical line of a text, from 1 with the header; row number in Parquet, of the sheet in
        a workbook.
    field : str
        ``kind.field`` of the ledger; empty where a cell or the row as a whole is wrong.
    column : str
        The columns at fault; empty where the row as a whole is.
    fault : str
        What kind of wrong: ``not-a-date``, ``requirement``, ``ledger`` and so on
        (docs/mappings.md lists them).
    reason : str
        In a sentence. Text cells are never repeated in it, others at most in part.
    """

    file: str
    line: int
    field: str
    column: str
    fault: str
    reason: str


@dataclass(frozen=True, slots=True)
class Cause:
    """Why rows were left out, all rows of one cause together.

    Attributes
    ----------
    file, field, column, fault : str
        As of a `Reject`; requirements with different reasons are different causes.
    rejects : int
        How many of the rejects have it.
    line : int
        Of the first of them.
    reason : str
        Of the first of them: others may name other values.
    """

    file: str
    field: str
    column: str
    fault: str
    rejects: int
    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class FileCount:
    """Rows of one file: read, loaded and rejected; read is the sum of the others."""

    file: str
    read: int
    loaded: int
    rejected: int


@dataclass(frozen=True, slots=True)
class FactCount:
    """Facts of one kind: new, corrections, and those that said nothing new."""

    kind: str
    added: int
    corrected: int
    unchanged: int


@dataclass(frozen=True)
class ImportReport:
    """What an import did.

    Attributes
    ----------
    source : str
        Name of the source in the mapping.
    files : tuple of FileCount
        In the order in which they were loaded.
    facts : tuple of FactCount
        In the order of ``ledger.kinds``; kinds that the mapping doesn't name are left out.
    causes : tuple of Cause
        Of all rejects, the first seen first.
    rejects : tuple of Reject
        In the order of the files and lines; no more than ``MOST_REJECTS``.
    last_seq : int
        Head of the tenant's ledger afterwards; 0 where there is no book.
    written : bool
        False where this was a check: counts say what would happen, and nothing was written.
    """

    source: str
    files: tuple[FileCount, ...]
    facts: tuple[FactCount, ...]
    causes: tuple[Cause, ...]
    rejects: tuple[Reject, ...]
    last_seq: int
    written: bool

    @property
    def rows_read(self) -> int:
        """Rows of all files."""
        return sum(file.read for file in self.files)

    @property
    def rows_rejected(self) -> int:
        """Rows left out, over all files."""
        return sum(file.rejected for file in self.files)

    def to_json(self) -> str:
        """The whole report as JSON, with the names of the attributes."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2)

    def write_rejects(self, path: Path) -> None:
        """Write the rejects as CSV (UTF-8), safe to open in a spreadsheet.

        Raises `UnwritableFile`; `require_writable` says so before anything is loaded.
        """
        try:
            with path.open("w", encoding="utf-8", newline="") as stream:
                writer = csv.writer(stream)
                writer.writerow(REJECT_COLUMNS)
                writer.writerows(_cells(reject) for reject in self.rejects)
        except OSError as error:
            raise _unwritable(path, error) from error


def require_writable(path: Path) -> None:
    """Raise `UnwritableFile` where the rejects couldn't be written; leave what is there."""
    there = path.exists()
    try:
        with path.open("ab"):
            pass
    except OSError as error:
        raise _unwritable(path, error) from error
    if not there:
        path.unlink()


def _unwritable(path: Path, error: OSError) -> UnwritableFile:
    return UnwritableFile(
        f"{path} can't be written: {error.strerror}", field="rejects", remedy="name another file"
    )


class Rejects:
    """Collects the rejects of a run."""

    def __init__(self) -> None:
        self.listed: list[Reject] = []
        self._first: dict[tuple[str, ...], Reject] = {}
        self._count: Counter[tuple[str, ...]] = Counter()

    def add(self, reject: Reject) -> None:
        """Count a reject, and list it while there is room."""
        if len(self.listed) < MOST_REJECTS:
            self.listed.append(reject)
        told = reject.reason if reject.fault == "requirement" else ""
        cause = (reject.file, reject.field, reject.column, reject.fault, told)
        self._first.setdefault(cause, reject)
        self._count[cause] += 1

    def causes(self) -> tuple[Cause, ...]:
        """Why rows were left out."""
        return tuple(
            Cause(
                first.file,
                first.field,
                first.column,
                first.fault,
                self._count[cause],
                first.line,
                first.reason,
            )
            for cause, first in self._first.items()
        )


def _cells(reject: Reject) -> Iterable[str]:
    for name in REJECT_COLUMNS:
        yield shown_only(str(getattr(reject, name)))
