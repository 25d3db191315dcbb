"""The tenth migration lets reservations name suppliers, and loses none, on both stores."""

import pytest
from alembic import command
from sqlalchemy import Engine, inspect

from ledger import triggers
from ledger.database import alembic_config, migrate, reading, require_current, writing
from tests.ledger.made_rows import NOW, a_ledger
from tests.ledger.test_reservations import ONE, amounts, asked, hold


def down(engine: Engine) -> None:
    with writing(engine) as connection:
        command.downgrade(alembic_config(connection), "0009")


def columns(engine: Engine) -> set[str]:
    with reading(engine) as connection:
        return {column["name"] for column in inspect(connection).get_columns("reservation_step")}


def test_it_goes_down_and_up_and_the_triggers_stay(empty_database_url: str) -> None:
    with a_ledger(empty_database_url) as engine:
        down(engine)
        assert {"supplier", "ledger_seq"}.isdisjoint(columns(engine))

        migrate(engine)

        require_current(engine)
        assert {"supplier", "ledger_seq"} <= columns(engine)
        with reading(engine) as connection:
            assert not triggers.missing(connection)
        hold(engine, asked((ONE, 60)))
        assert amounts(engine, NOW) == (60, 0, 60)


def test_a_ledger_whose_reservations_name_suppliers_does_not_go_down(
    empty_database_url: str,
) -> None:
    with a_ledger(empty_database_url) as engine:
        hold(engine, asked((ONE, 60)))

        with pytest.raises(RuntimeError, match="name a supplier"):
            down(engine)

        require_current(engine)
