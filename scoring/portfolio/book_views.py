"""The facts that the portfolio reports read, as views of what history knows on a day."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa
from sqlalchemy import Engine

from features.engine import make_views, session
from features.versions import fields_of
from features.views import start_micros
from ledger.bulk_reading import many_kinds
from ledger.clocks import to_day_number
from ledger.database import reading
from ledger.faults import Fault
from ledger.reader import facts as read_facts
from ledger.tenants import Book

LENDING = ("financing", "financing_request", "requested_receivable", "repayment", "outcome")
WARNING_KINDS = (
    *LENDING,
    *("receivable", "payment", "rating", "adverse_record", "registration", "party", "invoice"),
    "receivable_invoice",
)
"""Kinds of fact that early warnings rest on."""

BOOK_KINDS = (
    *WARNING_KINDS,
    *("party_profile", "party_relation", "guarantee", "insurance", "collateral_item"),
)
"""Those that the report of the book rests on."""

LATE_KINDS = (
    *("receivable", "payment", "party", "party_profile", "contract", "purchase_order"),
    *("receivable_invoice", "invoice", "delivery", "acceptance"),
)
INDEX_KINDS = ("receivable", "payment", "party_profile", "purchase_order", "financing")

ROWS_AT_ONCE = 10_000

Progress = Callable[[str, float], None]
"""Told the doing, and the share done, 0-1."""


class DayAhead(Fault):
    """A report of a day that hasn't begun."""

    code = "day-ahead"


def require_begun(day: date, today: date) -> None:
    """Refuse a day after today.

    Raises
    ------
    DayAhead
    """
    if day > today:
        raise DayAhead(
            f"{day.isoformat()} is after {today.isoformat()}, which is today in the book's time "
            "zone",
            field="day",
            remedy="name a day up to today",
        )


def read_kinds(
    engine: Engine, book: Book, kinds: Sequence[str], progress: Progress
) -> dict[str, pa.Table]:
    """Read all facts of kinds, up to the head of the book."""
    facts = {}
    with reading(engine) as connection, many_kinds(connection):
        for done, kind in enumerate(kinds):
            progress(f"reading {kind}", done / len(kinds))
            facts[kind] = read_facts(connection, book.tenant, kind, through_seq=book.last_seq)
    return facts


@contextmanager
def book_views(
    facts: Mapping[str, pa.Table], time_zone: str, days: Sequence[date], threads: int = 1
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a session with ``known_<kind>`` of the facts, ``claim``, and the days as ``cut``.

    What is known on a day was visible before it began (``features.views``), which is ``start_at``
    in microseconds. ``claim`` is ``known_claim``, worked out once; ``live_party`` has all that is
    told of parties.
    """
    views = ["known_claim", *(f"known_{kind}" for kind in facts)]
    if "party" in facts:
        views.append("live_party")
    with session(threads) as connection:
        columns = frozenset(name for kind in facts for name in fields_of(kind))
        make_views(connection, facts, time_zone, views, columns)
        connection.execute("CREATE TABLE claim AS SELECT * FROM known_claim")
        connection.execute("CREATE TABLE cut (day INTEGER, start_at BIGINT)")
        numbers = [to_day_number(day) for day in days]
        starts = [start_micros(day, time_zone) for day in numbers]
        connection.execute(
            "INSERT INTO cut SELECT UNNEST($days), UNNEST($starts)",
            {"days": numbers, "starts": starts},
        )
        yield connection


def rows_of(
    connection: duckdb.DuckDBPyConnection, sql: str, **given: object
) -> Iterator[dict[str, Any]]:
    """Yield the rows of a query, some at a time; run no other query of the session meanwhile."""
    batches: pa.RecordBatchReader = connection.sql(sql, params=given).to_arrow_reader(ROWS_AT_ONCE)
    for batch in batches:
        yield from batch.to_pylist()
