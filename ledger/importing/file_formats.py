"""How a file writes numbers, days, instants and blanks."""

from __future__ import annotations

import io
import re
from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

DIRECTIVE = re.compile(r"%(.)", re.DOTALL)
KNOWN_DIRECTIVES = frozenset("YymdHMSfz%")


class Part(BaseModel):
    """A part of a mapping: frozen, and nothing in it that isn't known."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _directives(pattern: str, needed: str) -> str:
    found = DIRECTIVE.findall(pattern)
    known = KNOWN_DIRECTIVES if "H" in needed else KNOWN_DIRECTIVES - {"z"}
    wrong = sorted({f"%{letter}" for letter in found if letter not in known})
    if wrong or pattern.count("%") != len(found) + found.count("%"):
        raise ValueError(f"{pattern!r} holds {' '.join(wrong) or 'a lone %'}, which is not read")
    lacking = [letter for letter in needed if letter not in found]
    if "Y" not in found and "y" not in found:
        lacking.insert(0, "Y")
    if lacking:
        raise ValueError(f"{pattern!r} lacks {' '.join(f'%{letter}' for letter in lacking)}")
    return pattern


def _day_format(pattern: str) -> str:
    return _directives(pattern, "md")


def _month_format(pattern: str) -> str:
    return _directives(pattern, "m")


def _instant_format(pattern: str) -> str:
    return _directives(pattern, "mdHM")


DayFormat = Annotated[str, BeforeValidator(_day_format)]
"""How a day is written, in strptime's letters %Y %y %m %d; a time of day (%H %M %S %f) is read
and dropped."""

MonthFormat = Annotated[str, BeforeValidator(_month_format)]
"""How a month is written: %Y or %y, and %m; a day is read and dropped."""

InstantFormat = Annotated[str, BeforeValidator(_instant_format)]
"""How an instant is written: a day with %H and %M, perhaps %S, %f and the offset %z."""

ISO_INSTANTS = (
    "%Y-%m-%dT%H:%M:%S%z",
    "%Y-%m-%dT%H:%M:%S.%f%z",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%dT%H:%M:%S.%f",
    "%Y-%m-%d %H:%M:%S%z",
    "%Y-%m-%d %H:%M:%S.%f%z",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M:%S.%f",
    "%Y-%m-%d %H:%M",
)
"""ISO 8601, with T or a blank, with or without fractions and offset."""


class Formats(Part):
    """How a file is written.

    Attributes
    ----------
    delimiter, quote : str
        One character each; quotes inside a quoted field are doubled.
    encoding : str
        Of the text, as Python names it (utf-8, latin-1, cp1252, gb18030).
    header : tuple of str or None
        Names of the columns where the file has no header line; None where the first line has them.
    decimal, thousands : str
        Decimal mark, and the separator of thousands; an empty separator means none.
    dates, months, instants : tuple of str
        Formats of days, of months and of instants, tried in order.
    blank : tuple of str
        Cells that say "no value", after trimming; nothing else is ever taken for missing.
    sheet : str or None
        Of an XLSX, the sheet; None where it has only one.
    header_row : int or None
        Of an XLSX, the row with the names of the columns; None is the first.
    formulas : str
        Of an XLSX: ``refuse`` rejects a row with a formula in a column that is read, ``cached``
        takes the result that was stored when the file was saved.
    max_rows : int
        A Parquet file that claims more rows is refused.
    max_bytes : int
        An XLSX that unpacks to more bytes is refused.
    """

    delimiter: str = Field(default=",", min_length=1, max_length=1)
    quote: str = Field(default='"', min_length=1, max_length=1)
    encoding: str = "utf-8"
    header: tuple[str, ...] | None = Field(default=None, min_length=1)
    decimal: Literal[".", ","] = "."
    thousands: Literal["", ".", ",", " ", "'", "\u00a0", "\u202f"] = ""
    dates: tuple[DayFormat, ...] = Field(default=("%Y-%m-%d",), min_length=1)
    months: tuple[MonthFormat, ...] = Field(default=("%Y-%m",), min_length=1)
    instants: tuple[InstantFormat, ...] = Field(default=ISO_INSTANTS, min_length=1)
    blank: tuple[str, ...] = ("",)
    sheet: str | None = Field(default=None, min_length=1)
    header_row: int | None = Field(default=None, ge=1, le=1_048_576)
    formulas: Literal["refuse", "cached"] = "refuse"
    max_rows: int = Field(default=50_000_000, ge=1)
    max_bytes: int = Field(default=2 << 30, ge=1)

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, name: str) -> str:
        try:
            io.TextIOWrapper(io.BytesIO(), encoding=name).close()
        except LookupError as error:
            raise ValueError(f"{name!r} is not a text encoding; utf-8 is the usual one") from error
        return name

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.decimal == self.thousands:
            raise ValueError(f"decimal and thousands are both {self.decimal!r}")
        if self.header is not None and self.header_row is not None:
            raise ValueError("give header or header_row, not both")
        if self.delimiter == self.quote or self.delimiter in "\r\n" or self.quote in "\r\n":
            raise ValueError("delimiter and quote must differ, and neither ends a line")
        return self
