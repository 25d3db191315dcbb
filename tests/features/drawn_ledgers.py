"""A ledger that a hypothesis strategy fills fact by fact, each sometimes late or corrected."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from tests.features.small_ledgers import TODAY
from tests.features.worlds_of_facts import DAY, Row, corrected, fact

LAGS = (0, 0, 1, 2, 40)
SPANS = (0, 1, 2, 3, 29, 30, 31, 60, 90, 364, 365, 366, 500)


class Ledger:
    """Facts as they are drawn, each sometimes corrected later."""

    def __init__(self, draw: st.DrawFn, changes: Mapping[str, Row]) -> None:
        self.draw, self.changes = draw, changes
        self.facts: dict[str, list[Row]] = {"party": [], "receivable": [], "payment": []}
        self.seq = 1

    def tell(self, kind: str, ref: str, day: int, **fields: object) -> Row:
        """A fact of about a day; its first row."""
        self.seq += 7
        at = day * DAY + self.draw(st.sampled_from((0, 1, DAY // 2, DAY - 1)))
        known = at + self.draw(st.sampled_from(LAGS)) * DAY
        row = {**fact(kind, ref, self.seq, known, **fields), "happened_at": at}
        self.facts.setdefault(kind, []).append(row)
        if kind in self.changes and self.draw(st.integers(0, 5)) == 0:
            later = known + self.draw(st.sampled_from((0, 1, 30))) * DAY
            self.facts[kind].append(corrected(row, later, **self.changes[kind]))
        return row

    def a(self, *choices: Any) -> Any:
        """One of some choices."""
        return self.draw(st.sampled_from(choices))

    def day(self) -> int:
        """A day of the past."""
        return TODAY - self.draw(st.sampled_from(SPANS))
