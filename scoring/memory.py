"""What a process remembers of kept rows, so that a warm score asks the store nothing for them."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from ledger.snapshots import Kept, Numbers, Point
from ledger.tenants import Book
from scoring.open_pairs import OpenPairs
from scoring.working_out import WorkOut, worked_out

MOST = 200_000
"""Rows remembered: some 100 MB of them at thirty numbers a row."""

Key = tuple[str, Point, str]
"""Tenant, point and digest of a relation."""


class Memory:
    """Rows of one ledger, those asked for last; for all threads of a process.

    What it holds may have been kept by any process: a row is given out only to a book that was read
    after the row was made and that no late fact has reached since, and the book says both.

    Attributes
    ----------
    hits, misses : int
        Rows that were asked for and at hand, and those that weren't.
    built : int
        Rows that were worked out from facts: the others came from the store.
    work_out : function
        Who works out rows that nobody has kept.
    pairs : OpenPairs
        The pairs whose history is at hand for what they ask.
    """

    def __init__(self, most: int = MOST, work_out: WorkOut = worked_out) -> None:
        self._rows: OrderedDict[Key, Kept] = OrderedDict()
        self._most = most
        self.work_out = work_out
        self.pairs = OpenPairs() if most else OpenPairs(0)
        self._lock = Lock()
        self.hits = self.misses = self.built = 0

    def __len__(self) -> int:
        """Number of rows."""
        return len(self._rows)

    def look_up(self, book: Book, point: Point, digest: str) -> Numbers | None:
        """The numbers of a point by a relation, true for a book as it was read; None if unsure."""
        key = (book.tenant, point, digest)
        with self._lock:
            row = self._rows.get(key)
            if row is None or not book.late_seq <= row.through_seq <= book.last_seq:
                self.misses += 1
                return None
            self.hits += 1
            self._rows.move_to_end(key)
            return row.numbers

    def remember(self, tenant: str, row: Kept) -> None:
        """Take a row that was kept, or is about to be; the one asked for longest ago goes."""
        key = (tenant, row.point, row.fingerprint)
        with self._lock:
            self._rows[key] = row
            self._rows.move_to_end(key)
            if len(self._rows) > self._most:
                self._rows.popitem(last=False)
