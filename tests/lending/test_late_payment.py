"""The regulation on payment to small firms: whom it binds, from when, and the interest."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending.portfolio.late_payment import Payer, Terms, bound, legal_term, statutory_interest
from lending.portfolio.portfolio_rules import load_portfolio_rules

RULES = load_portfolio_rules().late_payment
DELIVERED = date(2025, 7, 1)


def terms(payer: Payer, signed: date, days: int, legal: date | None = None) -> Terms:
    return Terms(payer, signed, DELIVERED, DELIVERED + timedelta(days), legal)


@pytest.mark.parametrize(
    ("supplier", "buyer", "public", "payer"),
    [
        ("micro", "large", False, Payer.LARGE),
        ("medium", "large", False, Payer.LARGE),
        ("large", "large", False, None),
        ("small", "medium", False, None),
        ("small", None, True, Payer.PUBLIC),
        ("large", None, True, None),
        (None, "large", False, None),
        ("small", None, False, None),
    ],
)
def test_it_binds_large_firms_and_public_bodies_towards_small_ones(
    supplier: str | None, buyer: str | None, public: bool, payer: Payer | None
) -> None:
    assert bound(supplier, buyer, public=public) is payer


@pytest.mark.parametrize(
    ("signed", "days", "excess"),
    [
        (date(2025, 5, 31), 90, 0),  # large firms had no limit of days yet
        (date(2025, 6, 1), 90, 30),
        (date(2025, 6, 1), 60, 0),
    ],
)
def test_large_firms_have_sixty_days_from_june_2025_on(
    signed: date, days: int, excess: int
) -> None:
    found = legal_term(terms(Payer.LARGE, signed, days), RULES)

    assert found is not None
    assert found.excess_days == excess
    assert found.due_on == DELIVERED + timedelta(days)  # longer terms may be reasonable: art. 9


def test_a_public_body_cant_agree_on_more_than_sixty_days() -> None:
    long = legal_term(terms(Payer.PUBLIC, date(2021, 1, 1), 90), RULES)
    short = legal_term(terms(Payer.PUBLIC, date(2021, 1, 1), 45), RULES)

    assert long is not None
    assert short is not None
    assert (long.due_on, long.excess_days) == (DELIVERED + timedelta(60), 30)
    assert (short.due_on, short.excess_days) == (DELIVERED + timedelta(45), 0)


def test_before_the_first_regime_there_is_none() -> None:
    assert legal_term(terms(Payer.LARGE, date(2020, 8, 31), 90), RULES) is None
    assert legal_term(terms(Payer.LARGE, date(2020, 9, 1), 90), RULES) is not None


def test_a_legal_day_that_is_told_counts() -> None:
    told = date(2025, 8, 3)
    found = legal_term(terms(Payer.LARGE, date(2025, 6, 2), 90, told), RULES)

    assert found is not None
    assert found.due_on == told


def test_interest_is_a_twentieth_of_a_percent_a_day() -> None:
    assert statutory_interest(100_000_00, 30, RULES.regimes[-1].daily_rate) == 1_500_00
    assert statutory_interest(0, 30, 0.0005) == 0
    assert statutory_interest(1, 1, 0.0005) == 1  # rounded up


@given(st.integers(0, 10**14), st.integers(0, 3_000), st.integers(0, 3_000))
def test_interest_of_two_spans_is_that_of_both_but_for_rounding(
    minor: int, days: int, more: int
) -> None:
    whole = statutory_interest(minor, days + more, 0.0005)
    parts = statutory_interest(minor, days, 0.0005) + statutory_interest(minor, more, 0.0005)

    assert 0 <= parts - whole <= 2
