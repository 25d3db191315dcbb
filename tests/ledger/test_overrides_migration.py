"""The fourteenth migration leaves records of before as they were, and drops nobody's decision."""

import pytest
from alembic import command
from sqlalchemy import Engine, inspect, text

from ledger import triggers
from ledger.audit.chain import link
from ledger.audit.verifying import verify
from ledger.database import alembic_config, migrate, reading, require_current, writing
from ledger.overrides import Departure, append_override, last_override, overrides_of
from ledger.principals import OWNER
from ledger.records import append_record, read_record
from tests.ledger.made_rows import EARLIER, NOW, a_ledger, party, put


def down(engine: Engine) -> None:
    with writing(engine) as connection:
        command.downgrade(alembic_config(connection), "0012")


def record(engine: Engine, supplier: str | None) -> str:
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
            supplier=supplier,
            **texts,
        ).id


def depart(engine: Engine, score: str, decision: str = "DECLINE") -> None:
    said = Departure(score, "Zhang", "REFER", decision, "other", "because")
    with writing(engine) as connection:
        append_override(connection, OWNER, said, recorded_at=NOW)


def test_records_of_before_keep_their_digests(empty_database_url: str) -> None:
    with a_ledger(empty_database_url) as engine:
        old = record(engine, None)
        down(engine)
        with reading(engine) as connection:
            assert not inspect(connection).has_table("score_override")

        migrate(engine)

        require_current(engine)
        new = record(engine, "S")
        with reading(engine) as connection:
            assert not triggers.missing(connection)
            for id in (old, new):
                found = read_record(connection, OWNER.tenant, id)
                assert found.digest == link("score_record", found.model_dump())
            columns = connection.execute(text("SELECT supplier FROM score_record ORDER BY seq"))
            assert columns.scalars().all() == [None, "S"]
        with pytest.raises(RuntimeError, match="holds rows"):
            down(engine)


def test_an_override_is_not_dropped(empty_database_url: str) -> None:
    with a_ledger(empty_database_url) as engine:
        depart(engine, "s")
        with pytest.raises(RuntimeError, match="score_override or score_record holds rows"):
            down(engine)


def test_overrides_are_links_of_the_chain_among_facts_and_records(database_url: str) -> None:
    with a_ledger(database_url) as engine:
        put(engine, {"party": [party("S")]})
        score = record(engine, "S")
        depart(engine, score)
        put(engine, {"party": [party("T")]})
        depart(engine, score, "APPROVE")
        depart(engine, "another")

        with reading(engine) as connection:
            made = overrides_of(connection, OWNER.tenant, score)
            last = last_override(connection, OWNER.tenant, score)
            assert [(one.number, one.decision) for one in made] == [(1, "DECLINE"), (2, "APPROVE")]
            assert last == made[1]
            assert last_override(connection, OWNER.tenant, "nobody's") is None
            assert overrides_of(connection, "other", score) == []
            assert made[0].digest == link("score_override", made[0].model_dump())
        found = verify(engine, OWNER.tenant)
        assert (found.ok, found.facts, found.records) == (True, 2, 4)
