"""What approved peers ask for: how usual a structure of a financing is.

Advice leaves out what hardly anybody asks for: a model has learned nothing of it (domain.md section
3.9: joint values seen in at least 1 % of peers). A bundle holds how often each structure occurs
among the approved peers it was trained on (``training.peers``).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from math import isnan

from pydantic import BaseModel, ConfigDict, Field

ASKED = ("recourse", "notified", "cash_control")
COVERS = ("guar_cover", "insur_cover")
STRUCTURE = (*ASKED, *COVERS)
"""Features that say how a financing is built; of a cover it counts whether there is one."""

Values = tuple[float | None, ...]


class Structure(BaseModel):
    """One structure: its values in the order of `Structures.names`, and the share of peers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    values: Values
    share: float = Field(gt=0, le=1)


class Structures(BaseModel):
    """The structures of approved peers, the most usual first.

    Attributes
    ----------
    names : tuple of str
        Those of `STRUCTURE` that the model sees.
    seen : tuple of Structure
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    names: tuple[str, ...]
    seen: tuple[Structure, ...]

    def of(self, features: Mapping[str, float]) -> Values:
        """The structure of a request, from its features; None is missing."""
        return tuple(part(name, features[name]) for name in self.names)

    def share(self, values: Values) -> float:
        """Share of approved peers that have it; 0 where none has."""
        return self._shares.get(values, 0.0)

    @cached_property
    def _shares(self) -> dict[Values, float]:
        return {one.values: one.share for one in self.seen}


def part(name: str, value: float) -> float | None:
    """What counts of a feature of a structure."""
    if isnan(value):
        return None
    return float(value > 0.0) if name in COVERS else value
