"""Shadows: what the bundles that don't answer would have said, worked out after the answer.

An answer is handed in once it is on record and never waits: a thread of its own scores, and writes
in groups through the committer. Where it can't keep up, the newest are left out and counted: a
request without a shadow score is no loss, a late answer is one.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from threading import Condition, Thread
from typing import Literal

from sqlalchemy import Connection, Engine

from ledger.acting import acting_for
from ledger.committing import Committer
from ledger.shadow_scores import Shadowed, append_shadows
from ledger.tenants import Book
from lending.pack import Pack
from models.bundle import Bundle
from scoring.code_version import code_version
from scoring.memory import Memory
from scoring.path import Scored
from scoring.shadow_scoring import shadow_of

log = logging.getLogger("tricredit.service")

GROUP = 32
"""Answers that are scored before what came of them is written: one commit for all."""

PATIENCE_S = 5.0
"""Seconds that the end of the service waits for what was handed in."""

What = Literal["made", "dropped", "failed", "unwritten"]


@dataclass(frozen=True)
class Answered:
    """An answer that is on record.

    Attributes
    ----------
    record : str
        Id of the record.
    bundle : str
        Id of the bundle that answered.
    scored : Scored
    book : Book
        As it was read for the answer.
    pack : Pack
    at : datetime
        The server's clock.
    """

    record: str
    bundle: str
    scored: Scored
    book: Book
    pack: Pack
    at: datetime


class Shadows:
    """Scores answers again by the bundles that hold an alias; one a process.

    Parameters
    ----------
    served : function
        The bundles as they are now, by alias; those that can't be had are left out.
    parts : function
        Ledger and committer, which may raise where they aren't there.
    queue : int
        Answers that may wait; 0 turns shadows off.
    """

    def __init__(
        self,
        served: Callable[[], Mapping[str, Bundle]],
        parts: Callable[[], tuple[Engine, Committer]],
        memory: Memory,
        queue: int,
    ) -> None:
        self._served = served
        self._parts = parts
        self._memory = memory
        self._queue = queue
        self._waiting: deque[Answered] = deque()
        self._counts: dict[tuple[What, str], int] = {}
        self._told: dict[str, float] = {}
        self._closed = False
        self._until = float("inf")
        self._changed = Condition()
        self._thread: Thread | None = None

    @property
    def on(self) -> bool:
        """Whether there is a bundle to score by."""
        return self._queue > 0 and bool(self._served())

    @property
    def waiting(self) -> int:
        """Answers that wait."""
        return len(self._waiting)

    def counts(self) -> dict[tuple[What, str], int]:
        """What became of answers, by alias: made, dropped, failed or unwritten."""
        with self._changed:
            return dict(self._counts)

    def take(self, answered: Answered) -> None:
        """Take an answer that is on record; returns at once and raises nothing."""
        with suppress(Exception):  # whatever is wrong here, the answer is right
            if self.on:
                self._take(answered)

    def close(self) -> None:
        """Score what was handed in, a few seconds long, then end."""
        with self._changed:
            self._closed = True
            self._until = time.monotonic() + PATIENCE_S
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()

    def _take(self, answered: Answered) -> None:
        with self._changed:
            if self._closed or len(self._waiting) >= self._queue:
                self._count("dropped", tuple(self._served()))
                self._tell("the shadow can't keep up; answers are left out")
                return
            self._waiting.append(answered)
            if self._thread is None:
                self._thread = Thread(target=self._run, name="shadows", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def _run(self) -> None:
        for group in self._groups():
            bundles = self._served()
            made: list[tuple[str, Shadowed]] = []
            for answered in group:
                for alias, bundle in bundles.items():
                    if bundle.id == answered.bundle:
                        continue  # it has answered
                    try:
                        with acting_for(answered.book.tenant):
                            shadow = self._shadow(answered, alias, bundle)
                    except Exception as error:
                        self._note("failed", [alias], f"{bundle.id} failed", error)
                    else:
                        made.append((answered.book.tenant, shadow))
            for tenant in dict.fromkeys(tenant for tenant, _ in made):
                self._write(tenant, [one for of, one in made if of == tenant])

    def _groups(self) -> Iterator[Sequence[Answered]]:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closed)
                if time.monotonic() > self._until:
                    for _ in self._waiting:
                        self._count("dropped", tuple(self._served()))
                    self._waiting.clear()
                if not self._waiting:
                    return
                size = min(GROUP, len(self._waiting))
                group = [self._waiting.popleft() for _ in range(size)]
            yield group

    def _shadow(self, answered: Answered, alias: str, bundle: Bundle) -> Shadowed:
        engine, committer = self._parts()
        write = partial(committer.submit, tenant=answered.book.tenant)
        shadow = shadow_of(
            engine,
            answered.book,
            answered.scored,
            bundle,
            answered.pack,
            write=write,
            memory=self._memory,
        )
        return Shadowed(
            record=answered.record,
            bundle=bundle.id,
            alias=alias,
            pack=answered.pack.id,
            recorded_at=max(answered.at, answered.scored.cut.live_through),
            code=code_version(),
            features=shadow.features,
            reply=shadow.reply,
        )

    def _write(self, tenant: str, made: Sequence[Shadowed]) -> None:
        aliases = [one.alias for one in made]
        try:
            _, committer = self._parts()

            def unit(connection: Connection) -> None:
                append_shadows(connection, tenant, made)

            committer.run(unit, tenant)
        except Exception as error:
            self._note("unwritten", aliases, "shadow scores can't be written", error)
        else:
            with self._changed:
                self._count("made", aliases)

    def _note(self, what: What, aliases: Sequence[str], about: str, error: Exception) -> None:
        with self._changed:
            self._count(what, aliases)
            self._tell(f"{about}: {type(error).__name__}: {str(error)[:300]}")

    def _count(self, what: What, aliases: Sequence[str]) -> None:
        for alias in aliases:
            self._counts[what, alias] = self._counts.get((what, alias), 0) + 1

    def _tell(self, words: str) -> None:
        """Log something, once a minute."""
        now = time.monotonic()
        if now - self._told.get(words[:80], -60.0) >= 60.0:
            self._told[words[:80]] = now
            log.warning("%s", words)
