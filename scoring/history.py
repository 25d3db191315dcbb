"""History features of a few requests: what was kept of their parties, and what isn't, worked out.

What a party or a pair looks like on a day doesn't change while the day runs. It is worked out by
the same SQL as for a million requests, once, and kept (``ledger.snapshots``) until a fact comes
late for that day (``ledger.late_facts``).
"""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from sqlalchemy import Connection, Engine

from features.feature import Grain, Relation
from features.pipeline import Matrix
from ledger.clocks import day_of, to_day_number
from ledger.database import reading, writing
from ledger.late_facts import late_parties, tell
from ledger.snapshots import Kept, Numbers, Point, keep, kept
from ledger.tenants import Book
from ledger.tenants import book as read_book
from scoring.asking import Request
from scoring.memory import Memory

Key = tuple[Point, str]
"""A point and the digest of a relation."""


@dataclass(frozen=True)
class Asked:
    """Relations of history, asked of some requests."""

    book: Book
    requests: Sequence[Request]
    relations: Sequence[Relation]

    def key(self, relation: Relation, at: int) -> Key:
        """Where the rows of a relation about a request are kept."""
        return self._points_of[at][relation.grain], relation.digest

    @cached_property
    def _points_of(self) -> list[dict[Grain, Point]]:
        return [
            {
                Grain.SUPPLIER: Point(request.supplier, "", day),
                Grain.BUYER: Point(request.buyer, "", day),
                Grain.PAIR: Point(request.supplier, request.buyer, day),
            }
            for request in self.requests
            for day in [to_day_number(day_of(request.as_of, self.book.tz))]
        ]

    def lacking(self, there: Container[Key], relation: Relation) -> list[int]:
        """The requests of which a relation isn't kept."""
        return [at for at in self.places if self.key(relation, at) not in there]

    @property
    def places(self) -> range:
        """Where the requests are."""
        return range(len(self.requests))

    @cached_property
    def points(self) -> list[Point]:
        """Every point, each once."""
        return sorted(
            {self.key(relation, at)[0] for relation in self.relations for at in self.places}
        )

    @property
    def last_day(self) -> int:
        """The last day whose history is asked for."""
        return max(point.day for point in self.points)


def is_history(relation: Relation) -> bool:
    """Whether a relation describes parties on a day, whatever is asked for."""
    return relation.grain is not Grain.REQUEST


Write = Callable[[Callable[[Connection], object]], object]
"""Takes a unit of work for a writing connection: at once, or later, or never."""


def at_once(engine: Engine) -> Write:
    """Units of work in transactions of their own, done when it returns."""

    def write(work: Callable[[Connection], object]) -> None:
        with writing(engine) as connection:
            work(connection)

    return write


def history(
    engine: Engine,
    book: Book,
    requests: Sequence[Request],
    relations: Sequence[Relation],
    *,
    write: Write | None = None,
    memory: Memory | None = None,
) -> dict[str, Matrix]:
    """Look up what is kept, and work out and keep the rest.

    Parameters
    ----------
    book : Book
        As read for this score: nothing recorded after its ``last_seq`` is used.
    relations : sequence of Relation
        Of history (`is_history`), and all of it that they come after among them.
    write : function or None
        Who keeps what was worked out; it needn't be waited for. At once where None.
    memory : Memory or None
        Of the same ledger: asked before the store, and told what the store said.

    Returns
    -------
    dict of relation to float64 array of shape (requests, columns)
        Features, then measures, in the order of the declaration; NaN where missing.
    """
    if not relations:
        return {}
    asked = Asked(book, requests, relations)
    memory = Memory(0) if memory is None else memory
    there = _remembered(asked, memory)
    if any(asked.lacking(there, relation) for relation in relations):
        there |= _true(engine, asked, memory)
    if any(asked.lacking(there, relation) for relation in relations):
        there |= _made(engine, asked, there, write or at_once(engine), memory)
    return {
        relation.name: np.array([there[asked.key(relation, at)] for at in asked.places]).reshape(
            len(requests), len(relation.columns)
        )
        for relation in relations
    }


def _remembered(asked: Asked, memory: Memory) -> dict[Key, Numbers]:
    """What this process knows to be true for this book."""
    keys = {asked.key(relation, at) for relation in asked.relations for at in asked.places}
    known = {key: memory.look_up(asked.book, *key) for key in keys}
    return {key: numbers for key, numbers in known.items() if numbers is not None}


def _true(engine: Engine, asked: Asked, memory: Memory) -> dict[Key, Numbers]:
    """What is kept and still true for this book as it was read."""
    digests = [relation.digest for relation in asked.relations]
    with reading(engine) as connection:
        found = list(kept(connection, asked.book.tenant, asked.points, digests))
        late_seq = read_book(connection, asked.book.tenant).late_seq
        true = [one for one in found if _holds(connection, asked.book, late_seq, one)]
    for one in true:
        memory.remember(asked.book.tenant, one)
    return {(one.point, one.fingerprint): one.numbers for one in true}


def _holds(connection: Connection, book: Book, late_seq: int, one: Kept) -> bool:
    """Whether no fact that counts came after what something was made from, or after the book.

    A replay reads the book as it was, and another may have kept something since it was read: then
    nothing may have come late after the earlier of the two. ``late_seq`` is therefore that of now.
    """
    since = min(one.through_seq, book.last_seq)
    if late_seq <= since:
        return True
    parties = [key for key in (one.point.entity, one.point.other) if key]
    return not late_parties(connection, book.tenant, parties, after_seq=since)


def _made(
    engine: Engine, asked: Asked, there: Container[Key], write: Write, memory: Memory
) -> dict[Key, Numbers]:
    """Work out what is lacking, and keep it."""
    book = asked.book
    places = {one.name: asked.lacking(there, one) for one in asked.relations}
    wanted = [relation for relation in asked.relations if places[relation.name]]
    rows = sorted({at for some in places.values() for at in some})
    requests = [asked.requests[at] for at in rows]
    told = book.told_day is not None and book.told_day >= asked.last_day
    if not told:
        # what is recorded until this is committed isn't marked where it is late: keep nothing yet
        write(lambda connection: tell(connection, book.tenant, asked.last_day))
    values = memory.work_out(engine, book, requests, wanted)
    made = {
        asked.key(relation, at): values[relation.name][rows.index(at)]
        for relation in wanted
        for at in places[relation.name]
    }
    memory.built += len(made)
    if told:
        every = [Kept(*key, book.last_seq, numbers) for key, numbers in made.items()]
        write(lambda connection: keep(connection, book.tenant, every))
        for one in every:
            memory.remember(book.tenant, one)
    return made
