"""From the rule of a field to the function that computes it from the values of a row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from ledger.clocks import start_of_day, zone
from ledger.facts import EARLIEST, LATEST
from ledger.faults import Fault
from ledger.importing.cells import REMEMBERED, CellError
from ledger.importing.column_types import BaseColumn, MonthColumn
from ledger.importing.field_rules import (
    ColumnRule,
    ConstantRule,
    DayRule,
    FieldRule,
    KeyRule,
    MoneyRule,
    MonthRule,
    PercentRule,
    ShareRule,
    TemplateRule,
)
from ledger.importing.mapping import Source
from ledger.importing.occurrence_keys import plain_text
from ledger.money import minor_units

Values = Mapping[str, Any]
"""What a row says: a value or None by the name of the column or key."""

Follow = Callable[[Values], Any]
"""Computes a field from a row; None where it is missing; raises `CellError`."""

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
    made = _plain(rule, columns, source)
    if not instant:
        return made
    start = _starts(zone(source.time_zone))

    def first_instant(values: Values) -> datetime | None:
        day = made(values)
        return None if day is None else start(day)

    return first_instant


def columns_of(rule: FieldRule) -> tuple[str, ...]:
    """The columns and keys that a rule reads, in its order."""
    match rule:
        case ColumnRule(column=name) | KeyRule(key=name):
            return (name,)
        case PercentRule(percent=name) | ShareRule(share=name):
            return (name,)
        case DayRule(day=name) | MonthRule(month=name):
            return (name,)
        case MoneyRule():
            return (rule.money, rule.currency_column) if rule.currency_column else (rule.money,)
        case TemplateRule():
            return tuple(PLACE.findall(rule.template))
        case _:
            return ()


def _plain(rule: FieldRule, columns: Mapping[str, BaseColumn], source: Source) -> Follow:
    match rule:
        case ConstantRule():
            return lambda _: rule.constant
        case ColumnRule(column=name) | KeyRule(key=name):
            return lambda values: values[name]
        case TemplateRule():
            return _filled(rule.template, columns)
        case MoneyRule():
            return _money(rule, source.currency)
        case PercentRule() | ShareRule():
            return _parts_per_million(rule)
        case DayRule() | MonthRule():
            return _moved(rule)


def _filled(template: str, columns: Mapping[str, BaseColumn]) -> Follow:
    months = {name for name, column in columns.items() if isinstance(column, MonthColumn)}
    parts = list(_parts(template))

    def fill(values: Values) -> str | None:
        written = []
        for text, name in parts:
            value = values[name] if name else ""
            if value is None:
                return None
            written.append(text)
            written.append(f"{value:%Y-%m}" if name in months else plain_text(value))
        return "".join(written)

    return fill


def _parts(template: str) -> Iterator[tuple[str, str]]:
    end = 0
    for place in PLACE.finditer(template):
        yield template[end : place.start()], place[1]
        end = place.end()
    yield template[end:], ""


def _money(rule: MoneyRule, usual: str) -> Follow:
    fixed = rule.currency or usual

    def minor(values: Values) -> int | None:
        amount = values[rule.money]
        if amount is None:
            return None
        currency = values[rule.currency_column] if rule.currency_column else fixed
        if currency is None:
            raise CellError("blank", f"{rule.currency_column} is blank where an amount is given")
        try:
            return minor_units(amount, currency)
        except Fault as fault:
            raise CellError(fault.code, f"{fault.message}; {fault.remedy}") from fault

    return minor


def _parts_per_million(rule: PercentRule | ShareRule) -> Follow:
    (name,) = columns_of(rule)
    factor = PPM_OF_PERCENT if isinstance(rule, PercentRule) else PPM_OF_SHARE

    def ppm(values: Values) -> int | None:
        number = values[name]
        return None if number is None else round(number * factor)

    return ppm


def _moved(rule: DayRule | MonthRule) -> Follow:
    (name,) = columns_of(rule)
    shift = timedelta(days=rule.plus_days)

    @lru_cache(maxsize=REMEMBERED)
    def move(day: date) -> date:
        start = month_later(day, rule.plus_months) if isinstance(rule, MonthRule) else day
        try:
            moved = start + shift
        except OverflowError:
            moved = date.max
        if not EARLIEST <= moved <= LATEST:
            raise CellError("not-a-date", f"the day falls outside {EARLIEST} to {LATEST}")
        return moved

    return lambda values: None if values[name] is None else move(values[name])


def month_later(day: date, months: int) -> date:
    """The first day of the month ``months`` after that of ``day``; before it where negative."""
    number = day.year * 12 + day.month - 1 + months
    if not date.min.year * 12 <= number <= date.max.year * 12 + 11:
        raise CellError("not-a-date", "the month falls outside the calendar")
    return date(number // 12, number % 12 + 1, 1)


def _starts(tz: ZoneInfo) -> Callable[[date], datetime]:
    @lru_cache(maxsize=REMEMBERED)
    def start(day: date) -> datetime:
        if not EARLIEST <= day <= LATEST:
            raise CellError("not-a-date", f"{day} is outside {EARLIEST} to {LATEST}")
        return start_of_day(day, tz)

    return start
