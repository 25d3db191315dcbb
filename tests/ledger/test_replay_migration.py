"""The twelfth migration leaves records of before as they were, and drops no text of a pack."""

import pytest
from alembic import command
from sqlalchemy import Engine, inspect, text

from ledger import triggers
from ledger.audit.chain import link
from ledger.database import alembic_config, migrate, reading, require_current, writing
from ledger.pack_texts import UnknownPack, keep_pack, kept_pack
from ledger.principals import OWNER
from ledger.records import append_record, read_record
from tests.ledger.made_rows import EARLIER, NOW, a_ledger


def down(engine: Engine) -> None:
    with writing(engine) as connection:
        command.downgrade(alembic_config(connection), "0011")


def record(engine: Engine, provenance: str | None) -> str:
    texts = dict.fromkeys(("request", "features", "circumstances", "reply"), "{}")
    with writing(engine) as connection:
        return append_record(
            connection,
            OWNER,
            recorded_at=NOW,
            bundle="b",
            pack="p",
            as_of=NOW,
            history_before=EARLIER,
            cut_seq=0,
            provenance=provenance,
            **texts,
        ).id


def test_records_of_before_keep_their_digests(empty_database_url: str) -> None:
    with a_ledger(empty_database_url) as engine:
        old = record(engine, None)
        down(engine)
        with reading(engine) as connection:
            assert not inspect(connection).has_table("pack_text")

        migrate(engine)

        require_current(engine)
        new = record(engine, '{"code":"1"}')
        with reading(engine) as connection:
            assert not triggers.missing(connection)
            for id in (old, new):
                found = read_record(connection, OWNER.tenant, id)
                assert found.digest == link("score_record", found.model_dump())
            columns = connection.execute(text("SELECT provenance FROM score_record ORDER BY seq"))
            assert columns.scalars().all() == [None, '{"code":"1"}']
        with pytest.raises(RuntimeError, match="holds rows"):
            down(engine)


def test_a_pack_is_kept_once_and_not_dropped(empty_database_url: str) -> None:
    with a_ledger(empty_database_url) as engine:
        with writing(engine) as connection:
            for policy in ("first", "again"):
                keep_pack(connection, OWNER.tenant, "p-1", policy, "terms", NOW)

        with reading(engine) as connection:
            assert kept_pack(connection, OWNER.tenant, "p-1") == ("first", "terms")
            with pytest.raises(UnknownPack):
                kept_pack(connection, "other", "p-1")
        with pytest.raises(RuntimeError, match="holds rows"):
            down(engine)
