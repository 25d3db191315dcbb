"""The fifth migration changes indexes alone, there and back, on both stores."""

from typing import Any

from alembic import command
from sqlalchemy import Engine, inspect

from ledger.database import alembic_config, migrate, reading, require_current, writing
from ledger.kinds import KINDS
from tests.ledger.made_kinds import SINCE, kinds_before
from tests.ledger.made_rows import a_ledger, everything, put


def indexes(engine: Engine) -> dict[str, Any]:
    """Columns of every index of the tables of facts, by name."""
    with reading(engine) as connection:
        seen = inspect(connection)
        return {
            str(index["name"]): index["column_names"]
            for kind in KINDS
            if kind.name not in SINCE
            for index in seen.get_indexes(kind.name)
        }


def test_facts_stay_and_indexes_come_and_go(empty_database_url: str) -> None:
    with a_ledger(empty_database_url) as engine:
        put(engine, kinds_before("0005"))
        before, now = everything(engine), indexes(engine)
        with writing(engine) as connection:
            command.downgrade(alembic_config(connection), "0004")
        then = indexes(engine)

        migrate(engine)

        require_current(engine)
        assert everything(engine) == before
        assert indexes(engine) == now
    assert then["receivable_buyer"] == ["tenant", "buyer"]
    assert now["receivable_buyer"] == ["tenant", "buyer", "seq"]
    assert now.keys() - then.keys() >= {"delivery_carrier", "insurance_insurer"}
    assert {len(columns) for name, columns in now.items() if not name.endswith("_seq")} >= {3}
