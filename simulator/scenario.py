"""A scenario: how large the world is and how hard its buyers pay."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from ledger.faults import Fault

Count = Annotated[int, Field(strict=True, ge=2, le=100_000)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Positive = Annotated[Number, Field(gt=0)]
Share = Annotated[Number, Field(ge=0, le=1)]


class UnknownScenario(Fault):
    """A scenario that there is no file of."""

    code = "unknown-scenario"


class WrongScenario(Fault):
    """A scenario file with a field that is missing, unknown or out of range."""

    code = "wrong-scenario"


@dataclass(frozen=True)
class Scenario:
    """The dials of a world; each has a line in the scenario's file.

    Attributes
    ----------
    months : int
        Calendar months, the last one up to the world's last day; from 6, for the showcase needs
        some history.
    core_buyers, small_buyers, suppliers : int
        How many of each; from 2.
    buyers_a_supplier : float
        Mean number of buyers that a supplier trades with, at least 2.
    orders_a_pair_month : float
        Mean number of orders of a trading pair in a usual month.
    median_amount_yuan, log_amount_sd : float
        Median receivable of a supplier and a buyer of usual size, and the standard deviation of
        ln(amount) around what is usual for a pair.
    trend_log_odds_a_year : float
        By how much the log-odds of a late payment rise in a year.
    silent_party_share, missing_report_share : float
        Share of parties that never report, and of the reports of the others that are missing.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    months: Annotated[Count, Field(ge=6, le=600)]
    core_buyers: Count
    small_buyers: Count
    suppliers: Count
    buyers_a_supplier: Annotated[Number, Field(ge=2)]
    orders_a_pair_month: Positive
    median_amount_yuan: Positive
    log_amount_sd: Positive
    trend_log_odds_a_year: Number
    silent_party_share: Share
    missing_report_share: Share

    @property
    def buyers(self) -> int:
        """Number of buyers, core and small."""
        return self.core_buyers + self.small_buyers


def scenario_names() -> tuple[str, ...]:
    """Names of the scenarios that come with the simulator."""
    found = (item.name for item in files("simulator.scenarios").iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in found if name.endswith(".toml")))


def read_scenario(name: str) -> Scenario:
    """Read the scenario of that name.

    Raises
    ------
    UnknownScenario
        Where there is no such file.
    WrongScenario
        Where a field of it is missing, unknown, of another type or out of range.
    """
    if name not in scenario_names():
        raise UnknownScenario(
            f"there is no scenario {name!r}",
            field="scenario",
            remedy=f"use one of {', '.join(scenario_names())}",
        )
    text = files("simulator.scenarios").joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return parse_scenario(text)


def parse_scenario(text: str) -> Scenario:
    """Make a scenario of the text of a TOML file; raise `WrongScenario` naming the wrong field."""
    try:
        return TypeAdapter(Scenario).validate_python(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise WrongScenario(f"the scenario is not TOML: {error}", remedy="correct it") from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        raise WrongScenario(
            f"{field}: {first['msg']}",
            field=field,
            remedy="see the fields of simulator.scenario.Scenario",
        ) from error
