"""The real ledger as a machine drives it: two lenders in one database, beside two plain lists."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path
from typing import TypeVar

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection

from ledger.audit.checkpoints import (
    Checkpoint,
)
from ledger.clocks import Cut, to_micros
from ledger.committing import Committer
from ledger.database import open_database, writing
from ledger.faults import RejectedRows
from ledger.loads import Receipt
from ledger.principals import Principal
from ledger.reader import facts
from ledger.tenants import ensure_tenant
from ledger.writer import append
from tests.ledger.drafted_rows import HOUR, Draft
from tests.ledger.plain_ledger import Batch, Outcome, PlainBook, Row

Result = TypeVar("Result")

BEGIN = datetime(2024, 6, 1, 12, tzinfo=UTC)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
BOOKS = (("CNY", "Asia/Shanghai"), ("BRL", "America/Sao_Paulo"))


class Crash(Exception):
    """The process dies here."""


@dataclass
class Side:
    """A tenant: its principal, what its ledger must hold, and what it was shown."""

    principal: Principal
    plain: PlainBook
    sent: list[Batch] = field(default_factory=list)
    shown: list[tuple[Cut, str, list[Row]]] = field(default_factory=list)
    checkpoints: list[Checkpoint] = field(default_factory=list)

    @property
    def tenant(self) -> str:
        return self.principal.tenant


class Driven:
    """A database, opened, with the books of two lenders; nothing crosses."""

    url: str
    folder: Path
    names = count()

    def __init__(self) -> None:
        self.now = BEGIN
        self.open()
        number = next(self.names)
        self.sides = [
            Side(Principal(f"{code} {number}", "someone"), PlainBook(code, zone))
            for code, zone in BOOKS
        ]
        with writing(self.engine) as connection:
            for side in self.sides:
                plain = side.plain
                ensure_tenant(connection, side.tenant, plain.time_zone, plain.currency)

    def open(self) -> None:
        self.engine = open_database(self.url)
        self.committer = Committer(self.engine)

    def close(self) -> None:
        self.committer.close()
        self.engine.dispose()

    def batch(self, side: Side, drafted: dict[str, list[Draft]], twin: str) -> Batch:
        rows = {
            kind: [draft.row(kind, side.plain.currency, self.now) for draft in drafts]
            for kind, drafts in drafted.items()
        }
        for of_kind in rows.values():
            if twin and of_kind:
                more = {} if twin == "equal" else {"happened_at": BEGIN - 2000 * HOUR}
                of_kind.append({**of_kind[0], **more})
        return rows

    def unit(
        self, side: Side, batch: Batch, *, historical: bool = True, keep_good: bool = True
    ) -> Callable[[Connection], Receipt]:
        return partial(
            append,
            principal=side.principal,
            rows=batch,
            source_system="test",
            historical=historical,
            recorded_at=self.now,
            keep_good=keep_good,
        )

    def die(self, work: Callable[[Connection], Receipt], connection: Connection) -> None:
        work(connection)
        raise Crash

    def write(
        self, side: Side, batch: Batch, *, historical: bool, keep_good: bool, grouped: bool
    ) -> None:
        work = self.unit(side, batch, historical=historical, keep_good=keep_good)
        would, _ = side.plain.outcome(batch, self.now)
        if would.faults and not keep_good:
            with pytest.raises(RejectedRows) as refused:
                self.run(side, work, grouped=grouped)
            found = {(one.kind, one.index) for one in refused.value.faults}
            assert found == would.faults
            return
        receipt = self.run(side, work, grouped=grouped)
        self.compare(receipt, side.plain.append(batch, self.now, historical=historical))
        side.sent.append(batch)
        again = self.run(side, self.unit(side, batch), grouped=grouped)
        assert (again.batch, again.added, again.corrected) == (None, 0, 0)

    def run(self, side: Side, work: Callable[[Connection], Result], *, grouped: bool) -> Result:
        if grouped:
            return self.committer.run(work, side.tenant)
        with writing(self.engine) as connection:
            return work(connection)

    def compare(self, receipt: Receipt, outcome: Outcome) -> None:
        faults = {(one.kind, one.index) for one in receipt.faults}
        assert faults == outcome.faults
        assert (receipt.added, receipt.corrected) == (outcome.added, outcome.corrected)
        assert receipt.last_seq == outcome.head
        assert faults or receipt.unchanged == outcome.unchanged
        assert (receipt.batch is None) == (outcome.added + outcome.corrected == 0)

    def seen(self, side: Side, kind: str, cut: Cut) -> list[Row]:
        """What history and live features see of a kind through a cut: the latest revisions."""
        found = facts(self.engine, side.tenant, kind, through_seq=cut.ledger_seq).to_pylist()
        before, through = to_micros(cut.history_before), to_micros(cut.live_through)
        history = {row["ref"]: row["seq"] for row in found if row["visible_at"] < before}
        live = {row["ref"]: row["seq"] for row in found if row["visible_at"] <= through}
        return [history, live]

    def everything_is_there_once(self, side: Side, kind: str) -> None:
        plain = side.plain
        found = facts(self.engine, side.tenant, kind, through_seq=plain.head).to_pylist()
        seqs = {row["id"]: row["seq"] for row in found}
        assert [{**row, "supersedes": seqs.get(row["supersedes"])} for row in found] == [
            {**row, **fact.stored()}
            for row, fact in zip(found, plain.through(kind, plain.head), strict=True)
        ]
