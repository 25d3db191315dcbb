"""Size classes of enterprises as rules say them, computed and versioned.

China: 中小企业划型标准规定 (工信部联企业〔2011〕300号), all 16 rows.
EU: Recommendation 2003/361/EC.

A class needs *every* limit of its row ("且"); where one fails the enterprise falls to the class
below. Large is what fails every "或" of "SME if", that is, what reaches every upper limit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ledger.entities.parties import SizeClass

CN_2011 = "CN-300-2011"
"""Name of the Chinese rule; a revision gets a name and a table of its own."""

EU_2003 = "EU-2003-361"
"""Name of the European rule."""

MINOR_OF_WAN = 10_000 * 100
"""Minor units (fen) of one 万元."""

MINOR_OF_MILLION = 1_000_000 * 100
"""Minor units (cents) of a million euro."""

Measure = Literal["employees", "revenue", "assets"]
Industry = Literal[
    "agriculture",
    "industry",
    "construction",
    "wholesale",
    "retail",
    "transport",
    "storage",
    "post",
    "lodging",
    "catering",
    "information",
    "software",
    "real_estate",
    "property_management",
    "leasing_business",
    "other",
]


@dataclass(frozen=True)
class Limits:
    """One row of the table; limits in the units of the regulation (persons, 万元).

    Attributes
    ----------
    measures : tuple of str
        What is measured; the limits below are in this order.
    large, medium, small : tuple of int
        Least values of each class, all of them needed; below small is micro.
    """

    measures: tuple[Measure, ...]
    large: tuple[int, ...]
    medium: tuple[int, ...]
    small: tuple[int, ...]


_Y: tuple[Measure, ...] = ("revenue",)
_XY: tuple[Measure, ...] = ("employees", "revenue")
_YZ: tuple[Measure, ...] = ("revenue", "assets")
_XZ: tuple[Measure, ...] = ("employees", "assets")
_X: tuple[Measure, ...] = ("employees",)

CN_TABLE: dict[Industry, Limits] = {
    "agriculture": Limits(_Y, (20_000,), (500,), (50,)),
    "industry": Limits(_XY, (1_000, 40_000), (300, 2_000), (20, 300)),
    "construction": Limits(_YZ, (80_000, 80_000), (6_000, 5_000), (300, 300)),
    "wholesale": Limits(_XY, (200, 40_000), (20, 5_000), (5, 1_000)),
    "retail": Limits(_XY, (300, 20_000), (50, 500), (10, 100)),
    "transport": Limits(_XY, (1_000, 30_000), (300, 3_000), (20, 200)),
    "storage": Limits(_XY, (200, 30_000), (100, 1_000), (20, 100)),
    "post": Limits(_XY, (1_000, 30_000), (300, 2_000), (20, 100)),
    "lodging": Limits(_XY, (300, 10_000), (100, 2_000), (10, 100)),
    "catering": Limits(_XY, (300, 10_000), (100, 2_000), (10, 100)),
    "information": Limits(_XY, (2_000, 100_000), (100, 1_000), (10, 100)),
    "software": Limits(_XY, (300, 10_000), (100, 1_000), (10, 50)),
    "real_estate": Limits(_YZ, (200_000, 10_000), (1_000, 5_000), (100, 2_000)),
    "property_management": Limits(_XY, (1_000, 5_000), (300, 1_000), (100, 500)),
    "leasing_business": Limits(_XZ, (300, 120_000), (100, 8_000), (10, 100)),
    "other": Limits(_X, (300,), (100,), (10,)),
}
"""The 16 rows."""

_BY_CLASS: tuple[tuple[str, Industry], ...] = (
    ("A", "agriculture"),
    ("B", "industry"),
    ("C", "industry"),
    ("D", "industry"),
    ("E", "construction"),
    ("F51", "wholesale"),
    ("F52", "retail"),
    ("G54", "transport"),  # not G53: the rule leaves railways out
    ("G55", "transport"),
    ("G56", "transport"),
    ("G57", "transport"),
    ("G58", "transport"),
    ("G591", "transport"),  # loading and unloading
    ("G59", "storage"),
    ("G60", "post"),
    ("H61", "lodging"),
    ("H62", "catering"),
    ("I63", "information"),
    ("I64", "information"),
    ("I65", "software"),
    ("K701", "real_estate"),
    ("K702", "property_management"),
    ("K703", "other"),
    ("K709", "other"),
    ("L", "leasing_business"),
    ("M", "other"),
    ("N", "other"),
    ("O", "other"),
    ("Q85", "other"),  # social work, not health
    ("R", "other"),
)
"""Classes of GB/T 4754-2017 and their rows; the first that fits counts, the others have none."""


def industry_row(code: str) -> Industry | None:
    """The row of a class of GB/T 4754-2017; None where the rule has none (banks, schools...)."""
    return next((row for start, row in _BY_CLASS if code.startswith(start)), None)


def chinese_size(
    industry: Industry,
    employees: int | None,
    revenue_minor: int | None,
    assets_minor: int | None,
) -> SizeClass | None:
    """The class by `CN_2011`; None where what is missing could decide.

    Parameters
    ----------
    industry : str
        A row of ``CN_TABLE``; see `industry_row`.
    employees : int or None
        Persons employed.
    revenue_minor, assets_minor : int or None
        Revenue of the year and total assets, in fen.
    """
    limits = CN_TABLE[industry]
    said = {"employees": employees, "revenue": revenue_minor, "assets": assets_minor}
    found = [said[measure] for measure in limits.measures]
    scale = [1 if measure == "employees" else MINOR_OF_WAN for measure in limits.measures]
    steps: tuple[tuple[SizeClass, tuple[int, ...]], ...] = (
        ("large", limits.large),
        ("medium", limits.medium),
        ("small", limits.small),
    )
    for name, least in steps:
        reached = _all_reached(found, [a * b for a, b in zip(least, scale, strict=True)])
        if reached is None:
            return None
        if reached:
            return name
    return "micro"


def european_size(
    employees: int | None, turnover_minor: int | None, balance_minor: int | None
) -> SizeClass | None:
    """The class by `EU_2003`, amounts in cents of euro; None where what is missing could decide.

    Medium: fewer than 250 persons, and turnover of at most 50 or a balance sheet of at most 43
    million euro; small: 50 persons and 10 million for both; micro: 10 persons and 2 million.
    """
    steps: tuple[tuple[SizeClass, int, int, int], ...] = (
        ("micro", 10, 2, 2),
        ("small", 50, 10, 10),
        ("medium", 250, 50, 43),
    )
    for name, persons, turnover, balance in steps:
        few = None if employees is None else employees < persons
        within = _any(
            None if turnover_minor is None else turnover_minor <= turnover * MINOR_OF_MILLION,
            None if balance_minor is None else balance_minor <= balance * MINOR_OF_MILLION,
        )
        if few is False or within is False:
            continue
        return None if few is None or within is None else name
    return "large"


def _all_reached(found: list[int | None], least: list[int]) -> bool | None:
    """Whether every value reaches its limit; None where an unknown one decides."""
    unknown = False
    for value, limit in zip(found, least, strict=True):
        if value is None:
            unknown = True
        elif value < limit:
            return False
    return None if unknown else True


def _any(one: bool | None, other: bool | None) -> bool | None:
    if one or other:
        return True
    return None if one is None or other is None else False
