"""Pairs whose history a process has at hand: what they ask next is answered from it.

A supplier that asks once a day asks of the same buyer again. What relations read of the pair's
history stays the same while the day runs, until a fact comes late (``ledger.late_facts``): it is
gathered and loaded for the first request, and those after it bring their receivables.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

from sqlalchemy import Engine

from features.feature import Grain, Relation
from features.pair_session import PairSession
from features.pipeline import Matrix, columns_read
from features.spine import Spine
from ledger.clocks import day_of, to_day_number
from ledger.database import reading
from ledger.late_facts import late_parties
from ledger.tenants import Book
from scoring.asking import Request
from scoring.gather import gather

MOST = 64
"""Pairs at hand: some 7 MB each, more for a buyer of a great many claims."""

Key = tuple[str, str, str, int, tuple[str, ...]]
"""Tenant, supplier, buyer, day and digests of the relations."""


@dataclass(frozen=True)
class OpenPair:
    """A pair's history, from the facts up to a position of the ledger."""

    session: PairSession
    through_seq: int


class OpenPairs:
    """The pairs of one ledger that were asked for last; for all threads of a process.

    A pair is taken out while it is asked: two at once for the same pair open it twice, and one of
    them is kept.

    Attributes
    ----------
    hits, misses : int
        Requests whose pair was at hand, and those that opened it.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._pairs: OrderedDict[Key, OpenPair] = OrderedDict()
        self._lock = Lock()
        self.hits = self.misses = 0

    def __len__(self) -> int:
        """Number of pairs at hand."""
        return len(self._pairs)

    def columns(
        self,
        engine: Engine,
        book: Book,
        request: Request,
        spine: Spine,
        relations: Sequence[Relation],
    ) -> dict[str, Matrix]:
        """What relations of history and of what is asked say of one request.

        Parameters
        ----------
        book : Book
            As read for this score: nothing recorded after its ``last_seq`` is used.
        spine : Spine
            Of this request alone.
        relations : sequence of Relation
            Those that `may_stand`.

        Returns
        -------
        dict of relation to float64 array of shape (1, columns)
        """
        day = to_day_number(day_of(request.as_of, book.tz))
        digests = tuple(one.digest for one in relations)
        key = book.tenant, request.supplier, request.buyer, day, digests
        pair = self._take(engine, book, key) or _opened(engine, book, request, spine, relations)
        try:
            found = pair.session.columns(spine)
        except BaseException:
            pair.session.close()
            raise
        # before the day is told, what comes late isn't marked
        told = book.told_day is not None and book.told_day >= day
        self._put(key, pair, keep=told)
        return found

    def close(self) -> None:
        """Give back their memory."""
        with self._lock:
            pairs, self._pairs = self._pairs, OrderedDict()
        for pair in pairs.values():
            pair.session.close()

    def _take(self, engine: Engine, book: Book, key: Key) -> OpenPair | None:
        """The pair, out of what is kept, if it is there and true for a book as it was read."""
        with self._lock:
            pair = self._pairs.pop(key, None)
        if pair is not None and not _holds(engine, book, key, pair):
            pair.session.close()
            pair = None
        with self._lock:
            self.hits += pair is not None
            self.misses += pair is None
        return pair

    def _put(self, key: Key, pair: OpenPair, *, keep: bool) -> None:
        """Keep a pair; that of a twin, and the one asked for longest ago, are closed."""
        closing = [pair]
        with self._lock:
            if keep and self._most > 0:
                twin = self._pairs.pop(key, None)
                self._pairs[key] = pair
                closing = [] if twin is None else [twin]
                if len(self._pairs) > self._most:
                    closing.append(self._pairs.popitem(last=False)[1])
        for one in closing:
            one.session.close()


def may_stand(relation: Relation) -> bool:
    """Whether a relation needs only history and what is asked, and no relation before it."""
    return relation.grain is Grain.REQUEST and not relation.is_live and not relation.after


def _holds(engine: Engine, book: Book, key: Key, pair: OpenPair) -> bool:
    """Whether a book has all that the pair was opened from, and nothing late of its parties."""
    if book.last_seq < pair.through_seq:
        return False
    if book.late_seq <= pair.through_seq:
        return True
    with reading(engine) as connection:
        return not late_parties(connection, book.tenant, key[1:3], after_seq=pair.through_seq)


def _opened(
    engine: Engine, book: Book, request: Request, spine: Spine, relations: Sequence[Relation]
) -> OpenPair:
    columns = columns_read(relations)
    gathered = gather(engine, book, book.last_seq, [request], relations=relations, columns=columns)
    return OpenPair(PairSession(gathered.facts, book.tz.key, spine, relations), book.last_seq)
