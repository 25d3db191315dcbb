"""From a cell to a value, or to the reason why it is none.

A cell is text, read as the mapping says, or a value that the file itself keeps as a number, a day,
an instant or yes and no, which no format can touch.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from ledger.importing import day_cells, number_cells
from ledger.importing.cell_faults import CellError, shown
from ledger.importing.column_types import (
    BaseColumn,
    BooleanColumn,
    DateColumn,
    DecimalColumn,
    EnumColumn,
    InstantColumn,
    IntegerColumn,
    MonthColumn,
    TextColumn,
    Unknown,
)
from ledger.importing.file_formats import Formats

Cell = str | int | Decimal | date | CellError | None
"""Text; a number, boolean, day or time of the file's own; why it can't be read; or nothing."""

Parse = Callable[[Cell], Any]
"""Takes a cell, gives a value or None where it is missing; raises `CellError`."""

Read = Callable[[str], Any]
"""The same for the text of a cell that isn't blank."""

Natives = Mapping[type, Callable[[Any], Any]]
"""The types of the file's own that a column takes as they are; all others are read as text."""


def cell_parser(column: BaseColumn, formats: Formats, tz: ZoneInfo) -> Parse:
    """The function that reads the cells of a column.

    Blank cells are missing, unless they are a listed word of a boolean or an enumeration.

    Parameters
    ----------
    column : BaseColumn
        What the cells hold.
    formats : Formats
        How the file writes them.
    tz : ZoneInfo
        Where a time without an offset is read from a clock.
    """
    listed = frozenset(formats.blank if column.blank is None else column.blank)
    blank = listed - _words(column).keys()
    words = blank - {""}
    read, natives = _ways(column, formats, tz)

    def parse(cell: Cell) -> Any:
        if cell is None:
            return None
        if isinstance(cell, str):
            text = cell.strip()
            return None if text in blank else read(text)
        if isinstance(cell, CellError):
            raise CellError(cell.fault, cell.reason)
        if words and plain_text(cell) in words:
            return None
        take = natives.get(type(cell))
        return read(plain_text(cell)) if take is None else take(cell)

    return parse


def plain_text(value: Any) -> str:
    """The one way in which a value is written in a key: 1182.50, 2018-08-17, true."""
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        return _plain_number(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime) and value.time() == time.min and value.tzinfo is None:
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _plain_number(number: Decimal) -> str:
    text = str(number)
    if text[-1] == "0" or "E" in text:  # 12.50, -0, 1E+2 have another plain form
        return format(number.normalize() + 0, "f")
    return text


def _ways(column: BaseColumn, formats: Formats, tz: ZoneInfo) -> tuple[Read, Natives]:
    """How text is read, and which types are taken as they are."""
    match column:
        case TextColumn():
            return _text_reader(column), {}
        case IntegerColumn():
            whole = number_cells.whole
            number = number_cells.reader(formats)
            return lambda text: whole(number(text)), {int: whole, Decimal: whole}
        case DecimalColumn():
            bounded = number_cells.bounded
            return number_cells.reader(formats), {int: bounded, Decimal: bounded}
        case DateColumn():
            return day_cells.day_reader(column.formats or formats.dates), day_cells.DAYS
        case MonthColumn():
            return day_cells.month_reader(column.formats or formats.months), day_cells.MONTHS
        case InstantColumn():
            placed = day_cells.placing(tz)
            read = day_cells.instant_reader(column.formats or formats.instants, placed)
            return read, {datetime: placed}
        case BooleanColumn():
            return _word_reader(_words(column), column.unknown, _sides(column)), {bool: bool}
        case EnumColumn():
            return _word_reader(_words(column), column.unknown), {}
        case _:
            raise TypeError(f"no reader for {type(column).__name__}")


def _words(column: BaseColumn) -> Mapping[str, Any]:
    match column:
        case BooleanColumn():
            return dict.fromkeys(column.true, True) | dict.fromkeys(column.false, False)
        case EnumColumn():
            return column.values
        case _:
            return {}


def _text_reader(column: TextColumn) -> Read:
    if column.pattern is None:
        return str
    matches = re.compile(column.pattern).fullmatch

    def read(text: str) -> str | None:
        if matches(text):
            return text
        if column.unknown == "missing":
            return None
        raise CellError("wrong-form", "the text doesn't have the form that the mapping asks for")

    return read


def _sides(column: BooleanColumn) -> dict[bool, re.Pattern[str]]:
    patterns = {True: column.true_pattern, False: column.false_pattern}
    return {side: re.compile(pattern) for side, pattern in patterns.items() if pattern is not None}


def _word_reader(
    table: Mapping[str, Any],
    unknown: Unknown,
    sides: Mapping[bool, re.Pattern[str]] | None = None,
) -> Read:
    def read(text: str) -> Any:
        if text in table:
            return table[text]
        matching = [side for side, pattern in (sides or {}).items() if pattern.fullmatch(text)]
        if len(matching) == 1:
            return matching[0]
        if matching:
            raise CellError(
                "unknown-value", f"{shown(text)} matches true_pattern and false_pattern"
            )
        if unknown == "missing":
            return None
        raise CellError("unknown-value", f"{shown(text)} is not among the values of the mapping")

    return read
