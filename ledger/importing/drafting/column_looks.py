"""What a column holds, by its first cells, with the evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from functools import cached_property
from typing import Literal

from ledger.importing.cell_faults import CellError
from ledger.importing.cells import Cell, plain_text
from ledger.importing.drafting.day_writing import WORDED, DayLook, look_at_days
from ledger.importing.drafting.number_writing import (
    FORMS,
    MOST,
    NumberLook,
    decoration,
    look_at_numbers,
)
from ledger.importing.drafting.synonyms import synonyms
from ledger.importing.opened_file import Stored

Holds = Literal[
    "nothing", "text", "words", "integer", "decimal", "date", "month", "instant", "boolean", "other"
]
"""What most cells of a column are; *words* are few that come again, *other* is unreadable."""

MOST_WORDS = 12
"""Different words of a column that may be an enumeration."""

LONGEST_VALUE = 64
"""Characters; what is longer is text."""

Values = Mapping[str, int]
"""The different cells that hold something, as text, with how often each stands there."""


@dataclass(frozen=True)
class ColumnLook:
    """What a column holds.

    Attributes
    ----------
    name : str
        Its name.
    stored : Stored
        How the file keeps it.
    rows, blank : int
        Rows that were looked at, and those of them without anything in the column.
    values : mapping
        The different cells as text, words for "no value" left out, with their number.
    missing : mapping
        Words that probably mean "no value", such as NA, with their number.
    natives : Counter
        Cells that the file itself keeps as numbers, days, times or booleans, by type.
    broken : mapping
        Cells that can't be read (formulas, merged cells), by fault.
    days : DayLook or None
        How it writes days, months or instants.
    numbers : NumberLook or None
        How it writes numbers.
    """

    name: str
    stored: Stored
    rows: int
    blank: int
    values: Values = field(repr=False)
    missing: Values
    natives: Mapping[type, int]
    broken: Mapping[str, int]
    days: DayLook | None
    numbers: NumberLook | None

    @property
    def said(self) -> int:
        """Cells that hold a value."""
        return sum(self.values.values())

    @property
    def is_text(self) -> bool:
        """Whether its cells are text that formats apply to, not values of the file's own."""
        return self.natives.keys() <= {str, CellError}

    @property
    def blank_share(self) -> float:
        """Share of the rows without anything in the column, 0 to 1."""
        return self.blank / self.rows if self.rows else 0.0

    @property
    def unique(self) -> bool:
        """Whether every row has a value of its own: it could be a key."""
        return self.said == self.rows > 1 and len(self.values) == self.rows

    @cached_property
    def leading_zeros(self) -> int:
        """Cells of digits that begin with a zero, which a number would lose."""
        return sum(
            times
            for text, times in self.values.items()
            if len(text) > 1 and text[0] == "0" and text.isdigit()
        )

    @cached_property
    def holds(self) -> Holds:
        """What most cells are."""
        if self.stored == "other":
            return "other"
        if not self.values:
            return "nothing"
        if self.days is not None:
            return _held_by(self.days)
        if self.natives.keys() - {CellError} == {bool} or self._is_yes_and_no():
            return "boolean"
        if self.numbers is not None and not self.leading_zeros:
            return "integer" if self._is_whole() else "decimal"
        few = len(self.values) <= min(MOST_WORDS, self.said // 2)
        return "words" if few else "text"

    @cached_property
    def decorated(self) -> str | None:
        """The sign beside its numbers for which they can't be read, or None."""
        return decoration(_short(self.values)) if self.holds in ("text", "words") else None

    @property
    def worded_days(self) -> bool:
        """Whether it holds days with the month in letters, which can't be read."""
        worded = sum(n for text, n in _short(self.values).items() if WORDED.fullmatch(text))
        return worded > MOST * self.said > 0

    def _is_yes_and_no(self) -> bool:
        words = synonyms().yes | synonyms().no
        letters = any(not text.isdigit() for text in self.values)
        return letters and len(self.values) <= 2 and all(t.lower() in words for t in self.values)

    def _is_whole(self) -> bool:
        return all(text.lstrip("+-").isdigit() for text in self.values)


def _held_by(days: DayLook) -> Holds:
    if days.span == "month":
        return "month"
    return "date" if days.span == "day" or days.midnight else "instant"


def look_at(name: str, stored: Stored, cells: Sequence[Cell]) -> ColumnLook:
    """Look at a column.

    Parameters
    ----------
    name, stored
        Of the column.
    cells : sequence of Cell
        Its first cells.
    """
    texts = Counter(_text(cell) for cell in cells if not isinstance(cell, CellError))
    blank = texts.pop("", 0)
    known = synonyms().missing
    values = {text: times for text, times in texts.items() if text not in known}
    missing = {text: times for text, times in texts.items() if text in known}
    if not values:  # a column of dashes says dashes
        values, missing = missing, {}
    natives = Counter(type(cell) for cell in cells if cell is not None)
    days, numbers = _looks(cells, values, natives)
    return ColumnLook(
        name=name,
        stored=stored,
        rows=len(cells),
        blank=blank,
        values=values,
        missing=missing,
        natives=natives,
        broken=Counter(cell.fault for cell in cells if isinstance(cell, CellError)),
        days=days,
        numbers=numbers,
    )


def _text(cell: Cell) -> str:
    return "" if cell is None else plain_text(cell).strip()


def _looks(
    cells: Sequence[Cell], values: Values, natives: Mapping[type, int]
) -> tuple[DayLook | None, NumberLook | None]:
    """How days and numbers are written, of which a column has one at most."""
    said, short = sum(values.values()), _short(values)
    own = natives.keys() - {str, CellError}
    if own and own <= {date, datetime}:
        return _own_days(cells, said), None
    if own and own <= {int, Decimal} and str not in natives:
        return None, NumberLook(1.0, frozenset(FORMS))
    days = look_at_days(short, said)
    return days, None if days else look_at_numbers(short, said)


def _own_days(cells: Sequence[Cell], said: int) -> DayLook:
    """The look of days and times that the file itself keeps."""
    own = [cell for cell in cells if isinstance(cell, date)]
    zoned = any(getattr(cell, "tzinfo", None) is not None for cell in own)
    when = sorted(
        cell.replace(tzinfo=None) if isinstance(cell, datetime) else datetime.combine(cell, time())
        for cell in own
    )
    midnight = not zoned and all(moment.time() == time() for moment in when)
    return DayLook(
        span="day" if midnight else "instant",
        share=len(own) / said,
        formats=(),
        month_first=(),
        first=when[0],
        last=when[-1],
        midnight=midnight,
    )


def _short(values: Values) -> Values:
    return {text: times for text, times in values.items() if len(text) <= LONGEST_VALUE}
