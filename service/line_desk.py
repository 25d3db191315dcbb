"""The desk of batches: lines described together and recorded together, each by itself at fault.

A line is answered as ``service.desk`` answers a request: the same facts brought along, the same
score, the same record. Facts of all lines are written first, in the order of the lines, so that a
line may name what one before it brought along. Blocking; runs in a thread.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple, Protocol, TypeVar

from sqlalchemy import Connection

from ledger.clocks import day_of
from ledger.database import reading
from ledger.idempotency import Given, RequestKey, given_before, once
from ledger.ids import new_id
from ledger.principals import Principal
from ledger.tenants import Book, book
from scoring.asking import Mode, Request
from scoring.brought import bring, require_currency
from scoring.in_life import in_life
from scoring.path import Scored
from scoring.reply import as_text, reply
from service.batch_lines import Line
from service.composition import Composition, Scoring
from service.desk import instant_of, recording, replying, request_at
from service.discretion import discreet
from service.intake import parse_request
from service.line_answer import Answer, fault_of
from service.line_scores import Wanted, score_lines
from service.schemas import ScoreRequest
from service.shadowing import Answered, Shadows

TICK = timedelta(microseconds=1)


class _Numbered(Protocol):
    @property
    def number(self) -> int: ...


Task = TypeVar("Task", bound=_Numbered)
Next = TypeVar("Next")


class _Coming(NamedTuple):
    """A line and its instant."""

    number: int
    now: datetime
    line: Line


class _Read(NamedTuple):
    """A line that can be read; each has an instant of its own, later than that of the one before.

    So that a line never sees what one after it brings along.
    """

    number: int
    now: datetime
    body: str
    key: RequestKey | None
    asked: ScoreRequest


class _Brought(NamedTuple):
    """A line whose facts are written, or about to be."""

    number: int
    read: _Read
    as_of: datetime | Future[datetime]


class _Settled(NamedTuple):
    """A line and its instant."""

    number: int
    read: _Read
    as_of: datetime


class _Timed(NamedTuple):
    """A line and the request that it is, at its instant."""

    number: int
    read: _Read
    request: Request


class _Made(NamedTuple):
    """A line and its score."""

    number: int
    read: _Read
    scored: Scored


class _Written(NamedTuple):
    """A line whose reply is on record, or about to be; or isn't to be recorded."""

    number: int
    reply: str | Future[str]


def answer_lines(
    composition: Composition,
    principal: Principal,
    lines: Sequence[Line],
    key_of: Callable[[Line], RequestKey | None],
    now: datetime,
) -> list[Answer]:
    """Answer lines, in their order; whatever befalls one is its own fault and none is raised.

    Parameters
    ----------
    lines : sequence of Line
        At most ``scoring.gather.FEW``.
    key_of : function of a line
        Its key: the same line with the same key gets the same bytes again.
    now : datetime
        The server's clock, aware.
    """
    group = _Group(composition, principal, key_of, now)
    try:
        group.answer(lines)
    except Exception as error:
        fault = fault_of(error)
        left = (line.number for line in lines if line.number not in group.answers)
        group.answers |= {number: Answer(number, fault=fault) for number in left}
    return [group.answers[line.number] for line in lines]


class _Group:
    """Lines that are answered together, step by step."""

    def __init__(
        self,
        composition: Composition,
        principal: Principal,
        key_of: Callable[[Line], RequestKey | None],
        now: datetime,
    ) -> None:
        self._composition = composition
        self._principal = principal
        self._key_of = key_of
        self._now = now
        self.answers: dict[int, Answer] = {}

    def answer(self, lines: Sequence[Line]) -> None:
        """Answer all; raise what befalls those that have no answer yet."""
        read = self._each(_coming(lines, self._now), self._read)
        with reading(self._composition.ledger()) as connection:
            opened = book(connection, self._principal.tenant)
            self._each(read, partial(self._give_again, connection))
        new = [one for one in read if one.number not in self.answers]
        if not new:
            return
        parts = self._composition.scoring(day_of(self._now, opened.tz))
        brought = self._each(new, partial(self._bring, parts, opened))
        settled = self._each(brought, _settled)
        with reading(parts.engine) as connection:
            opened = book(connection, self._principal.tenant)
            timed = self._each(settled, partial(_timed, connection, opened))
        made = self._scored(parts, timed)
        written = self._each(made, partial(self._write, parts, opened))
        self._each(written, self._given)
        if any(one.read.asked.why is Mode.DECISION for one in made):
            parts.packs_kept.add((self._principal.tenant, parts.pack.id))

    def _each(self, tasks: Iterable[Task], step: Callable[[Task], Next]) -> list[Next]:
        """What a step makes of each line; one at which it fails is answered with that."""
        done = []
        for task in tasks:
            try:
                done.append(step(task))
            except Exception as error:
                self._fail(task.number, error)
        return done

    def _fail(self, number: int, error: Exception) -> None:
        self.answers[number] = Answer(number, fault=fault_of(error))

    def _read(self, coming: _Coming) -> _Read:
        line = coming.line
        if line.fault is not None:
            raise line.fault
        asked, body = parse_request(line.body)
        return _Read(line.number, coming.now, body, self._key_of(line), asked)

    def _give_again(self, connection: Connection, read: _Read) -> None:
        """Answer what was answered before."""
        if read.key is None:
            return
        before = given_before(connection, self._principal.tenant, read.key)
        if before is not None:
            self.answers[read.number] = Answer(read.number, before.encode())

    def _bring(self, parts: Scoring, opened: Book, read: _Read) -> _Brought:
        """Write what a line brings along, after those before it."""
        require_currency(opened, read.asked.currency, "/currency")
        brought = read.asked.brought()
        if read.asked.as_of is None and brought.anything:
            work = partial(bring, principal=self._principal, brought=brought, now=read.now)
            waiting = parts.committer.submit(work, self._principal.tenant)
            return _Brought(read.number, read, waiting)
        as_of = instant_of(parts, self._principal, read.asked, read.now)
        return _Brought(read.number, read, as_of)

    def _scored(self, parts: Scoring, timed: Sequence[_Timed]) -> list[_Made]:
        wanted = [Wanted(one.request, one.read.asked.advice) for one in timed]
        made = []
        for one, found in zip(
            timed, score_lines(parts, self._principal.tenant, wanted), strict=True
        ):
            if isinstance(found, Scored):
                made.append(_Made(one.number, one.read, found))
            else:
                self._fail(one.number, found)
        return made

    def _write(self, parts: Scoring, opened: Book, made: _Made) -> _Written:
        """Hand the reply in to be recorded, where it is."""
        read, decided = made.read, made.read.asked.why is Mode.DECISION
        told = reply(
            made.scored,
            parts.bundle,
            parts.pack,
            score_id=new_id() if decided else None,
            currency=opened.base_currency,
        )
        parts.meters.scored(told)
        if not decided and read.key is None:
            return _Written(made.number, as_text(told))
        work = replying(as_text(told))
        if decided:
            tenant = self._principal.tenant
            kept = partial(discreet, tenant=tenant, asked=read.asked, body=read.body)
            work = recording(
                parts, self._principal, made.scored, request=kept, reply=told, now=read.now
            )
        unit = partial(self._unit, read.key, work)
        waiting = parts.committer.submit(unit, self._principal.tenant)
        if decided:
            said = told["score_id"], parts.bundle.id, made.scored, opened, parts.pack, read.now
            waiting.add_done_callback(partial(_shadowed, parts.shadows, Answered(*said), told))
        return _Written(made.number, waiting)

    def _unit(
        self, key: RequestKey | None, work: Callable[[Connection], Given], connection: Connection
    ) -> str:
        if key is None:
            return work(connection).reply
        return once(connection, self._principal.tenant, key, self._now, work)

    def _given(self, written: _Written) -> None:
        text = written.reply if isinstance(written.reply, str) else written.reply.result()
        self.answers[written.number] = Answer(written.number, text.encode())


def _shadowed(
    shadows: Shadows, answered: Answered, told: dict[str, Any], given: Future[str]
) -> None:
    """Have a decision scored along once it is on record, and not where a twin's was given."""
    if not given.cancelled() and given.exception() is None and given.result() == as_text(told):
        shadows.take(answered)


def _coming(lines: Sequence[Line], now: datetime) -> list[_Coming]:
    return [_Coming(line.number, now + at * TICK, line) for at, line in enumerate(lines)]


def _settled(brought: _Brought) -> _Settled:
    """Once its facts are written."""
    as_of = brought.as_of if isinstance(brought.as_of, datetime) else brought.as_of.result()
    return _Settled(brought.number, brought.read, as_of)


def _timed(connection: Connection, opened: Book, settled: _Settled) -> _Timed:
    request = request_at(settled.read.asked, settled.as_of)
    return _Timed(settled.number, settled.read, in_life(connection, opened, request))
