"""Who hangs together with whom by control: holdings, controllers and branches in force on a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from features.graph.relatedness import CONTROL_PPM, STEPS_UP
from features.live_rows import Row, Sight, holds

GROUP_PPM = 500_000
"""A holding of more makes two parties one group of connected clients; ``CONTROL_PPM``, of which
`linked` speaks, is where the graph calls a holding control."""

GROUP_STEPS = 3
"""A group is followed from the party through so many holdings, up and down."""


def held_by(rows: Iterable[Row], more_than_ppm: int) -> Iterator[tuple[str, str, Row]]:
    """Holder, held and the relation, of those relations that mean control."""
    for row in rows:
        share = row["share_ppm"]
        if row["relation"] == "branch_of":
            yield row["other"], row["party"], row
        elif row["relation"] == "ultimate_controller" or (
            row["relation"] == "shareholder" and share is not None and share > more_than_ppm
        ):
            yield row["party"], row["other"], row


class Links:
    """The relations of control that are seen on a day."""

    def __init__(self, sight: Sight, day: int) -> None:
        self._sight, self._day = sight, day

    def of(self, party: str, more_than_ppm: int) -> list[tuple[str, str, Row]]:
        """Relations of control that a party stands in, on either side."""
        rows = [row for side in ("party", "other") for row in self._sight.of(_KIND, side, party)]
        return list(held_by([row for row in rows if holds(row, self._day)], more_than_ppm))

    def above(self, party: str, more_than_ppm: int) -> dict[str, list[Row]]:
        """Those who control a party, itself first, each with the relations that lead to it."""
        found: dict[str, list[Row]] = {party: []}
        last = [party]
        for _ in range(STEPS_UP):
            now = [
                (holder, [*found[held], row])
                for one in last
                for holder, held, row in self.of(one, more_than_ppm)
                if held == one
            ]
            last = [holder for holder, _ in now if holder not in found]
            for holder, path in now:
                found.setdefault(holder, path)
        return found

    def linked(self, one: str, other: str) -> bool:
        """Whether one party controls the other, or somebody both; cites the relations."""
        first, second = self.above(one, CONTROL_PPM), self.above(other, CONTROL_PPM)
        shared = sorted(first.keys() & second.keys())
        for holder in shared[:1]:
            self._sight.cite(*first[holder], *second[holder])
        return bool(shared)

    def group(self, party: str) -> list[str]:
        """A party and those it hangs together with by control, in the order of their keys."""
        found, last = {party}, [party]
        for _ in range(GROUP_STEPS):
            now: set[str] = set()
            for one in last:
                for holder, held, row in self.of(one, GROUP_PPM):
                    if not {holder, held} <= found:
                        self._sight.cite(row)
                    now |= {holder, held}
            last = sorted(now - found)
            found.update(last)
        return sorted(found)


_KIND = "party_relation"
