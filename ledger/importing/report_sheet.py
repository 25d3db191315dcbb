"""An import report as people read it in a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table

from ledger.importing.import_report import MOST_REJECTS, ImportReport

MOST_CAUSES = 20
"""Causes shown at most."""


def report_sheet(
    report: ImportReport, rejects: Path | None, *, stand_in: bool = False, refused: bool = False
) -> RenderableType:
    """Lay out what was loaded, or would be, and why rows weren't.

    Parameters
    ----------
    rejects : Path or None
        The file into which all rejects were written.
    stand_in : bool
        True where a check went against an empty ledger, because there is none yet.
    refused : bool
        True where bad rows kept out the good ones.
    """
    tables = [_files(report), _facts(report), *([_causes(report)] if report.causes else [])]
    parts = [part for table in tables for part in (table, "")]
    return Group(*parts, *_closing(report, rejects, stand_in=stand_in, refused=refused))


def _files(report: ImportReport) -> Table:
    table = _table("file", "rows", "loaded" if report.written else "would load", "rejected")
    for file in report.files:
        table.add_row(escape(file.file), *_counts(file.read, file.loaded, file.rejected))
    return table


def _facts(report: ImportReport) -> Table:
    table = _table("fact", "new" if report.written else "would be new", "corrections", "unchanged")
    for fact in report.facts:
        table.add_row(fact.kind, *_counts(fact.added, fact.corrected, fact.unchanged))
    return table


def _causes(report: ImportReport) -> Table:
    table = Table("rejected", "where first", "column or fact", "why", box=None, header_style="bold")
    table.columns[0].justify = "right"
    for cause in report.causes[:MOST_CAUSES]:
        where = f"{cause.file}, line {cause.line:,}"
        column = cause.column or cause.field or "the row"
        table.add_row(f"{cause.rejects:,}", *map(escape, (where, column, cause.reason)))
    return table


def _closing(
    report: ImportReport, rejects: Path | None, *, stand_in: bool, refused: bool
) -> Iterator[str]:
    if len(report.causes) > MOST_CAUSES:
        yield f"and {len(report.causes) - MOST_CAUSES} further causes"
    if report.rows_rejected:
        listed = "all" if len(report.rejects) < MOST_REJECTS else f"the first {MOST_REJECTS:,}"
        where = f"{listed} are in {rejects}" if rejects else f"--rejects FILE writes {listed}"
        left_out = "were left out" if report.written else "would be left out"
        rows = f"{report.rows_rejected:,} of {report.rows_read:,} rows"
        yield escape(f"{rows} {left_out}, with their reasons: {where}")
    if report.written:
        what = "The others are" if report.rows_rejected else "All rows are"
        yield f"{what} in the ledger, which is at seq {report.last_seq:,}."
    elif refused:
        yield "[bold]Nothing was loaded:[/] correct these rows, or load the others by --keep-good."
    else:
        against = " There is no ledger yet: checked against an empty one." if stand_in else ""
        yield f"[bold]Nothing was loaded:[/] this was a check.{against}"


def _table(first: str, *others: str) -> Table:
    table = Table(first, box=None, header_style="bold")
    for name in others:
        table.add_column(name, justify="right")
    return table


def _counts(*numbers: int) -> Iterator[str]:
    return (f"{number:,}" for number in numbers)
