"""The nightly step: measures of the graph of trade, written into the ledger as facts.

What it writes of a day rests on facts visible before that day, and is known from the day's first
instant on: so the history of the next day is the first that uses it, and a day of the past gets
what could have been measured then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Engine

from features.graph.measuring import MEASURES, Measured, measures_of
from features.graph.trade_graph import KINDS_READ, graph_of, graphs
from ledger.clocks import day_of, start_of_day, to_day_number
from ledger.database import reading, writing
from ledger.faults import Fault, RejectedRows
from ledger.loads import Load, Receipt
from ledger.principals import Principal
from ledger.reader import facts as read_facts
from ledger.tenants import book

KIND = "graph_measure"
SOURCE_SYSTEM = "tricredit features graph"
ROWS_A_CHUNK = 20_000

Progress = Callable[[str, float], None]
"""Told the doing, and the share done, 0-1."""


class DayNotBegun(Fault):
    """A day of the future: what will be known on it isn't."""

    code = "day-not-begun"


@dataclass(frozen=True)
class Night:
    """What became of the measures of one day.

    Attributes
    ----------
    day : date
    measures : dict of str to int
        Rows of each measure.
    added, corrected, unchanged : int
        New facts, facts that supersede another, rows that the ledger had already.
    """

    day: date
    measures: dict[str, int]
    added: int
    corrected: int
    unchanged: int

    @property
    def rows(self) -> int:
        """All rows of the day."""
        return sum(self.measures.values())

    def as_json(self) -> dict[str, Any]:
        """The same with the day as text."""
        return {**asdict(self), "day": self.day.isoformat()}


def write_measures(
    engine: Engine,
    principal: Principal,
    days: Sequence[date],
    now: datetime,
    *,
    threads: int = 1,
    progress: Progress = lambda _doing, _share: None,
) -> Iterator[Night]:
    """Measure days and write what was found, a transaction each; yield what became of each.

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
    with graphs(facts, own.tz.key, threads) as connection:
        for done, day in enumerate(days):
            progress(day.isoformat(), done / len(days))
            found = list(measures_of(graph_of(connection, to_day_number(day))))
            begin = start_of_day(day, own.tz)
            rows = [_row(one, day, begin) for one in found]
            receipt = _append(engine, principal, rows, now, historical=day < today)
            counts = Counter(one.measure for one in found)
            yield Night(
                day,
                {name: counts[name] for name in MEASURES},
                receipt.added,
                receipt.corrected,
                receipt.unchanged,
            )
    progress("done", 1.0)


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


def _row(one: Measured, day: date, begin: datetime) -> dict[str, Any]:
    return {
        "ref": ref_of(one, day),
        "happened_at": begin,
        "known_at": begin,
        "party": one.party,
        "other": one.other,
        "measured_on": day,
        "measure": one.measure,
        "value_micro": one.value_micro,
    }


def ref_of(one: Measured, day: date) -> str:
    """Key of a measure of a day: the same whenever it is taken."""
    parties = f"{one.party}\x1f{one.other or ''}"
    return f"{day.isoformat()}/{one.measure}/{sha256(parties.encode()).hexdigest()[:32]}"


def days_between(first: date, last: date, every: int) -> list[date]:
    """The last day and those before it in steps of ``every`` days, down to the first; in order."""
    steps = (last - first).days // every
    return [date.fromordinal(last.toordinal() - every * step) for step in range(steps, -1, -1)]
