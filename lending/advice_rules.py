"""Figures of advice: what a change costs whoever makes it, and when it is in force."""

from __future__ import annotations

from typing import Annotated, Literal, Self, get_args

from pydantic import Field, model_validator

from lending.loss_rules import Days, Figures, Share

LeverName = Literal[
    "smaller_amount",
    "shorter_tenor",
    "recourse",
    "notification",
    "account",
    "guarantee",
    "insurance",
    "confirmation",
    "acceptance",
    "registry_search",
]


class LeverRules(Figures):
    """A lever of advice.

    Attributes
    ----------
    cost : int
        Effort, beside the others'; a further step of the grid costs one more.
    days : int
        Until the change is in force.
    grid : tuple of float
        Shares to try, mildest first: of the amount asked for, or covered.
    good_days : int
        How long what was done before is good.
    """

    cost: int = Field(ge=1, le=100)
    days: Days
    grid: tuple[Annotated[float, Field(gt=0, le=1)], ...] = ()
    good_days: Days = 0


class AdviceRules(Figures):
    """Parameters of advice (domain.md section 3.9).

    Attributes
    ----------
    options_most : int
        Options that are told.
    tries_most : int
        Changes that are scored again: what a search may cost.
    levers_most : int
        Levers that are moved together.
    beam : int
        Changes that came nearest and get another lever.
    peers_share_least : float
        What is asked for has to be as usual among approved peers as this, where it is known.
    """

    options_most: int = Field(ge=0, le=10)
    tries_most: int = Field(ge=0, le=1000)
    levers_most: int = Field(ge=1, le=len(get_args(LeverName)))
    beam: int = Field(ge=1, le=100)
    peers_share_least: Share
    levers: dict[LeverName, LeverRules]

    @model_validator(mode="after")
    def _every_lever(self) -> Self:
        missing = [name for name in get_args(LeverName) if name not in self.levers]
        if missing:
            raise ValueError(f"advice.levers has no figures for {', '.join(missing)}")
        return self
