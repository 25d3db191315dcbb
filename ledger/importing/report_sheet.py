"""An import report as people read it in a terminal."""

from __future__ import annotations

from pathlib import Path

from rich.console import Group, RenderableType
from rich.table import Table

from ledger.importing.import_report import ImportReport

FIRST_REJECTS = 5


def report_sheet(report: ImportReport, rejects: Path | None) -> RenderableType:
    """Lay out what was loaded, and the first rows that weren't.

    Parameters
    ----------
    rejects : Path or None
        The file into which all rejects were written.
    """
    files = Table("file", "rows", "loaded", "rejected")
    for file in report.files:
        files.add_row(file.file, *(f"{n:,}" for n in (file.read, file.loaded, file.rejected)))
    facts = Table("fact", "new", "corrections", "unchanged")
    for fact in report.facts:
        facts.add_row(fact.kind, *(f"{n:,}" for n in (fact.added, fact.corrected, fact.unchanged)))
    lines = [
        f"  {reject.file}, line {reject.line}: {reject.reason}"
        for reject in report.rejects[:FIRST_REJECTS]
    ]
    if report.rejects:
        where = f"all are in {rejects}" if rejects else "--rejects FILE writes them all"
        lines.append(f"{report.rows_rejected} row(s) rejected; {where}")
    return Group(files, facts, *lines)
