"""The walk along a tenant's chains that ``verifying`` takes: one row after the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from sqlalchemy import Connection

from ledger.audit.chain import RECORDS, genesis, link
from ledger.audit.checkpoints import Checkpoint
from ledger.audit.digests import possible_digests, seal_over
from ledger.audit.stored_rows import (
    Stored,
    Unreadable,
    in_order,
    plain_values,
    tagged_values,
)
from ledger.tenants import Book


@dataclass(frozen=True)
class Finding:
    """Something wrong in a ledger.

    Attributes
    ----------
    kind : str
        Kind of fact, or table: ``score_record``, ``score_override``, ``batch``, ``tenant``,
        ``chain_head``, ``checkpoint``; ``missing`` where there is a gap.
    id : str
        Id of the row; empty where there is none.
    seq : int or None
        Position at which it was noticed, of the first bad or missing row; None where it has none.
    after : int or None
        Given where the row can't be told exactly: it lies behind this position, and at ``seq`` or
        before.
    reason : str
        What is wrong.
    """

    kind: str
    id: str
    seq: int | None
    after: int | None
    reason: str


class BrokenChain(Exception):
    """The chain doesn't hold; carries the `Finding`."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.reason)
        self.finding = finding


class Walk:
    """A walk through a book, with the checkpoints that it must agree with.

    Attributes
    ----------
    facts, records, batches, last_seq : int
        What has been walked through and holds.
    """

    def __init__(self, book: Book, checkpoints: Sequence[Checkpoint]) -> None:
        self.facts = self.records = self.batches = self.last_seq = 0
        self._book = book
        self._heads: dict[str, tuple[int, bytes]] = {}
        self._batch: Stored | None = None
        self._seal = b""
        self._walked: dict[str, int] = {}
        self._proven: dict[str, int] = {}
        self._said = [checkpoint.statement for checkpoint in checkpoints]
        self._marks: defaultdict[int, set[str]] = defaultdict(set)
        self._ends: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
        for said in self._said:
            for mark in said.marks:
                self._marks[mark.seq].add(mark.seal)
            for end in (*said.heads, *said.batches):
                self._ends[end.writer, end.last_seq].add(end.digest)

    def through(self, connection: Connection) -> None:
        """Walk from the first row to the last; raise `BrokenChain` at the first that's wrong."""
        self._same_book()
        try:
            with in_order(connection, self._book.tenant) as (found, batches):
                for row in found:
                    self._step(row, batches)
                left = self._batch or next(batches, None)
        except Unreadable as error:
            self._broken(error.table, "", self.last_seq + 1, str(error))
        if left is not None:
            self._broken("batch", left.values["id"], self.last_seq + 1, "its next row is missing")

    def compare_heads(self, heads: Mapping[str, tuple[Any, Any]], steps: int) -> None:
        """Compare where the walk came to with the heads kept, now and in the checkpoints.

        Parameters
        ----------
        steps : int
            Steps of reservations of the book: with its batches they are its changes.
        """
        end = self.last_seq
        if self._book.last_seq != end:
            reason = f"the ledger ends here, its head says {self._book.last_seq}"
            self._broken("tenant", self._book.tenant, end + 1, reason)
        for said in self._said:
            if said.last_seq > end:
                reason = f"the ledger ends at {end}; the checkpoint of {said.made_at} knows more"
                self._broken("checkpoint", "", end + 1, reason)
        for writer in sorted({*heads, *self._heads}):
            if heads.get(writer) != self._heads.get(writer):
                reason = "the head kept is not the head of the chain"
                self._broken("chain_head", writer, end or None, reason)
        if self._ends:
            writer, seq = min(self._ends, key=lambda end: end[1])
            self._broken("checkpoint", "", seq, f"the chain of {writer} doesn't end a batch here")
        if self._book.changes != self.batches + steps:
            reason = f"{self.batches + steps} changes, its head says {self._book.changes}"
            self._broken("tenant", self._book.tenant, None, reason)

    def _same_book(self) -> None:
        now = (self._book.tz.key, self._book.base_currency)
        for said in self._said:
            if (said.time_zone, said.base_currency) != now:
                reason = f"the book had {said.time_zone} and {said.base_currency} once"
                self._broken("tenant", self._book.tenant, None, reason)

    def _step(self, row: Stored, batches: Iterator[Stored]) -> None:
        if row.seq != self.last_seq + 1:
            self._misplaced(row)
        if row.table in RECORDS:
            self._record(row)
        else:
            self._fact(row, batches)

    def _misplaced(self, row: Stored) -> NoReturn:
        due = self.last_seq + 1
        if row.seq is None:
            self._broken(row.table, row.values["id"], due, "its seq is no whole number")
        if row.seq < due:
            self._broken(row.table, row.values["id"], row.seq, f"a second row of seq {row.seq}")
        self._broken("missing", "", due, f"the next row is seq {row.seq}")

    def _record(self, row: Stored) -> None:
        if self._batch is not None:
            self._wrong(row, "a record in the midst of a batch")
        self._follows(row)
        self.records += 1
        self._proceed(row, row.values["writer"], row.values["digest"])
        self._move(row)

    def _fact(self, row: Stored, batches: Iterator[Stored]) -> None:
        if self._batch is None:
            self._batch = self._opened(row, next(batches, None))
        batch = self._batch.values
        fields = self._tagged(row)
        if row.values["batch"] != batch["id"]:
            self._wrong(row, f"it lies in batch {batch['id']} and names another")
        if row.values["digest"] not in possible_digests(row.table, fields):
            self._wrong(row, "what was reported is not what its digest was taken over")
        if seal_over(self._seal, row.table, fields) != row.values["seal"]:
            before = "" if row.seq == batch["first_seq"] else ", or the one before was sealed anew"
            self._wrong(row, f"it is not as it was sealed{before}")
        self._seal = row.values["seal"]
        self.facts += 1
        self._proceed(row, batch["writer"], self._seal)
        if self.last_seq == batch["last_seq"]:
            self._closed(self._batch)

    def _opened(self, row: Stored, batch: Stored | None) -> Stored:
        """The batch that begins with this row, its header checked."""
        if batch is None:
            self._wrong(row, "it is of no batch")
        if batch.seq != row.seq:
            self._own_header(batch)
            self._wrong(row, f"it is of no batch: the next batch begins at {batch.seq}")
        self._follows(batch)
        self._seal = batch.values["previous"]
        return batch

    def _closed(self, batch: Stored) -> None:
        if batch.values["last_seal"] != self._seal:
            first = batch.values["first_seq"]
            reason = "its rows are not those of its header"
            self._broken("batch", batch.values["id"], self.last_seq, reason, after=first - 1)
        self._batch = None
        self.batches += 1
        self._move(batch)

    def _own_header(self, row: Stored) -> dict[str, Any]:
        """A header is what its digest says."""
        try:
            values = plain_values(row.table, row.values)
            digest = link(row.table, values)
        except (Unreadable, ValueError, AttributeError) as error:
            self._wrong(row, f"its header can't be read: {error}")
        if digest != values["digest"]:
            self._wrong(row, "its header is not what its digest was taken over")
        return values

    def _follows(self, row: Stored) -> None:
        """A header is what its digest says, and follows the head of its chain."""
        values = self._own_header(row)
        writer, book = values["writer"], self._book
        if writer in self._heads:
            seq, head = self._heads[writer]
            if values["previous"] != head:
                self._wrong(row, f"it doesn't follow the head at {seq}, or that one was made anew")
        elif values["previous"] != genesis(book.tenant, writer, book.tz.key, book.base_currency):
            reason = f"the first {row.table} of {writer} begins with another time zone or currency"
            self._broken("tenant", book.tenant, row.seq, reason)

    def _proceed(self, row: Stored, writer: str, seal: bytes) -> None:
        """The row holds: go on behind it, if checkpoints know it so."""
        self.last_seq += 1
        if self.last_seq in self._marks:
            if self._marks.pop(self.last_seq) != {seal.hex()}:
                self._other(row, writer)
            self._proven[writer] = self.last_seq
        self._walked[writer] = self.last_seq

    def _move(self, row: Stored) -> None:
        """A link is complete: its digest is the head, and what a checkpoint says it was."""
        writer, digest = row.values["writer"], row.values["digest"]
        self._heads[writer] = (self.last_seq, digest)
        if self._ends.pop((writer, self.last_seq), {digest.hex()}) != {digest.hex()}:
            self._other(row, writer)

    def _other(self, row: Stored, writer: str) -> NoReturn:
        """The chain holds, but it is another one: rows were hashed anew from somewhere on."""
        proven = self._proven.get(writer, 0)
        reason = "a checkpoint knows another ledger up to here: rows were hashed anew"
        after = None if proven == self._walked.get(writer, 0) else proven
        self._broken(row.table, row.values["id"], self.last_seq, reason, after=after)

    def _tagged(self, row: Stored) -> dict[str, str | None]:
        try:
            return tagged_values(row.table, row.values)
        except Unreadable as error:
            self._wrong(row, str(error))

    def _wrong(self, row: Stored, reason: str) -> NoReturn:
        self._broken(row.table, row.values["id"], row.seq, reason)

    def _broken(
        self, kind: str, id: object, seq: int | None, reason: str, after: int | None = None
    ) -> NoReturn:
        raise BrokenChain(Finding(kind, str(id), seq, after, reason))
