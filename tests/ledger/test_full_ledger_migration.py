"""The second migration keeps what the first tables hold, on both stores."""

import pytest
from alembic import command
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from ledger.database import (
    alembic_config,
    migrate,
    open_database,
    reading,
    require_current,
    writing,
)
from ledger.reader import facts
from tests.ledger.made_rows import NOW, a_ledger, put

OLD_PARTY = text(
    "INSERT INTO party (tenant, id, seq, revision, source_system, batch, ref, happened_at, "
    "known_at, recorded_at, visible_at, digest, seal, name) VALUES "
    "('default', 'x', 1, 0, 'test', 'b', 'p', 1, 1, 1, 1, :bytes, :bytes, 'Old')"
)


def down_to_the_first_tables(engine: Engine) -> None:
    with writing(engine) as connection:
        command.downgrade(alembic_config(connection), "0001")
        connection.execute(OLD_PARTY, {"bytes": b"0" * 32})


def test_old_facts_stay_and_lack_what_is_new(empty_database_url: str) -> None:
    with a_ledger(empty_database_url) as engine:
        down_to_the_first_tables(engine)

        migrate(engine)

        require_current(engine)
        (found,) = facts(engine, "default", "party", through_seq=9).to_pylist()
    assert (found["ref"], found["name"], found["uscc"]) == ("p", "Old", None)


def test_a_new_column_that_is_null_changes_no_digest(empty_database_url: str) -> None:
    with a_ledger(empty_database_url) as engine:
        row = {"ref": "p", "happened_at": NOW}
        put(engine, {"party": [row]})

        assert put(engine, {"party": [{**row, "uscc": None}]}).unchanged == 1


def test_a_stopped_migration_leaves_the_first_tables(empty_database_url: str) -> None:
    with a_ledger(empty_database_url) as engine:
        down_to_the_first_tables(engine)
        with writing(engine) as connection:
            connection.execute(text("CREATE TABLE consent (in_the_way INTEGER)"))
        with pytest.raises(DBAPIError, match="consent"):
            migrate(engine)

    engine = open_database(empty_database_url)
    with reading(engine) as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "0001"
    engine.dispose()
