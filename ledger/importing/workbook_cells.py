"""Cells of a workbook as a person sees them: numbers without noise, days, words; or why not."""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import accumulate
from typing import Any

from openpyxl.utils import range_boundaries

from ledger.importing.cell_faults import CellError
from ledger.importing.cells import Cell

DIGITS = 15
"""Significant digits that a spreadsheet keeps; what is beyond is noise of its floats."""

SHOWN_DIGITS = 11
"""Significant digits that it shows where no format says more."""

NOISE = Decimal("1e-12")
"""Relative noise that sums of floats gather: 1234.5000000001 is 1234.5."""

LEAST_STEP = Decimal("1e-7")
"""What differs by more is another number: far below the smallest unit of money."""

ZEROS = re.compile("0{2,30}")
"""Number formats that show leading zeros, as keys need them."""

FORMULA = CellError(
    "formula",
    "the cell holds a formula: paste its value, or accept stored results by "
    'format.formulas = "cached"',
)
NOT_STORED = CellError("formula", "the formula has no stored result: paste its value")
TOO_LONG = CellError(
    "too-many-digits",
    f"the number has more than {DIGITS} digits, and a spreadsheet loses those beyond: format the "
    "column as text and enter it again",
)
NO_DAY = CellError("not-a-date", "the cell holds a time of day or a duration, without a day")


def cell_of(cell: Any, stored: Any) -> Cell:
    """The cell for the importer.

    Parameters
    ----------
    cell : openpyxl's cell
        As it stands in the sheet.
    stored : openpyxl's cell or None
        The same with the stored result of its formula; None where formulas are refused.
    """
    if cell.data_type == "f":
        if stored is None:
            return FORMULA
        if stored.value is None:
            return NOT_STORED
        cell = stored
    value = cell.value
    if value is None:
        return None
    match cell.data_type:
        case "n":
            return _number(value, cell.number_format)
        case "e":
            return CellError("error-value", f"the cell shows the error {value}")
        case "b":
            return bool(value)
        case "d":
            return value if isinstance(value, date) else NO_DAY
        case _:
            return str(value)


def _number(value: float, number_format: str) -> Cell:
    if not math.isfinite(value):
        return CellError("not-finite", "the cell holds no finite number")
    exact = Decimal(value) if isinstance(value, int) else _without_noise(value)
    if abs(exact) >= 10**DIGITS:
        return TOO_LONG
    if exact != exact.to_integral_value():
        return exact
    width = _zeros(number_format)
    return f"{int(exact):0{width}d}" if width and exact >= 0 else int(exact)


def _without_noise(value: float) -> Decimal:
    kept = Decimal(f"{value:.{DIGITS}g}")
    shown = Decimal(f"{value:.{SHOWN_DIGITS}g}")
    return shown if abs(kept - shown) <= min(NOISE * abs(kept), LEAST_STEP) else kept


@lru_cache(maxsize=256)
def _zeros(number_format: str) -> int:
    return len(number_format) if ZEROS.fullmatch(number_format) else 0


class Merges:
    """Which cells of some columns are hidden under a merged range (all but its first).

    Parameters
    ----------
    ranges : iterable of str
        Merged ranges, such as ``A2:A5``.
    columns : iterable of int
        The columns that are read, counted from 0.
    """

    def __init__(self, ranges: Iterable[str], columns: Iterable[int]) -> None:
        rows: dict[int, list[tuple[int, int, str]]] = {column: [] for column in columns}
        for ref in ranges:
            left, top, right, bottom = range_boundaries(ref)
            for column, hidden in rows.items():
                if left <= column + 1 <= right:
                    hidden.append((top + (column + 1 == left), bottom, ref))
        self._hidden = {column: _sorted(hidden) for column, hidden in rows.items() if hidden}

    def over(self, row: int) -> Mapping[int, CellError]:
        """Why cells of a row can't be read, by column."""
        return {
            column: CellError(
                "merged-cells", f"the cell is part of the merged cells {ref}: split and fill them"
            )
            for column, (begins, ends) in self._hidden.items()
            if (place := bisect_right(begins, row)) and ends[place - 1][0] >= row
            for ref in [ends[place - 1][1]]
        }


def _sorted(hidden: list[tuple[int, int, str]]) -> tuple[Sequence[int], Sequence[tuple[int, str]]]:
    """First rows in order, and for each the furthest last row of all ranges up to it."""
    hidden.sort()
    furthest = accumulate(((bottom, ref) for _, bottom, ref in hidden), max)
    return [top for top, _, _ in hidden], list(furthest)
