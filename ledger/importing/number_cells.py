"""Cells that hold numbers: exact decimals, never floats."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from ledger.importing.cell_faults import CellError, shown
from ledger.importing.file_formats import Formats

LARGEST = Decimal(10) ** 18
MOST_DECIMALS = 18
SHORT = 18
"""Characters of a number without an exponent that is within both bounds whatever it says."""

NOT_FINITE = re.compile(r"[+-]?(nan|inf|infinity)", re.IGNORECASE)


def reader(formats: Formats) -> Callable[[str], Decimal]:
    """The function that reads a number as a file writes it."""
    mark, separator = re.escape(formats.decimal), re.escape(formats.thousands)
    whole = rf"[0-9]+|[0-9]{{1,3}}(?:{separator}[0-9]{{3}})+" if separator else "[0-9]+"
    matches = re.compile(
        rf"[+-]?(?:(?:{whole})(?:{mark}[0-9]*)?|{mark}[0-9]+)([eE][+-]?[0-9]{{1,4}})?"
    ).fullmatch
    plain = formats.decimal == "." and not formats.thousands

    def read(text: str) -> Decimal:
        found = matches(text)
        if found is None:
            raise _no_number(text, formats)
        if not plain:
            text = text.replace(formats.thousands, "") if separator else text
            text = text.replace(formats.decimal, ".")
        number = Decimal(text)
        return number if len(text) <= SHORT and found[1] is None else bounded(number)

    return read


def bounded(number: Decimal | int) -> Decimal:
    """The number as an exact decimal; raise `CellError` where it is none that an amount can be."""
    exact = Decimal(number)
    decimals = exact.as_tuple().exponent
    if not isinstance(decimals, int):
        raise CellError("not-finite", f"{shown(str(number))} is not a finite number")
    if abs(exact) >= LARGEST or decimals < -MOST_DECIMALS:
        raise CellError(
            "not-finite",
            f"{shown(str(number))} is no amount: 10^18 or more, or over {MOST_DECIMALS} decimals",
        )
    return exact


def whole(number: Decimal | int) -> int:
    """The number where it is whole; raise `CellError` where it isn't."""
    exact = bounded(number)
    if exact != int(exact):
        raise CellError("not-whole", f"{shown(str(number))} is not a whole number")
    return int(exact)


def _no_number(text: str, formats: Formats) -> CellError:
    if NOT_FINITE.fullmatch(text):
        return CellError("not-finite", f"{shown(text)} is not a finite number")
    return CellError(
        "not-a-number",
        f"{shown(text)} is not a number with decimal mark {formats.decimal!r} "
        f"and thousands separator {formats.thousands!r}",
    )
