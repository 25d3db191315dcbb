"""Numbers of a party or a pair on a day, kept so that they need not be worked out again.

What is kept can be thrown away at any time. Whether it is still true is asked of
``ledger.late_facts``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import ColumnElement, Connection, and_, delete, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from ledger.kinds import table_of

Numbers = np.ndarray[tuple[int], np.dtype[np.float64]]

POINTS_A_LOOK = 200
STORED = np.dtype("<f8")


@dataclass(frozen=True, order=True)
class Point:
    """Of whom, and on which day.

    Attributes
    ----------
    entity, other : str
        Key of a party; of a pair the supplier and the buyer, else ``other`` is empty.
    day : int
        Days since 1970-01-01.
    """

    entity: str
    other: str
    day: int


@dataclass(frozen=True)
class Kept:
    """What was kept of a point: the numbers of a relation, from the facts up to a ``seq``."""

    point: Point
    fingerprint: str
    through_seq: int
    numbers: Numbers


def kept(
    connection: Connection, tenant: str, points: Sequence[Point], fingerprints: Sequence[str]
) -> Iterator[Kept]:
    """Yield what is kept of points by relations of those fingerprints."""
    columns = table_of("feature_snapshot").c
    for at in range(0, len(points), POINTS_A_LOOK):
        wanted = or_(*map(_at, points[at : at + POINTS_A_LOOK]))
        asked = select(table_of("feature_snapshot")).where(
            columns.tenant == tenant, wanted, columns.fingerprint.in_(fingerprints)
        )
        for row in connection.execute(asked):
            numbers = np.frombuffer(row.numbers, dtype=STORED).astype(np.float64)
            point = Point(row.entity, row.other, row.day)
            yield Kept(point, row.fingerprint, row.through_seq, numbers)


def _at(point: Point) -> ColumnElement[bool]:
    columns = table_of("feature_snapshot").c
    return and_(
        columns.entity == point.entity, columns.other == point.other, columns.day == point.day
    )


def keep(connection: Connection, tenant: str, every: Iterable[Kept]) -> None:
    """Keep numbers, in place of those that were kept of the same point and relation."""
    rows = [
        {
            "tenant": tenant,
            "entity": one.point.entity,
            "other": one.point.other,
            "day": one.point.day,
            "fingerprint": one.fingerprint,
            "through_seq": one.through_seq,
            "numbers": one.numbers.astype(STORED).tobytes(),
        }
        for one in every
    ]
    if not rows:
        return
    table = table_of("feature_snapshot")
    new = postgresql if connection.dialect.name == "postgresql" else sqlite
    inserted = new.insert(table)
    latest = {name: inserted.excluded[name] for name in ("through_seq", "numbers")}
    connection.execute(
        inserted.on_conflict_do_update(index_elements=list(table.primary_key), set_=latest), rows
    )


def forget_before(connection: Connection, tenant: str, day: int) -> int:
    """Throw away what was kept of earlier days; return how many rows that were."""
    columns = table_of("feature_snapshot").c
    gone = delete(table_of("feature_snapshot")).where(columns.tenant == tenant, columns.day < day)
    return int(connection.execute(gone).rowcount)


def counts(connection: Connection, tenant: str, day: int) -> Mapping[str, int]:
    """How many points are kept of a day, by fingerprint."""
    columns = table_of("feature_snapshot").c
    asked = select(columns.fingerprint).where(columns.tenant == tenant, columns.day == day)
    found: dict[str, int] = {}
    for fingerprint in connection.execute(asked).scalars():
        found[fingerprint] = found.get(fingerprint, 0) + 1
    return found
