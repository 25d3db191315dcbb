"""Row-level security, as a role meets it that owns nothing: one tenant, and no change of facts."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import ProgrammingError
from typer.testing import CliRunner

import tricredit
from ledger.acting import EVERY, acting_for
from ledger.database import open_database, reading, writing
from ledger.faults import WrongRole
from ledger.kinds import APPEND_ONLY
from ledger.tenants import ensure_tenant
from ledger.wall import LOOKED_THROUGH, READ_ONLY, WALLED, let_in
from tests.ledger.made_rows import OTHER, party, put
from tests.service.walled import gone, serving_role


@pytest.fixture
def owner(postgresql_ledger: str) -> Iterator[Engine]:
    """The ledger of two lenders, as its owner has it: each has one party."""
    engine = open_database(postgresql_ledger)
    with writing(engine) as connection:
        for tenant in ("default", OTHER.tenant):
            ensure_tenant(connection, tenant, "Asia/Shanghai", "CNY")
    put(engine, {"party": [party("mine")]})
    put(engine, {"party": [party("theirs")]}, principal=OTHER)
    yield engine
    engine.dispose()


@pytest.fixture
def served(owner: Engine, postgresql_ledger: str) -> Iterator[Engine]:
    """The same, as the role of a service has it."""
    own = serving_role(postgresql_ledger)
    engine = open_database(own)
    yield engine
    engine.dispose()
    gone(postgresql_ledger, own)


def seen(engine: Engine, tenant: str, table: str = "party", column: str = "ref") -> list[str]:
    with acting_for(tenant), reading(engine) as connection:
        return sorted(connection.scalars(text(f"SELECT {column} FROM {table}")))  # noqa: S608


def test_every_table_with_rows_of_tenants_is_behind_the_wall(owner: Engine) -> None:
    with reading(owner) as connection:
        with_tenant = connection.scalars(
            text("SELECT table_name FROM information_schema.columns WHERE column_name = 'tenant'")
        ).all()
        walled = connection.scalars(
            text("SELECT relname FROM pg_class WHERE relrowsecurity AND relkind = 'r'")
        ).all()

    assert set(with_tenant) == set(walled) == set(WALLED)


def test_a_transaction_sees_the_tenant_that_it_is_for_and_without_one_nothing(
    owner: Engine, served: Engine
) -> None:
    assert seen(owner, "default") == ["mine", "theirs"]
    assert seen(served, "default") == ["mine"]
    assert seen(served, OTHER.tenant) == ["theirs"]
    for nobody in (EVERY, "nobody"):
        assert seen(served, nobody) == []
    with pytest.raises(RuntimeError, match="no tenant"):
        seen(served, "")
    assert seen(served, EVERY, "tenant", "tenant") == ["default", OTHER.tenant]
    assert seen(served, "default", "tenant", "tenant") == ["default"]


def test_a_row_of_another_tenant_can_not_be_written(served: Engine) -> None:
    put_key = (
        "INSERT INTO idempotency_key (tenant, key, fingerprint, reply, recorded_at) "
        "VALUES ('other', 'k', 'f', '{}', 1)"
    )
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        acting_for("default"),
        writing(served) as connection,
    ):
        connection.execute(text(put_key))


def test_the_role_may_insert_and_neither_change_nor_delete(served: Engine) -> None:
    for table in APPEND_ONLY:
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET tenant = tenant"):  # noqa: S608
            with (
                pytest.raises(ProgrammingError, match="permission denied"),
                acting_for("default"),
                writing(served) as connection,
            ):
                connection.execute(text(statement))


def test_keys_and_models_are_written_by_the_operator_alone(served: Engine) -> None:
    for table in READ_ONLY:
        with acting_for(EVERY), reading(served) as connection:
            may = "SELECT has_table_privilege(current_user, :table, :what)"
            allowed = {
                what: connection.scalar(text(may), {"table": table, "what": what})
                for what in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")
            }
        assert [what for what, yes in allowed.items() if yes] == ["SELECT"]
    assert set(LOOKED_THROUGH) <= set(WALLED)


def test_a_role_that_it_could_not_hold_is_refused(owner: Engine) -> None:
    for role in ("postgres", "nobody here"):
        with pytest.raises(WrongRole), writing(owner) as connection:
            let_in(connection, role)


def test_on_sqlite_the_command_says_that_there_are_no_roles(sqlite_ledger: str) -> None:
    told = CliRunner().invoke(tricredit.app, ["tenants", "wall", "x", "--db", sqlite_ledger])

    assert told.exit_code == 2
    assert "SQLite has no roles" in told.stderr
