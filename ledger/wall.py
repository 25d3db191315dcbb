"""The second wall between tenants: row-level security of PostgreSQL, and what a role may do.

The role that owns the tables migrates, imports, trains and verifies whole books: it isn't held
(hence no FORCE). The service connects as another role, which sees the rows of one tenant in each
transaction and may write what a service writes: append facts and records, move heads and jobs.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, inspect, text

from ledger.acting import EVERY
from ledger.faults import WrongRole
from ledger.kinds import APPEND_ONLY, MADE_ANEW, MOVING

SETTING = "tricredit.tenant"
"""Setting of a transaction that names its tenant."""

HELD = "ledger_held"
"""Execution option of an engine: transactions say for which tenant they are."""

LOOKED_THROUGH = ("tenant", "api_key", "score_job")
"""Tables of which the service itself reads every row (``ledger.acting.EVERY``)."""

READ_ONLY = ("api_key", "registered_bundle", "alias_move", "registry_step")
"""Tables that commands write and the service only reads."""

MOVED = tuple(name for name in MOVING if name not in {"api_key", "person_key"})
"""Tables of which the service changes rows; it makes keys of persons and never erases one."""

WALLED = (*APPEND_ONLY, *MADE_ANEW, *MOVING)


def build(connection: Connection) -> None:
    """Put row-level security on every table with rows of tenants; on SQLite there is none."""
    if connection.dialect.name == "postgresql":
        for table in _there(connection):
            connection.execute(text(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"))
            connection.execute(text(f"DROP POLICY IF EXISTS of_tenant ON {table}"))
            connection.execute(text(_policy(table)))


def remove(connection: Connection) -> None:
    """Take it off."""
    if connection.dialect.name == "postgresql":
        for table in _there(connection):
            connection.execute(text(f"DROP POLICY IF EXISTS of_tenant ON {table}"))
            connection.execute(text(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"))


def let_in(connection: Connection, role: str) -> None:
    """Let a role do what a service does, and no more; it must be there, and own nothing of it.

    Raises
    ------
    WrongRole
        Where the store has no roles, there is no such role, or row-level security can't hold it.
    """
    if connection.dialect.name != "postgresql":
        raise WrongRole(
            "SQLite has no roles: whoever reads the file reads all books",
            field="role",
            remedy="use PostgreSQL where several lenders share a ledger",
        )
    found = connection.execute(
        text(
            "SELECT r.rolsuper OR r.rolbypassrls OR pg_has_role(r.oid, c.relowner, 'USAGE') "
            "FROM pg_roles r, pg_class c "
            "WHERE r.rolname = :role AND c.oid = 'score_record'::regclass"
        ),
        {"role": role},
    ).scalar_one_or_none()
    if found is None or found:
        fault = "there is no such role" if found is None else "row-level security can't hold it"
        raise WrongRole(
            f"{role!r}: {fault}",
            field="role",
            remedy="CREATE ROLE name LOGIN PASSWORD '...', which owns nothing and is no superuser",
        )
    for sql in _grants(connection.dialect.identifier_preparer.quote(role)):
        connection.execute(text(sql))


def act(connection: Connection, tenant: str) -> None:
    """Say for which tenant the rest of a transaction is, where row-level security holds it.

    Without one it would find nothing and take that for the truth: that is a fault of ours.
    """
    if is_held(connection):
        if not tenant:
            raise RuntimeError("a transaction for no tenant: say it by ledger.acting")
        connection.exec_driver_sql("SELECT set_config(%s, %s, true)", (SETTING, tenant))


def is_held(connection: Connection) -> bool:
    """Whether row-level security holds the role of a connection, as its engine knows."""
    return bool(connection.get_execution_options().get(HELD, False))


def holds(connection: Connection) -> bool:
    """The same, asked of PostgreSQL: it holds neither superusers nor the owner of the tables."""
    asked = "SELECT row_security_active(to_regclass('score_record')::oid)"
    return bool(connection.exec_driver_sql(asked).scalar_one())


def _there(connection: Connection) -> list[str]:
    """Those of the tables that are there: a later migration brings its own."""
    present = set(inspect(connection).get_table_names())
    return [table for table in WALLED if table in present]


def _policy(table: str) -> str:
    # a subquery is worked out once a statement, and not once a row
    acting = f"(SELECT current_setting('{SETTING}', true))"
    seen = f"tenant = {acting}"
    if table in LOOKED_THROUGH:
        seen = f"{seen} OR {acting} = '{EVERY}'"
    return f"CREATE POLICY of_tenant ON {table} USING ({seen}) WITH CHECK (tenant = {acting})"


def _grants(role: str) -> Iterator[str]:
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}"
    yield f"GRANT SELECT ON {', '.join((*WALLED, 'alembic_version'))} TO {role}"
    inserted = [name for name in WALLED if name not in {*READ_ONLY, "tenant"}]
    yield f"GRANT INSERT ON {', '.join(inserted)} TO {role}"
    yield f"GRANT UPDATE ON {', '.join((*MOVED, *MADE_ANEW))} TO {role}"
    yield f"GRANT DELETE ON {', '.join(MADE_ANEW)} TO {role}"
