"""The types a column may have."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Discriminator, Field, Tag, field_validator, model_validator

from ledger.importing.file_formats import DayFormat, InstantFormat, MonthFormat, Part

Unknown = Literal["missing", "reject"]


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


class InstantColumn(BaseColumn):
    """A moment: day and time of day, with an offset or by the clocks of the source's time zone.

    ``formats`` overrides the file's ``instants``.
    """

    type: Literal["instant"]
    formats: tuple[InstantFormat, ...] | None = Field(default=None, min_length=1)


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


TYPES = ("text", "integer", "decimal", "date", "month", "instant", "boolean", "enum")
"""The types of columns."""


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
    | Annotated[InstantColumn, Tag("as:instant")]
    | Annotated[BooleanColumn, Tag("as:boolean")]
    | Annotated[EnumColumn, Tag("as:enum")],
    Discriminator(
        _type_of,
        custom_error_type="column_type",
        custom_error_message=f"type is none of {', '.join(TYPES)}",
    ),
    BeforeValidator(_spelled_out),
]
"""A column: its type alone (``"date"``), or a table with ``type`` and what that type takes."""
