"""PostgreSQL knows how long a table is as soon as a large batch is in it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, text

from ledger.database import open_database, reading, writing
from ledger.grown_tables import MUCH
from ledger.principals import OWNER
from ledger.tenants import ensure_tenant
from ledger.writer import append

NOW = datetime(2026, 1, 5, tzinfo=UTC)


def tell(engine: Engine, name: str, parties: int) -> None:
    rows = [
        {"ref": f"{name}-{at}", "happened_at": datetime(2020, 1, 1, tzinfo=UTC)}
        for at in range(parties)
    ]
    with writing(engine) as connection:
        append(
            connection,
            OWNER,
            {"party": rows},
            source_system="t",
            historical=True,
            recorded_at=NOW,
        )


def taken_for(engine: Engine) -> float:
    """How many rows PostgreSQL takes a table of parties for; -1 where it never looked."""
    with reading(engine) as connection:
        asked = text("SELECT reltuples FROM pg_class WHERE relname = 'party'")
        return float(connection.execute(asked).scalar_one())


@pytest.fixture
def engine(postgresql_ledger: str) -> Iterator[Engine]:
    """A ledger that nobody else looks at."""
    engine = open_database(postgresql_ledger)
    with writing(engine) as connection:
        ensure_tenant(connection, OWNER.tenant, "UTC", "CNY")
        connection.execute(text("ALTER TABLE party SET (autovacuum_enabled = false)"))
    yield engine
    engine.dispose()


def test_a_large_batch_is_looked_at_and_a_small_one_isnt(engine: Engine) -> None:
    tell(engine, "few", MUCH - 1)
    assert taken_for(engine) == -1
    tell(engine, "many", MUCH)
    assert taken_for(engine) == 2 * MUCH - 1
