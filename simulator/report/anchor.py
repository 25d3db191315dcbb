"""An anchor: what is known of real trade, and the band in which a world should be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from simulator.world import World


class Unit(StrEnum):
    """What a value counts; shares lie between 0 and 1, and are shown in percent."""

    SHARE = "%"
    DAYS = "d"
    NUMBER = ""


@dataclass(frozen=True)
class Anchor:
    """A property of a world that can be compared with published figures.

    Attributes
    ----------
    key : str
        Its name for programs; no other anchor has it.
    english, chinese : str
        Its names for people.
    measure : callable
        Measures it; NaN where the world has nothing to measure it by.
    low, high : float
        The band, ends included.
    unit : Unit
        Of value and band.
    source, source_chinese : str
        Where the band comes from, in a few words.
    """

    key: str
    english: str
    chinese: str
    measure: Callable[[World], float]
    low: float
    high: float
    unit: Unit
    source: str
    source_chinese: str

    def holds(self, value: float) -> bool:
        """Whether a value lies in the band; NaN doesn't."""
        return self.low <= value <= self.high


@dataclass(frozen=True)
class Finding:
    """An anchor and what a world has for it.

    Attributes
    ----------
    anchor : Anchor
    value : float
        In the anchor's unit.
    """

    anchor: Anchor
    value: float

    @property
    def inside(self) -> bool:
        """Whether the world is in the band."""
        return self.anchor.holds(self.value)


@dataclass(frozen=True)
class Group:
    """Anchors of one subject.

    Attributes
    ----------
    english, chinese : str
        What they are about.
    anchors : tuple of Anchor
    """

    english: str
    chinese: str
    anchors: tuple[Anchor, ...]
