"""Opening, migrating and the two kinds of transaction, on both stores."""

import threading
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

from ledger import triggers
from ledger.database import (
    alembic_config,
    migrate,
    open_database,
    reading,
    require_current,
    writing,
)
from ledger.faults import DatabaseUnreachable, SchemaBehind, WrongDatabaseUrl
from ledger.kinds import APPEND_ONLY
from tests.ledger.made_rows import a_ledger, a_world, put


def test_the_migrations_make_the_tables_that_the_classes_declare(empty_database_url: str) -> None:
    with a_ledger(empty_database_url) as engine, reading(engine) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        ours = {*APPEND_ONLY, "tenant", "chain_head"}
        differences = compare_metadata(context, SQLModel.metadata)

        assert ours <= set(inspect(connection).get_table_names())
        assert differences == []


def test_the_triggers_are_there_for_every_table_after_migrating(empty_database_url: str) -> None:
    with a_ledger(empty_database_url) as engine, reading(engine) as connection:
        found = triggers.installed(connection)

        assert found == triggers.expected(connection.dialect.name)
        assert {table for table, _ in found} == set(APPEND_ONLY)


def test_lost_triggers_are_noticed_and_put_back(empty_database_url: str) -> None:
    with a_ledger(empty_database_url) as engine:
        with writing(engine) as connection:
            triggers.remove(connection)
        with pytest.raises(SchemaBehind, match="append-only"):
            require_current(engine)

        migrate(engine)

        require_current(engine)


def test_an_empty_ledger_goes_down_and_up_again(empty_database_url: str) -> None:
    with a_ledger(empty_database_url) as engine:
        with writing(engine) as connection:
            connection.execute(text("DELETE FROM tenant"))
            command.downgrade(alembic_config(connection), "base")
        with reading(engine) as connection:
            assert inspect(connection).get_table_names() == ["alembic_version"]

        migrate(engine)

        require_current(engine)


def test_a_ledger_with_facts_does_not_go_down(empty_database_url: str) -> None:
    with a_ledger(empty_database_url) as engine:
        put(engine, a_world())
        with pytest.raises(RuntimeError, match="holds rows"), writing(engine) as connection:
            command.downgrade(alembic_config(connection), "base")

        require_current(engine)


def test_migrating_twice_or_from_another_folder_changes_nothing(
    empty_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with a_ledger(empty_database_url) as engine:
        put(engine, a_world())
        monkeypatch.chdir(tmp_path)

        migrate(engine)

        assert put(engine, a_world()).unchanged == 8


def test_processes_that_start_together_migrate_once(empty_database_url: str) -> None:
    engines = [open_database(empty_database_url) for _ in range(4)]
    failures: list[BaseException] = []

    def start(engine: Engine) -> None:
        try:
            migrate(engine)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=start, args=(engine,)) for engine in engines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    require_current(engines[0])
    for engine in engines:
        engine.dispose()


def test_a_database_without_tables_is_refused_with_the_remedy(empty_database_url: str) -> None:
    engine = open_database(empty_database_url)
    with pytest.raises(SchemaBehind, match="none") as caught:
        require_current(engine)
    engine.dispose()

    assert "migrate" in caught.value.remedy


def test_tables_newer_than_the_code_are_refused(empty_database_url: str) -> None:
    with a_ledger(empty_database_url) as engine:
        with writing(engine) as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

        for act in (require_current, migrate):
            with pytest.raises(SchemaBehind, match="9999"):
                act(engine)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "not a url",
        "mysql://root@localhost/x",
        "postgresql+psycopg2://a/b",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///file:x?mode=memory&uri=true",
        "postgresql://user:secret@host:port/x",
    ],
)
def test_a_wrong_url_is_refused_without_repeating_a_password(url: str) -> None:
    with pytest.raises(WrongDatabaseUrl) as caught:
        open_database(url)

    assert "secret" not in caught.value.message + caught.value.remedy
    assert "sqlite:///" in caught.value.remedy


def test_what_cannot_be_opened_is_refused_without_the_password(tmp_path: Path) -> None:
    scrap = tmp_path / "scrap.db"
    scrap.write_bytes(b"no database at all, just some text that is long enough" * 20)
    urls = (
        f"sqlite:///{scrap}",
        f"sqlite:///{tmp_path}/missing/ledger.db",
        "postgresql://user:secret@127.0.0.1:1/x",
    )
    for url in urls:
        with pytest.raises(DatabaseUnreachable) as caught:
            open_database(url)
        assert "secret" not in str(caught.value)


def test_every_sqlite_connection_is_safe(sqlite_url: str) -> None:
    engine = open_database(sqlite_url)
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "recursive_triggers": 1,
        "busy_timeout": 30_000,
    }
    for _ in range(2):
        with reading(engine) as connection:
            found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in wanted}
        assert found == wanted
        engine.dispose()


def test_postgresql_answers_in_utc(postgresql_url: str) -> None:
    engine = open_database(postgresql_url.replace("+psycopg", ""))
    with reading(engine) as connection:
        assert connection.scalar(text("SHOW timezone")) == "UTC"
    engine.dispose()


def test_a_reader_cannot_write_and_the_next_writer_can(empty_database_url: str) -> None:
    with a_ledger(empty_database_url) as engine:
        with pytest.raises(DBAPIError), reading(engine) as connection:
            connection.execute(text("UPDATE tenant SET last_seq = 5"))

        assert put(engine, a_world()).last_seq == 8


def test_a_reader_sees_one_state_while_others_write(empty_database_url: str) -> None:
    count = text("SELECT count(*) FROM party")
    with a_ledger(empty_database_url) as engine, reading(engine) as connection:
        before = connection.scalar(count)
        put(engine, a_world())

        assert connection.scalar(count) == before == 0


def move_and_fail(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(text("UPDATE tenant SET last_seq = 5"))
        raise ZeroDivisionError


def test_an_error_leaves_nothing_behind(empty_database_url: str) -> None:
    with a_ledger(empty_database_url) as engine:
        with pytest.raises(ZeroDivisionError):
            move_and_fail(engine)

        with reading(engine) as connection:
            assert connection.scalar(text("SELECT max(last_seq) FROM tenant")) == 0
