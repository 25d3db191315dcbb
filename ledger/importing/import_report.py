"""What an import did: rows by file, facts by kind, and every row that was left out."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

REJECT_COLUMNS = ("file", "line", "field", "column", "fault", "reason")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is run as a formula by a spreadsheet."""


@dataclass(frozen=True, slots=True)
class Reject:
    """Why a row was left out, with all its facts; a row may have several.

    Attributes
    ----------
    file : str
        Name of the file.
    line : int
        Physical line of a text, from 1 with the header; row number in Parquet.
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
    rejects : tuple of Reject
        In the order of the files and lines.
    last_seq : int
        Head of the tenant's ledger afterwards.
    """

    source: str
    files: tuple[FileCount, ...]
    facts: tuple[FactCount, ...]
    rejects: tuple[Reject, ...]
    last_seq: int

    @property
    def rows_rejected(self) -> int:
        """Rows left out, over all files."""
        return sum(file.rejected for file in self.files)

    def to_json(self) -> str:
        """The whole report as JSON, with the names of the attributes."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2)

    def write_rejects(self, path: Path) -> None:
        """Write the rejects as CSV (UTF-8), safe to open in a spreadsheet."""
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(REJECT_COLUMNS)
            writer.writerows(_cells(reject) for reject in self.rejects)


def _cells(reject: Reject) -> Iterable[str]:
    for name in REJECT_COLUMNS:
        text = str(getattr(reject, name))
        yield f"'{text}" if text.startswith(FORMULA_STARTS) else text
