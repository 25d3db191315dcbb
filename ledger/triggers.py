"""Append-only by the database itself: triggers that refuse every change of what was written.

PostgreSQL has one trigger a table, for UPDATE, DELETE and TRUNCATE. SQLite has three: its DELETE
without WHERE is its TRUNCATE, and its INSERT OR REPLACE would delete the older row silently, so
an insert that meets an existing key (primary or unique) is refused before it happens. That refusal
fails instead of aborting: a statement that may abort copies every page it touches first.
"""

from __future__ import annotations

from sqlalchemy import Connection, PrimaryKeyConstraint, UniqueConstraint, inspect, text

from ledger.kinds import APPEND_ONLY, table_of

_POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION ledger_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'append-only: % of % is refused', TG_OP, TG_TABLE_NAME;
END $$"""


def install(connection: Connection) -> None:
    """Put the triggers on every append-only table, replacing older forms of them."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(_POSTGRESQL_FUNCTION))
        statements = [sql for table in APPEND_ONLY for sql in _postgresql(table)]
    else:
        statements = [sql for table in APPEND_ONLY for sql in _sqlite(table)]
    for sql in statements:
        connection.exec_driver_sql(sql)


def installed(connection: Connection) -> set[tuple[str, str]]:
    """The triggers that the database has on append-only tables, as (table, trigger)."""
    if connection.dialect.name == "postgresql":
        query = (
            "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE NOT t.tgisinternal AND t.tgenabled = 'A' "
            "AND c.relnamespace = current_schema()::regnamespace"
        )
    else:
        query = "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'"
    found = connection.execute(text(query))
    return {(table, trigger) for table, trigger in found if table in APPEND_ONLY}


def expected(dialect: str) -> set[tuple[str, str]]:
    """The triggers that a store of that dialect must have, as (table, trigger)."""
    suffixes = (
        ("append_only",) if dialect == "postgresql" else ("no_update", "no_delete", "no_replace")
    )
    return {(table, f"{table}_{suffix}") for table in APPEND_ONLY for suffix in suffixes}


def missing(connection: Connection) -> set[tuple[str, str]]:
    """The triggers that should be there and aren't."""
    return expected(connection.dialect.name) - installed(connection)


def remove(connection: Connection) -> None:
    """Take the triggers off, for a migration that has to drop or rebuild a table."""
    present = inspect(connection).get_table_names()
    for table, trigger in expected(connection.dialect.name):
        if table in present:
            on = f" ON {table}" if connection.dialect.name == "postgresql" else ""
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {trigger}{on}")


def _postgresql(table: str) -> tuple[str, ...]:
    trigger = f"{table}_append_only"
    return (
        # per statement: ON CONFLICT DO UPDATE and a change of no row are refused as well
        f"CREATE OR REPLACE TRIGGER {trigger} BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only()",
        # always: not even session_replication_role = replica turns it off
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}",
    )


def _sqlite(table: str) -> tuple[str, ...]:
    moments = {
        "no_update": ("BEFORE UPDATE", "ABORT", ""),
        "no_delete": ("BEFORE DELETE", "ABORT", ""),
        "no_replace": ("BEFORE INSERT", "FAIL", _when_key_exists(table)),
    }
    return tuple(
        sql
        for suffix, (moment, refusal, when) in moments.items()
        for sql in (
            f"DROP TRIGGER IF EXISTS {table}_{suffix}",
            f"CREATE TRIGGER {table}_{suffix} {moment} ON {table} {when} "
            f"BEGIN SELECT RAISE({refusal}, 'append-only: {suffix} of {table}'); END",
        )
    )


def _when_key_exists(table: str) -> str:
    keys = [
        [column.name for column in constraint.columns]
        for constraint in table_of(table).constraints
        if isinstance(constraint, PrimaryKeyConstraint | UniqueConstraint)
    ]
    matches = (" AND ".join(f"{name} = NEW.{name}" for name in key) for key in sorted(keys))
    # names of our own tables and columns: nothing here comes from outside
    tests = (f"EXISTS (SELECT 1 FROM {table} WHERE {match})" for match in matches)  # noqa: S608
    return f"WHEN {' OR '.join(tests)}"
