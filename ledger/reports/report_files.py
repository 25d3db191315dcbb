"""Files in the ledger's own form, a kind each: loaded as one batch, or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine

from ledger.database import writing
from ledger.importing.import_faults import MissingFile, UnreadableFile
from ledger.importing.import_report import FactCount, FileCount, ImportReport, Reject, Rejects
from ledger.importing.run_progress import Progress, Stage, silent
from ledger.kinds import BY_NAME, KINDS
from ledger.loads import Load
from ledger.principals import Principal
from ledger.reports.reading import Form, read_report
from ledger.reports.report_faults import ReportFault
from ledger.reports.taking import CheckedChunk, RowError, check_chunk, take

ENDINGS: Mapping[str, Form] = {
    ".parquet": "parquet",
    ".csv": "csv",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".json": "json",
}
NAMED = "name a file by its kind: invoice.parquet, invoice-2026-03.csv, party.ndjson, party.json"


@dataclass(frozen=True)
class ReportFile:
    """A file of rows of one kind; its name says which, and its ending how they are written."""

    path: Path
    kind: str
    form: Form


@dataclass(frozen=True)
class Terms:
    """How files are loaded.

    Attributes
    ----------
    source_system, historical
        As for ``ledger.loads.Load``.
    recorded_at : datetime
        Now, aware.
    keep_good : bool
        Load the good rows and report the bad, instead of refusing all.
    check : bool
        Undo all of it at the end: the report says what would happen.
    """

    source_system: str
    historical: bool
    recorded_at: datetime
    keep_good: bool = False
    check: bool = False


def find_reports(paths: Sequence[Path]) -> list[ReportFile]:
    """The files at these paths, and those of folders, in the order in which kinds are written.

    Raises
    ------
    MissingFile
        Where a path isn't there, or a folder has no file of a known ending.
    UnreadableFile
        Where a name says no kind, or its ending no form.
    """
    found = [file for path in paths for file in _at(path)]
    order = {kind.name: place for place, kind in enumerate(KINDS)}
    return sorted(found, key=lambda file: (order[file.kind], file.path.name))


def load_reports(
    engine: Engine,
    principal: Principal,
    files: Sequence[ReportFile],
    terms: Terms,
    *,
    progress: Progress = silent,
) -> ImportReport:
    """Load files in one transaction, as one batch.

    Returns
    -------
    ImportReport
        What was done; ``written`` is False where nothing was: a check, or a row that can't be
        right where the good ones are not to go in alone.

    Raises
    ------
    UnreadableFile
        Where a file can't be read to its end; nothing was loaded.
    UnknownTenant, WrongKey, NaiveTime
    """
    run = _Run(principal, terms, files, progress)
    try:
        with writing(engine) as connection:
            report = run.load(connection)
            if not report.written:
                raise _Undone(report)
    except _Undone as undone:
        report = undone.report
    progress("done", 1.0)
    return report


class _Undone(Exception):
    """Leaves a transaction without a commit."""

    def __init__(self, report: ImportReport) -> None:
        super().__init__()
        self.report = report


class _Run:
    """What has been loaded so far."""

    def __init__(
        self, principal: Principal, terms: Terms, files: Sequence[ReportFile], progress: Progress
    ) -> None:
        self._principal = principal
        self._terms = terms
        self._files = files
        self._stage = Stage("loading", [file.path.stat().st_size for file in files], progress)
        self._rejects = Rejects()

    def load(self, connection: Connection) -> ImportReport:
        """Load all files and say what was done."""
        load = Load(
            connection,
            self._principal,
            source_system=self._terms.source_system,
            historical=self._terms.historical,
            recorded_at=self._terms.recorded_at,
        )
        counts = [self._load_file(load, index, file) for index, file in enumerate(self._files)]
        receipt = load.close()
        refused = any(file.rejected for file, _ in counts) and not self._terms.keep_good
        return ImportReport(
            source=self._terms.source_system,
            files=tuple(file for file, _ in counts),
            facts=tuple(fact for _, fact in counts),
            causes=self._rejects.causes(),
            rejects=tuple(self._rejects.listed),
            last_seq=receipt.last_seq,
            written=not (refused or self._terms.check),
        )

    def _load_file(self, load: Load, index: int, file: ReportFile) -> tuple[FileCount, FactCount]:
        before = (load.added, load.corrected, load.unchanged)
        name = file.path.name
        listener = _Listener(self._rejects, file)
        try:
            with file.path.open("rb") as stream:
                chunks = read_report(stream, file.form, file.kind)
                checked = (check_chunk(file.kind, rows, load.check) for rows in chunks)
                taken = take(load, file.kind, self._told(checked, index, name), listener)
        except ReportFault as fault:
            raise UnreadableFile(
                f"{name}: {fault.message}", field=fault.field, remedy=fault.remedy
            ) from fault
        after = (load.added, load.corrected, load.unchanged)
        fact = FactCount(file.kind, *(new - old for new, old in zip(after, before, strict=True)))
        good = taken.rows - taken.rejected
        return FileCount(name, taken.rows, good, taken.rejected), fact

    def _told(
        self, chunks: Iterable[CheckedChunk], index: int, name: str
    ) -> Iterable[CheckedChunk]:
        for number, chunk in enumerate(chunks, start=1):
            yield chunk
            self._stage.tell(index, name, number / (number + 1))  # nobody knows how many come


@dataclass(frozen=True)
class _Listener:
    """Notes what is wrong with the rows of one file."""

    rejects: Rejects
    file: ReportFile

    def error(self, found: RowError) -> None:
        field = f"{self.file.kind}.{found.field}" if found.field else ""
        name = self.file.path.name
        self.rejects.add(Reject(name, found.line, field, found.field, "ledger", found.reason))

    def doubt(self, found: RowError) -> None:
        """What is odd is no reason to leave a row out."""


def _at(path: Path) -> list[ReportFile]:
    if path.is_dir():
        found = [one for one in path.iterdir() if one.is_file() and one.suffix in ENDINGS]
        if not found:
            raise MissingFile(f"{path} has no file of rows", remedy=NAMED)
        return [_report_file(one) for one in found]
    if not path.is_file():
        raise MissingFile(f"there is no file {path}", remedy=NAMED)
    return [_report_file(path)]


def _report_file(path: Path) -> ReportFile:
    kind = path.name.split(".")[0].split("-")[0]
    if kind not in BY_NAME or path.suffix not in ENDINGS:
        raise UnreadableFile(f"{path.name} names no kind of fact, or no form", remedy=NAMED)
    return ReportFile(path, kind, ENDINGS[path.suffix])
