"""The sixth migration brings measures of the graph, and takes none of them back, on both stores."""

import pytest
from alembic import command
from sqlalchemy import Engine, inspect

from ledger import triggers
from ledger.audit.verifying import verify
from ledger.database import alembic_config, migrate, reading, require_current, writing
from tests.ledger.made_kinds import every_kind, kinds_before
from tests.ledger.made_rows import a_ledger, everything, put


def down(engine: Engine) -> None:
    with writing(engine) as connection:
        command.downgrade(alembic_config(connection), "0005")


def test_other_facts_stay_and_the_table_comes_with_its_triggers(empty_database_url: str) -> None:
    with a_ledger(empty_database_url) as engine:
        put(engine, kinds_before("0006"))
        before = everything(engine)
        down(engine)
        with reading(engine) as connection:
            assert not inspect(connection).has_table("graph_measure")

        migrate(engine)

        require_current(engine)
        with reading(engine) as connection:
            assert not triggers.missing(connection)
        assert everything(engine) == before
        assert verify(engine, "default").ok


def test_a_ledger_with_measures_does_not_go_down(empty_database_url: str) -> None:
    with a_ledger(empty_database_url) as engine:
        rows = every_kind()
        rows.pop("business_value")  # its table is newer, and would stop the way down before
        put(engine, rows)

        with pytest.raises(RuntimeError, match="graph_measure holds rows"):
            down(engine)

        require_current(engine)
