"""A ledger as a plain list: what the real one must say, spelt out once more.

It shares nothing with the ledger's own code but the names of kinds and fields: four kinds, the
rules for a row by itself, for twins, for what is named, the three clocks, the cut.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Row = dict[str, Any]
Batch = Mapping[str, Sequence[Row]]

LATENCY = {
    "party": timedelta(0),
    "party_report": timedelta(days=15),
    "receivable": timedelta(0),
    "payment": timedelta(days=1),
}
"""The kinds, in the order in which they are written, and when a fact is known."""

NAMES = {
    "party": {},
    "party_report": {"party": "party"},
    "receivable": {"supplier": "party", "buyer": "party"},
    "payment": {"payer": "party", "payee": "party", "receivable": "receivable"},
}
"""Fields that name a fact, and its kind."""

AMOUNTS = {"party_report": "turnover_minor", "receivable": "face_minor", "payment": "amount_minor"}


@dataclass(frozen=True)
class PlainFact:
    """A fact in the list."""

    kind: str
    seq: int
    revision: int
    said: Row
    known_at: datetime
    recorded_at: datetime
    visible_at: datetime
    supersedes: int | None

    @property
    def ref(self) -> str:
        ref: str = self.said["ref"]
        return ref

    def stored(self) -> Row:
        """The fact as a database has it; what it supersedes by its position."""
        clocks = {name: getattr(self, name) for name in ("known_at", "recorded_at", "visible_at")}
        numbers = {name: getattr(self, name) for name in ("seq", "revision", "supersedes")}
        return {name: _number(value) for name, value in {**self.said, **clocks}.items()} | numbers


@dataclass(frozen=True)
class Outcome:
    """What becomes of a batch: counts, and the rows at fault as (kind, index)."""

    added: int
    corrected: int
    unchanged: int
    head: int
    faults: frozenset[tuple[str, int]]


@dataclass
class PlainBook:
    """One lender's ledger."""

    currency: str
    time_zone: str
    facts: list[PlainFact] = field(default_factory=list)
    records: int = 0
    head: int = 0

    def outcome(self, batch: Batch, now: datetime) -> tuple[Outcome, list[tuple[str, Row]]]:
        """What a batch would come to, and the rows that say something new, in order."""
        good: dict[str, list[Row]] = {}
        faults: set[tuple[str, int]] = set()
        kept = 0
        for kind in LATENCY:
            rows, repeats, wrong = self._judged(kind, batch.get(kind, ()), good, now)
            faults |= {(kind, index) for index in wrong}
            kept += len(rows) + repeats
            good[kind] = list(rows.values())
        new = [
            (kind, row)
            for kind in LATENCY
            for row in good[kind]
            if (old := self.latest(kind, row["ref"])) is None or old.said != row
        ]
        corrected = sum(self.latest(kind, row["ref"]) is not None for kind, row in new)
        counts = (len(new) - corrected, corrected, kept - len(new))
        return Outcome(*counts, self.head + len(new), frozenset(faults)), new

    def append(self, batch: Batch, now: datetime, *, historical: bool) -> Outcome:
        """Write what is good in a batch."""
        outcome, new = self.outcome(batch, now)
        for kind, row in new:
            old = self.latest(kind, row["ref"])
            self.head += 1
            known = row["known_at"] or min(row["happened_at"] + LATENCY[kind], now)
            self.facts.append(
                PlainFact(
                    kind,
                    self.head,
                    0 if old is None else old.revision + 1,
                    row,
                    known,
                    now,
                    known if historical else max(known, now),
                    None if old is None else old.seq,
                )
            )
        return outcome

    def record(self) -> int:
        """Write a score record."""
        self.records += 1
        self.head += 1
        return self.head

    def latest(self, kind: str, ref: str) -> PlainFact | None:
        found = [fact for fact in self.facts if (fact.kind, fact.ref) == (kind, ref)]
        return found[-1] if found else None

    def through(self, kind: str, seq: int) -> list[PlainFact]:
        """The facts of a kind up to a position."""
        return [fact for fact in self.facts if fact.kind == kind and fact.seq <= seq]

    def seen(self, kind: str, as_of: datetime, seq: int) -> list[dict[str, int]]:
        """Where the latest revisions are that history sees at an instant, and live features."""
        facts = self.through(kind, seq)
        began = self.day_began(as_of)
        history = {fact.ref: fact.seq for fact in facts if fact.visible_at < began}
        live = {fact.ref: fact.seq for fact in facts if fact.visible_at <= as_of}
        return [history, live]

    def day_began(self, as_of: datetime) -> datetime:
        """Midnight of that instant's day, where the lender is."""
        zone = ZoneInfo(self.time_zone)
        day = as_of.astimezone(zone).date()
        return datetime.combine(day, time(), zone).astimezone(UTC)

    def _judged(
        self, kind: str, rows: Sequence[Row], good: Mapping[str, Sequence[Row]], now: datetime
    ) -> tuple[dict[int, Row], int, set[int]]:
        """The rows that are right, by position; how many only repeat; where the faults are."""
        right = {at: row for at, row in enumerate(rows) if self._right_by_itself(row, now)}
        faults = set(range(len(rows))) - right.keys()
        by_ref: defaultdict[str, list[int]] = defaultdict(list)
        for at, row in right.items():
            by_ref[row["ref"]].append(at)
        kept: dict[int, Row] = {}
        repeats = 0
        for places in by_ref.values():
            row = right[places[0]]
            if any(right[at] != row for at in places):
                faults |= set(places)
                continue
            repeats += len(places) - 1
            if self._known(kind, row, good):
                kept[places[0]] = row
            else:  # told once, however often it is repeated
                faults.add(places[0])
        return kept, repeats, faults

    def _right_by_itself(self, row: Row, now: datetime) -> bool:
        happened, known = row["happened_at"], row["known_at"]
        in_time = happened <= now and (known is None or happened <= known <= now)
        one_party = "supplier" in row and row["supplier"] == row["buyer"]
        positive = all(row.get(name, 0) >= 0 for name in AMOUNTS.values())
        return (
            in_time
            and positive
            and not one_party
            and row.get("currency", self.currency) == self.currency
        )

    def _known(self, kind: str, row: Row, good: Mapping[str, Sequence[Row]]) -> bool:
        return all(
            row[name] is None
            or self.latest(target, row[name]) is not None
            or any(other["ref"] == row[name] for other in good[target])
            for name, target in NAMES[kind].items()
        )


def _number(value: Any) -> Any:
    """Microseconds and days since 1970."""
    if isinstance(value, datetime):
        return (value - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    return (value - date(1970, 1, 1)).days if isinstance(value, date) else value
