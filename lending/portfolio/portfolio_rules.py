"""Figures of the portfolio reports: thresholds, quantile, the law of late payment, the index."""

from __future__ import annotations

import tomllib
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ledger.faults import Fault

Days = Annotated[int, Field(ge=0, le=3_660)]
Share = Annotated[float, Field(ge=0, le=1)]


class WrongPortfolioRules(Fault):
    """A file of portfolio figures that is missing, no TOML, or says something it can't."""

    code = "wrong-portfolio-rules"


class _Figures(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class GradeRules(_Figures):
    """A fall of so many notches of the master scale, within so many days."""

    notches: int = Field(ge=1, le=15)
    within_days: Days


class DelayRules(_Figures):
    """When a buyer's payments have got later.

    Attributes
    ----------
    judged_after_days : int
        A claim is judged so many days after it fell due: late where it isn't known to be paid.
    window_days, before_days : int
        Claims that fell due in the window, and in the days before it.
    least_claims : int
        In each of the two; with fewer nothing is said.
    rise_share, least_z : float
        Least rise of the late share, and least rise over its standard error.
    """

    judged_after_days: Days
    window_days: Days
    before_days: Days
    least_claims: int = Field(ge=1)
    rise_share: Share
    least_z: float = Field(ge=0)


class WithinRules(_Figures):
    """A record counts for so many days from when it was known."""

    within_days: Days


class WarningRules(_Figures):
    """Thresholds of the early warnings (domain.md section 3.11)."""

    grade: GradeRules
    delay: DelayRules
    bill_list: WithinRules
    registry: WithinRules


class BookLossRules(_Figures):
    """Of which quantile of the loss, and how it is simulated."""

    quantile: float = Field(gt=0.5, lt=1)
    paths: int = Field(ge=1_000, le=10_000_000)
    seed: int


class Regime(_Figures):
    """The law of late payment for contracts signed from a day on.

    Attributes
    ----------
    valid_from : date
    daily_rate : float
        Interest a day where nothing was agreed.
    public_days, public_most_days : int
        Days from delivery in which a public body pays, and to which a contract may extend them.
    large_days : int
        Days from delivery in which a large enterprise pays; 0 where the law sets none.
    """

    valid_from: date
    daily_rate: Annotated[float, Field(ge=0, le=0.01)]
    public_days: Days
    public_most_days: Days
    large_days: Days


class LatePaymentRules(_Figures):
    """Regimes, the oldest first."""

    regimes: tuple[Regime, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        days = [regime.valid_from for regime in self.regimes]
        if days != sorted(set(days)):
            raise ValueError("regimes must stand in the order of valid_from, each day once")
        return self

    def on(self, signed_on: date) -> Regime | None:
        """The regime of a contract signed on a day; None before the first."""
        found = [regime for regime in self.regimes if regime.valid_from <= signed_on]
        return found[-1] if found else None


class IndexRules(_Figures):
    """What of the SME index may be told.

    Attributes
    ----------
    months : int
        Calendar months shown, the last complete one last.
    least_firms : int
        A cell of fewer firms isn't told.
    top_share : float
        Nor one of which a single firm has more.
    """

    months: int = Field(ge=1, le=60)
    least_firms: int = Field(ge=1)
    top_share: Share


class PortfolioRules(_Figures):
    """All of them; ``portfolio.toml`` is what ships."""

    name: str
    version: str
    warnings: WarningRules
    loss: BookLossRules
    late_payment: LatePaymentRules
    index: IndexRules


def load_portfolio_rules(path: Path | None = None) -> PortfolioRules:
    """Read figures from a file; those that ship where None.

    Raises
    ------
    WrongPortfolioRules
        Naming the field.
    """
    try:
        text = (
            files("lending.portfolio").joinpath("portfolio.toml").read_text(encoding="utf-8")
            if path is None
            else path.read_text(encoding="utf-8")
        )
        return PortfolioRules.model_validate(tomllib.loads(text))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise WrongPortfolioRules(
            f"{path}: {error}", field="rules", remedy="name a TOML file of portfolio figures"
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        raise WrongPortfolioRules(
            f"{field}: {first['msg']}",
            field=field,
            remedy="copy lending/portfolio/portfolio.toml and change its figures",
        ) from error
