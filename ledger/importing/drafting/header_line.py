"""Whether the first row of a table names its columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from ledger.importing.cells import Cell
from ledger.importing.drafting.sureness import Guess

VALUE = re.compile(r"\W*[0-9]([年月日TZ%元\W_0-9]|[eE][+-]?[0-9])*")
"""Texts that are numbers, amounts, days or times."""

LONGEST_VALUE = 40
"""Characters; what is longer is a word."""

MOST = 0.8
"""Share of the rows below that must hold values for a column to be one of values."""


def find_header(
    first: Sequence[Cell], rest: Sequence[Sequence[Cell]], is_known: Callable[[str], bool]
) -> Guess[bool]:
    """Whether the first row is a header.

    Parameters
    ----------
    first : sequence of Cell
        The first row.
    rest : sequence of sequence of Cell
        Some rows below it.
    is_known : callable
        Whether a text is a known name of a column.
    """
    known = [cell for cell in first if isinstance(cell, str) and is_known(cell)]
    columns = list(zip(*rest, strict=True)) if rest else []
    valued = [_mostly_values(column) for column in columns]
    same = sum(is_value(cell) and below for cell, below in zip(first, valued, strict=False))
    other = sum(not is_value(cell) and below for cell, below in zip(first, valued, strict=False))
    if known and same <= len(known):
        return Guess(True, "sure", f"{len(known)} of its names are known")
    if other and not same:
        return Guess(True, "sure", f"{other} column(s) hold numbers or days below a word")
    if same:
        return Guess(False, "likely", "the first row holds numbers or days like the rows below it")
    return Guess(True, "guess", "all is text: the first row is taken for the names of the columns")


def is_value(cell: Cell) -> bool:
    """Whether a cell is a number, a day or a time rather than a word."""
    if isinstance(cell, str):
        text = cell.strip()
        return len(text) <= LONGEST_VALUE and VALUE.fullmatch(text) is not None
    return cell is not None


def _mostly_values(column: Sequence[Cell]) -> bool:
    said = [cell for cell in column if cell is not None and cell != ""]
    return bool(said) and sum(map(is_value, said)) >= MOST * len(said)
