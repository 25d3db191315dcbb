"""Learning from what was lent alone, and what to do about those who were turned down.

Outcomes are known of accepted requests only. Two ways let the accepted stand for all who asked: by
the inverse of their chance of being accepted, and by those whom a lot accepted against the policy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from ledger.faults import Fault
from models.trees import Vector

Way = Literal["naive", "reweighting", "exploration"]
Flags = np.ndarray[Any, np.dtype[np.bool_]]


class TooFewExplored(Fault):
    """Too few defaults of requests that a lot accepted, to stand for all who were turned down."""

    code = "too-few-explored"


class Rejects(BaseModel):
    """How a bundle of default learns of requests that were turned down.

    Attributes
    ----------
    inference : str
        ``naive``: from the accepted, as though they were all. ``reweighting``: each accepted counts
        by the inverse of its chance of being accepted, as its features tell it. ``exploration``:
        those that a lot accepted against the policy count for all that it turned down.
    most_weight : float
        Inverse chances are held below it.
    least_explored : int
        With fewer known defaults of those accepted by lot, exploration is refused: each of them
        counts for so many that chance would set the level.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    inference: Way = "naive"
    most_weight: float = Field(default=20.0, gt=1, le=1000)
    least_explored: int = Field(default=10, ge=1)


@dataclass(frozen=True)
class Counts:
    """What examples count for.

    Attributes
    ----------
    weight : float64 array of shape (n,)
        Mean 1.
    held : int
        How many weights were held below the most.
    """

    weight: Vector
    held: int


def by_chance(chance: Vector, most: float) -> Counts:
    """Inverse probability of acceptance (Horvitz and Thompson 1952), held below the most.

    Parameters
    ----------
    chance : float64 array of shape (n,)
        Of the accepted, 0-1.
    """
    inverse = 1.0 / np.maximum(chance, 1.0 / most)
    return Counts(inverse / inverse.mean(), int((chance * most < 1.0).sum()))


def by_lot(explored: Flags, defaults: int, declined: int, least: int) -> Counts:
    """Those that a lot accepted count for themselves and for all who were declined, in equal parts.

    Their chance was the lot's, whatever the features: no model of acceptance can be wrong.

    Parameters
    ----------
    explored : bool array of shape (n,)
        Which of the accepted the lot accepted.
    defaults : int
        How many of these are known to have defaulted.
    declined : int
        How many were turned down.

    Raises
    ------
    TooFewExplored
    """
    lot = int(explored.sum())
    if not lot or defaults < least:
        raise TooFewExplored(
            f"of {lot} financings of requests recorded as approved_at_random {defaults} are known "
            f"to have defaulted; {least} are needed",
            field="rejects.least_explored",
            remedy="approve more by lot and record it, wait, or take naive or reweighting",
        )
    weight = np.where(explored, (lot + declined) / lot, 1.0)
    return Counts(weight / weight.mean(), 0)


def effective(weight: Vector) -> float:
    """How many equal rows tell as much (Kish 1965): ``(sum w)^2 / sum w^2``; 0 of none."""
    squares = float(weight @ weight)
    return float(weight.sum() ** 2 / squares) if squares else 0.0
