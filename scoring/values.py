"""The commercial values of a day: every supplier that trades gets one, as facts of the ledger.

A value rests on the whole book (season, sector, what is usual), so it can't be worked out again
from one party's facts as a kept feature can: it is a dated fact, written by a job and read through
the cut, and a replay reads what was said then. What is written of a day rests on facts visible
before it, and is known from its first instant on: the history of the next day is the first that
uses it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

import numpy as np
from sqlalchemy import Engine

from features.graph.nightly import DayNotBegun
from ledger.clocks import day_of, to_day_number
from ledger.database import reading, writing
from ledger.faults import RejectedRows
from ledger.loads import Load, Receipt
from ledger.principals import Principal
from ledger.reader import facts as read_facts
from ledger.tenants import book
from lending.commercial_value import Value, value
from lending.value_rules import ValueRules
from scoring.kept_values import KIND, rows_of_day
from scoring.value_facts import KINDS_READ, TradeSeen, trade_seen, trade_views
from scoring.value_inputs import outlooks

SOURCE_SYSTEM = "tricredit value"
ROWS_A_CHUNK = 20_000

METHOD = "cv12-1"
"""Raised when the same facts and figures would give another value."""

TRADES_DAYS = 365
"""A supplier is valued that has sold in so many days."""

Progress = Callable[[str, float], None]
"""Told the doing, and the share done, 0-1."""


@dataclass(frozen=True)
class ValuedDay:
    """What became of the values of one day.

    Attributes
    ----------
    day : date
    method : str
    suppliers : int
        Those valued.
    rows : int
        With those of their buyers.
    added, corrected, unchanged : int
        New facts, facts that supersede another, rows that the ledger had already.
    """

    day: date
    method: str
    suppliers: int
    rows: int
    added: int
    corrected: int
    unchanged: int

    def as_json(self) -> dict[str, Any]:
        """The same with the day as text."""
        return {**asdict(self), "day": self.day.isoformat()}


def method_id(rules: ValueRules) -> str:
    """Id of the method with these figures."""
    figures = repr(sorted(asdict(rules).items())).encode()
    return f"{METHOD}-{sha256(figures).hexdigest()[:12]}"


def write_values(
    engine: Engine,
    principal: Principal,
    days: Sequence[date],
    now: datetime,
    *,
    rules: ValueRules | None = None,
    threads: int = 1,
    progress: Progress = lambda _doing, _share: None,
) -> Iterator[ValuedDay]:
    """Value suppliers as of days, and write what is new, a transaction a day.

    Writing a day again adds nothing. Where facts of a past day came in since (a historical batch),
    what they change is corrected.

    Parameters
    ----------
    engine : Engine
        Of a database with current tables.
    days : sequence of date
        In the time zone of the tenant's book; today where none is named. A day before today is
        written as a historical batch.
    now : datetime
        Aware.

    Raises
    ------
    DayNotBegun
        Where a day is after today.
    UnknownTenant
        Where the principal's tenant has no book.
    """
    rules = rules or ValueRules()
    with reading(engine) as connection:
        own = book(connection, principal.tenant)
    today = day_of(now, own.tz)
    for day in (days := days or [today]):
        if day > today:
            raise DayNotBegun(
                f"{day.isoformat()} is after {today.isoformat()}, which is today in {own.tz.key}",
                field="day",
                remedy="name days up to today",
            )
    progress("reading", 0.0)
    facts = {
        kind: read_facts(engine, own.tenant, kind, through_seq=own.last_seq) for kind in KINDS_READ
    }
    with trade_views(facts, own.tz.key, threads) as views:
        for done, day in enumerate(days):
            progress(day.isoformat(), done / len(days))
            known = trade_seen(views, to_day_number(day))
            values = list(values_of(known, rules))
            rows = rows_of_day(known, values, own, day, method_id(rules))
            receipt = _append(engine, principal, rows, now, historical=day < today)
            yield ValuedDay(
                day,
                method_id(rules),
                len(values),
                len(rows),
                receipt.added,
                receipt.corrected,
                receipt.unchanged,
            )
    progress("done", 1.0)


def values_of(known: TradeSeen, rules: ValueRules) -> Iterator[Value]:
    """Yield the value of every supplier that trades, in the order of their keys.

    A supplier's paths are its own on every day: what changes from one to the next is its trade.
    """
    silent = np.full(len(known.suppliers), np.inf)
    np.minimum.at(silent, known.supplier, known.last_days)
    for at, outlook in enumerate(outlooks(known, rules)):
        if silent[at] <= TRADES_DAYS:
            seed = int.from_bytes(sha256(outlook.supplier.encode()).digest()[:8], "big")
            yield value(outlook, rules, seed)


def _append(
    engine: Engine,
    principal: Principal,
    rows: Sequence[dict[str, Any]],
    now: datetime,
    *,
    historical: bool,
) -> Receipt:
    """Append a day's rows as one batch, in chunks."""
    with writing(engine) as connection:
        load = Load(
            connection,
            principal,
            source_system=SOURCE_SYSTEM,
            historical=historical,
            recorded_at=now,
        )
        for at in range(0, len(rows), ROWS_A_CHUNK):
            faults = load.add({KIND: rows[at : at + ROWS_A_CHUNK]})
            if faults:
                raise RejectedRows(faults)
        return load.close()
