"""History features worked out ahead: every pair that trades, for one day, in one go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow.compute as pc
from sqlalchemy import Engine

from features.catalogue import RELATIONS
from features.feature import Relation, with_those_before
from features.pipeline import Matrix, Progress, columns_of, silent
from ledger.clocks import start_of_day, to_day_number
from ledger.database import writing
from ledger.late_facts import tell
from ledger.snapshots import Kept, forget_before, keep
from scoring.asking import Mode, Request
from scoring.gather import Gathered, gather
from scoring.history import Asked, is_history
from scoring.spines import spine_of_parties

KEEP_AT_ONCE = 20_000
"""Rows in one transaction: others want to write as well."""

TRADED_DAYS = 365
"""A pair trades that has had a receivable in so many days."""


@dataclass(frozen=True)
class Refreshed:
    """What was worked out.

    Attributes
    ----------
    day : date
    pairs : int
        Pairs of supplier and buyer.
    kept : int
        Rows kept: one a party or pair and relation.
    forgotten : int
        Rows of earlier days thrown away.
    """

    day: date
    pairs: int
    kept: int
    forgotten: int


def refresh(
    engine: Engine,
    tenant: str,
    day: date,
    *,
    keep_days: int = 7,
    threads: int = 1,
    progress: Progress = silent,
) -> Refreshed:
    """Work out and keep what history says on a day of every pair that trades, and its parties.

    Parameters
    ----------
    day : date
        In the tenant's time zone. Run it once the day has begun: what is recorded of the day
        before until then is late, and makes parties be worked out again when they are asked for.
    keep_days : int
        What was kept of days more than so many before is thrown away.

    Raises
    ------
    UnknownTenant
    """
    number = to_day_number(day)
    with writing(engine) as connection:
        book = tell(connection, tenant, number)
    relations = [one for one in with_those_before(RELATIONS) if is_history(one)]
    gathered = gather(engine, book, book.last_seq, relations=relations)
    requests = _pairs(gathered, day)
    asked = Asked(book, requests, relations)
    rows = 0
    if requests:
        spine = spine_of_parties(gathered, requests)
        columns = columns_of(
            gathered.facts, spine, book.tz.key, relations, threads=threads, progress=progress
        )
        for some in _rows(asked, columns):
            with writing(engine) as connection:
                keep(connection, tenant, some)
            rows += len(some)
    with writing(engine) as connection:
        forgotten = forget_before(connection, tenant, number - keep_days)
    return Refreshed(day, len(requests), rows, forgotten)


def _pairs(gathered: Gathered, day: date) -> list[Request]:
    """A request without receivables for each pair that trades."""
    number, as_of = to_day_number(day), start_of_day(day, gathered.book.tz)
    claims = gathered.facts["receivable"]
    recent = pc.field("issued_on") >= number - TRADED_DAYS
    pairs = claims.filter(recent & (pc.field("issued_on") <= number))
    each = pairs.group_by(["supplier", "buyer"]).aggregate([]).to_pylist()
    return [
        Request("", pair["supplier"], pair["buyer"], (), as_of, mode=Mode.WHAT_IF)
        for pair in sorted(each, key=lambda pair: (pair["supplier"], pair["buyer"]))
    ]


def _rows(asked: Asked, columns: dict[str, Matrix]) -> Iterator[list[Kept]]:
    """What is to be kept, each key once, some at a time."""
    some: list[Kept] = []
    for relation in asked.relations:
        for at in _first_places(asked, relation):
            point, digest = asked.key(relation, at)
            numbers = columns[relation.name][at]
            some.append(Kept(point, digest, asked.book.last_seq, numbers))
            if len(some) == KEEP_AT_ONCE:
                yield some
                some = []
    if some:
        yield some


def _first_places(asked: Asked, relation: Relation) -> Sequence[int]:
    first: dict[object, int] = {}
    for at in range(len(asked.requests)):
        first.setdefault(asked.key(relation, at), at)
    return list(first.values())
