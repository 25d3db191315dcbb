"""Column types that mean the same on SQLite and PostgreSQL.

SQLite drops the offset of a datetime and has no date type, so instants are stored as whole
microseconds since 1970-01-01T00:00Z and days as whole days since 1970-01-01: exact, ordered,
the same in both stores and in the SQL of the features (``docs/decisions``).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Dialect, Integer
from sqlalchemy.types import TypeDecorator

from ledger.clocks import from_day_number, from_micros, to_day_number, to_micros


class Instant(TypeDecorator[datetime]):
    """An instant: aware `datetime` in Python, microseconds since the epoch in the database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Any, _dialect: Dialect) -> int | None:
        """Write an aware datetime; a naive one raises `NaiveTime`."""
        return None if value is None else to_micros(value)

    def process_result_value(self, value: Any, _dialect: Dialect) -> datetime | None:
        """Read an instant in UTC."""
        return None if value is None else from_micros(value)


class Day(TypeDecorator[date]):
    """A calendar day: `date` in Python, days since 1970-01-01 in the database."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: Any, _dialect: Dialect) -> int | None:
        """Write a date as its day number."""
        return None if value is None else to_day_number(value)

    def process_result_value(self, value: Any, _dialect: Dialect) -> date | None:
        """Read a day."""
        return None if value is None else from_day_number(value)
