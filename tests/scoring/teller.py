"""Facts that might come, one after another."""

from collections.abc import Mapping
from random import Random
from typing import Any

from ledger.kinds import KINDS, kind_of
from ledger.touched_keys import BY_KEYS


class Teller:
    """Facts like those of a world: of any kind, about any of what there is."""

    def __init__(self, rows: Mapping[str, list[dict[str, Any]]], chance: Random) -> None:
        self._rows = {kind.name: rows[kind.name] for kind in KINDS if rows.get(kind.name)}
        self._chance = chance
        self._made = 0

    def one(self) -> dict[str, list[dict[str, Any]]]:
        """A fact, new or a correction; seldom of a kind that touches everything."""
        chance = self._chance
        kinds = sorted(self._rows if chance.random() < 0.1 else self._rows.keys() & BY_KEYS)
        kind = chance.choice(kinds)
        row = dict(chance.choice(self._rows[kind]))
        if chance.random() < 0.7:  # else it corrects
            self._made += 1
            row["ref"] = f"new-{self._made}"
        for field, of in kind_of(kind).names.items():
            if row.get(field) is not None and of in self._rows and chance.random() < 0.3:
                row[field] = chance.choice(self._rows[of])["ref"]
        for field, value in row.items():
            if field.endswith("_minor") and value and chance.random() < 0.5:
                row[field] = value + 1
        return {kind: [row]}
