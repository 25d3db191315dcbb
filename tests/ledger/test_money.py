"""Money is whole minor units."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.faults import AmountNotWhole, UnknownCurrency
from ledger.money import LARGEST_MINOR, decimal_amount, minor_units

currencies = st.sampled_from(["CNY", "BRL", "JPY", "KWD"])


@given(st.integers(-LARGEST_MINOR, LARGEST_MINOR), currencies)
def test_minor_units_survive_the_decimal_amount(minor: int, currency: str) -> None:
    assert minor_units(decimal_amount(minor, currency), currency) == minor


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [("12.30", "CNY", 1230), ("12.3000", "CNY", 1230), ("5", "JPY", 5), ("1.234", "KWD", 1234)],
)
def test_each_currency_has_its_own_decimals(amount: str, currency: str, minor: int) -> None:
    assert minor_units(Decimal(amount), currency) == minor


@pytest.mark.parametrize(
    ("amount", "currency"),
    [
        ("0.001", "CNY"),
        ("0.5", "JPY"),
        ("NaN", "CNY"),
        ("sNaN", "CNY"),
        ("Infinity", "CNY"),
        ("90071992547409.92", "CNY"),
        ("1E+999999", "CNY"),
        ("1E-999999", "CNY"),
        ("1." + "0" * 40 + "1", "CNY"),
    ],
)
def test_an_amount_that_is_not_whole_or_too_large_is_refused(amount: str, currency: str) -> None:
    with pytest.raises(AmountNotWhole):
        minor_units(Decimal(amount), currency)


@pytest.mark.parametrize("currency", ["", "cny", "RMB1", "XXQ"])
def test_a_code_that_is_no_currency_is_refused(currency: str) -> None:
    with pytest.raises(UnknownCurrency):
        minor_units(Decimal(1), currency)
