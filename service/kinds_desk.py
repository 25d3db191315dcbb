"""The desk where rows of several kinds become one batch, or none. Blocking; runs in a thread."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection

from ledger.checking import check_batch
from ledger.database import reading, writing
from ledger.idempotency import Given, RequestKey, given_before, once
from ledger.kinds import KINDS, Kind
from ledger.loads import Load
from ledger.principals import Principal
from ledger.reports.read_rows import ReadRow
from ledger.reports.reading import read_report
from ledger.reports.taking import CheckedChunk, RowError, check_chunk, take
from ledger.tenants import book
from service.composition import Composition
from service.load_desk import FIRST, ROWS_IN_A_GROUP, dumped
from service.pointers import pointer
from service.refusals import Flaw, InvalidRequest
from service.strict_json import MOST_FLAWS, check_json

BY_KIND = "give one JSON object: kinds of fact, each with an array of rows (docs/ledger.md)"
COUNTS = ("added", "corrected", "unchanged")
Checked = list[tuple[str, list[CheckedChunk]]]
"""Checked rows by kind, in the order in which kinds are written."""


@dataclass(frozen=True)
class Terms:
    """Who says it, and whether it is onboarding or backfill (``ledger.writer``)."""

    source_system: str
    historical: bool


@dataclass
class _Listener:
    """Notes what is wrong or odd with rows, and of which kind they are."""

    kind: str = ""
    rejected: int = 0
    flaws: list[Flaw] = field(default_factory=list)
    doubtful: int = 0
    doubts: list[dict[str, Any]] = field(default_factory=list)

    def error(self, found: RowError) -> None:
        self.rejected += 1
        if len(self.flaws) < FIRST:
            fault, _, remedy = found.reason.partition("; ")
            row: tuple[str | int, ...] = (self.kind, found.line - 1)
            at = pointer((*row, found.field) if found.field else row)
            self.flaws.append(Flaw(at, fault, remedy or "see docs/ledger.md"))

    def doubt(self, found: RowError) -> None:
        self.doubtful += 1
        if len(self.doubts) < FIRST:
            self.doubts.append({"kind": self.kind, **found._asdict()})


def rows_by_kind(body: bytes) -> Mapping[str, list[Any]]:
    """The rows in a body, by kind.

    Raises
    ------
    MalformedJson, InvalidRequest
    """
    given = json.loads(check_json(body))
    if not isinstance(given, dict):
        raise InvalidRequest("the body is no object", remedy=BY_KIND)
    known = {kind.name for kind in KINDS}
    flaws = [
        Flaw(pointer((name,)), "there is no such kind of fact", "name a kind of docs/ledger.md")
        for name in given
        if name not in known
    ]
    flaws += [
        Flaw(pointer((name,)), "no array of rows", "give an array of objects")
        for name, rows in given.items()
        if name in known and not isinstance(rows, list)
    ]
    if flaws:
        raise InvalidRequest("these are no rows by kind", remedy=BY_KIND, flaws=flaws[:MOST_FLAWS])
    return given


def load_kinds(
    composition: Composition,
    principal: Principal,
    rows: Mapping[str, list[Any]],
    terms: Terms,
    *,
    now: datetime,
    key: RequestKey | None = None,
) -> bytes:
    """Load rows of several kinds in one transaction: the reply as JSON in UTF-8.

    Parameters
    ----------
    rows : mapping
        Of `rows_by_kind`.
    now : datetime
        The server's clock, aware.
    key : RequestKey or None
        The same body with the same key gets the same reply again.

    Raises
    ------
    InvalidRequest
        Where a row can't be right; nothing was loaded. Names the first `FIRST` faults.
    KeyReused
        Where the key was given to another body.
    """
    engine = composition.ledger()
    with reading(engine) as connection:
        currency = book(connection, principal.tenant).base_currency
        given = given_before(connection, principal.tenant, key) if key else None
    if given is not None:
        return given.encode()
    check = partial(check_batch, base_currency=currency, recorded_at=now)
    checked = [
        (kind.name, [check_chunk(kind.name, chunk, check) for chunk in chunks])
        for kind, chunks in _read(rows)
    ]

    def work(connection: Connection) -> Given:
        return Given(_load(connection, principal, checked, terms, now).decode())

    def unit(connection: Connection) -> str:
        if key is None:
            return work(connection).reply
        return once(connection, principal.tenant, key, now, work)

    if sum(map(len, rows.values())) <= ROWS_IN_A_GROUP:
        return composition.committer().run(unit, principal.tenant).encode()
    with writing(engine) as connection:
        return unit(connection).encode()


def _read(rows: Mapping[str, list[Any]]) -> Iterator[tuple[Kind, Iterator[list[ReadRow]]]]:
    for kind in KINDS:
        if kind.name in rows:
            text = io.BytesIO(dumped(rows[kind.name]))
            yield kind, read_report(text, "json", kind.name)


def _load(
    connection: Connection, principal: Principal, checked: Checked, terms: Terms, now: datetime
) -> bytes:
    loading = Load(
        connection,
        principal,
        source_system=terms.source_system,
        historical=terms.historical,
        recorded_at=now,
    )
    listener = _Listener()
    kinds = {}
    for kind, chunks in checked:
        listener.kind = kind
        before = (loading.added, loading.corrected, loading.unchanged)
        taken = take(loading, kind, chunks, listener)
        after = (loading.added, loading.corrected, loading.unchanged)
        counts = (new - old for new, old in zip(after, before, strict=True))
        kinds[kind] = {"rows": taken.rows, **dict(zip(COUNTS, counts, strict=True))}
    receipt = loading.close()
    if listener.rejected:
        raise InvalidRequest(  # rolls back
            f"{listener.rejected} thing(s) are wrong with the rows; nothing was loaded",
            remedy="see errors",
            flaws=listener.flaws,
        )
    return dumped(
        {
            "batch": receipt.batch,
            "rows": sum(one["rows"] for one in kinds.values()),
            **{name: getattr(receipt, name) for name in COUNTS},
            "last_seq": receipt.last_seq,
            "kinds": kinds,
            "doubtful": listener.doubtful,
            "doubts": listener.doubts,
        }
    )
