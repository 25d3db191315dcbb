"""A batch on its way into the ledger, chunk by chunk, in one transaction.

A row is new, a correction (a new fact supersedes that of its ``ref``) or says nothing new. Sending
a batch twice therefore changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, insert

from ledger.audit.chain import MAIN, head_of, link, move_chain
from ledger.audit.digests import Sealer, digesting
from ledger.checking import NOTHING, Checked, Rows, Verdict, check_batch, check_references
from ledger.clocks import MICROSECOND, aware, to_micros, visible_at
from ledger.completing import completed
from ledger.facts import checked_key
from ledger.faults import RowFault
from ledger.grown_tables import look_again
from ledger.ids import new_id
from ledger.kinds import KINDS, Kind, kind_of, table_of
from ledger.late_facts import Touched, told_limit
from ledger.persons import guarded
from ledger.principals import Principal
from ledger.revisions import latest
from ledger.settled_rows import Change, Settled
from ledger.stored_form import HAPPENED_AT, KNOWN_AT, Stored, fact, fact_columns, insert_rows
from ledger.tenants import Book, book, count_change, lock_book, move_head


@dataclass(frozen=True)
class Receipt:
    """What became of a batch.

    Attributes
    ----------
    batch : str or None
        Id of the batch; None where nothing was new and so nothing was written.
    added, corrected, unchanged : int
        New facts, facts that supersede another, rows that said nothing new.
    last_seq : int
        Head of the tenant's ledger afterwards.
    faults : tuple of RowFault
        Rows left out; empty unless ``keep_good``.
    """

    batch: str | None
    added: int
    corrected: int
    unchanged: int
    last_seq: int
    faults: tuple[RowFault, ...]


@dataclass(frozen=True)
class Envelope:
    """What all facts of a batch share."""

    tenant: str
    batch: str
    writer: str
    source_system: str
    signed_by: str
    recorded_at: datetime
    historical: bool


class Load:
    """A batch on its way in, chunk by chunk, in one transaction.

    For each chunk `check`, `settle` and `write` (or `add`, which is the three); at the end `close`.
    Rows may name what an earlier chunk brought. The tenant's book is locked from the first `settle`
    until the transaction ends.

    Parameters
    ----------
    connection : Connection
        Of ``ledger.database.writing``; the caller's transaction commits the batch, or rolls it
        back where a fault is to refuse all.
    source_system : str
        Who says it.
    historical : bool
        True for onboarding and backfill: the facts are visible from ``known_at`` on, not only from
        ``recorded_at`` on.
    recorded_at : datetime
        Now, aware; nothing may have happened or been known later.
    writer : str
        Name of this writing process: the audit chain that the batch is a link of.

    Attributes
    ----------
    added, corrected, unchanged : int
        As of a `Receipt`, so far.

    Raises
    ------
    UnknownTenant, NaiveTime, WrongKey
        Where an argument is wrong.
    """

    def __init__(
        self,
        connection: Connection,
        principal: Principal,
        *,
        source_system: str,
        historical: bool,
        recorded_at: datetime,
        writer: str = MAIN,
    ) -> None:
        self._connection = connection
        self._envelope = Envelope(
            principal.tenant,
            new_id(),
            checked_key(writer, "writer"),
            checked_key(source_system, "source_system"),
            checked_key(principal.name, "name"),
            aware(recorded_at, "recorded_at"),
            historical,
        )
        self._currency = book(connection, principal.tenant).base_currency
        self._locked: Book | None = None
        self._before = b""
        self._sealer: Sealer | None = None
        self._seq = self._told = self.added = self.corrected = self.unchanged = 0
        self._late = Touched()
        self._grown: Counter[str] = Counter()

    def check(self, rows: Rows) -> dict[str, Verdict]:
        """Check rows by themselves, as `check_batch` does."""
        return check_batch(rows, self._currency, self._envelope.recorded_at)

    def settle(self, verdicts: Mapping[str, Verdict]) -> Settled:
        """Compare checked rows with the ledger and with what this load has written; write nothing.

        A row that says something else under a ``ref`` than an earlier chunk of the same load is at
        fault: the order of rows in a file is no order in time.
        """
        self._lock()
        tenant = self._envelope.tenant
        safe = {
            name: guarded(self._connection, tenant, kind_of(name), verdict)
            for name, verdict in verdicts.items()
        }
        settled = check_references(self._connection, tenant, safe)
        parties = {row.values["ref"]: row.values for row in settled.get("party", NOTHING).good}
        compared = [
            self._compared(kind, settled[kind.name].good, parties)
            for kind in KINDS
            if kind.name in settled
        ]
        refused = [fault for verdict in settled.values() for fault in verdict.faults]
        return Settled(
            [change for one in compared for change in one.changes],
            sum(one.unchanged for one in compared)
            + sum(verdict.repeats for verdict in settled.values()),
            (*refused, *(fault for one in compared for fault in one.faults)),
        )

    def write(self, settled: Settled) -> None:
        """Write the facts of a chunk; the last seal moves on, the heads wait for `close`."""
        self.unchanged += settled.unchanged
        for name, same_kind in groupby(settled.changes, key=lambda change: change.kind.name):
            changes = list(same_kind)
            self._grown[name] += len(changes)
            # asked now: while COPY takes the facts, the connection answers nothing else
            facts = self._facts(changes, self._sealing())
            insert_rows(self._connection, name, fact_columns(name), facts)

    def add(self, rows: Rows) -> tuple[RowFault, ...]:
        """Check and write a chunk; return the faults of the rows left out, by index in it."""
        self.write(settled := self.settle(self.check(rows)))
        return settled.faults

    def close(self, faults: tuple[RowFault, ...] = ()) -> Receipt:
        """Write the header of the batch and move the heads; say what became of the batch."""
        head = self._lock().last_seq
        if self._sealer is None:
            return Receipt(None, 0, 0, self.unchanged, head, faults)
        connection, tenant, seq = self._connection, self._envelope.tenant, self._seq
        row = self._header(head, self._sealer.last)
        connection.execute(insert(table_of("batch")), row)
        move_chain(connection, tenant, row["writer"], last_seq=seq, digest=row["digest"])
        move_head(connection, tenant, seq)
        count_change(connection, tenant)
        if self._late:
            self._late.mark(connection, tenant, seq)
        look_again(connection, self._grown)
        said = self._envelope.batch, self.added, self.corrected, self.unchanged
        return Receipt(*said, seq, faults)

    def _lock(self) -> Book:
        """The book as it was when this load locked it."""
        if self._locked is None:
            self._locked = lock_book(self._connection, self._envelope.tenant)
            self._seq = self._locked.last_seq
            self._told = told_limit(self._locked)
        return self._locked

    def _compared(
        self, kind: Kind, good: Sequence[Checked], parties: Mapping[str, Mapping[str, Any]]
    ) -> Settled:
        """What the rows of one kind say that is new; ``parties`` are those of the chunk."""
        head, tenant = self._lock().last_seq, self._envelope.tenant
        there = latest(self._connection, kind.name, tenant, (row.values["ref"] for row in good))
        if kind.name == "invoice":
            good = completed(self._connection, tenant, good, set(there), parties)
        digest_of = digesting(kind.name)
        changes: list[Change] = []
        torn: list[RowFault] = []
        for row in good:
            digest, old = digest_of(row.stored), there.get(row.values["ref"])
            if old is None:
                changes.append(Change(kind, row, digest, 0, None))
            elif old.digest != digest and old.seq <= head:
                changes.append(Change(kind, row, digest, old.number + 1, old.id))
            elif old.digest != digest:
                torn.append(_torn(kind, row))
        return Settled(changes, len(good) - len(changes) - len(torn), tuple(torn))

    def _sealing(self) -> Sealer:
        if self._sealer is None:
            envelope = self._envelope
            self._before = head_of(self._connection, envelope.tenant, envelope.writer)
            self._sealer = Sealer(self._before, vars(envelope))
        return self._sealer

    def _facts(self, changes: Sequence[Change], sealer: Sealer) -> Iterator[Stored]:
        """The facts of one kind in stored form, sealed and numbered as they are taken."""
        envelope, kind = self._envelope, changes[0].kind
        recorded_at, latency = to_micros(envelope.recorded_at), kind.latency // MICROSECOND
        tenant, batch, source_system = envelope.tenant, envelope.batch, envelope.source_system
        for change in changes:
            stored, digest = change.row.stored, change.digest
            known_at = stored[KNOWN_AT]
            if known_at is None:  # what the ledger has got is known, however slow its source
                known_at = min(stored[HAPPENED_AT] + latency, recorded_at)
            visible = visible_at(known_at, recorded_at, historical=envelope.historical)
            if visible < self._told:
                self._late.note(kind, change.row.values, corrects=change.revision > 0)
            self._seq += 1
            self.added += change.revision == 0
            self.corrected += change.revision > 0
            made = (new_id(), self._seq, change.revision, change.supersedes)
            seal = sealer.seal(kind.name, *made, known_at, visible, digest)
            told = (source_system, batch, recorded_at, known_at, visible, digest, seal)
            yield fact((tenant, *made, *told), stored)

    def _header(self, head: int, last_seal: bytes) -> dict[str, Any]:
        envelope = self._envelope
        row = {
            "tenant": envelope.tenant,
            "id": envelope.batch,
            "writer": envelope.writer,
            "source_system": envelope.source_system,
            "signed_by": envelope.signed_by,
            "historical": envelope.historical,
            "recorded_at": envelope.recorded_at,
            "first_seq": head + 1,
            "last_seq": self._seq,
            "added": self.added,
            "corrected": self.corrected,
            "unchanged": self.unchanged,
            "previous": self._before,
            "last_seal": last_seal,
        }
        return {**row, "digest": link("batch", row)}


def _torn(kind: Kind, row: Checked) -> RowFault:
    reason = f"an earlier row of the batch has ref {row.values['ref']!r} and differs; keep one"
    return RowFault(kind.name, row.index, "ref", reason)
