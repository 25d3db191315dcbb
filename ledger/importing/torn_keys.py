"""Keys that rows claim for different content: noted while loading, found before the commit.

Which of such rows is right can't be told, for the order of rows in a file is no order in time: all
rows of a *torn* key are refused. That shows at the end of the last file only. So every fact leaves
two marks of 64 bits, of its key and of its content, while it is written; if a key turns out to be
torn (few files have one), nothing is committed and the files are gone through again, knowing it.

Of 20 million keys two have the same mark with a chance of one in 90,000; their rows would then be
refused without need, and none would be loaded wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b

import numpy as np
import numpy.typing as npt
from pydantic_core import to_json

from ledger.importing.source_rows import Finding, MadeFact

Mark = bytes
"""Eight bytes that stand for a key or a content."""

BYTES_A_MARK = 8
PARTS = 16
"""Marks are compared in so many parts, one after the other: bounds memory."""

Marks = npt.NDArray[np.uint64]


class Claims:
    """Which key was claimed for which content: 16 bytes a fact.

    A fact that several rows share (``source_rows``) counts once.
    """

    def __init__(self) -> None:
        self._keys = bytearray()
        self._contents = bytearray()

    def note(self, fact: MadeFact) -> None:
        """Take down what a fact says."""
        if not fact.noted:
            fact.noted = True
            self._keys += key_mark(fact)
            self._contents += _mark(to_json(fact.row))

    def torn(self) -> frozenset[Mark]:
        """The marks of the keys that were claimed for more than one content."""
        keys = np.frombuffer(self._keys, np.uint64)
        contents = np.frombuffer(self._contents, np.uint64)
        return frozenset(
            mark.tobytes()
            for part in range(PARTS)
            for mark in _torn_among(keys, contents, keys % PARTS == part)
        )


class TornKeys:
    """Refuses the facts of keys that are known to be torn.

    Parameters
    ----------
    marks : frozenset of bytes
        Of `Claims.torn`.
    """

    def __init__(self, marks: frozenset[Mark]) -> None:
        self._marks = marks
        self._first: dict[Mark, tuple[str, int]] = {}

    def refusal(self, file: str, line: int, fact: MadeFact) -> Finding | None:
        """Why a fact at that place is refused, or None; call it once a fact, in their order."""
        if not self._marks or (mark := key_mark(fact)) not in self._marks:
            return None
        first = self._first.setdefault(mark, (file, line))
        where = "a later row" if first == (file, line) else f"line {first[1]} of {first[0]}"
        return Finding(
            f"{fact.plan.kind}.ref",
            fact.plan.column_of("ref"),
            "same-key",
            f"{where} has the same key and says something else; all rows of the key are left out",
        )


def key_mark(fact: MadeFact) -> Mark:
    """What stands for kind and ref of a fact."""
    return _mark(f"{fact.plan.kind}\n{fact.row['ref']}".encode())


def _mark(text: bytes) -> Mark:
    return blake2b(text, digest_size=BYTES_A_MARK).digest()


def _torn_among(keys: Marks, contents: Marks, chosen: npt.NDArray[np.bool_]) -> Iterator[np.uint64]:
    some, said = keys[chosen], contents[chosen]
    order = np.argsort(some)
    some, said = some[order], said[order]
    differ = (some[1:] == some[:-1]) & (said[1:] != said[:-1])
    yield from np.unique(some[1:][differ])
