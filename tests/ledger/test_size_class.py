"""Both sides of every limit of the size rules."""

from collections.abc import Sequence
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.entities.parties import SIZE_CLASSES
from ledger.size_class import (
    CN_TABLE,
    MINOR_OF_MILLION,
    MINOR_OF_WAN,
    Industry,
    chinese_size,
    european_size,
    industry_row,
)

ROWS = pytest.mark.parametrize("industry", get_args(Industry))
AMOUNTS = st.none() | st.integers(0, 3_000_000 * MINOR_OF_WAN)
PERSONS = st.none() | st.integers(0, 3_000)


def sized(industry: Industry, values: Sequence[int], less: int | None = None) -> str | None:
    """The class at these limits; one unit below the limit of measure ``less``."""
    said: dict[str, int | None] = {"employees": None, "revenue": None, "assets": None}
    for place, (measure, value) in enumerate(zip(CN_TABLE[industry].measures, values, strict=True)):
        minor = value * (1 if measure == "employees" else MINOR_OF_WAN)
        said[measure] = minor - 1 if place == less else minor
    return chinese_size(industry, said["employees"], said["revenue"], said["assets"])


@ROWS
def test_at_its_limits_an_enterprise_is_in_the_class_and_below_one_of_them_not(
    industry: Industry,
) -> None:
    limits = CN_TABLE[industry]
    for name, least in (
        ("large", limits.large),
        ("medium", limits.medium),
        ("small", limits.small),
    ):
        below = SIZE_CLASSES[SIZE_CLASSES.index(name) - 1]
        assert sized(industry, least) == name
        for place in range(len(least)):
            assert sized(industry, least, less=place) == below


def test_the_rule_has_sixteen_rows() -> None:
    assert len(CN_TABLE) == 16
    assert set(CN_TABLE) == set(get_args(Industry))


@pytest.mark.parametrize(
    ("industry", "employees", "revenue", "assets", "size"),
    [
        ("industry", 1_000, 40_000, None, "large"),
        ("industry", 999, 400_000, None, "medium"),
        ("industry", 1_000, 39_999, None, "medium"),
        ("industry", 300, 1_999, None, "small"),
        ("industry", 19, 1_000_000, None, "micro"),
        ("construction", 5, 79_999, 80_000, "medium"),
        ("real_estate", None, 1_000, 4_999, "small"),
        ("leasing_business", 300, None, 120_000, "large"),
        ("agriculture", None, 50, None, "small"),
        ("other", 9, None, None, "micro"),
        ("software", 100, 1_000, None, "medium"),
        ("software", 10, 49, None, "micro"),
    ],
)
def test_cases_read_from_the_text(
    industry: Industry, employees: int | None, revenue: int | None, assets: int | None, size: str
) -> None:
    minor = [None if value is None else value * MINOR_OF_WAN for value in (revenue, assets)]

    assert chinese_size(industry, employees, *minor) == size


@ROWS
@given(employees=PERSONS, revenue=AMOUNTS, assets=AMOUNTS, more=st.integers(0, 1_000))
def test_more_is_never_a_smaller_class_and_unknown_never_a_wrong_one(
    industry: Industry, employees: int | None, revenue: int | None, assets: int | None, more: int
) -> None:
    found = chinese_size(industry, employees, revenue, assets)
    filled = chinese_size(industry, employees or 0, revenue or 0, assets or 0)
    grown = chinese_size(industry, (employees or 0) + more, revenue or 0, assets or 0)

    assert filled is not None
    assert grown is not None
    assert SIZE_CLASSES.index(grown) >= SIZE_CLASSES.index(filled)
    assert found in (None, filled)


@pytest.mark.parametrize(
    ("code", "row"),
    [
        ("C3311", "industry"),
        ("G5911", "transport"),
        ("G5920", "storage"),
        ("G5310", None),
        ("K7010", "real_estate"),
        ("K7040", None),
        ("Q8514", "other"),
        ("Q84", None),
        ("J66", None),
        ("L", "leasing_business"),
        ("G", None),
    ],
)
def test_a_class_of_industry_has_its_row(code: str, row: str | None) -> None:
    assert industry_row(code) == row


@pytest.mark.parametrize(
    ("persons", "turnover", "balance", "size"),
    [
        (249, 50, 44, "medium"),
        (249, 51, 43, "medium"),
        (249, 51, 44, "large"),
        (250, 1, 1, "large"),
        (49, 10, 11, "small"),
        (49, 11, 11, "medium"),
        (9, 2, 3, "micro"),
        (9, 3, 3, "small"),
        (10, 2, 2, "small"),
        (None, 2, 2, None),
        (9, None, 3, None),
        (250, None, None, "large"),
        (None, 51, 44, "large"),
    ],
)
def test_the_european_rule(
    persons: int | None, turnover: int | None, balance: int | None, size: str | None
) -> None:
    cents = [None if value is None else value * MINOR_OF_MILLION for value in (turnover, balance)]

    assert european_size(persons, *cents) == size
