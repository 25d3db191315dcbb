"""Features don't depend on how facts come to hand: by the keys of a request, or all of a book."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from sqlalchemy import Engine

from features.catalogue import RELATIONS
from features.pipeline import Matrix
from ledger.columns import Day, Instant
from ledger.database import open_database, reading, writing
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
def ledger_of(world: World, empty: Path) -> Iterator[Engine]:
    """A SQLite ledger of a world's facts, written through the one door into a copy of an empty."""
    with TemporaryDirectory() as folder:
        engine = open_database(f"sqlite:///{shutil.copy(empty, Path(folder) / 'ledger.db')}")
        try:
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


def described(engine: Engine, requests: Sequence[Request], *, by_key: bool) -> Matrix:
    with reading(engine) as connection:
        own = book(connection, OWNER.tenant)
    gathered = gather(engine, own, own.last_seq, requests if by_key else None)
    return describe(gathered, requests).features.values


@settings(max_examples=max(4, settings().max_examples // 6))
@given(worlds(most_claims=12))
def test_facts_read_by_key_give_what_the_whole_book_gives(
    migrated_sqlite: Path, world: World
) -> None:
    """Read for each request alone; the whole book is read once for all."""
    with ledger_of(world, migrated_sqlite) as engine:
        whole = described(engine, world.requests, by_key=False)
        for at, request in enumerate(world.requests):
            keyed = described(engine, [request], by_key=True)
            assert differences(RELATIONS, keyed, whole[at : at + 1]) == []


@settings(max_examples=max(2, settings().max_examples // 10))
@given(worlds())
def test_a_ledger_gives_what_tables_made_by_hand_give(migrated_sqlite: Path, world: World) -> None:
    with ledger_of(world, migrated_sqlite) as engine:
        read = described(engine, world.requests, by_key=False)

    assert differences(RELATIONS, read, features_of(world)) == []
