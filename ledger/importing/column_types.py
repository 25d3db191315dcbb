"""The types a column may have, and how a file writes numbers, days and blanks."""

from __future__ import annotations

import io
import re
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    field_validator,
    model_validator,
)

Unknown = Literal["missing", "reject"]
DIRECTIVE = re.compile(r"%(.)", re.DOTALL)
DAY_DIRECTIVES = frozenset("YymdHMSf%")


class Part(BaseModel):
    """A part of a mapping: frozen, and nothing in it that isn't known."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _directives(pattern: str, needed: str) -> str:
    found = DIRECTIVE.findall(pattern)
    wrong = sorted({f"%{letter}" for letter in found if letter not in DAY_DIRECTIVES})
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


DayFormat = Annotated[str, BeforeValidator(_day_format)]
"""How a day is written, in strptime's letters %Y %y %m %d; a time of day (%H %M %S %f) is read
and dropped."""

MonthFormat = Annotated[str, BeforeValidator(_month_format)]
"""How a month is written: %Y or %y, and %m; a day is read and dropped."""


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
    dates, months : tuple of str
        Formats of days and of months, tried in order.
    blank : tuple of str
        Cells that say "no value", after trimming; nothing else is ever taken for missing.
    max_rows : int
        A Parquet file that claims more rows is refused.
    """

    delimiter: str = Field(default=",", min_length=1, max_length=1)
    quote: str = Field(default='"', min_length=1, max_length=1)
    encoding: str = "utf-8"
    header: tuple[str, ...] | None = Field(default=None, min_length=1)
    decimal: Literal[".", ","] = "."
    thousands: Literal["", ".", ",", " ", "'", "\u00a0", "\u202f"] = ""
    dates: tuple[DayFormat, ...] = Field(default=("%Y-%m-%d",), min_length=1)
    months: tuple[MonthFormat, ...] = Field(default=("%Y-%m",), min_length=1)
    blank: tuple[str, ...] = ("",)
    max_rows: int = Field(default=50_000_000, ge=1)

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, name: str) -> str:
        try:
            io.TextIOWrapper(io.BytesIO(), encoding=name).close()
        except LookupError as error:
            raise ValueError(f"{name!r} is not a text encoding; utf-8 is the usual one") from error
        return name

    @model_validator(mode="after")
    def _marks_differ(self) -> Self:
        if self.decimal == self.thousands:
            raise ValueError(f"decimal and thousands are both {self.decimal!r}")
        if self.delimiter == self.quote or self.delimiter in "\r\n" or self.quote in "\r\n":
            raise ValueError("delimiter and quote must differ, and neither ends a line")
        return self


class BaseColumn(Part):
    """What every column may say: ``blank``, the cells that mean "no value" in this column."""

    blank: tuple[str, ...] | None = None


class TextColumn(BaseColumn):
    """Text, kept as it stands but for blanks at its ends.

    ``pattern`` is a regular expression for the whole cell; a cell that doesn't match is missing or
    rejects its row, as ``unknown`` says.
    """

    type: Literal["text"] = "text"
    pattern: str | None = None
    unknown: Unknown = "reject"

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str | None) -> str | None:
        try:
            re.compile(pattern or "")
        except re.error as error:
            raise ValueError(f"{pattern!r} is not a regular expression: {error}") from error
        return pattern


class IntegerColumn(BaseColumn):
    """A whole number; ``141.0`` is 141, ``141.5`` rejects the row."""

    type: Literal["integer"]


class DecimalColumn(BaseColumn):
    """A finite decimal number, exact; never a float."""

    type: Literal["decimal"]


class DateColumn(BaseColumn):
    """A calendar day; ``formats`` overrides the file's ``dates``."""

    type: Literal["date"]
    formats: tuple[DayFormat, ...] | None = Field(default=None, min_length=1)


class MonthColumn(BaseColumn):
    """A calendar month, kept as its first day; ``formats`` overrides the file's ``months``."""

    type: Literal["month"]
    formats: tuple[MonthFormat, ...] | None = Field(default=None, min_length=1)


class BooleanColumn(BaseColumn):
    """Yes or no by listed words; an empty cell may be one of them, if listed."""

    type: Literal["boolean"]
    true: tuple[str, ...] = Field(min_length=1)
    false: tuple[str, ...] = Field(min_length=1)
    unknown: Unknown = "reject"

    @model_validator(mode="after")
    def _words_differ(self) -> Self:
        both = sorted(set(self.true) & set(self.false))
        if both:
            raise ValueError(f"{both[0]!r} is listed as true and as false")
        return self


class EnumColumn(BaseColumn):
    """A word by a table of values; ``unknown`` says what a word outside it does."""

    type: Literal["enum"]
    values: dict[str, str] = Field(min_length=1)
    unknown: Unknown


def _spelled_out(value: Any) -> Any:
    return {"type": value} if isinstance(value, str) else value


def _type_of(value: Any) -> str:
    found = value.get("type") if isinstance(value, dict) else getattr(value, "type", None)
    return f"as:{found}"


Column = Annotated[
    Annotated[TextColumn, Tag("as:text")]
    | Annotated[IntegerColumn, Tag("as:integer")]
    | Annotated[DecimalColumn, Tag("as:decimal")]
    | Annotated[DateColumn, Tag("as:date")]
    | Annotated[MonthColumn, Tag("as:month")]
    | Annotated[BooleanColumn, Tag("as:boolean")]
    | Annotated[EnumColumn, Tag("as:enum")],
    Discriminator(
        _type_of,
        custom_error_type="column_type",
        custom_error_message="type is none of text, integer, decimal, date, month, boolean, enum",
    ),
    BeforeValidator(_spelled_out),
]
"""A column: its type alone (``"date"``), or a table with ``type`` and what that type takes."""
