"""The desk where facts are loaded: a body becomes one batch, or none. Runs in a thread."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import chain, islice
from typing import BinaryIO

from sqlalchemy import Connection

from ledger.checking import check_batch
from ledger.database import reading, writing
from ledger.idempotency import Given, RequestKey, given_before, once
from ledger.loads import Load, Receipt
from ledger.principals import Principal
from ledger.reports.read_rows import ReadRow
from ledger.reports.reading import Form
from ledger.reports.taking import CheckedChunk, RowError, Taken, check_chunk, take
from ledger.tenants import book
from service.composition import Composition
from service.refusals import RowsRefused

ERRORS = b'"errors":'
FIRST = 100
"""Errors told of a body that is refused, and doubts told of one that is taken."""

ROWS_IN_A_GROUP = 1_000
"""Rows of a body that is committed together with others: they wait until it is written."""

MOST_ERRORS = 1_000_000
"""Errors of a body; where there are more, it isn't what it says."""


@dataclass(frozen=True)
class Order:
    """What is to be done with a body.

    Attributes
    ----------
    kind, form : str
        Kind of its rows, and how they are written.
    source_system : str
        Who says it.
    historical : bool
        Onboarding or backfill (``ledger.writer``).
    keep_good : bool
        Load the good rows and tell of the bad, instead of refusing all.
    """

    kind: str
    form: Form
    source_system: str
    historical: bool
    keep_good: bool


class Findings:
    """What is told of rows while they are loaded: the first in memory, all errors in a file."""

    def __init__(self, order: Order, file: BinaryIO) -> None:
        self._order = order
        self._file = file
        self._errors = 0
        self.first: list[RowError] = []
        self.doubts: list[RowError] = []
        self.doubtful = 0

    def error(self, found: RowError) -> None:
        """Note what is wrong with a row."""
        self._errors += 1
        if self._errors > MOST_ERRORS:
            raise self.refusal(Taken(found.line, self._errors), "; reading has stopped")
        if len(self.first) < FIRST:
            self.first.append(found)
        if self._order.keep_good:
            self._file.write((b"," if self._errors > 1 else b"") + dumped(found._asdict()))

    def doubt(self, found: RowError) -> None:
        """Note what is odd with a row."""
        self.doubtful += 1
        if len(self.doubts) < FIRST:
            self.doubts.append(found)

    def refusal(self, taken: Taken, more: str = "") -> RowsRefused:
        """The refusal of the whole body."""
        return RowsRefused(
            f"{taken.rejected} of {taken.rows} row(s) can't be right; nothing was loaded{more}",
            remedy="correct them, or load the good rows alone with keep_good=true",
            kind=self._order.kind,
            rows=taken.rows,
            rejected=taken.rejected,
            errors=self.first,
        )


@dataclass(frozen=True)
class Answer:
    """What a body is answered with.

    Attributes
    ----------
    text : bytes
        The whole reply, or only what stands before its list of errors.
    whole : bool
        Which of the two.
    """

    text: bytes
    whole: bool


def load(
    composition: Composition,
    principal: Principal,
    order: Order,
    chunks: Iterator[list[ReadRow]],
    *,
    errors: BinaryIO,
    now: datetime,
    key: RequestKey | None = None,
) -> Answer:
    """Load the rows of a body in one transaction.

    A small body is read and checked before anything is locked, and committed together with what
    else arrives in that moment; a large one has a transaction of its own.

    Parameters
    ----------
    chunks : iterator
        Of ``ledger.reports.reading.read_report``.
    errors : binary file
        Gets what is wrong with the rows, as JSON objects with commas between; nothing unless the
        order keeps the good ones.
    now : datetime
        The server's clock, aware.
    key : RequestKey or None
        The same body with the same key gets the same reply again; it then lists no more than the
        first errors.

    Raises
    ------
    RowsRefused
        Where a row can't be right, unless the order keeps the good ones; nothing was loaded.
    UnreadableReport, WrongColumns, TooManyRows
        Where the body as a whole can't be read; nothing was loaded.
    KeyReused
        Where the key was given to another body.
    """
    engine = composition.ledger()
    with reading(engine) as connection:
        currency = book(connection, principal.tenant).base_currency
        given = given_before(connection, principal.tenant, key) if key else None
    if given is not None:
        return Answer(given.encode(), whole=True)
    check = partial(check_batch, base_currency=currency, recorded_at=now)
    checked = (check_chunk(order.kind, chunk, check) for chunk in chunks)
    head = list(islice(checked, 2))  # a small body is whole before anything is locked
    work = partial(
        _load,
        principal=principal,
        order=order,
        chunks=chain(head, checked),
        findings=Findings(order, errors),
        now=now,
        whole=key is not None,
    )
    unit = work if key is None else partial(_once, principal=principal, key=key, now=now, work=work)
    if len(head) < 2 and sum(len(chunk.rows) for chunk in head) <= ROWS_IN_A_GROUP:
        return composition.committer().run(unit, principal.tenant)
    with writing(engine) as connection:
        return unit(connection)


def _load(
    connection: Connection,
    *,
    principal: Principal,
    order: Order,
    chunks: Iterator[CheckedChunk],
    findings: Findings,
    now: datetime,
    whole: bool,
) -> Answer:
    """A unit of work that writes the rows of a body."""
    loading = Load(
        connection,
        principal,
        source_system=order.source_system,
        historical=order.historical,
        recorded_at=now,
    )
    taken = take(loading, order.kind, chunks, findings)
    receipt = loading.close()
    if taken.rejected and not order.keep_good:
        raise findings.refusal(taken)  # rolls back
    head = _head(order, taken, receipt, findings)
    told = dumped([found._asdict() for found in findings.first])
    return Answer(head + ERRORS + told + b"}" if whole else head, whole)


def _once(
    connection: Connection,
    *,
    principal: Principal,
    key: RequestKey,
    now: datetime,
    work: Callable[[Connection], Answer],
) -> Answer:
    """A unit of work that writes the rows of a body unless its key was answered before."""

    def give(connection: Connection) -> Given:
        return Given(work(connection).text.decode())

    return Answer(once(connection, principal.tenant, key, now, give).encode(), whole=True)


def dumped(value: object) -> bytes:
    """A value as JSON in UTF-8."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def _head(order: Order, taken: Taken, receipt: Receipt, findings: Findings) -> bytes:
    said = {
        "batch": receipt.batch,
        "kind": order.kind,
        "rows": taken.rows,
        "added": receipt.added,
        "corrected": receipt.corrected,
        "unchanged": receipt.unchanged,
        "rejected": taken.rejected,
        "last_seq": receipt.last_seq,
        "doubtful": findings.doubtful,
        "doubts": [found._asdict() for found in findings.doubts],
    }
    return dumped(said)[:-1] + b","
