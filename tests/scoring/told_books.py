"""Facts of a few rows as the reader gives them, for reports on a whole book."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import duckdb
import pyarrow as pa

from ledger.clocks import start_of_day, to_day_number, to_micros, zone
from ledger.reader import arrow_schema
from scoring.portfolio.book_views import book_views
from simulator.as_read import TENANT

TZ = "Asia/Shanghai"


def told(kind: str, rows: list[dict[str, Any]], known_on: date, first_seq: int = 1) -> pa.Table:
    """Facts of a kind, all visible from the first instant of a day."""
    schema = arrow_schema(kind)
    instant = to_micros(start_of_day(known_on, zone(TZ)))
    absent = dict.fromkeys(schema.names)
    made = [
        {
            **absent,
            "tenant": TENANT,
            "revision": 0,
            "visible_at": instant,
            "happened_at": instant,
            "seq": first_seq + at,
            **{name: _stored(value) for name, value in row.items()},
        }
        for at, row in enumerate(rows)
    ]
    return pa.Table.from_pylist(made, schema=schema)


def _stored(value: Any) -> Any:
    if isinstance(value, datetime):
        return to_micros(value)
    return to_day_number(value) if isinstance(value, date) else value


def with_more(
    facts: Mapping[str, pa.Table], kind: str, row: dict[str, Any], known_on: date
) -> dict[str, pa.Table]:
    """The facts and one more, recorded last."""
    last = max((table["seq"].to_numpy().max() for table in facts.values() if len(table)), default=0)
    more = told(kind, [row], known_on, int(last) + 1).select(facts[kind].schema.names)
    return {**facts, kind: pa.concat_tables([facts[kind], more.cast(facts[kind].schema)])}


@contextmanager
def views_of(
    facts: Mapping[str, pa.Table], kinds: tuple[str, ...], *days: date
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The views of some kinds of these facts on days; a kind without facts is empty."""
    every = {kind: facts.get(kind, arrow_schema(kind).empty_table()) for kind in kinds}
    with book_views(every, TZ, days) as connection:
        yield connection
