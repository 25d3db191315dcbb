"""Features don't depend on how facts come to hand: by the keys of a request, or all of a book."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from hypothesis import given, settings
from sqlalchemy import Engine

from features.catalogue import RELATIONS
from features.pipeline import Matrix
from ledger.columns import Day, Instant
from ledger.database import migrate, open_database, reading, writing
from ledger.kinds import KINDS, Kind, table_of
from ledger.principals import OWNER
from ledger.tenants import book, ensure_tenant
from scoring.asking import Request
from scoring.gather import gather
from scoring.path import describe
from tests.features.feature_laws import differences
from tests.features.small_ledgers import worlds
from tests.features.worlds_of_facts import Row, World, features_of
from tests.ledger.made_rows import put

RECORDED = datetime(2026, 1, 1, tzinfo=UTC)


@contextmanager
def ledger_of(world: World) -> Iterator[Engine]:
    """A SQLite ledger of a world's facts, written through the one door."""
    with TemporaryDirectory() as folder:
        engine = open_database(f"sqlite:///{Path(folder) / 'ledger.db'}")
        try:
            migrate(engine)
            with writing(engine) as connection:
                ensure_tenant(connection, OWNER.tenant, world.time_zone, "BRL")
            for revision in (0, 1):
                batch = {
                    kind.name: [
                        reported(kind, row)
                        for row in world.facts.get(kind.name, ())
                        if row["revision"] == revision
                    ]
                    for kind in KINDS
                }
                put(engine, batch, recorded_at=RECORDED)
            yield engine
        finally:
            engine.dispose()


def reported(kind: Kind, row: Row) -> Row:
    """A row as a source reports it: dates and times instead of numbers."""
    columns = table_of(kind.name).c
    return {
        name: _as_python(columns[name].type, row[name])
        for name in kind.row.model_fields
        if name in row
    }


def _as_python(column: Any, value: Any) -> Any:
    if isinstance(column, Day | Instant):
        return column.process_result_value(value, None)  # type: ignore[arg-type]
    return value


def described(engine: Engine, request: Request, *, by_key: bool) -> Matrix:
    with reading(engine) as connection:
        own = book(connection, OWNER.tenant)
    gathered = gather(engine, own, own.last_seq, [request] if by_key else None)
    return describe(gathered, [request]).features.values


@settings(max_examples=max(4, settings().max_examples // 6))
@given(worlds(most_claims=12))
def test_facts_read_by_key_give_what_the_whole_book_gives(world: World) -> None:
    with ledger_of(world) as engine:
        for request in world.requests:
            keyed = described(engine, request, by_key=True)
            whole = described(engine, request, by_key=False)
            assert differences(RELATIONS, keyed, whole) == []


@settings(max_examples=max(2, settings().max_examples // 10))
@given(worlds())
def test_a_ledger_gives_what_tables_made_by_hand_give(world: World) -> None:
    with ledger_of(world) as engine:
        read = np.vstack([described(engine, each, by_key=False) for each in world.requests])

    assert differences(RELATIONS, read, features_of(world)) == []
