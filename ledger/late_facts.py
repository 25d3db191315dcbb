"""Late facts: those that change the history of a day that had been told already.

Whoever keeps what it worked out from the history of a day says so first (`tell`). From then on a
fact that belongs into that history and comes later is marked: the parties it touches are written
down in the transaction of the fact. What was kept of a day stays true unless one of its parties is
marked with a ``seq`` above those it was made from. A live fact belongs into the history of the next
day and so is never late for a day that has begun; a backfill often is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select

from ledger.clocks import from_day_number, start_of_day, to_micros
from ledger.kinds import KINDS, Kind, kind_of, table_of
from ledger.tenants import Book, lock_book, set_head

EVERYBODY = "*"
"""Stands for all parties, where too many are touched to name them."""

MOST_NAMED = 10_000
KEYS_A_LOOK = 1_000


def tell(connection: Connection, tenant: str, day: int) -> Book:
    """Say that the history of a day is about to be kept; return the book as it is then.

    What is worked out from the facts up to the book's ``last_seq`` misses none unmarked.

    Parameters
    ----------
    connection : Connection
        Of ``ledger.database.writing``, and committed before the facts are read.
    day : int
        Days since 1970-01-01.
    """
    book = lock_book(connection, tenant)
    if book.told_day is None or book.told_day < day:
        set_head(connection, tenant, told_day=day)
    return book


def told_limit(book: Book) -> int:
    """The instant, in microseconds, before which what becomes visible comes late; 0 for never."""
    if book.told_day is None:
        return 0
    return to_micros(start_of_day(from_day_number(book.told_day), book.tz))


def late_parties(
    connection: Connection, tenant: str, parties: Sequence[str], *, after_seq: int
) -> bool:
    """Whether any of some parties is marked with a ``seq`` above that one."""
    columns = table_of("late_party").c
    asked = (
        select(columns.seq)
        .where(
            columns.tenant == tenant,
            columns.party.in_([*parties, EVERYBODY]),
            columns.seq > after_seq,
        )
        .limit(1)
    )
    return connection.execute(asked).first() is not None


class Touched:
    """The facts of a batch that come late, and whom they touch."""

    def __init__(self) -> None:
        self._refs: dict[str, set[str]] = {}
        self._described: set[str] = set()

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self._refs)

    def note(self, kind: Kind, row: Mapping[str, Any], *, corrects: bool) -> None:
        """Take down a late fact: itself, what it names, and where it corrects what it named."""
        named = self._name(kind.name, row)
        if kind.name == "party" or corrects:
            self._refs.setdefault(kind.name, set()).add(row["ref"])
        if kind.name == "party":
            named.append(row["ref"])
        if speaks_of_one_party(kind):
            self._described.update(named)

    def mark(self, connection: Connection, tenant: str, seq: int) -> None:
        """Write down whom the facts touch, under the lock of the book."""
        parties = self._parties(connection, tenant)
        named = sorted(parties) if len(parties) <= MOST_NAMED else [EVERYBODY]
        rows = [{"tenant": tenant, "party": party, "seq": seq} for party in named]
        if rows:
            connection.execute(insert(table_of("late_party")), rows)
        set_head(connection, tenant, late_seq=seq)

    def _name(self, kind: str, row: Mapping[str, Any] | RowMapping) -> list[str]:
        """Take down what a fact names; return the parties among them."""
        named = []
        for field, other in kind_of(kind).names.items():
            if row[field] is not None:
                self._refs.setdefault(other, set()).add(row[field])
                named += [row[field]] if other == "party" else []
        return named

    def _parties(self, connection: Connection, tenant: str) -> set[str]:
        """Parties that the facts name, directly or through others, and who sells to them.

        Who sells to a party is touched by what is said of it alone: its customers are described to
        a supplier's lender.
        """
        for kind in reversed(KINDS):
            if kind.name != "party" and kind.names and kind.name in self._refs:
                for row in _rows(connection, tenant, kind, self._refs[kind.name]):
                    self._name(kind.name, row)
        parties = self._refs.get("party", set())
        if len(parties) > MOST_NAMED:
            return parties
        return parties | set(_sellers(connection, tenant, self._described))


def speaks_of_one_party(kind: Kind) -> bool:
    """Whether a kind says something of one party and names nothing else."""
    return kind.name == "party" or tuple(kind.names.values()) == ("party",)


def _rows(
    connection: Connection, tenant: str, kind: Kind, refs: Iterable[str]
) -> Iterator[RowMapping]:
    """What facts name, in all their revisions."""
    columns = table_of(kind.name).c
    for some in _some_at_a_time(refs):
        asked = select(*(columns[field] for field in kind.names)).where(
            columns.tenant == tenant, columns.ref.in_(some)
        )
        yield from connection.execute(asked).mappings()


def _sellers(connection: Connection, tenant: str, buyers: Iterable[str]) -> Iterator[str]:
    for table, seller in (("receivable", "supplier"), ("invoice", "seller")):
        columns = table_of(table).c
        for some in _some_at_a_time(buyers):
            asked = (
                select(columns[seller])
                .where(columns.tenant == tenant, columns.buyer.in_(some))
                .distinct()
            )
            yield from connection.execute(asked).scalars()


def _some_at_a_time(keys: Iterable[str]) -> Iterator[Sequence[str]]:
    every = sorted(keys)
    for at in range(0, len(every), KEYS_A_LOOK):
        yield every[at : at + KEYS_A_LOOK]
