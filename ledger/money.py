"""Money is whole minor units with a currency; never a float."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from babel.numbers import get_currency_precision, list_currencies

from ledger.faults import AmountNotWhole, UnknownCurrency

LARGEST_MINOR = 2**53 - 1
"""Largest amount taken, in minor units: the largest integer that every JSON reader keeps exact."""


@lru_cache(maxsize=256)
def exponent(currency: str) -> int:
    """Decimals of a currency (2 for CNY, 0 for JPY); raise `UnknownCurrency`."""
    if currency not in list_currencies():
        raise UnknownCurrency(
            f"{currency!r} is not an ISO 4217 currency",
            field="currency",
            remedy="use three capitals, for example CNY",
        )
    return get_currency_precision(currency)


def minor_units(amount: Decimal, currency: str) -> int:
    """Whole minor units of a decimal amount (12.30 CNY is 1230).

    Raises
    ------
    AmountNotWhole
        Where the amount is not finite, has more decimals than the currency, or doesn't fit.
    UnknownCurrency
        Where the currency is none.
    """
    digits = exponent(currency)
    whole, fits = 0, False
    try:
        if abs(amount) <= LARGEST_MINOR:  # before int(), which would spell out 1E+999999
            whole = int(amount.scaleb(digits))
            # compared with the amount as given: scaleb rounds to 28 digits
            fits = abs(whole) <= LARGEST_MINOR and decimal_amount(whole, currency) == amount
    except ArithmeticError:  # NaN, or an exponent out of reach
        fits = False
    if not fits:
        raise AmountNotWhole(
            f"{amount} is not a whole number of the smallest unit of {currency}",
            field="amount",
            remedy=f"give a finite amount with at most {digits} decimals",
        )
    return whole


def decimal_amount(minor: int, currency: str) -> Decimal:
    """The decimal amount of whole minor units (1230 CNY is 12.30)."""
    return Decimal(minor).scaleb(-exponent(currency))
