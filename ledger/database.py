"""Opening, migrating, reading and writing the database: SQLite or PostgreSQL.

Everything that differs between the two stores when a transaction begins is here, so that the
rest of the ledger says ``with writing(engine)`` and ``with reading(engine)`` and no more.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from math import floor
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError

from ledger import triggers, wall
from ledger.acting import EVERY, acting_for, acting_tenant
from ledger.faults import DatabaseUnreachable, SchemaBehind, WrongDatabaseUrl
from ledger.long_texts import UNPACKED, as_text
from ledger.vault import Vault

SQLITE_PRAGMAS = (
    "PRAGMA busy_timeout = 30000",  # milliseconds; first, because the next may have to wait
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",  # an acknowledged score survives a power cut
    "PRAGMA foreign_keys = ON",
    "PRAGMA recursive_triggers = ON",  # else INSERT OR REPLACE deletes without asking the triggers
)
"""What is set on every SQLite connection."""

MIGRATION_LOCK = 7_420_011
"""Key of PostgreSQL's advisory lock under which one process migrates; any number of our own."""

_EXAMPLES = "use sqlite:///path/to/file.db or postgresql://user@host:5432/name"
_BEGIN = {"write": "BEGIN IMMEDIATE", "read": "BEGIN", "any": "BEGIN"}

READERS = "ledger_readers"
"""Execution option of an engine on SQLite: the engine whose connections only read.

They have connections of their own because ``query_only`` throws away every prepared statement of a
connection when it is switched, and a live relation takes ten times longer to prepare than to run.
"""

STATEMENTS_PREPARED = 512
"""So many statements a connection to SQLite keeps prepared."""


def open_database(url: str, vault: Vault | None = None) -> Engine:
    """Open the database of that URL and make sure that it answers.

    Parameters
    ----------
    url : str
        ``sqlite:///path`` (a file, made where there is none) or ``postgresql://...`` (psycopg 3).
    vault : Vault or None
        What guards natural persons (``ledger.persons``); without it their names are neither taken
        nor told.

    Raises
    ------
    WrongDatabaseUrl
        Where the URL can't be read, names another store, or SQLite's memory (which lives in one
        connection only, and the ledger uses several).
    DatabaseUnreachable
        Where the file can't be opened, is no database, or the server doesn't answer.
    """
    parsed = _parsed(url)
    options = {"ledger_vault": vault}
    if parsed.get_backend_name() == "sqlite":
        readers = _sqlite_engine(parsed, {**options, "ledger_mode": "read"})
        event.listen(readers, "connect", _only_reads)
        engine = _sqlite_engine(parsed, {**options, READERS: readers})
        event.listen(engine, "engine_disposed", lambda _engine: readers.dispose())
    else:
        engine = create_engine(
            parsed, connect_args=_postgresql_arguments(parsed), execution_options=options
        )
    try:
        with _connected(engine) as connection:
            if connection.dialect.name == "postgresql":
                engine.update_execution_options(**{wall.HELD: wall.holds(connection)})
            return engine
    except DatabaseUnreachable:
        engine.dispose()
        raise


def has_tables(url: str) -> bool:
    """Whether there is a ledger at that URL; raises as `open_database` does, and makes nothing."""
    parsed = _parsed(url)
    if parsed.get_backend_name() == "sqlite":
        file = Path(str(parsed.database))
        if file.parent.is_dir() and not file.exists():
            return False  # to open it would make it
    engine = open_database(url)
    try:
        with acting_for(EVERY), reading(engine) as connection:
            return _revision(connection) is not None
    finally:
        engine.dispose()


def migrate(engine: Engine) -> None:
    """Bring the tables to the newest form, then put back the triggers that hold them.

    One transaction: it happens wholly or not at all, and once where several processes start
    together. Raises `SchemaBehind` where the tables are newer than this code.
    """
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))
        before = _revision(connection)
        if before not in (None, *_revisions()):
            raise _behind(before)
        if before != _head():
            command.upgrade(alembic_config(connection), "head")
        # Alembic's batch mode copies a table and so drops its triggers (SQLite)
        if before != _head() or triggers.missing(connection):
            triggers.install(connection)
        if before != _head():
            wall.build(connection)  # tables that came after it are behind it too


def require_current(engine: Engine) -> None:
    """Raise `SchemaBehind` unless tables and triggers are those that this code expects."""
    require_tables(engine)
    with acting_for(EVERY), reading(engine) as connection:
        lost = triggers.missing(connection)
    if lost:
        raise SchemaBehind(
            f"{len(lost)} append-only trigger(s) are missing, for example {min(lost)[1]}",
            remedy="find out who dropped them, then reinstall them: tricredit ledger migrate",
        )


def require_tables(engine: Engine) -> None:
    """Raise `SchemaBehind` unless the tables are those that this code expects."""
    with acting_for(EVERY), reading(engine) as connection:
        revision = _revision(connection)
    if revision != _head():
        raise _behind(revision)


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Yield a connection in a transaction that may write; commit at the end, roll back on error.

    On SQLite it holds the one write lock from the start (``BEGIN IMMEDIATE``): a writer that read
    first and locked later would fail instead of wait. On PostgreSQL writers of one tenant wait for
    each other at the tenant's head (``ledger.tenants.lock_book``).
    """
    with _connected(engine) as connection:
        connection.execution_options(ledger_mode="write")
        with connection.begin():
            wall.act(connection, acting_tenant())
            yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Yield a connection that sees one unchanging state of the database and can't write."""
    with _connected(engine.get_execution_options().get(READERS, engine)) as connection:
        connection.execution_options(ledger_mode="read")
        if connection.dialect.name == "postgresql":
            connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        with connection.begin():
            wall.act(connection, acting_tenant())
            yield connection


def alembic_config(connection: Connection) -> Config:
    """Alembic's configuration for an open connection, with the scripts of this package."""
    config = Config()
    config.set_main_option("script_location", "ledger:migrations")
    config.attributes["connection"] = connection
    return config


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:  # its text may hold a password: not repeated
        raise WrongDatabaseUrl(
            "the database URL can't be read", field="db", remedy=_EXAMPLES
        ) from error
    if parsed.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername not in ("sqlite", "sqlite+pysqlite"):
        raise WrongDatabaseUrl(
            f"the ledger doesn't run on {parsed.drivername}", field="db", remedy=_EXAMPLES
        )
    if parsed.database in (None, "", ":memory:") or parsed.query:
        raise WrongDatabaseUrl(
            "the ledger needs a plain SQLite file, not memory or a file with options",
            field="db",
            remedy=_EXAMPLES,
        )
    return parsed


def _sqlite_engine(url: URL, options: dict[str, Any]) -> Engine:
    engine = create_engine(
        url,
        connect_args={"timeout": 30, "cached_statements": STATEMENTS_PREPARED},
        execution_options=options,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _only_reads(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA query_only = 1")


def _postgresql_arguments(url: URL) -> dict[str, Any]:
    given = url.query.get("options", "")
    options = given if isinstance(given, str) else " ".join(given)
    timeout = {} if "connect_timeout" in url.query else {"connect_timeout": 10}  # seconds
    return {"options": f"{options} -c timezone=UTC".strip(), **timeout}


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # Python's sqlite3 begins late and only before some statements; we begin ourselves, below
    connection.isolation_level = None
    for pragma in SQLITE_PRAGMAS:
        connection.execute(pragma)
    # SQLAlchemy puts Python's floor in place of SQLite's own, and that one knows no null
    connection.create_function("floor", 1, _floor, deterministic=True)
    connection.create_function(UNPACKED, 1, as_text, deterministic=True)


def _floor(value: float | None) -> float | None:
    return None if value is None else float(floor(value))


def _begin_sqlite(connection: Connection) -> None:
    mode = connection.get_execution_options().get("ledger_mode", "any")
    connection.exec_driver_sql(_BEGIN[mode])


@contextmanager
def _connected(engine: Engine) -> Iterator[Connection]:
    try:
        connection = engine.connect()
    except (DBAPIError, sqlite3.Error) as error:
        shown = engine.url.render_as_string(hide_password=True)
        raise DatabaseUnreachable(
            f"{shown} can't be opened: {str(getattr(error, 'orig', error)).strip()}",
            field="db",
            remedy="check that the folder exists and may be written, or that the server runs",
        ) from error
    with connection:
        yield connection


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", "ledger:migrations")
    return ScriptDirectory.from_config(config)


def _head() -> str | None:
    return _scripts().get_current_head()


def _revisions() -> tuple[str, ...]:
    return tuple(script.revision for script in _scripts().walk_revisions())


def _behind(revision: str | None) -> SchemaBehind:
    if revision in (None, *_revisions()):
        return SchemaBehind(
            f"the tables are at revision {revision or 'none'}, this code expects {_head()}",
            remedy="bring the tables up to date: tricredit ledger migrate",
        )
    return SchemaBehind(
        f"the tables are at revision {revision}, which this code doesn't know",
        remedy="install the version of tricredit that wrote them, or a newer one",
    )
