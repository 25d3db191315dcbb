"""What a formula is given must lie where the formula holds: checks, and rounding to minor units."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from math import ceil, inf

from ledger.faults import Fault

NOISE_DIGITS = 6
"""Digits of a minor unit that count: below them a float is noise, not money."""


class WrongTerms(Fault):
    """A value that no loss, capital, price or limit can be computed from."""

    code = "wrong-terms"


def within(field: str, value: float, least: float, most: float) -> None:
    """Refuse a value outside [least, most]; NaN is outside.

    Raises
    ------
    WrongTerms
    """
    if not least <= value <= most:
        raise WrongTerms(
            f"{field} is {value}: it must be between {least} and {most}",
            field=field,
            remedy=f"give {field} as a number from {least} to {most}",
        )


def share(field: str, value: float) -> None:
    """Refuse what is no share or probability: outside [0, 1]."""
    if not 0.0 <= value <= 1.0:
        within(field, value, 0.0, 1.0)


def whole(field: str, value: int | None, least: int = 0) -> None:
    """Refuse an amount or a count that is no whole number, or below the least; None passes."""
    if value is None:
        return
    if type(value) is not int or value < least:
        raise WrongTerms(
            f"{field} is {value!r}: it must be a whole number from {least} on",
            field=field,
            remedy=f"give {field} as whole minor units or days, {least} or more",
        )


def finite(field: str, value: float) -> None:
    """Refuse NaN and infinity."""
    if not -inf < value < inf:
        raise WrongTerms(
            f"{field} is {value}: it must be a finite number",
            field=field,
            remedy=f"leave {field} out where it is unknown, or give a number",
        )


def once(field: str, refs: Sequence[str]) -> None:
    """Refuse a mitigant that is named twice: each acts once."""
    if len(refs) < 2 or len(set(refs)) == len(refs):
        return
    twice = next(ref for at, ref in enumerate(refs) if ref in refs[:at])
    raise WrongTerms(
        f"{field} names {twice!r} twice: each mitigant acts once",
        field=field,
        remedy=f"name {twice!r} once, with the whole of its cover",
    )


def up_minor(amount: float) -> int:
    """Whole units of an amount, rounded up: what could be lost is never told smaller than it is."""
    return ceil(round(amount, NOISE_DIGITS))


def part_minor(amount_minor: int, part: Decimal) -> int:
    """A share of an amount in whole minor units, rounded down: what is lent is never more."""
    return int(amount_minor * part)
