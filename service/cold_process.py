"""Cold work in a process of its own: a storm of it doesn't keep warm scores waiting.

What a party looks like on a day is worked out once and then kept. Where many parties are asked for
at once of which nothing is kept, that work would share the interpreter with everything else that
the service does. The process is started when two such pieces of work meet for the first time; until
it is there, and when it is gone, the work is done in the thread that asks for it.
"""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing import get_context, parent_process
from threading import Lock, Thread

from sqlalchemy import Engine

from features.catalogue import RELATIONS
from features.feature import Relation
from features.pipeline import Matrix
from ledger.acting import acting_for
from ledger.database import open_database
from ledger.tenants import Book
from scoring.asking import Request
from scoring.working_out import worked_out

log = logging.getLogger("tricredit.service")

MANY = 2
"""Pieces of cold work at once that make it worth a process."""

NICE = 10
"""How far behind the service that process stands for a core."""

BY_NAME = {relation.name: relation for relation in RELATIONS}


class ColdProcess:
    """Works out history as `scoring.working_out.worked_out` does, elsewhere where that is better.

    Parameters
    ----------
    db : str
        URL of the ledger.
    allowed : bool
        Whether there may be a process; without, it is all done where it is asked for.
    many : int
        Pieces of work that must meet before there is one.

    Attributes
    ----------
    elsewhere : int
        Pieces of work that the process has done.
    """

    def __init__(self, db: str, *, allowed: bool = True, many: int = MANY) -> None:
        self._db, self._allowed, self._many = db, allowed, many
        self._pool: ProcessPoolExecutor | None = None
        self._ready: Future[int] | None = None
        self._at_work = 0
        self._lock = Lock()
        self.elsewhere = 0

    def __call__(
        self, engine: Engine, book: Book, requests: Sequence[Request], relations: Sequence[Relation]
    ) -> dict[str, Matrix]:
        """What relations of history say of requests; arguments as of `worked_out`."""
        with self._counted():
            pool = self._at_hand()
            names = [one.name for one in relations]
            known = all(BY_NAME.get(one.name) is one for one in relations)
            if pool is None or not known:
                return worked_out(engine, book, requests, relations)
            try:
                found = pool.submit(_work_out, book, list(requests), names).result()
            except Exception as fault:  # whatever it was: here it is met again, or it isn't
                log.warning("cold work in its process failed (%s): done here", type(fault).__name__)
                self._drop(pool)
                return worked_out(engine, book, requests, relations)
            with self._lock:
                self.elsewhere += 1
            return found

    @property
    def pid(self) -> int | None:
        """Id of the process, once it is ready."""
        ready = self._ready
        return ready.result() if ready is not None and _is_well(ready) else None

    def close(self) -> None:
        """End the process; work that is in it is given up."""
        with self._lock:
            pool, self._pool, self._ready, self._allowed = self._pool, None, None, False
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)

    @contextmanager
    def _counted(self) -> Iterator[None]:
        with self._lock:
            self._at_work += 1
            if self._at_work >= self._many and self._allowed and self._pool is None:
                self._start()
        try:
            yield
        finally:
            with self._lock:
                self._at_work -= 1

    def _start(self) -> None:
        log.info("a process for cold work is started")
        self._pool = ProcessPoolExecutor(
            1, mp_context=get_context("spawn"), initializer=_begin, initargs=(self._db,)
        )
        self._ready = self._pool.submit(os.getpid)

    def _at_hand(self) -> ProcessPoolExecutor | None:
        """The process, if it is ready; one that couldn't start is given up."""
        with self._lock:
            pool, ready = self._pool, self._ready
        if pool is None or ready is None or not ready.done():
            return None
        if _is_well(ready):
            return pool
        self._drop(pool)
        return None

    def _drop(self, pool: ProcessPoolExecutor) -> None:
        """Give up a process that failed; the next time that work meets there is another."""
        with self._lock:
            if self._pool is pool:
                self._pool = self._ready = None
        pool.shutdown(wait=False, cancel_futures=True)


def _is_well(ready: Future[int]) -> bool:
    return ready.done() and not ready.cancelled() and ready.exception() is None


_ledger: list[Engine] = []
"""In the process: its connections to the ledger."""


def _begin(db: str) -> None:
    """Make the process ready: behind the service, and not longer there than it is."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of the terminal: the service ends both
    with suppress(OSError, AttributeError):
        os.nice(NICE)
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))  # Linux: work without a hurry
    Thread(target=_end_with_the_service, daemon=True).start()
    _ledger.append(open_database(db))


def _end_with_the_service() -> None:
    service = parent_process()
    if service is not None:
        service.join()
        os._exit(0)


def _work_out(book: Book, requests: list[Request], names: list[str]) -> dict[str, Matrix]:
    with acting_for(book.tenant):  # another process: nobody has said so here
        return worked_out(_ledger[0], book, requests, [BY_NAME[name] for name in names])
