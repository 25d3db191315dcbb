"""Long texts come back to the character, and not at all where a byte of them is another."""

import json
from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from ledger import triggers
from ledger.audit.verifying import verify
from ledger.database import open_database, reading, writing
from ledger.faults import RecordDamaged
from ledger.long_texts import PACKED_FROM, UNPACKED, packed, unpacked
from ledger.principals import DEFAULT_TENANT
from ledger.records import read_record
from tests.ledger.audit.made_chains import a_record
from tests.ledger.made_rows import a_ledger

LONG = json.dumps({"原因": ["买方逾期"] * 300, "pd": 0.25}, ensure_ascii=False)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_a_text_comes_back(text: str) -> None:
    assert unpacked(packed(text)) == text


def test_any_other_byte_is_refused() -> None:
    stored = packed(LONG)
    for at in range(len(stored)):
        for bit in range(8):
            other = stored[:at] + bytes([stored[at] ^ 1 << bit]) + stored[at + 1 :]
            with pytest.raises(RecordDamaged):
                unpacked(other)
    for length in range(len(stored)):
        with pytest.raises(RecordDamaged):
            unpacked(stored[:length])


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An empty ledger on either store."""
    with a_ledger(database_url) as opened:
        yield opened


@pytest.fixture
def on_sqlite(sqlite_url: str) -> Iterator[Engine]:
    """An empty ledger where long texts are packed."""
    with a_ledger(sqlite_url) as opened:
        yield opened


def test_a_record_is_read_as_it_was_given(engine: Engine) -> None:
    short, long = a_record(engine, '{"pd": 0.1}'), a_record(engine, LONG)
    with reading(engine) as connection:
        for record in (short, long):
            assert read_record(connection, DEFAULT_TENANT, record.id) == record
        kept = connection.scalars(text("SELECT reply FROM score_record ORDER BY seq")).all()
    packs = engine.dialect.name == "sqlite"
    assert len(LONG) > PACKED_FROM
    assert list(kept) == ['{"pd": 0.1}', packed(LONG) if packs else LONG]
    assert verify(engine, DEFAULT_TENANT).ok


@pytest.mark.parametrize("seed", range(5))
def test_a_changed_byte_is_named_and_the_record_not_told(on_sqlite: Engine, seed: int) -> None:
    record, other = a_record(on_sqlite, LONG), a_record(on_sqlite, LONG)
    stored = bytearray(packed(LONG))
    stored[Random(seed).randrange(len(stored))] ^= 1  # noqa: S311 - nothing secret
    with writing(on_sqlite) as connection:
        triggers.remove(connection)
        connection.execute(
            text("UPDATE score_record SET reply = :reply WHERE id = :id"),
            {"reply": bytes(stored), "id": record.id},
        )
        triggers.install(connection)
    assert [one.seq for one in verify(on_sqlite, DEFAULT_TENANT).findings] == [record.seq]
    with reading(on_sqlite) as connection:
        assert read_record(connection, DEFAULT_TENANT, other.id) == other
        with pytest.raises(RecordDamaged):
            read_record(connection, DEFAULT_TENANT, record.id)


def test_the_database_reads_a_packed_text_as_it_was(sqlite_ledger: str) -> None:
    long = '{"decision": "APPROVE", "words": "' + "said " * PACKED_FROM + '"}'
    engine = open_database(sqlite_ledger)
    with reading(engine) as connection:
        asked = text(f"SELECT json_extract({UNPACKED}(:told), '$.decision')")
        found = [connection.scalar(asked, {"told": told}) for told in (packed(long), long, None)]
    engine.dispose()

    assert found == ["APPROVE", "APPROVE", None]
