"""The eleventh migration keeps bundles of before, untested, and drops no signature."""

import pytest
from alembic import command
from sqlalchemy import Engine, inspect, text

from ledger import triggers
from ledger.database import alembic_config, migrate, reading, require_current, writing
from ledger.principals import OWNER
from ledger.registry import registered
from tests.ledger.lenders import Lender, version
from tests.ledger.made_rows import a_ledger

BEFORE = (
    "INSERT INTO registered_bundle (tenant, id, name, version, trained_through, manifest, "
    "signing_key, recorded_at, signed_by) VALUES (:tenant, :id, :name, 1, 0, :manifest, "
    "'0000000000000000', 0, 'owner')"
)


def down(engine: Engine) -> None:
    with writing(engine) as connection:
        command.downgrade(alembic_config(connection), "0010")


def test_a_bundle_of_before_is_there_and_untested(empty_database_url: str) -> None:
    with a_ledger(empty_database_url) as engine:
        down(engine)
        with reading(engine) as connection:
            assert not inspect(connection).has_table("registry_step")
        bundle = version(1)
        row = {"tenant": OWNER.tenant, "id": bundle.id, "name": bundle.name}
        with writing(engine) as connection:
            connection.execute(text(BEFORE), {**row, "manifest": bundle.manifest})

        migrate(engine)

        require_current(engine)
        with reading(engine) as connection:
            assert not triggers.missing(connection)
            known = registered(connection, OWNER.tenant, bundle.id)
        assert (known.gates, known.validation, known.manifest) == (
            "untested",
            None,
            bundle.manifest,
        )
        lender = Lender.of(engine, OWNER.tenant)
        assert [one.reason for one in lender.wrong()] == ["nobody has signed for this row"]
        lender.takes(bundle)
        assert lender.wrong() == ()

        with pytest.raises(RuntimeError, match="registry_step holds rows"):
            down(engine)
        require_current(engine)
