"""One passage through all files: facts are written, rejects listed, claims noted."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice

from sqlalchemy import Connection, func, select

from ledger.faults import RejectedRows
from ledger.importing.chunks import Destination, write_chunk
from ledger.importing.file_plans import plan_fact, plan_file
from ledger.importing.import_faults import Problem, WrongMapping
from ledger.importing.import_report import FactCount, FileCount, ImportReport, Reject, Rejects
from ledger.importing.mapping import Mapping
from ledger.importing.run_progress import Stage
from ledger.importing.source_files import SourceFile
from ledger.importing.source_rows import MadeFact, SourceRow, source_rows
from ledger.importing.torn_keys import Claims, Mark, TornKeys
from ledger.kinds import KINDS, table_of
from ledger.tenants import lock_book

ROWS_A_CHUNK = 20_000
"""Rows of a file handed to the writer at once: bounds memory."""


class Passage:
    """What has been loaded so far, in a transaction that the caller ends.

    Parameters
    ----------
    mapping : Mapping
        What the files mean.
    destination : Destination
        Where the facts go.
    torn : frozenset of bytes
        Marks of the keys that are known to be torn: their rows are refused.
    """

    def __init__(
        self, mapping: Mapping, destination: Destination, torn: frozenset[Mark] = frozenset()
    ) -> None:
        self._mapping = mapping
        self._destination = destination
        self._torn = TornKeys(torn)
        self._claims = Claims()
        self._taken: Counter[str] = Counter()
        self._files: list[FileCount] = []
        self._rejects = Rejects()

    def through(self, files: Sequence[SourceFile], stage: Stage) -> ImportReport:
        """Go through the constants and all files, and tell what was done.

        Raises `WrongMapping` where the ledger refuses a constant, `UnreadableFile` where a file
        breaks off.
        """
        connection, tenant = self._destination.connection, self._destination.principal.tenant
        before = lock_book(connection, tenant).last_seq
        with _no_search_for_cycles():
            self._load_constants()
            for index, file in enumerate(files):
                self._load_file(index, file, stage)
        return self._report(before, lock_book(connection, tenant).last_seq)

    def newly_torn(self) -> frozenset[Mark]:
        """The keys of this passage that are torn and weren't known to be."""
        return self._claims.torn()

    def _load_constants(self) -> None:
        for index, rule in enumerate(self._mapping.fact):
            plan = plan_fact(rule, {}, self._mapping.source)
            fact = MadeFact(plan, dict(plan.constants))
            if self._torn.refusal("", index, fact) is not None:
                other = "a row of a file, or another constant, says something else under its key"
                problem = Problem(f"/fact/{index}", other, "leave out one of them")
                raise WrongMapping([problem])
            self._claims.note(fact)
            self._write_constant(f"/fact/{index}", fact)

    def _write_constant(self, place: str, fact: MadeFact) -> None:
        kind = fact.plan.kind
        try:
            self._destination.write({kind: [fact.row]})
        except RejectedRows as rejected:
            raise WrongMapping(
                [
                    Problem(
                        f"{place}/fields/{fault.field}".rstrip("/"),
                        fault.reason,
                        "correct the constant",
                    )
                    for fault in rejected.faults
                ]
            ) from rejected
        self._taken[kind] += 1

    def _load_file(self, index: int, found: SourceFile, stage: Stage) -> None:
        read = rejected = 0
        with found.opened() as file:
            plan = plan_file(found.rule, found.place, found.path.name, file, self._mapping.source)
            rows = source_rows(plan, file)
            while chunk := list(islice(rows, ROWS_A_CHUNK)):
                self._claim(plan.name, chunk)
                self._taken.update(write_chunk(self._destination, chunk))
                read += len(chunk)
                rejected += self._note_rejects(plan.name, chunk)
                stage.tell(index, plan.name, file.share_read())
                chunk.clear()  # before the next is read: never two in memory
        self._files.append(FileCount(plan.name, read, read - rejected, rejected))

    def _report(self, before: int, last_seq: int) -> ImportReport:
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
            causes=self._rejects.causes(),
            rejects=tuple(self._rejects.listed),
            last_seq=last_seq,
            written=True,
        )

    def _claim(self, file: str, chunk: Sequence[SourceRow]) -> None:
        """Note what the rows claim; refuse those whose key is known to be torn."""
        for row in chunk:
            for fact in row.facts:
                refusal = self._torn.refusal(file, row.line, fact)
                if refusal is not None:
                    row.findings.append(refusal)
            if not row.findings:
                for fact in row.facts:
                    self._claims.note(fact)

    def _note_rejects(self, name: str, chunk: Sequence[SourceRow]) -> int:
        rejected = [row for row in chunk if row.findings]
        for row in rejected:
            for found in row.findings:
                self._rejects.add(
                    Reject(name, row.line, found.field, found.column, found.fault, found.reason)
                )
        return len(rejected)


@contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """Rows make no cyclic garbage, and to look through all of a chunk for it costs a fifth."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _count(connection: Connection, tenant: str, kind: str, before: int, taken: int) -> FactCount:
    columns = table_of(kind).c
    added, corrected = connection.execute(
        select(
            func.count().filter(columns.revision == 0), func.count().filter(columns.revision > 0)
        ).where(columns.tenant == tenant, columns.seq > before)
    ).one()
    return FactCount(kind, added, corrected, taken - added - corrected)
