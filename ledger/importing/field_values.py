"""From the rule of a field to the function that computes it from the values of a row."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from ledger.clocks import aware, start_of_day, zone
from ledger.facts import EARLIEST, LATEST
from ledger.faults import Fault
from ledger.importing.cell_faults import CellError
from ledger.importing.cells import plain_text
from ledger.importing.column_types import BaseColumn, InstantColumn, MonthColumn
from ledger.importing.field_rules import (
    ColumnRule,
    ConstantRule,
    DayRule,
    FieldRule,
    InstantRule,
    KeyRule,
    MoneyRule,
    MonthRule,
    PercentRule,
    ShareRule,
    TemplateRule,
)
from ledger.importing.mapping import Source
from ledger.money import minor_units

Values = Mapping[str, Any]
"""What a row says: a value or None by the name of the column or key."""

Follow = Callable[[Values], Any]
"""Computes a field from a row; None where it is missing; raises `CellError`."""

Moment = TypeVar("Moment", bound=date)

REMEMBERED = 4096
"""Days and amounts whose meaning is kept in memory: files say few of them many times."""

PLACE = re.compile(r"\{([^{}]*)\}")
PPM_OF_PERCENT = 10_000
PPM_OF_SHARE = 1_000_000


def follow(
    rule: FieldRule, columns: Mapping[str, BaseColumn], source: Source, *, instant: bool
) -> Follow:
    """The function that computes a field.

    Parameters
    ----------
    rule : FieldRule
        How the field follows.
    columns : mapping
        The columns of the file.
    source : Source
        For its time zone and currency.
    instant : bool
        True where the field is an instant: a day becomes its first instant.
    """
    tz = zone(source.time_zone)
    match rule:
        case ConstantRule(constant=said):
            value = _first_instant(said, tz) if instant else said
            return lambda _: value
        case ColumnRule(column=name) if instant and not _is_instant(columns[name]):
            return _turned(name, lambda day: _first_instant(day, tz))
        case ColumnRule(column=name) | KeyRule(key=name):
            return lambda values: values[name]
        case TemplateRule():
            return _filled(rule.template, columns)
        case MoneyRule():
            return _money(rule, source.currency)
        case PercentRule() | ShareRule():
            return _parts_per_million(rule)
        case InstantRule():
            return _shifted(rule)
        case DayRule() | MonthRule():
            return _moved(rule, columns, tz, instant=instant)


def columns_of(rule: FieldRule) -> tuple[str, ...]:
    """The columns and keys that a rule reads, in its order."""
    match rule:
        case ColumnRule(column=name) | KeyRule(key=name):
            return (name,)
        case PercentRule(percent=name) | ShareRule(share=name):
            return (name,)
        case DayRule(day=name) | MonthRule(month=name) | InstantRule(instant=name):
            return (name,)
        case MoneyRule():
            return (rule.money, rule.currency_column) if rule.currency_column else (rule.money,)
        case TemplateRule():
            return tuple(PLACE.findall(rule.template))
        case _:
            return ()


def _filled(template: str, columns: Mapping[str, BaseColumn]) -> Follow:
    months = {name for name, column in columns.items() if isinstance(column, MonthColumn)}
    names = PLACE.findall(template)
    pieces = [piece.replace("{", "{{").replace("}", "}}") for piece in PLACE.split(template)[::2]]
    form = "{}".join(pieces).format

    def written(name: str, value: Any) -> str:
        return f"{value:%Y-%m}" if name in months else plain_text(value)

    def fill(values: Values) -> str | None:
        texts = []
        for name in names:
            value = values[name]
            if value is None:
                return None
            texts.append(value if type(value) is str else written(name, value))
        return form(*texts)

    return fill


def _money(rule: MoneyRule, usual: str) -> Follow:
    name, currency_column, fixed = rule.money, rule.currency_column, rule.currency or usual

    def minor(values: Values) -> int | None:
        amount = values[name]
        if amount is None:
            return None
        currency = values[currency_column] if currency_column else fixed
        if currency is None:
            raise CellError("blank", f"{currency_column} is blank where an amount is given")
        return _minor_units(amount, currency)

    return minor


@lru_cache(maxsize=REMEMBERED)
def _minor_units(amount: Decimal, currency: str) -> int:
    try:
        return minor_units(amount, currency)
    except Fault as fault:
        raise CellError(fault.code, f"{fault.message}; {fault.remedy}") from fault


def _parts_per_million(rule: PercentRule | ShareRule) -> Follow:
    (name,) = columns_of(rule)
    factor = PPM_OF_PERCENT if isinstance(rule, PercentRule) else PPM_OF_SHARE

    def ppm(values: Values) -> int | None:
        number = values[name]
        return None if number is None else round(number * factor)

    return ppm


def _shifted(rule: InstantRule) -> Follow:
    name, shift = rule.instant, timedelta(minutes=rule.plus_minutes)

    def moved(values: Values) -> datetime | None:
        at = values[name]
        return None if at is None else _within_reach(at + shift)

    return moved


def _moved(
    rule: DayRule | MonthRule, columns: Mapping[str, BaseColumn], tz: ZoneInfo, *, instant: bool
) -> Follow:
    (name,) = columns_of(rule)
    shift = timedelta(days=rule.plus_days)

    def move(day: date) -> date | datetime:
        start = month_later(day, rule.plus_months) if isinstance(rule, MonthRule) else day
        try:
            moved = start + shift
        except OverflowError:
            moved = date.max
        return _first_instant(moved, tz) if instant else _within_reach(moved)

    if not _is_instant(columns[name]):
        return _turned(name, move)
    of_day = lru_cache(maxsize=REMEMBERED)(move)

    def of_instant(values: Values) -> date | None:
        at = values[name]
        return None if at is None else of_day(at.astimezone(tz).date())

    return of_instant


def _turned(name: str, turn: Callable[[date], Any]) -> Follow:
    """What follows from the day in a column; files say few days many times."""
    turn = lru_cache(maxsize=REMEMBERED)(turn)

    def turned(values: Values) -> Any:
        day = values[name]
        return None if day is None else turn(day)

    return turned


def _is_instant(column: BaseColumn) -> bool:
    return isinstance(column, InstantColumn)


def month_later(day: date, months: int) -> date:
    """The first day of the month ``months`` after that of ``day``; before it where negative."""
    number = day.year * 12 + day.month - 1 + months
    if not date.min.year * 12 <= number <= date.max.year * 12 + 11:
        raise CellError("not-a-date", "the month falls outside the calendar")
    return date(number // 12, number % 12 + 1, 1)


def _first_instant(day: Any, tz: ZoneInfo) -> datetime:
    """The first instant of a day; an instant stays what it is."""
    return aware(day) if isinstance(day, datetime) else start_of_day(_within_reach(day), tz)


def _within_reach(day: Moment) -> Moment:
    if not EARLIEST <= (day.date() if isinstance(day, datetime) else day) <= LATEST:
        raise CellError("not-a-date", f"the day falls outside {EARLIEST} to {LATEST}")
    return day
