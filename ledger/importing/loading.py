"""The run as a whole: check everything, read everything once, then load it in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection, Engine, func, select

from ledger.database import writing
from ledger.faults import RejectedRows
from ledger.importing.chunks import Destination, write_chunk
from ledger.importing.file_plans import plan_fact, plan_file
from ledger.importing.import_faults import Problem, WrongMapping
from ledger.importing.import_report import FactCount, FileCount, ImportReport, Reject
from ledger.importing.mapping import Mapping as WholeMapping
from ledger.importing.mapping_checks import check_mapping
from ledger.importing.run_progress import Progress, Stage, silent
from ledger.importing.source_files import SourceFile, find_files
from ledger.importing.source_rows import Finding, MadeFact, SourceRow, constant_row, source_rows
from ledger.importing.survey import Claim, FactKey, check_files, key_of, survey_files
from ledger.kinds import KINDS, table_of
from ledger.principals import Principal
from ledger.tenants import ensure_tenant, lock_book

ROWS_A_CHUNK = 20_000
"""Rows of a file handed to the writer at once: bounds memory."""

SURVEY_SHARE = 0.2
"""Part of the progress bar that the first reading takes."""


def import_folder(
    mapping: WholeMapping,
    folder: Path,
    engine: Engine,
    principal: Principal,
    recorded_at: datetime,
    *,
    progress: Progress = silent,
) -> ImportReport:
    """Load the files that a mapping names from a folder into the ledger, in one transaction.

    Rows that can't be right are left out and reported, each with all its facts; the others load. A
    second run of the same files changes nothing. The tables must be there
    (``ledger.database.migrate``); the tenant's book is opened where there is none.

    Parameters
    ----------
    mapping : Mapping
        Of ``mapping.read_mapping``.
    folder : Path
        Where the files are.
    engine : Engine
        Of ``ledger.database.open_database``.
    principal : Principal
        Who imports, and for which lender.
    recorded_at : datetime
        Now, aware: ``recorded_at`` of every fact; nothing may have happened or been known later.
    progress : callable
        Told what is being done and the share done, 0-1.

    Raises
    ------
    WrongMapping, MissingFile, WrongHeader, UnreadableFile
        Before anything is loaded.
    TenantConflict
        Where the tenant has another time zone or currency than the source.
    """
    check_mapping(mapping)
    files = find_files(mapping, folder)
    check_files(files, mapping.source)
    sizes = [file.size for file in files]
    first = Stage("checking", 0.0, SURVEY_SHARE, sizes, progress)
    torn = survey_files(files, mapping.source, first)
    source = mapping.source
    with writing(engine) as connection:
        ensure_tenant(connection, principal.tenant, source.time_zone, source.currency)
        before = lock_book(connection, principal.tenant).last_seq
        destination = Destination(
            connection, principal, source.name, source.historical, recorded_at
        )
        run = _Run(mapping, destination, torn, [file.path.name for file in files])
        run.load_constants()
        second = Stage("loading", SURVEY_SHARE, 1.0, sizes, progress)
        for index, file in enumerate(files):
            run.load_file(index, file, second)
        report = run.report(before)
    progress("done", 1.0)
    return report


class _Run:
    """What has been loaded so far."""

    def __init__(
        self,
        mapping: WholeMapping,
        destination: Destination,
        torn: Mapping[FactKey, Claim],
        names: Sequence[str],
    ) -> None:
        self._mapping = mapping
        self._destination = destination
        self._torn = torn
        self._names = names
        self._taken: Counter[str] = Counter()
        self._files: list[FileCount] = []
        self._rejects: list[Reject] = []

    def load_constants(self) -> None:
        """Write the facts that no file holds; raise `WrongMapping` where the ledger refuses one."""
        for index, fact in enumerate(self._mapping.fact):
            row = constant_row(plan_fact(fact, {}, self._mapping.source))
            try:
                self._destination.write({fact.kind: [row]})
            except RejectedRows as rejected:
                raise WrongMapping(
                    [
                        Problem(
                            f"/fact/{index}/fields/{fault.field}".rstrip("/"),
                            fault.reason,
                            "correct the constant",
                        )
                        for fault in rejected.faults
                    ]
                ) from rejected
            self._taken[fact.kind] += 1

    def load_file(self, index: int, found: SourceFile, stage: Stage) -> None:
        """Write the facts of one file, chunk by chunk."""
        read = rejected = 0
        with found.opened() as file:
            plan = plan_file(found.rule, found.place, found.path.name, file, self._mapping.source)
            rows = source_rows(plan, file)
            while chunk := list(islice(rows, ROWS_A_CHUNK)):
                self._refuse_torn(index, chunk)
                self._taken.update(write_chunk(self._destination, chunk))
                read += len(chunk)
                rejected += self._note_rejects(plan.name, chunk)
                stage.tell(index, plan.name, file.share_read())
        self._files.append(FileCount(plan.name, read, read - rejected, rejected))

    def report(self, before: int) -> ImportReport:
        """What was done since the ledger's head was at ``before``."""
        connection, tenant = self._destination.connection, self._destination.principal.tenant
        kinds = {fact.kind for fact in self._mapping.fact}
        kinds |= {fact.kind for file in self._mapping.file for fact in file.fact}
        return ImportReport(
            source=self._mapping.source.name,
            files=tuple(self._files),
            facts=tuple(
                _count(connection, tenant, kind.name, before, self._taken[kind.name])
                for kind in KINDS
                if kind.name in kinds
            ),
            rejects=tuple(self._rejects),
            last_seq=lock_book(connection, tenant).last_seq,
        )

    def _refuse_torn(self, index: int, chunk: Sequence[SourceRow]) -> None:
        for row in chunk:
            for fact in row.facts:
                first = self._torn.get(key_of(fact))
                if first is not None:
                    row.findings.append(self._torn_finding(index, row, fact, first))

    def _torn_finding(self, index: int, row: SourceRow, fact: MadeFact, first: Claim) -> Finding:
        here = (first.file, first.line) == (index, row.line)
        where = "a later row" if here else f"line {first.line} of {self._names[first.file]}"
        return Finding(
            f"{fact.plan.kind}.ref",
            fact.plan.column_of("ref"),
            "same-key",
            f"{where} has the same key and says something else; all rows of the key are left out",
        )

    def _note_rejects(self, name: str, chunk: Sequence[SourceRow]) -> int:
        rejected = [row for row in chunk if row.findings]
        self._rejects.extend(
            Reject(name, row.line, found.field, found.column, found.fault, found.reason)
            for row in rejected
            for found in row.findings
        )
        return len(rejected)


def _count(connection: Connection, tenant: str, kind: str, before: int, taken: int) -> FactCount:
    columns = table_of(kind).c
    added, corrected = connection.execute(
        select(
            func.count().filter(columns.revision == 0), func.count().filter(columns.revision > 0)
        ).where(columns.tenant == tenant, columns.seq > before)
    ).one()
    return FactCount(kind, added, corrected, taken - added - corrected)
