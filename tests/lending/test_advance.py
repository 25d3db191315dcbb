"""The advance rate: reserves and caps by hand, what receivables carry, exactly."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from math import inf, nan
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending.advance import (
    AdvanceRate,
    Bound,
    Past,
    advance_rate,
    advance_rates,
    base_minor,
    dilution_reserve,
)
from lending.bounds import WrongTerms
from lending.eligible import Book, eligible
from tests.lending.financings import AS_OF as DAY
from tests.lending.financings import CLEAN, TERMS, shares

RULES = TERMS.advance
NOTHING_ELSE = Book()

GOOD = Past(dilution_share=0.02, peak_dilution_share=0.03, default_share=0.01)


def rate(past: Past | None = GOOD, **other: Any) -> AdvanceRate:
    told: dict[str, Any] = {"confirmation": 0, "cash_control": 0, "fee_reserve": 0.0}
    return advance_rate(past, **{**told, **other}, rules=RULES)


def test_the_dilution_reserve_by_hand() -> None:
    """(2 x .04 + (.06 - .04) x .06 / .04) x 1.5 = (.08 + .03) x 1.5."""
    past = Past(0.04, 0.06, 0.0, dilution_horizon=1.5)

    assert dilution_reserve(past, 2.0) == pytest.approx(0.165, abs=1e-15)


@pytest.mark.parametrize(
    ("mean", "peak", "reserve"),
    [(0.04, 0.03, 0.08), (0.0, 0.0, 0.0), (0.0, 0.01, 0.1), (0.0005, 0.01, 0.096)],
)
def test_a_peak_below_the_mean_and_a_mean_of_nothing(
    mean: float, peak: float, reserve: float
) -> None:
    assert dilution_reserve(Past(mean, peak, 0.0), 2.0) == pytest.approx(reserve, abs=1e-12)


def test_reserves_hold_the_rate_down() -> None:
    """1 - .165 - 2 x .02 x 1.2 - .013 = .774."""
    past = Past(0.04, 0.06, 0.02, dilution_horizon=1.5, loss_horizon=1.2)
    found = rate(past, fee_reserve=0.013)

    assert found.share == Decimal("0.774")
    assert found.bound is Bound.RESERVES
    assert found.loss_reserve == pytest.approx(0.048, abs=1e-15)
    assert (found.fee_reserve, found.cap_share) == (0.013, Decimal("0.85"))


@pytest.mark.parametrize(
    ("past", "confirmation", "cash_control", "cap"),
    [
        (GOOD, 0, 0, "0.85"),
        (replace(GOOD, dilution_share=0.05), 0, 0, "0.85"),
        (replace(GOOD, dilution_share=0.051), 0, 0, "0.80"),
        (None, 0, 0, "0.80"),
        (GOOD, 3, 1, "0.85"),
        (GOOD, 2, 2, "0.85"),
        (GOOD, 3, 2, "0.90"),
        (None, 4, 2, "0.90"),
    ],
)
def test_the_cap_rises_with_confirmation_and_control_of_cash(
    past: Past | None, confirmation: int, cash_control: int, cap: str
) -> None:
    found = rate(past, confirmation=confirmation, cash_control=cash_control)

    assert found.cap_share == Decimal(cap)
    assert found.share <= found.cap_share


def test_an_unknown_past_is_not_a_good_one() -> None:
    found = rate(None, confirmation=3, cash_control=2)

    assert (found.past_known, found.bound) == (False, Bound.RESERVES)
    assert found.share == Decimal("0.80") == 1 - Decimal("0.15") - Decimal("0.05")
    assert rate(Past(0, 0, 0), confirmation=3, cash_control=2).share == Decimal("0.90")


def test_reserves_of_more_than_all_leave_nothing() -> None:
    assert rate(Past(0.5, 0.9, 0.5)).share == 0


worse = st.tuples(shares, shares).map(sorted)


@given(mean=shares, peaks=worse, defaults=worse, fees=worse)
def test_the_rate_falls_with_reserves_and_is_rounded_down(
    mean: float, peaks: list[float], defaults: list[float], fees: list[float]
) -> None:
    better, other = (
        rate(Past(mean, peak, default), fee_reserve=fee)
        for peak, default, fee in zip(peaks, defaults, fees, strict=True)
    )
    exact = 1 - better.dilution_reserve - better.loss_reserve - better.fee_reserve

    assert 0 <= other.share <= better.share <= better.cap_share
    assert better.share == better.share.quantize(Decimal("0.000001"))
    assert float(better.share) <= max(0.0, exact) + 1e-12
    assert float(better.share) >= min(float(better.cap_share), exact) - 1.1e-6


def test_what_receivables_carry_by_hand() -> None:
    """.85 of 1,001 is 850.85; of 333 confirmed .90 is 299.7, 200 of it lent; 100 over-lent."""
    three = [
        replace(CLEAN, face_minor=1_001),
        replace(CLEAN, ref="s", face_minor=333, confirmation=3, financed_minor=200),
        replace(CLEAN, ref="t", face_minor=100, financed_minor=185),
    ]
    counted = eligible(three, NOTHING_ELSE, DAY, RULES)
    rates = advance_rates(three, GOOD, cash_control=2, fee_reserve=0.0, rules=RULES)

    assert [float(one.share) for one in rates] == [0.85, 0.90, 0.85]
    assert base_minor(three, counted, rates) == 850 + 99
    assert base_minor(three, counted, rates, uncovered_minor=100) == 849
    assert base_minor(three, counted, rates, uncovered_minor=10_000) == 0


@given(face=st.integers(0, 2**53), percent=st.integers(0, 80))
def test_what_a_receivable_carries_is_exact(face: int, percent: int) -> None:
    """29 % of 100 is 29, which binary fractions make 28.999...; integers are the oracle."""
    one = replace(CLEAN, face_minor=face)
    rules = RULES.model_copy(update={"cap_low_dilution_share": Decimal(percent) / 100})
    rates = advance_rates([one], Past(0, 0, 0), cash_control=0, fee_reserve=0.0, rules=rules)
    counted = eligible([one], NOTHING_ELSE, DAY, rules)

    assert base_minor([one], counted, rates) == face * percent // 100


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("book.buyer_open_minor", lambda: Book(buyer_open_minor=-1)),
        ("dilution_share", lambda: Past(nan, 0, 0)),
        ("default_share", lambda: Past(0, 0, 1.1)),
        ("dilution_horizon", lambda: Past(0, 0, 0, dilution_horizon=inf)),
        ("fee_reserve", lambda: rate(fee_reserve=-0.1)),
        ("cash_control", lambda: rate(cash_control=-1)),
        ("uncovered_minor", lambda: base_minor([], eligible([], Book(), DAY, RULES), (), -1)),
    ],
)
def test_what_can_t_be_right_is_refused(field: str, wrong: Callable[[], object]) -> None:
    with pytest.raises(WrongTerms) as refused:
        wrong()
    assert refused.value.field == field
    assert refused.value.remedy
