"""Shadow scores are a chain of their own, and the ledger is the same with them as without."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from alembic import command
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from ledger import triggers
from ledger.audit.checkpoints import make_checkpoint, read_checkpoint, write_checkpoint
from ledger.audit.verifying import Verification, verify
from ledger.database import alembic_config, migrate, reading, require_current, writing
from ledger.shadow_scores import Shadowed, append_shadows, last_shadow, shadows_of
from tests.ledger.lenders import key_named
from tests.ledger.made_rows import NOW, a_ledger, party, put

KEY: Ed25519PrivateKey = key_named("auditor")
ONE = Shadowed("r-1", "m-2", "shadow", "p-1", NOW, "0.1.0+0", "{}", '{"probability":0.1}')


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    with a_ledger(database_url) as opened:
        put(opened, {"party": [party("S")]})
        yield opened


def shadowed(engine: Engine, *made: Shadowed, tenant: str = "default") -> None:
    with writing(engine) as connection:
        append_shadows(connection, tenant, made)


def altered(engine: Engine, statement: str) -> None:
    """What somebody does who owns the database: takes the triggers off, and puts them back."""
    with writing(engine) as connection:
        triggers.remove(connection)
        connection.execute(text(statement))
        triggers.install(connection)


def test_they_are_numbered_and_chained_and_leave_the_ledger_as_it_was(engine: Engine) -> None:
    before = verify(engine, "default")
    shadowed(engine, ONE, replace(ONE, record="r-2"))
    shadowed(engine, replace(ONE, bundle="m-3", alias="challenger"))
    shadowed(engine, ONE, tenant="other")

    with reading(engine) as connection:
        told = shadows_of(connection, "default", "r-1")
        assert last_shadow(connection, "other")[0] == 1
    assert [(one.number, one.bundle, one.alias) for one in told] == [
        (1, "m-2", "shadow"),
        (3, "m-3", "challenger"),
    ]
    assert (told[0].reply, told[0].recorded_at) == (ONE.reply, NOW)
    after = verify(engine, "default")
    assert (after.findings, after.shadows) == ((), 3)
    assert replace(after, shadows=0) == before


def test_a_bundle_says_something_of_a_record_once(engine: Engine) -> None:
    shadowed(engine, ONE)

    with pytest.raises(IntegrityError):
        shadowed(engine, replace(ONE, record="r-2"), ONE)

    with reading(engine) as connection:
        assert last_shadow(connection, "default")[0] == 1  # of a group all or none


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("UPDATE shadow_score SET reply = '{}' WHERE number = 2", "number 2: it is not what"),
        ("UPDATE shadow_score SET alias = 'champion' WHERE number = 1", "number 1: it is not what"),
        ("DELETE FROM shadow_score WHERE number = 2", "number 3: number 2 is missing"),
    ],
)
def test_what_is_changed_is_found(engine: Engine, statement: str, reason: str) -> None:
    shadowed(engine, *(replace(ONE, record=f"r-{at}") for at in range(3)))

    altered(engine, statement)

    (found,) = verify(engine, "default").findings
    assert (found.kind, found.seq) == ("shadow_score", None)
    assert found.reason.startswith(reason)


def test_a_checkpoint_knows_where_they_ended(engine: Engine, tmp_path: Path) -> None:
    shadowed(engine, ONE, replace(ONE, record="r-2"))
    with reading(engine) as connection:
        write_checkpoint(make_checkpoint(connection, "default", KEY, NOW), tmp_path / "then")
    then = read_checkpoint(tmp_path / "then")
    keys = [KEY.public_key()]
    shadowed(engine, replace(ONE, record="r-3"))
    assert verify(engine, "default", [then], keys).ok

    altered(engine, "DELETE FROM shadow_score WHERE number >= 2")

    found: Verification = verify(engine, "default", [then], keys)
    assert verify(engine, "default").ok  # what is cut off is seen by a checkpoint only
    assert "they end at 1; a checkpoint knows 2" in found.findings[0].reason


def test_a_checkpoint_of_a_ledger_without_them_is_as_it_was(engine: Engine, tmp_path: Path) -> None:
    with reading(engine) as connection:
        write_checkpoint(make_checkpoint(connection, "default", KEY, NOW), tmp_path / "then")

    assert b"shadows" not in (tmp_path / "then").read_bytes()
    shutil.copy(tmp_path / "then", tmp_path / "copy")
    assert verify(engine, "default", [read_checkpoint(tmp_path / "copy")], [KEY.public_key()]).ok


def test_the_migration_takes_no_shadow_score_away(empty_database_url: str) -> None:
    with a_ledger(empty_database_url) as engine:

        def down() -> None:
            with writing(engine) as connection:
                command.downgrade(alembic_config(connection), "0014")

        down()
        migrate(engine)
        require_current(engine)
        shadowed(engine, ONE)

        with pytest.raises(RuntimeError, match="shadow_score holds rows"):
            down()
