"""From the text of a cell to a value, or to the reason why it is none."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from ledger.importing.column_types import (
    BaseColumn,
    BooleanColumn,
    DateColumn,
    DecimalColumn,
    EnumColumn,
    Formats,
    IntegerColumn,
    MonthColumn,
    TextColumn,
)

Parse = Callable[[str | None], Any]
"""Takes a cell (None where the file itself says null), gives a value or None where it is missing;
raises `CellError`."""

SHOWN = 24
"""Longest part of a cell that a reason repeats; cells of text columns are never repeated."""

LARGEST = Decimal(10) ** 18
MOST_DECIMALS = 18
NOT_FINITE = re.compile(r"[+-]?(nan|inf|infinity)", re.IGNORECASE)
REMEMBERED = 4096


class CellError(Exception):
    """A cell, or a value made of cells, that can't be right.

    Parameters
    ----------
    fault : str
        What kind of wrong, as a stable word: ``not-a-date``, ``not-finite`` and so on.
    reason : str
        What is wrong, for people.
    """

    def __init__(self, fault: str, reason: str) -> None:
        super().__init__(reason)
        self.fault = fault
        self.reason = reason


def cell_parser(column: BaseColumn, formats: Formats) -> Parse:
    """The function that reads the cells of a column.

    Blank cells are missing, unless they are a listed word of a boolean or an enumeration.
    """
    blank = frozenset(formats.blank if column.blank is None else column.blank)
    read = _reader(column, formats)
    words = _words(column)

    def parse(cell: str | None) -> Any:
        if cell is None:
            return None
        text = cell.strip()
        if text in blank and text not in words:
            return None
        return read(text)

    return parse


def _words(column: BaseColumn) -> Mapping[str, Any]:
    match column:
        case BooleanColumn():
            return dict.fromkeys(column.true, True) | dict.fromkeys(column.false, False)
        case EnumColumn():
            return column.values
        case _:
            return {}


def _reader(column: BaseColumn, formats: Formats) -> Callable[[str], Any]:
    match column:
        case TextColumn():
            return _text_reader(column)
        case IntegerColumn():
            return _integer_reader(formats)
        case DecimalColumn():
            return _decimal_reader(formats)
        case DateColumn():
            return _day_reader(column.formats or formats.dates, "not-a-date")
        case MonthColumn():
            return _month_reader(column.formats or formats.months)
        case BooleanColumn() | EnumColumn():
            return _word_reader(_words(column), missing=column.unknown == "missing")
        case _:
            raise TypeError(f"no reader for {type(column).__name__}")


def _text_reader(column: TextColumn) -> Callable[[str], str | None]:
    if column.pattern is None:
        return lambda text: text
    matches = re.compile(column.pattern).fullmatch

    def read(text: str) -> str | None:
        if matches(text):
            return text
        if column.unknown == "missing":
            return None
        raise CellError("wrong-form", "the text doesn't have the form that the mapping asks for")

    return read


def _decimal_reader(formats: Formats) -> Callable[[str], Decimal]:
    mark, separator = re.escape(formats.decimal), re.escape(formats.thousands)
    whole = rf"[0-9]+|[0-9]{{1,3}}(?:{separator}[0-9]{{3}})+" if separator else "[0-9]+"
    matches = re.compile(
        rf"[+-]?(?:(?:{whole})(?:{mark}[0-9]*)?|{mark}[0-9]+)(?:[eE][+-]?[0-9]{{1,4}})?"
    ).fullmatch
    plain = formats.decimal == "." and not formats.thousands

    def read(text: str) -> Decimal:
        if not matches(text):
            raise _no_number(text, formats)
        if not plain:
            text = text.replace(formats.thousands, "") if separator else text
            text = text.replace(formats.decimal, ".")
        return _bounded(Decimal(text), text)

    return read


def _bounded(number: Decimal, text: str) -> Decimal:
    decimals = number.as_tuple().exponent
    if abs(number) >= LARGEST or not isinstance(decimals, int) or decimals < -MOST_DECIMALS:
        raise CellError(
            "not-finite",
            f"{shown(text)} is no amount: 10^18 or more, or more than {MOST_DECIMALS} decimals",
        )
    return number


def _no_number(text: str, formats: Formats) -> CellError:
    if NOT_FINITE.fullmatch(text):
        return CellError("not-finite", f"{shown(text)} is not a finite number")
    return CellError(
        "not-a-number",
        f"{shown(text)} is not a number with decimal mark {formats.decimal!r} "
        f"and thousands separator {formats.thousands!r}",
    )


def _integer_reader(formats: Formats) -> Callable[[str], int]:
    number = _decimal_reader(formats)

    def read(text: str) -> int:
        exact = number(text)
        if exact != int(exact):
            raise CellError("not-whole", f"{shown(text)} is not a whole number")
        return int(exact)

    return read


def _day_reader(formats: tuple[str, ...], fault: str) -> Callable[[str], date]:
    @lru_cache(maxsize=REMEMBERED)
    def read(text: str) -> date:
        for pattern in formats:
            try:
                return datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a day has no zone
            except ValueError:
                continue
        raise CellError(fault, f"{shown(text)} is not a day or month as {' or '.join(formats)}")

    return read


def _month_reader(formats: tuple[str, ...]) -> Callable[[str], date]:
    day = _day_reader(formats, "not-a-month")
    return lambda text: day(text).replace(day=1)


def _word_reader(table: Mapping[str, Any], *, missing: bool) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        if text in table:
            return table[text]
        if missing:
            return None
        raise CellError("unknown-value", f"{shown(text)} is not among the values of the mapping")

    return read


def shown(text: str) -> str:
    """The beginning of a cell, quoted, for a reason."""
    return repr(text if len(text) <= SHOWN else f"{text[:SHOWN]}…")
