"""The database itself refuses to change or lose what was written."""

import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, UniqueConstraint, insert, text
from sqlalchemy.exc import DBAPIError

from ledger.database import reading, writing
from ledger.kinds import APPEND_ONLY, table_of
from ledger.principals import OWNER
from ledger.records import append_record
from tests.ledger.made_kinds import every_kind
from tests.ledger.made_rows import EARLIER, NOW, a_ledger, put

HOLD = {"buyer": "b", "recorded_at": NOW, "signed_by": "owner"}
OTHER_TABLES: dict[str, dict[str, Any]] = {
    "idempotency_key": {"key": "k", "fingerprint": b"f", "reply": "{}", "recorded_at": NOW},
    "reservation": {"id": "r", "score": "s", "amount_minor": 5, "expires_at": NOW, **HOLD},
    "reserved_invoice": {
        "reservation": "r",
        "canonical_hash": "0" * 64,
        "face_minor": 9,
        "amount_minor": 5,
        "recorded_at": NOW,
    },
    "reservation_step": {
        "reservation": "r",
        "step": "drawn",
        "number": 1,
        "pending_minor": -5,
        "lasting_minor": 5,
        "expires_at": NOW,
        **HOLD,
    },
    "registered_bundle": {
        "id": "m-0",
        "name": "m",
        "version": 1,
        "trained_through": NOW,
        "manifest": b"m",
        "signing_key": "0" * 16,
        "recorded_at": NOW,
        "signed_by": "owner",
    },
    "alias_move": {
        "alias": "champion",
        "number": 1,
        "act": "promote",
        "after": "m-0",
        "reason": "first",
        "recorded_at": NOW,
        "signed_by": "owner",
    },
    "registry_step": {
        "number": 1,
        "act": "register",
        "bundle": "m-0",
        "statement": b"{}",
        "signature": b"s",
        "signing_key": "0" * 16,
        "recorded_at": NOW,
    },
    "pack_text": {"id": "p-1", "policy": "", "terms": "", "recorded_at": NOW},
    "score_override": {
        "id": "o",
        "seq": 1_000_000,
        "score": "s",
        "number": 1,
        "by": "a",
        "before": "REFER",
        "decision": "DECLINE",
        "reason": "other",
        "words": "w",
        "writer": "main",
        "previous": b"p",
        "digest": b"d",
        "recorded_at": NOW,
        "signed_by": "owner",
    },
    "shadow_score": {
        "number": 1,
        "record": "0" * 36,
        "bundle": "m-1",
        "alias": "shadow",
        "pack": "p-1",
        "recorded_at": NOW,
        "code": "0",
        "features": "{}",
        "reply": "{}",
        "previous": b"p",
        "digest": b"d",
    },
}
"""A row of every table that no fact and no record is in."""


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A ledger with at least one row in every append-only table."""
    with a_ledger(database_url) as opened:
        filled(opened)
        yield opened


def filled(engine: Engine) -> None:
    put(engine, every_kind())
    texts = dict.fromkeys(("request", "features", "circumstances", "reply"), "{}")
    with writing(engine) as connection:
        append_record(
            connection,
            OWNER,
            recorded_at=NOW,
            as_of=NOW,
            history_before=EARLIER,
            cut_seq=8,
            bundle="b",
            pack="p",
            **texts,
        )
        for table, row in OTHER_TABLES.items():
            connection.execute(insert(table_of(table)), {"tenant": "default", **row})


def rows(engine: Engine, table: str) -> list[tuple[Any, ...]]:
    with reading(engine) as connection:
        return sorted(map(tuple, connection.execute(table_of(table).select())), key=str)


def refused(engine: Engine, table: str, statement: str) -> None:
    before = rows(engine, table)
    with pytest.raises(DBAPIError, match="append-only"), writing(engine) as connection:
        connection.execute(text(statement))
    assert rows(engine, table) == before != []


def test_a_row_is_neither_changed_nor_deleted(engine: Engine) -> None:
    for table in APPEND_ONLY:
        refused(engine, table, f"UPDATE {table} SET recorded_at = recorded_at + 1")  # noqa: S608
        refused(engine, table, f"DELETE FROM {table}")  # noqa: S608
        refused(engine, table, f"DELETE FROM {table} WHERE tenant = 'default'")  # noqa: S608


def test_a_table_is_not_emptied(postgresql_ledger: str) -> None:
    with a_ledger(postgresql_ledger) as engine:
        filled(engine)
        for table in APPEND_ONLY:
            refused(engine, table, f"TRUNCATE {table}")
            refused(engine, table, f"SET session_replication_role = replica; TRUNCATE {table}")


def test_a_row_is_not_replaced(sqlite_ledger: str) -> None:
    with a_ledger(sqlite_ledger) as engine:
        filled(engine)
        for table in APPEND_ONLY:
            again = f"INTO {table} SELECT * FROM {table}"  # noqa: S608
            refused(engine, table, f"INSERT OR REPLACE {again}")
            refused(engine, table, f"REPLACE {again} LIMIT 1")


def test_a_row_is_not_replaced_by_its_other_key(sqlite_ledger: str) -> None:
    with a_ledger(sqlite_ledger) as engine:
        filled(engine)
        for table in filter(has_another_key, APPEND_ONLY):
            names = [column.name for column in table_of(table).columns]
            values = [
                f"'another' || {name}" if name in ("id", "reservation") else name for name in names
            ]
            into = f"{table} ({', '.join(names)})"
            refused(engine, table, f"REPLACE INTO {into} SELECT {', '.join(values)} FROM {table}")  # noqa: S608


def has_another_key(table: str) -> bool:
    return any(isinstance(key, UniqueConstraint) for key in table_of(table).constraints)


def test_not_even_a_connection_that_nobody_prepared_replaces_a_row(sqlite_ledger: str) -> None:
    with a_ledger(sqlite_ledger) as engine:
        filled(engine)
    stranger = sqlite3.connect(sqlite_ledger.removeprefix("sqlite:///"))
    assert stranger.execute("PRAGMA recursive_triggers").fetchone() == (0,)

    for table in APPEND_ONLY:
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            stranger.execute(f"REPLACE INTO {table} SELECT * FROM {table}")  # noqa: S608
    stranger.close()


def test_an_upsert_is_refused(engine: Engine) -> None:
    refused(
        engine,
        "party",
        "INSERT INTO party SELECT * FROM party WHERE true "
        "ON CONFLICT (tenant, id) DO UPDATE SET recorded_at = 0",
    )
