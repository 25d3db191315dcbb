"""The one way in: a batch of reported rows becomes facts, wholly or not at all.

A row is new, a correction (its ``ref`` is there with other content: a new fact supersedes the
old one) or says nothing new. Sending a batch twice therefore changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, islice
from typing import Any

from sqlalchemy import Connection, insert

from ledger.audit.chain import MAIN, head_of, link, move_chain
from ledger.audit.digests import Sealer
from ledger.checking import Checked, Verdict, check_references, check_rows
from ledger.clocks import aware, visible_at
from ledger.facts import checked_key
from ledger.faults import RejectedRows, RowFault
from ledger.ids import new_id
from ledger.kinds import KINDS, Kind, kind_of, table_of
from ledger.principals import Principal
from ledger.revisions import latest
from ledger.tenants import book, lock_book, move_head

ROWS_AN_INSERT = 5_000
"""Rows handed to the database at once: bounds memory, far above where speed stops to grow."""


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


@dataclass(frozen=True, slots=True)
class Change:
    """A row that says something new: revision 0, or a later one that supersedes a fact."""

    kind: Kind
    row: Checked
    revision: int
    supersedes: str | None


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


def append(
    connection: Connection,
    principal: Principal,
    rows: Mapping[str, Sequence[Mapping[str, Any]]],
    *,
    source_system: str,
    historical: bool,
    recorded_at: datetime,
    keep_good: bool = False,
    writer: str = MAIN,
) -> Receipt:
    """Append a batch to the ledger of the principal's tenant.

    Parameters
    ----------
    connection : Connection
        Of ``ledger.database.writing``; the caller's transaction commits the batch.
    rows : Mapping
        Rows by the name of their kind, as plain mappings of the fields of its row class.
    source_system : str
        Who says it.
    historical : bool
        True for onboarding and backfill: the facts are visible from ``known_at`` on, not only from
        ``recorded_at`` on.
    recorded_at : datetime
        Now, aware; nothing may have happened or been known later.
    keep_good : bool
        Write the good rows and report the bad, instead of refusing all.
    writer : str
        Name of this writing process: the audit chain that the batch is a link of.

    Raises
    ------
    RejectedRows
        Where a row can't be right; nothing was written. Not with ``keep_good``.
    UnknownKind, UnknownTenant, NaiveTime, WrongKey
        Where an argument is wrong.
    """
    envelope = Envelope(
        principal.tenant,
        new_id(),
        checked_key(writer, "writer"),
        checked_key(source_system, "source_system"),
        checked_key(principal.name, "name"),
        aware(recorded_at, "recorded_at"),
        historical,
    )
    verdicts = _verdicts(connection, envelope, rows)
    head = lock_book(connection, principal.tenant).last_seq
    verdicts = check_references(connection, principal.tenant, verdicts)
    receipt = _nothing_new(verdicts, head)
    if receipt.faults and not keep_good:
        raise RejectedRows(receipt.faults)
    if changes := _changes(connection, principal.tenant, verdicts):
        receipt = _counted(receipt, envelope, changes)
        _insert(connection, envelope, changes, receipt, head)
        move_head(connection, principal.tenant, receipt.last_seq)
    return receipt


def _verdicts(
    connection: Connection, envelope: Envelope, rows: Mapping[str, Sequence[Mapping[str, Any]]]
) -> dict[str, Verdict]:
    """Check rows by themselves: before the head is locked, for this is the slow part."""
    currency = book(connection, envelope.tenant).base_currency
    for name in rows:
        kind_of(name)
    return {
        kind.name: check_rows(kind, rows[kind.name], currency, envelope.recorded_at)
        for kind in KINDS
        if kind.name in rows
    }


def _nothing_new(verdicts: Mapping[str, Verdict], head: int) -> Receipt:
    """The receipt of a batch of which nothing is new."""
    faults = tuple(fault for verdict in verdicts.values() for fault in verdict.faults)
    good = sum(len(verdict.good) + verdict.repeats for verdict in verdicts.values())
    return Receipt(None, 0, 0, good, head, faults)


def _counted(receipt: Receipt, envelope: Envelope, changes: Sequence[Change]) -> Receipt:
    corrected = sum(change.revision > 0 for change in changes)
    return Receipt(
        envelope.batch,
        len(changes) - corrected,
        corrected,
        receipt.unchanged - len(changes),
        receipt.last_seq + len(changes),
        receipt.faults,
    )


def _changes(connection: Connection, tenant: str, verdicts: Mapping[str, Verdict]) -> list[Change]:
    """Compare with the ledger and keep what is new, in the order in which it will be written."""
    changes: list[Change] = []
    for kind in KINDS:
        good = verdicts[kind.name].good if kind.name in verdicts else []
        there = latest(connection, kind.name, tenant, (row.values["ref"] for row in good))
        for row in good:
            old = there.get(row.values["ref"])
            if old is None:
                changes.append(Change(kind, row, 0, None))
            elif old.digest != row.digest:
                changes.append(Change(kind, row, old.number + 1, old.id))
    return changes


def _insert(
    connection: Connection,
    envelope: Envelope,
    changes: Sequence[Change],
    receipt: Receipt,
    head: int,
) -> None:
    """Write the facts and their batch, and move the chain."""
    chain = head_of(connection, envelope.tenant, envelope.writer)
    sealer = Sealer(chain, vars(envelope))
    _insert_facts(connection, envelope, changes, head, sealer)
    row = _batch(envelope, receipt, head, previous=chain, last_seal=sealer.last)
    row["digest"] = link("batch", row)
    connection.execute(insert(table_of("batch")), row)
    move_chain(
        connection,
        envelope.tenant,
        envelope.writer,
        last_seq=receipt.last_seq,
        digest=row["digest"],
    )


def _insert_facts(
    connection: Connection,
    envelope: Envelope,
    changes: Sequence[Change],
    head: int,
    sealer: Sealer,
) -> None:
    numbered = enumerate(changes, start=head + 1)
    for name, same_kind in groupby(numbered, key=lambda one: one[1].kind.name):
        facts = (_fact(envelope, change, seq, sealer) for seq, change in same_kind)
        statement = insert(table_of(name))
        while chunk := list(islice(facts, ROWS_AN_INSERT)):
            connection.execute(statement, chunk)


def _fact(envelope: Envelope, change: Change, seq: int, sealer: Sealer) -> dict[str, Any]:
    values = change.row.values
    known_at = values["known_at"]
    if known_at is None:
        # what the ledger has got is known, however slow its source is in general
        known_at = min(values["happened_at"] + change.kind.latency, envelope.recorded_at)
    fact = {
        **values,
        "tenant": envelope.tenant,
        "id": new_id(),
        "seq": seq,
        "revision": change.revision,
        "supersedes": change.supersedes,
        "source_system": envelope.source_system,
        "batch": envelope.batch,
        "known_at": known_at,
        "recorded_at": envelope.recorded_at,
        "visible_at": visible_at(known_at, envelope.recorded_at, historical=envelope.historical),
        "digest": change.row.digest,
    }
    fact["seal"] = sealer.seal(change.kind.name, fact)
    return fact


def _batch(
    envelope: Envelope, receipt: Receipt, head: int, *, previous: bytes, last_seal: bytes
) -> dict[str, Any]:
    return {
        "tenant": envelope.tenant,
        "id": envelope.batch,
        "writer": envelope.writer,
        "source_system": envelope.source_system,
        "signed_by": envelope.signed_by,
        "historical": envelope.historical,
        "recorded_at": envelope.recorded_at,
        "first_seq": head + 1,
        "last_seq": receipt.last_seq,
        "added": receipt.added,
        "corrected": receipt.corrected,
        "unchanged": receipt.unchanged,
        "previous": previous,
        "last_seal": last_seal,
    }
