"""Group commit: what many threads hand in within a moment becomes one transaction.

A durable commit costs a flush of the disk whatever it holds, and SQLite takes one writer at a time.
So one thread a process writes: it takes what has gathered, runs each unit behind a savepoint of its
own, commits once, and only then answers. While one group is committed the next one gathers by
itself, so that a lone caller waits for nobody.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from copy import copy
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from threading import Condition, Thread, current_thread
from time import perf_counter
from types import TracebackType
from typing import Any, Self, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from ledger import wall
from ledger.database import writing
from ledger.faults import DatabaseUnreachable, LedgerBusy, LedgerClosed
from ledger.joint_work import Joint

Result = TypeVar("Result")

MOST = 64
"""Units in a group: PostgreSQL keeps 64 savepoints of a transaction in shared memory; with more,
every reader has to look them up elsewhere."""

log = logging.getLogger("tricredit.ledger")


@dataclass(frozen=True)
class _Unit:
    work: Callable[[Connection], Any]
    tenant: str
    answer: Future[Any] = field(default_factory=Future)
    since: float = field(default_factory=perf_counter)


class Committer:
    """Writes for many threads, in few transactions. One a process, closed at its end.

    A *unit of work* is a function of an open connection, for example
    ``lambda connection: append(connection, principal, rows, ...)``. It runs in the thread of the
    committer, wholly or not at all: where it raises, what it wrote is undone, its caller gets the
    error, and its neighbours are none the wiser. It neither commits nor rolls back, lets errors of
    the database pass, hands in no unit and waits for nobody: its whole group waits for it.

    Parameters
    ----------
    engine : Engine
        Of ``ledger.database.open_database``.
    gather_s : float
        Seconds that a group may wait for as many units as were in sight at the end of the one
        before, answered or waiting. A lone caller is alone in sight: nobody waits.
    most : int
        Units in a group at most.
    queue : int
        Units that may wait; the next one is refused.
    grouped : function or None
        Told of each group before it is written: its units, and the seconds that the first waited.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        gather_s: float = 0.002,
        most: int = MOST,
        queue: int = 1024,
        grouped: Callable[[int, float], None] | None = None,
    ) -> None:
        self._engine = engine
        self._gather_s = gather_s
        self._most = most
        self._queue = queue
        self._grouped = grouped
        self._waiting: deque[_Unit] = deque()
        self._expected = 1
        self._closed = False
        self._changed = Condition()
        # daemon: a process that ends without close() ends; who waits then was never told success
        self._thread = Thread(target=self._work, name="committer", daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[Connection], Result], tenant: str) -> Future[Result]:
        """Hand in a unit of work that writes to the book of one tenant.

        Units of a tenant run in the order in which they were handed in.

        Returns
        -------
        Future
            Of what ``work`` returns, or raises; done after the commit. Cancelled before the unit
            began, it never runs; later it can't be cancelled. Where the transaction itself fails,
            it raises what ``ledger.database.writing`` would raise, for each unit of the group;
            where a connection breaks during a commit, nobody knows whether it happened: hand the
            unit in again if that is harmless (``ledger.writer``, ``ledger.idempotency``). An event
            loop waits for it by ``asyncio.wrap_future``.

        Raises
        ------
        LedgerBusy
            Where too many units wait.
        LedgerClosed
            After `close`.
        """
        if current_thread() is self._thread:
            raise RuntimeError("a unit of work can't hand in another: it would wait for itself")
        unit = _Unit(work, tenant)
        with self._changed:
            if self._closed or not self._thread.is_alive():  # a fork has no thread
                raise _closed()
            if len(self._waiting) >= self._queue:
                raise LedgerBusy(
                    f"{self._queue} units of work wait to be written",
                    remedy="send the request again in a few seconds",
                )
            self._waiting.append(unit)
            self._changed.notify_all()
        return unit.answer

    def run(self, work: Callable[[Connection], Result], tenant: str) -> Result:
        """Hand in a unit of work, wait until it is committed and return its result.

        Raises what `submit` and the work itself raise.
        """
        answer = self.submit(work, tenant)
        try:
            return answer.result()
        except BaseException:
            answer.cancel()  # who is interrupted while waiting wants it no more
            raise

    def close(self) -> None:
        """Write what was handed in, then refuse. May be called again."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _work(self) -> None:
        try:
            for group in self._groups():
                if group:
                    self._commit(group)
        except BaseException:
            log.exception("the committer has ended; nothing can be written any more")
        finally:
            with self._changed:
                self._closed = True
                left = list(self._waiting)
            for unit in left:  # after a fault of our own only: nobody may wait for ever
                if unit.answer.set_running_or_notify_cancel():
                    unit.answer.set_exception(_closed())

    def _groups(self) -> Iterator[list[_Unit]]:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closed)
                if not self._waiting:
                    return
                self._changed.wait_for(self._all_in_sight, self._gather_s)
                size = min(len(self._waiting), self._most)
                group = [self._waiting.popleft() for _ in range(size)]
            if self._grouped is not None:
                self._grouped(size, perf_counter() - group[0].since)
            yield [unit for unit in group if unit.answer.set_running_or_notify_cancel()]
            # those just answered may come again, beside those who wait already
            self._expected = min(size + len(self._waiting), self._most)

    def _all_in_sight(self) -> bool:
        return len(self._waiting) >= self._expected or self._closed

    def _commit(self, group: Sequence[_Unit]) -> None:
        try:
            with writing(self._engine) as connection:
                answers = _written(connection, group)
        except BaseException as error:
            answers = [partial(unit.answer.set_exception, _own(error, group)) for unit in group]
        for answer in answers:
            answer()


def _written(connection: Connection, group: Sequence[_Unit]) -> list[Callable[[], None]]:
    """Run the units of a group; return how to answer them after the commit."""
    if len(group) == 1:  # nobody else is undone with it
        unit = group[0]
        wall.act(connection, unit.tenant)
        return [partial(unit.answer.set_result, unit.work(connection))]
    # by tenant: two processes lock the heads of tenants in one order
    runs = groupby(sorted(group, key=_tenant), key=_joined)
    return [answer for _, units in runs for answer in _run(connection, list(units))]


def _tenant(unit: _Unit) -> str:
    return unit.tenant


def _joined(unit: _Unit) -> object:
    """Equal for neighbours that are done together."""
    work = unit.work
    return (unit.tenant, work.together) if isinstance(work, Joint) else id(unit)


def _run(connection: Connection, units: Sequence[_Unit]) -> list[Callable[[], None]]:
    """Do the units of a run, together where there are several; return how to answer them.

    Raises where the transaction is gone, and with it the whole group.
    """
    wall.act(connection, units[0].tenant)
    joint = [unit.work for unit in units if isinstance(unit.work, Joint)]
    if len(joint) > 1:
        together, items = joint[0].together, [one.item for one in joint]
        results, error = _attempt(connection, lambda open: together(open, items))
        if error is None:
            answered = zip(units, results, strict=True)
            return [partial(unit.answer.set_result, result) for unit, result in answered]
    return [_tried(connection, unit) for unit in units]


def _tried(connection: Connection, unit: _Unit) -> Callable[[], None]:
    result, error = _attempt(connection, unit.work)
    if error is not None:
        return partial(unit.answer.set_exception, error)
    return partial(unit.answer.set_result, result)


def _attempt(
    connection: Connection, work: Callable[[Connection], Any]
) -> tuple[Any, BaseException | None]:
    """Do work behind a savepoint; return its result, or the error that undid it."""
    connection.exec_driver_sql("SAVEPOINT unit")
    try:
        result = work(connection)
        connection.exec_driver_sql("RELEASE SAVEPOINT unit")
    except BaseException as error:
        _undo(connection, error)
        return None, error
    return result, None


def _undo(connection: Connection, error: BaseException) -> None:
    try:
        connection.exec_driver_sql("ROLLBACK TO SAVEPOINT unit")
        connection.exec_driver_sql("RELEASE SAVEPOINT unit")
    except SQLAlchemyError as lost:  # a full disk or a lost connection takes the transaction along
        if isinstance(error, DBAPIError):
            raise error from lost
        raise DatabaseUnreachable(
            f"the transaction was lost: {lost}", remedy="send the request again in a few seconds"
        ) from lost


def _own(error: BaseException, group: Sequence[_Unit]) -> BaseException:
    """A copy for each of several callers: who raises an error adds to its traceback."""
    if len(group) == 1:
        return error
    try:
        own = copy(error)
    except Exception:  # one that can't be made from what it shows
        return error
    own.__cause__ = error
    return own


def _closed() -> LedgerClosed:
    return LedgerClosed(
        "the ledger is being closed", remedy="send the request again in a few seconds"
    )
