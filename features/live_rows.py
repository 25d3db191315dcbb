"""Live facts as rows: of each the latest revision that is visible at an instant.

What a fact said before it was corrected counts no more: one that was moved to another receivable
is found by the new one only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from typing import Any

Row = Mapping[str, Any]


class LiveRows:
    """The facts of one kind, each with all its revisions.

    Parameters
    ----------
    rows : iterable of rows of ``ledger.reader``
        In any order; one that comes twice counts once.
    """

    def __init__(self, rows: Iterable[Row]) -> None:
        every = {(row["ref"], row["revision"]): row for row in rows}
        self._revisions: dict[str, list[Row]] = {}
        for (ref, _), row in sorted(every.items(), reverse=True):
            self._revisions.setdefault(ref, []).append(row)
        self._named: dict[str, dict[Any, list[str]]] = {}

    @property
    def every(self) -> list[Row]:
        """Every revision of every fact."""
        return [row for rows in self._revisions.values() for row in rows]

    def revisions(self, ref: str) -> list[Row]:
        """All revisions of a fact, the latest first; none where there is no such fact."""
        return self._revisions.get(ref, [])

    def one(self, ref: str | None, through: int) -> Row | None:
        """A fact as it is visible at an instant, in microseconds."""
        if ref is None:
            return None
        return next((row for row in self.revisions(ref) if row["visible_at"] <= through), None)

    def ever(self, column: str, key: Any) -> list[str]:
        """Keys of the facts of which a revision names a key, in their order."""
        if column not in self._named:  # an index is made when it is first asked for
            named: dict[Any, dict[str, None]] = {}
            for ref, rows in sorted(self._revisions.items()):
                for row in rows:
                    named.setdefault(row[column], {})[ref] = None
            self._named[column] = {key: list(refs) for key, refs in named.items()}
        return self._named[column].get(key, [])

    def of(self, column: str, key: Any, through: int) -> list[Row]:
        """The facts that name a key at an instant, in the order of their own keys."""
        latest = (self.one(ref, through) for ref in self.ever(column, key))
        return [row for row in latest if row is not None and row[column] == key]


class LiveFacts:
    """The facts of every kind that circumstances rest on; a kind that wasn't read has none."""

    def __init__(self, kinds: Mapping[str, Iterable[Row]]) -> None:
        self._kinds = {kind: LiveRows(rows) for kind, rows in kinds.items()}
        self._none = LiveRows(())

    def __getitem__(self, kind: str) -> LiveRows:
        return self._kinds.get(kind, self._none)

    def and_also(self, more: Mapping[str, Iterable[Row]]) -> LiveFacts:
        """These facts, and more of some kinds."""
        whole = copy(self)
        new = {kind: LiveRows([*self[kind].every, *rows]) for kind, rows in more.items()}
        whole._kinds = {**self._kinds, **new}
        return whole


class Sight:
    """The facts as they are at one instant, and which of them something was made of.

    Parameters
    ----------
    facts : LiveFacts
    through : int
        The instant, in microseconds: what is visible then or before counts.
    """

    def __init__(self, facts: LiveFacts, through: int) -> None:
        self.facts, self.through = facts, through
        self._cited: set[str] = set()

    @property
    def evidence(self) -> tuple[str, ...]:
        """Ids of the facts that were cited, sorted."""
        return tuple(sorted(self._cited))

    def apart(self) -> Sight:
        """The same facts, and nothing cited yet: to tell what one thing alone was made of."""
        return Sight(self.facts, self.through)

    def take(self, other: Sight) -> tuple[str, ...]:
        """Cite what another sight has cited, and say what that is."""
        self._cited.update(other.evidence)
        return other.evidence

    def one(self, kind: str, ref: str | None) -> Row | None:
        """A fact by its key."""
        return self.facts[kind].one(ref, self.through)

    def of(self, kind: str, column: str, key: Any) -> list[Row]:
        """The facts that name a key."""
        return self.facts[kind].of(column, key, self.through)

    def cite(self, *rows: Row | None) -> None:
        """Say that something was made of these facts."""
        self._cited.update(row["id"] for row in rows if row is not None)


def latest(rows: Iterable[Row]) -> Row | None:
    """The fact that happened last; of several the last recorded."""
    return max(rows, key=lambda row: (row["happened_at"], row["seq"]), default=None)


def holds(row: Row, day: int, since: str = "valid_from", until: str = "valid_until") -> bool:
    """Whether a fact is in force on a day: from its first day on, until the day before its end."""
    first, end = row[since], row[until]
    return (first is None or first <= day) and (end is None or end > day)
