"""The ledger keeps jobs: accepted once by key, moved on only while they run, over once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from alembic import command
from sqlalchemy import Engine
from sqlmodel import SQLModel

from ledger.database import alembic_config, migrate, reading, writing
from ledger.faults import KeyReused, UnknownTenant
from ledger.jobs import (
    NewJob,
    Progress,
    UnknownJob,
    accept,
    begin,
    finish,
    list_jobs,
    move_on,
    open_jobs,
    over_before,
    put_off,
    read_job,
    removed,
)
from ledger.kinds import APPEND_ONLY, MADE_ANEW, MOVING
from ledger.principals import OWNER, Principal
from tests.ledger.made_rows import NOW, a_ledger

JOB = NewJob(id="j1", asked=b"a", form="csv", size_bytes=9, lines_total=3, key="k")
STRANGER = Principal("stranger", "x")


@pytest.fixture
def engine(empty_database_url: str) -> Iterator[Engine]:
    """A ledger on each store."""
    with a_ledger(empty_database_url) as opened:
        yield opened


def test_every_table_is_named_as_what_it_is() -> None:
    named = [*APPEND_ONLY, *MADE_ANEW, *MOVING]

    assert sorted(named) == sorted(SQLModel.metadata.tables)


def test_a_key_is_one_job_whatever_becomes_of_it(engine: Engine) -> None:
    with writing(engine) as connection:
        first = accept(connection, OWNER, JOB, NOW)
        again = accept(connection, OWNER, replace(JOB, id="j2"), NOW)
        finish(connection, "default", "j1", "done", now=NOW)
        removed(connection, "default", "j1", NOW)
        later = accept(connection, OWNER, replace(JOB, id="j3"), NOW)
        other = accept(connection, OWNER, replace(JOB, id="j4", key=None), NOW)
        with pytest.raises(KeyReused):
            accept(connection, OWNER, replace(JOB, id="j5", asked=b"b"), NOW)
        with pytest.raises(UnknownTenant):
            accept(connection, STRANGER, JOB, NOW)

    assert {first.id, again.id, later.id} == {"j1"}
    assert (first.number, other.number) == (1, 2)


def test_a_job_moves_while_it_runs_and_ends_once(engine: Engine) -> None:
    progress = Progress(lines_done=2, replies=1, problems=1, result_bytes=5, busy_us=7)
    where = ("default", "j1")
    with writing(engine) as connection:
        accept(connection, OWNER, JOB, NOW)
        assert not move_on(connection, *where, progress)
        assert not removed(connection, *where, NOW)
        assert begin(connection, *where, NOW)
        assert begin(connection, *where, NOW + timedelta(hours=1))  # taken up again
        assert put_off(connection, *where, "{}")
        assert read_job(connection, *where).fault == "{}"
        assert move_on(connection, *where, progress)
        assert [one.id for one in open_jobs(connection, 9)] == ["j1"]
        assert finish(connection, *where, "cancelled", now=NOW)
        assert not finish(connection, *where, "done", now=NOW)
        assert not move_on(connection, *where, progress)
        assert not begin(connection, *where, NOW)
        assert [one.id for one in over_before(connection, NOW + timedelta(1))] == ["j1"]
        assert over_before(connection, NOW) == []
        assert removed(connection, *where, NOW)
        assert over_before(connection, NOW + timedelta(1)) == []
    with reading(engine) as connection:
        job = read_job(connection, *where)

    assert (job.state, job.started_at, job.finished_at) == ("cancelled", NOW, NOW)
    assert (job.lines_done, job.fault, job.removed_at) == (2, None, NOW)


def test_jobs_of_another_tenant_are_absent(engine: Engine) -> None:
    with writing(engine) as connection:
        accept(connection, OWNER, JOB, NOW)
        with pytest.raises(UnknownJob):
            read_job(connection, "stranger", "j1")
        assert list_jobs(connection, "stranger", before=None, most=9) == []
        assert not begin(connection, "stranger", "j1", NOW)


def test_jobs_are_listed_the_newest_first(engine: Engine) -> None:
    with writing(engine) as connection:
        for at in range(5):
            accept(connection, OWNER, replace(JOB, id=f"j{at}", key=None), NOW)
        finish(connection, "default", "j2", "failed", now=NOW, fault="{}")
        pages = [
            [one.id for one in list_jobs(connection, "default", before=before, most=2)]
            for before in (None, 4, 2)
        ]
        failed = list_jobs(connection, "default", before=None, most=9, state="failed")

    assert pages == [["j4", "j3"], ["j2", "j1"], ["j0"]]
    assert [one.id for one in failed] == ["j2"]


def test_a_ledger_with_an_open_job_does_not_go_down(engine: Engine) -> None:
    def down() -> None:
        with writing(engine) as connection:
            command.downgrade(alembic_config(connection), "0012")

    with writing(engine) as connection:
        accept(connection, OWNER, JOB, NOW)
    with pytest.raises(RuntimeError, match="aren't over"):
        down()
    with writing(engine) as connection:
        finish(connection, "default", "j1", "done", now=NOW)
    down()
    migrate(engine)
    with reading(engine) as connection:
        assert list_jobs(connection, "default", before=None, most=9) == []
