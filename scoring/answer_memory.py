"""What a process remembers of answers: those asked for last, as long as they hold."""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from sqlalchemy import Connection

from ledger.tenants import Book
from ledger.touched_keys import touched_keys
from scoring.kept_answers import KeptAnswer

MOST_STRETCHES = 256
"""Stretches of a book whose keys are remembered; an answer from before them is worked out anew."""

Key = tuple[str, ...]
"""Tenant first; bundle, pack, bundles of parties, and what is asked."""


@dataclass
class _Touched:
    """The keys that the facts of a book speak of, stretch by stretch, from ``begins`` on."""

    begins: int
    stretches: deque[tuple[int, frozenset[str] | None]] = field(default_factory=deque)

    @property
    def through(self) -> int:
        return self.stretches[-1][0] if self.stretches else self.begins

    def add(self, through: int, keys: frozenset[str] | None) -> None:
        self.stretches.append((through, keys))
        if len(self.stretches) > MOST_STRETCHES:
            self.begins, _ = self.stretches.popleft()


class AnswerMemory:
    """The ``most`` answers of one ledger asked for last; for all threads of a process.

    Attributes
    ----------
    given_again : int
        Answers given again so far (`count`).
    """

    def __init__(self, most: int) -> None:
        self._answers: OrderedDict[Key, KeptAnswer] = OrderedDict()
        self._touched: dict[str, _Touched] = {}
        self._most = most
        self._lock = Lock()
        self._reading = Lock()
        self.given_again = 0

    def __len__(self) -> int:
        """Number of answers."""
        return len(self._answers)

    def look_up(self, key: Key) -> KeptAnswer | None:
        """The answer remembered; whether it holds still is for the book to say."""
        with self._lock:
            kept = self._answers.get(key)
            if kept is not None:
                self._answers.move_to_end(key)
            return kept

    def count(self) -> None:
        """Count an answer that was given again."""
        with self._lock:
            self.given_again += 1

    def remember(self, key: Key, kept: KeptAnswer) -> None:
        """Take an answer; the one asked for longest ago goes."""
        with self._lock:
            self._answers[key] = kept
            self._answers.move_to_end(key)
            if len(self._answers) > self._most:
                self._answers.popitem(last=False)

    def still_holds(
        self, connection: Connection, key: Key, book: Book, instant: datetime
    ) -> KeptAnswer | None:
        """The answer remembered where it holds for a book just read; else it is forgotten.

        Parameters
        ----------
        connection : Connection
            Of ``ledger.database.reading``, by which the book was read.
        """
        kept = self.look_up(key)
        if kept is None or kept.holds_at(book, instant):
            return kept
        if kept.timely(instant) and self._holds(connection, kept, book, instant):
            kept = kept.seen_in(book)
            self.remember(key, kept)
            return kept
        with self._lock:
            self._answers.pop(key, None)
        return None

    def _holds(
        self, connection: Connection, kept: KeptAnswer, book: Book, instant: datetime
    ) -> bool:
        stretches = self._since(connection, book, kept.book.last_seq)
        if stretches is None or not all(kept.untouched(keys) for keys in stretches):
            return False
        return kept.as_held(connection, book, instant)

    def _since(
        self, connection: Connection, book: Book, after_seq: int
    ) -> list[frozenset[str] | None] | None:
        """The keys touched after a ``seq``, by stretch; None where that is no longer known."""
        with self._reading:
            known = self._touched.setdefault(book.tenant, _Touched(after_seq))
            if known.through < book.last_seq:
                keys = touched_keys(connection, book.tenant, known.through, book.last_seq)
                known.add(book.last_seq, keys)
            if after_seq < known.begins:
                return None
            return [keys for through, keys in known.stretches if through > after_seq]
