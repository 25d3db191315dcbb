"""Keys for rows whose source has none: what the row says, and which of its equals it is.

The key is the first 20 hexadecimal digits of the SHA-256 of the row's key columns, a hyphen, and
the row's number among the rows of the same file that say the same, from 1. It doesn't depend on
other rows, so a file that has grown, or that is read again, gives its old rows their old keys.
Columns that are filled in later (the day of payment) don't belong in a key.

The form of a value counts, not its writing: 1182.0 and 1182.00 are equal, and so are 17.08.2018
and 2018-08-17. Numbering begins anew with each file, so a row that two monthly files share is one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from hashlib import sha256
from json.encoder import encode_basestring
from typing import Any

import numpy as np
import numpy.typing as npt

from ledger.importing.cells import plain_text

DIGITS = 20
"""80 bits: among ten million different rows two meet with a chance of one in 20 billion."""

MARK = 8
"""Bytes by which equal rows are counted, the first of the SHA-256."""


class OccurrenceKey:
    """The keys of the rows of one file, by its key columns; 8 bytes of memory a row.

    Parameters
    ----------
    columns : sequence of str
        The key columns.
    """

    def __init__(self, columns: Sequence[str]) -> None:
        self._columns = tuple(columns)
        self._seen = _Tally()

    def of(self, rows: Sequence[Mapping[str, Any]]) -> list[str]:
        """The keys of the next rows of the file; give it each row once, in the order of the file.

        Parameters
        ----------
        rows : sequence of mapping
            Values by column; None (missing) is a value like others.
        """
        hashed = [_hash_of([row[column] for column in self._columns]) for row in rows]
        numbers = self._seen.count([one[:MARK] for one in hashed])
        return [f"{one.hex()[:DIGITS]}-{no}" for one, no in zip(hashed, numbers, strict=True)]


class _Tally:
    """How often each mark has come: sorted arrays, each at least twice as long as the next."""

    def __init__(self) -> None:
        self._runs: list[npt.NDArray[np.uint64]] = []

    def count(self, marks: Sequence[bytes]) -> list[int]:
        """For each mark which of its equals it is, from 1, those of earlier calls included."""
        fresh = np.frombuffer(b"".join(marks), np.uint64)
        order = np.argsort(fresh)
        before = np.zeros(len(marks), np.int64)
        for run in self._runs:
            before[order] += _times(run, fresh[order])
        self._keep(fresh[order])
        here: Counter[bytes] = Counter()
        numbers = []
        for mark, earlier in zip(marks, before.tolist(), strict=True):
            here[mark] += 1
            numbers.append(earlier + here[mark])
        return numbers

    def _keep(self, run: npt.NDArray[np.uint64]) -> None:
        while self._runs and len(self._runs[-1]) < 2 * len(run):
            run = np.sort(np.concatenate([self._runs.pop(), run]))
        self._runs.append(run)


def _times(run: npt.NDArray[np.uint64], marks: npt.NDArray[np.uint64]) -> npt.NDArray[np.int64]:
    """How often a sorted array holds each mark; few are in it, so their ends are looked up last."""
    begin = np.searchsorted(run, marks)
    there = run[np.minimum(begin, len(run) - 1)] == marks
    found = np.zeros(len(marks), np.int64)
    found[there] = np.searchsorted(run, marks[there], side="right") - begin[there]
    return found


def _hash_of(values: Sequence[Any]) -> bytes:
    """The SHA-256 that stands for these values: of a JSON array of texts and nulls."""
    said = ["null" if value is None else encode_basestring(plain_text(value)) for value in values]
    return sha256(f"[{','.join(said)}]".encode()).digest()
