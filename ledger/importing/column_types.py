"""The types a column may have."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag, model_validator

from ledger.importing.file_formats import DayFormat, InstantFormat, MonthFormat, Part

Unknown = Literal["missing", "reject"]


def _regular_expression(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{pattern!r} is not a regular expression: {error}") from error
    return pattern


Pattern = Annotated[str, AfterValidator(_regular_expression)]
"""A regular expression for a whole cell."""


class BaseColumn(Part):
    """What every column may say.

    Attributes
    ----------
    of : str or None
        The column of the file, where the mapping calls it otherwise: so one column may be read in
        several ways.
    file_name : str or None
        A regular expression for the whole name of the file, with one group: what the group holds
        is the cell in every row, and the file needs no such column.
    blank : tuple of str or None
        The cells that mean "no value" in this column.
    """

    of: str | None = None
    file_name: Pattern | None = None
    blank: tuple[str, ...] | None = None

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if self.file_name is not None:
            if self.of is not None:
                raise ValueError("give of or file_name, not both")
            if re.compile(self.file_name).groups != 1:
                raise ValueError("file_name needs exactly one group: the part that is the cell")
        return self


class TextColumn(BaseColumn):
    """Text, kept as it stands but for blanks at its ends.

    ``pattern`` is a regular expression for the whole cell; a cell that doesn't match is missing or
    rejects its row, as ``unknown`` says.
    """

    type: Literal["text"] = "text"
    pattern: Pattern | None = None
    unknown: Unknown = "reject"


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
    """Yes or no by listed words, of which an empty cell may be one; or by patterns of the cell."""

    type: Literal["boolean"]
    true: tuple[str, ...] = ()
    false: tuple[str, ...] = ()
    true_pattern: Pattern | None = None
    false_pattern: Pattern | None = None
    unknown: Unknown = "reject"

    @model_validator(mode="after")
    def _sides_differ(self) -> Self:
        both = sorted(set(self.true) & set(self.false))
        if both:
            raise ValueError(f"{both[0]!r} is listed as true and as false")
        for side, pattern in (("true", self.true_pattern), ("false", self.false_pattern)):
            if not getattr(self, side) and pattern is None:
                raise ValueError(f"give {side} (a list of words) or {side}_pattern")
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
