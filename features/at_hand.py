"""What data is at hand for a request: its tier, why a number is missing, what would be added."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isnan

from features.catalogue import BY_NAME, RELATION_OF
from features.feature import Grain
from features.sources import ALWAYS, ASKED, TIERS, Source, State

UNDEFINED = "UNDEFINED"
"""Why a number is missing though its sources have told: see ``missing`` of its declaration."""


@dataclass(frozen=True)
class Lack:
    """Why a number is missing.

    Attributes
    ----------
    source : Source or None
        The source that has not told; None where all have, and there is nothing to make it of.
    of : str
        About whom it was to tell: ``supplier`` or ``buyer``.
    why : str
        Name of the `State` of the source, or `UNDEFINED`.
    """

    source: Source | None
    of: str
    why: str


@dataclass(frozen=True)
class Addition:
    """What a source that has not told would add.

    Attributes
    ----------
    source : Source
    of : str
        About whom: ``supplier`` or ``buyer``.
    why : str
        Name of its `State`.
    features : tuple of str
        Features that are missing for want of it.
    """

    source: Source
    of: str
    why: str
    features: tuple[str, ...]


@dataclass(frozen=True)
class AtHand:
    """What each source has told of the two parties.

    Attributes
    ----------
    states : mapping of ``supplier`` and ``buyer`` to states by source
    """

    states: Mapping[str, Mapping[Source, State]]

    @classmethod
    def of(cls, supplier: Sequence[float], buyer: Sequence[float]) -> AtHand:
        """Read the rows of the relations ``supplier_sources`` and ``buyer_sources``.

        Parameters
        ----------
        supplier, buyer : sequences of float
            Their measures: a state by source, in the order of ``features.sources.ASKED``.
        """
        rows = {"supplier": supplier, "buyer": buyer}
        return cls(
            {
                of: {source: State(int(one)) for source, one in zip(ASKED, row, strict=True)}
                for of, row in rows.items()
            }
        )

    @property
    def tier(self) -> int:
        """Data tier, 0-3: the highest of a source that has told of the supplier."""
        told = (TIERS[source] for source, state in self.states["supplier"].items() if state.told)
        return max(told, default=0)

    def lack(self, name: str) -> Lack:
        """Why a feature is missing."""
        relation = RELATION_OF[name]
        of = "buyer" if relation.grain is Grain.BUYER else "supplier"
        for source in relation.needs_of(BY_NAME[name]):
            state = State.FOUND if source in ALWAYS else self.states[of][source]
            if not state.told:
                return Lack(source, of, state.name)
        return Lack(None, of, UNDEFINED)

    def lacks(self, values: Mapping[str, float]) -> dict[str, Lack]:
        """Why each missing value is missing."""
        return {name: self.lack(name) for name, value in values.items() if isnan(value)}


def additions(lacks: Mapping[str, Lack]) -> tuple[Addition, ...]:
    """What each source that has not told would add, most first."""
    wanted: dict[Lack, list[str]] = {}
    for name, lack in lacks.items():
        wanted.setdefault(lack, []).append(name)
    return tuple(_additions(sorted(wanted.items(), key=lambda item: (-len(item[1]), item[1]))))


def _additions(wanted: Iterable[tuple[Lack, list[str]]]) -> Iterable[Addition]:
    for lack, names in wanted:
        if lack.source is not None:
            yield Addition(lack.source, lack.of, lack.why, tuple(names))
