"""The third migration goes up and down on a filled ledger, on both stores."""

from collections.abc import Iterator
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Engine, insert, inspect, text

from ledger import triggers
from ledger.audit.verifying import verify
from ledger.database import alembic_config, migrate, reading, require_current, writing
from ledger.kinds import KINDS, table_of
from tests.ledger.made_kinds import SINCE, kinds_before
from tests.ledger.made_rows import NOW, a_ledger, put

NEW_TABLES = ("idempotency_key", "reservation", "reserved_invoice", "reservation_step")
LATER_TABLES = (
    "registered_bundle",
    "alias_move",
    "registry_step",
    "pack_text",
    "score_override",
    "shadow_score",
)


@pytest.fixture
def engine(empty_database_url: str) -> Iterator[Engine]:
    """A ledger with a full and a bare row of every kind of that time."""
    with a_ledger(empty_database_url) as opened:
        put(opened, kinds_before("0003"))
        yield opened


def down(engine: Engine) -> None:
    with writing(engine) as connection:
        command.downgrade(alembic_config(connection), "0002")


def facts(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    with reading(engine) as connection:
        return {
            kind.name: sorted(map(tuple, connection.execute(table_of(kind.name).select())), key=str)
            for kind in KINDS
        }


def test_facts_are_the_same_after_going_down_and_up(engine: Engine) -> None:
    before = facts(engine)

    down(engine)
    gone = {*NEW_TABLES, *LATER_TABLES, *SINCE}
    with reading(engine) as connection:
        assert gone.isdisjoint(inspect(connection).get_table_names())
        left = {pair for pair in triggers.missing(connection) if pair[0] not in gone}
        assert left == set()  # the facts are held all the while
    migrate(engine)

    require_current(engine)
    assert facts(engine) == before
    assert verify(engine, "default").ok


def test_every_table_of_facts_is_indexed_by_seq(engine: Engine) -> None:
    with reading(engine) as connection:
        seen = inspect(connection)
        for kind in KINDS:
            columns = [index["column_names"] for index in seen.get_indexes(kind.name)]
            assert ["tenant", "seq"] in columns


def test_a_ledger_with_a_key_does_not_go_down(engine: Engine) -> None:
    row = {"tenant": "default", "key": "k", "fingerprint": b"f", "reply": "{}", "recorded_at": NOW}
    with writing(engine) as connection:
        connection.execute(insert(table_of("idempotency_key")), row)

    with pytest.raises(RuntimeError, match="idempotency_key holds rows"):
        down(engine)

    require_current(engine)


def test_the_ledger_is_read_in_its_order_without_sorting(sqlite_url: str) -> None:
    with a_ledger(sqlite_url) as engine, reading(engine) as connection:
        asked = "SELECT * FROM payment WHERE tenant = 'default' AND seq > 5 ORDER BY seq"
        plan = str(connection.execute(text(f"EXPLAIN QUERY PLAN {asked}")).all())

    assert "payment_seq (tenant=? AND seq>?)" in plan
    assert "TEMP B-TREE" not in plan
