"""The ways in which a field of a fact follows from a row; each is a table with its own key.

``field_values`` turns them into functions.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import (
    AwareDatetime,
    Discriminator,
    Field,
    StrictBool,
    StrictInt,
    StrictStr,
    Tag,
    model_validator,
)

from ledger.facts import Currency
from ledger.importing.file_formats import Part

Days = Annotated[int, Field(ge=-36_500, le=36_500)]
Months = Annotated[int, Field(ge=-1_200, le=1_200)]


class ColumnRule(Part):
    """``{ column = "PORTE" }``: the value of a column; missing where the cell is."""

    column: str


class ConstantRule(Part):
    """``{ constant = "BR" }``: the same value in every row.

    Where an instant is wanted, a day (its first instant), or a time with an offset.
    """

    constant: StrictBool | StrictInt | AwareDatetime | date | StrictStr


class TemplateRule(Part):
    """``{ template = "{ID}:{MONTH}" }``: text with columns and keys.

    Missing where one of them is.
    """

    template: str = Field(min_length=1)


class KeyRule(Part):
    """``{ key = "claim" }``: a key that the file declares under ``keys``."""

    key: str


class MoneyRule(Part):
    """``{ money = "AMOUNT" }``: minor units of a decimal column.

    The currency is the source's unless ``currency`` (a code) or ``currency_column`` is given.
    """

    money: str
    currency: Currency | None = None
    currency_column: str | None = None

    @model_validator(mode="after")
    def _one_currency(self) -> MoneyRule:
        if self.currency is not None and self.currency_column is not None:
            raise ValueError("give currency or currency_column, not both")
        return self


class PercentRule(Part):
    """``{ percent = "RATE" }``: parts per million of a decimal column in percent (5.99 is 59,900).

    Rounded half to even where finer than a part per million.
    """

    percent: str


class ShareRule(Part):
    """``{ share = "RATE" }``: parts per million of a decimal column in shares of one."""

    share: str


class InstantRule(Part):
    """``{ instant = "BOOKED_AT", plus_minutes = 30 }``: the instant of an instant column, moved."""

    instant: str
    plus_minutes: Annotated[int, Field(ge=-5_256_000, le=5_256_000)] = 0


class DayRule(Part):
    """``{ day = "PAID_ON", plus_days = 1 }``: the day of a date column, moved.

    Of an instant column it is the day in the time zone of the source; where an instant is wanted,
    the first instant of the day in that zone.
    """

    day: str
    plus_days: Days = 0


class MonthRule(Part):
    """``{ month = "MONTH", plus_months = -1, plus_days = 0 }``: the first day of a month, moved.

    ``month`` is a month, date or instant column. The last day of a month is plus_months = 1 with
    plus_days = -1.
    """

    month: str
    plus_months: Months = 0
    plus_days: Days = 0


FORMS = (
    "column",
    "constant",
    "template",
    "key",
    "money",
    "percent",
    "share",
    "day",
    "month",
    "instant",
)
"""The key that tells which rule a table is."""


def _form_of(value: Any) -> str:
    found = [
        form
        for form in FORMS
        if (form in value if isinstance(value, dict) else form in type(value).model_fields)
    ]
    return f"as:{found[0]}" if len(found) == 1 else "as:none"


FieldRule = Annotated[
    Annotated[ColumnRule, Tag("as:column")]
    | Annotated[ConstantRule, Tag("as:constant")]
    | Annotated[TemplateRule, Tag("as:template")]
    | Annotated[KeyRule, Tag("as:key")]
    | Annotated[MoneyRule, Tag("as:money")]
    | Annotated[PercentRule, Tag("as:percent")]
    | Annotated[ShareRule, Tag("as:share")]
    | Annotated[DayRule, Tag("as:day")]
    | Annotated[MonthRule, Tag("as:month")]
    | Annotated[InstantRule, Tag("as:instant")],
    Discriminator(
        _form_of,
        custom_error_type="field_rule",
        custom_error_message=f"give a table with exactly one of {', '.join(FORMS)}",
    ),
]
"""How a field follows from a row."""
