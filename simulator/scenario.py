"""A scenario is how a world goes, a size how large it is."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Annotated, Any, ClassVar

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from ledger.faults import Fault

BASELINE = "baseline"
"""The scenario whose values hold where another says nothing else."""

Count = Annotated[int, Field(strict=True, ge=0, le=60)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Positive = Annotated[Number, Field(gt=0)]
Share = Annotated[Number, Field(ge=0, le=1)]


class UnknownScenario(Fault):
    """A scenario that there is no file of."""

    code = "unknown-scenario"


class UnknownSize(Fault):
    """A size that there is none of."""

    code = "unknown-size"


class WrongScenario(Fault):
    """A scenario file with a field that is missing, unknown or out of range."""

    code = "wrong-scenario"


@dataclass(frozen=True)
class Size:
    """How large a world is.

    Attributes
    ----------
    months : int
        Calendar months up to the last day, of which the first twelve are burn-in.
    core_buyers : int
        Core enterprises.
    suppliers : int
        Those that sell to core enterprises (tier 1), and ask for money.
    upstream : tuple of int
        Those that sell to tier 1 (tier 2), and those that sell to these (tier 3).
    buyers_a_supplier : float
        Core enterprises that a supplier sells to, on average.
    orders_a_pair_month : float
        Orders of a pair in a usual month, on average.
    """

    months: int
    core_buyers: int
    suppliers: int
    upstream: tuple[int, int]
    buyers_a_supplier: float
    orders_a_pair_month: float


SIZES: dict[str, Size] = {
    "small": Size(18, 6, 18, (6, 3), 5.0, 2.6),
    "demo": Size(24, 8, 60, (20, 10), 5.0, 1.6),
    "ci": Size(48, 20, 600, (300, 100), 6.0, 0.58),
    "bench": Size(48, 150, 12_000, (15_000, 5_000), 6.0, 0.58),
}
"""`ci` and `bench` are domain.md section 4.2; `demo` fits a laptop's patience, `small` a test's."""


@dataclass(frozen=True)
class Scenario:
    """The dials of a world; each has a line in the scenario's file, or in that of the baseline.

    Attributes
    ----------
    about : str
        What it is for, in a sentence.
    stress_months, stress_months_before_end : int
        Length of an episode with the macro factor at -2, and how long before the end it begins.
    stress_held_back_share : float
        Share of core enterprises that pay one regime worse while the episode lasts.
    fraud_log_odds : float
        Log-odds of a request being fraudulent, of a supplier of usual quality and honesty.
    fraud_wave_months : int
        Last months in which fraud is likelier.
    fraud_wave_log_odds : float
        By how much, in log-odds.
    new_sector_months : int
        The last sector begins to trade so many months before the end; 0: it always did.
    term_cut : bool
        From 2025-06-01 on half of the terms above 60 days are 60 days.
    missing_bank_share : float
        Share of suppliers whose bank stops telling of payments in the last twelve months.
    concentration : float
        Exponent of preferential attachment: how much likelier large buyers find suppliers.
    tier_shares : tuple of 4 floats
        Shares of suppliers in the data tiers T0 to T3 (domain.md section 1.5).
    reference_missing_share : float
        Share of payments that do not say what they pay.
    mistyped_share : float
        Share of parties whose name is mistyped in the profile.
    vague_registration_share : float
        Share of registrations whose description names no invoice.
    forged_confirmation_share : float
        Share of confirmations that the buyer never gave.
    complaint_share : float
        Chance that an arrears complaint is on record.
    statement_share : float
        Share of suppliers of tier T3 that hand in financial statements.
    approved_share : float
        Share of the requests to us that our old scorecard approves.
    random_approval_share : float
        Share of requests approved whatever the scorecard says.
    stops_a_year : float
        Share of pairs whose buyer stops paying within a year of usual times. It is above the PD
        of buyers, because a claim is open for a shorter time than the horizon of domain.md section
        4.6.
    cash_months : float
        Usual liquidity of a supplier, in months of its costs.
    median_amount_yuan, log_amount_sd : float
        Median amount of an order, and standard deviation of ln(amount) around what is usual for a
        pair.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    about: str
    stress_months: Count
    stress_months_before_end: Count
    stress_held_back_share: Share
    fraud_log_odds: Number
    fraud_wave_months: Count
    fraud_wave_log_odds: Number
    new_sector_months: Count
    term_cut: bool
    missing_bank_share: Share
    concentration: Annotated[Number, Field(ge=0, le=3)]
    tier_shares: tuple[Share, Share, Share, Share]
    reference_missing_share: Share
    mistyped_share: Share
    vague_registration_share: Share
    forged_confirmation_share: Share
    complaint_share: Share
    statement_share: Share
    approved_share: Share
    random_approval_share: Share
    stops_a_year: Positive
    cash_months: Positive
    median_amount_yuan: Positive
    log_amount_sd: Positive


def scenario_names() -> tuple[str, ...]:
    """Names of the scenarios that come with the simulator."""
    found = (item.name for item in files("simulator.scenarios").iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in found if name.endswith(".toml")))


def size_of(name: str) -> Size:
    """The size of that name; raise `UnknownSize` where there is none."""
    if name not in SIZES:
        raise UnknownSize(
            f"there is no size {name!r}", field="size", remedy=f"use one of {', '.join(SIZES)}"
        )
    return SIZES[name]


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
    return parse_scenario(_text(name), _text(BASELINE))


def parse_scenario(text: str, baseline: str = "") -> Scenario:
    """Make a scenario of the texts of two TOML files, the first of which goes before.

    Raises
    ------
    WrongScenario
        Naming the wrong field.
    """
    try:
        dials: dict[str, Any] = {**tomllib.loads(baseline), **tomllib.loads(text)}
        scenario = TypeAdapter(Scenario).validate_python(dials)
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
    if abs(sum(scenario.tier_shares) - 1) > 1e-9:
        raise WrongScenario(
            f"tier_shares: they add up to {sum(scenario.tier_shares):g}",
            field="tier_shares",
            remedy="give shares that add up to 1",
        )
    return scenario


def _text(name: str) -> str:
    return files("simulator.scenarios").joinpath(f"{name}.toml").read_text(encoding="utf-8")
