"""What a field of a kind takes, and what a rule gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, Literal, get_args

from pydantic import ValidationError

from ledger.facts import Reported
from ledger.importing.column_types import BaseColumn
from ledger.importing.field_rules import (
    ColumnRule,
    ConstantRule,
    DayRule,
    FieldRule,
    InstantRule,
    MoneyRule,
    MonthRule,
    PercentRule,
    ShareRule,
)

FieldType = Literal["text", "integer", "boolean", "day", "instant", "decimal", "money", "ppm"]

OF_PYTHON: Mapping[type, FieldType] = {
    str: "text",
    bool: "boolean",
    int: "integer",
    datetime: "instant",
    date: "day",
}

OF_COLUMN: Mapping[str, FieldType] = {
    "text": "text",
    "enum": "text",
    "integer": "integer",
    "decimal": "decimal",
    "date": "day",
    "month": "day",
    "instant": "instant",
    "boolean": "boolean",
}

TAKES: Mapping[FieldType, tuple[FieldType, ...]] = {
    "text": ("text",),
    "integer": ("integer",),
    "boolean": ("boolean",),
    "day": ("day",),
    "instant": ("instant", "day"),
    "money": ("money", "integer"),
    "ppm": ("ppm", "integer"),
}
"""For each type of field, the types that may be given to it."""

REMEDY: Mapping[FieldType, str] = {
    "text": "give a text or enum column, a template, a key or a constant text",
    "integer": "give an integer column or a whole constant",
    "boolean": "give a boolean column, or constant = true or false",
    "day": "give a day, a month or a constant day; of an instant column, its day",
    "instant": "give an instant, or a day, a month or a constant day, which begins with one",
    "money": "give money of a decimal column, or an integer column of minor units",
    "ppm": "give percent or share of a decimal column, or an integer column of parts per million",
}


def field_type(row: type[Reported], field: str) -> FieldType:
    """What a field of a row class takes; money and ppm are told by the unit in the name."""
    found = next(iter(_plain_types(row.model_fields[field].annotation)))
    plain = OF_PYTHON[found]
    if plain == "integer" and field.endswith("_minor"):
        return "money"
    if plain == "integer" and field.endswith("_ppm"):
        return "ppm"
    return plain


def given_type(rule: FieldRule, columns: Mapping[str, BaseColumn]) -> FieldType:
    """What a rule gives; the columns it reads must be there."""
    match rule:
        case ColumnRule(column=name):
            return OF_COLUMN[getattr(columns[name], "type", "text")] if name in columns else "text"
        case ConstantRule():
            return OF_PYTHON[type(rule.constant)]
        case MoneyRule():
            return "money"
        case PercentRule() | ShareRule():
            return "ppm"
        case DayRule() | MonthRule():
            return "day"
        case InstantRule():
            return "instant"
        case _:
            return "text"


def needed_types(rule: FieldRule) -> Mapping[str, tuple[str, ...]]:
    """The column types that a rule asks of the columns it reads; others may have any."""
    match rule:
        case MoneyRule():
            more = {rule.currency_column: ("text", "enum")} if rule.currency_column else {}
            return {rule.money: ("decimal",), **more}
        case PercentRule(percent=name) | ShareRule(share=name):
            return {name: ("decimal",)}
        case DayRule(day=name):
            return {name: ("date", "instant")}
        case MonthRule(month=name):
            return {name: ("month", "date", "instant")}
        case InstantRule(instant=name):
            return {name: ("instant",)}
        case _:
            return {}


def refusal(row: type[Reported], field: str, value: Any) -> str | None:
    """Why the row class refuses a value for one field, whatever the others are, or None."""
    try:
        row.model_validate({field: value})
    except ValidationError as error:
        for one in error.errors(include_url=False, include_input=False):
            if one["loc"][:1] == (field,):
                return one["msg"].removeprefix("Value error, ")
    return None


def _plain_types(annotation: Any) -> Iterator[type]:
    if annotation in OF_PYTHON:
        yield annotation
    for inner in get_args(annotation):
        if isinstance(inner, str | int):
            yield type(inner)
        else:
            yield from _plain_types(inner)
