"""The disk of the ledger runs full: what is refused says so, and nothing acknowledged is lost."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import text

from ledger.audit.verifying import verify
from ledger.database import open_database, reading, writing
from ledger.principals import DEFAULT_TENANT
from ledger.tenants import ensure_tenant
from tests.postgres import PostgresServer, account
from tests.service.crowd import Answer, asked, get, post, statuses, unlike_refusals
from tests.service.served_process import Served, served
from tests.small_disk import empty, fill, fill_up, small_disk
from tests.worlds import SmallWorld

ROOM = {"sqlite": 1 << 20, "postgresql": 1 << 17}
"""Bytes that are left when writing begins: PostgreSQL has files of its own with room in them."""

AGAIN = 5
"""Requests that are refused before room is made, and that succeed afterwards."""


@contextmanager
def on_postgresql(server: PostgresServer, like: str) -> Iterator[tuple[str, Path]]:
    """A copy of a database in a tablespace of its own, on a small disk; its log is elsewhere."""
    with small_disk(96, account()) as disk:
        place = disk / "space"
        place.mkdir()
        if (owner := account()) is not None:
            shutil.chown(place, owner)
        url = server.create_database(like)
        address = url.replace("+psycopg", "").rpartition("/")[0] + "/postgres"
        name = url.rpartition("/")[2]
        with psycopg.connect(address, autocommit=True) as administrator:
            administrator.execute(
                sql.SQL("CREATE TABLESPACE small LOCATION {}").format(sql.Literal(str(place)))
            )
            administrator.execute(
                sql.SQL("ALTER DATABASE {} SET TABLESPACE small").format(sql.Identifier(name))
            )
        try:
            yield url, disk
        finally:
            server.drop_database(url)
            with psycopg.connect(address, autocommit=True) as administrator:
                administrator.execute("DROP TABLESPACE small")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.long)])
def small_ledger(request: pytest.FixtureRequest) -> Iterator[tuple[str, Path]]:
    """An empty book on a small disk, and that disk."""
    if request.param == "sqlite":
        migrated: Path = request.getfixturevalue("migrated_sqlite")
        with small_disk(16) as disk:
            yield opened(f"sqlite:///{shutil.copy(migrated, disk / 'ledger.db')}"), disk
    else:
        server = request.getfixturevalue("postgres_server")
        with on_postgresql(server, request.getfixturevalue("migrated_postgresql")) as found:
            yield opened(found[0]), found[1]


def opened(url: str) -> str:
    """The address of a ledger, with a book."""
    engine = open_database(url)
    with writing(engine) as connection:
        ensure_tenant(connection, DEFAULT_TENANT, "Asia/Shanghai", "CNY")
    engine.dispose()
    return url


def facts(number: int) -> bytes:
    """A body of some facts, with a lot of text."""
    rows = [
        {
            "ref": f"P-{number}-{at}",
            "happened_at": "2026-01-05T09:00:00+08:00",
            "name": f"{number} {at} " * 12,
            "person_linked": False,
        }
        for at in range(40)
    ]
    body = json.dumps(rows).encode()
    return post("/facts/party?source_system=full", body, f"facts-{number}")


def score(along: dict[str, Any], number: int) -> bytes:
    body = json.dumps(along | {"request_id": f"R-{number}"}).encode()
    return post("/score", body, f"score-{number}")


def written(running: Served, along: dict[str, Any], first: int, refusals: int) -> list[Answer]:
    """Facts and scores until so many were refused."""
    answers: list[Answer] = []
    number = first
    while sum(answer.status != 200 for answer in answers) < refusals:
        answers += asked(running.port, facts(number), score(along, number))
        number += 1
        assert number < first + 400, "the disk doesn't run full"
    return answers


def test_a_full_disk_is_told_and_nothing_acknowledged_is_lost(
    small_ledger: tuple[str, Path], lender: SmallWorld, tmp_path: Path, along: dict[str, Any]
) -> None:
    url, disk = small_ledger
    settings = lender.settings(url).model_copy(update={"jobs_folder": disk / "jobs"})
    with served(tmp_path, alone=False, settings=settings) as running:
        begun = asked(running.port, score(along, 0), facts(0))
        assert [answer.status for answer in begun] == [200, 200]
        fill(disk, ROOM[url.partition(":")[0].partition("+")[0]])
        answers = begun + written(running, along, 1, AGAIN)
        fill_up(disk)
        reads = asked(
            running.port,
            *[get("/facts/party?limit=3"), get(f"/scores/{json.loads(begun[0].body)['score_id']}")]
            * 5,
            get("/health/live"),
        )
        job = asked(running.port, a_job(along))
        answers += written(running, along, 1_000, AGAIN)
        refused = [answer for answer in answers if answer.status != 200]
        empty(disk)
        again = asked(running.port, *(answer.sent for answer in refused))
        traces = running.traces

    print(
        f"{url.partition(':')[0]}: {statuses(answers)}, "
        f"{sorted({answer.problem for answer in refused})}; reads {statuses(reads)}, "
        f"a job {statuses(job)}; with room again {statuses(again)}"
    )
    assert unlike_refusals(answers + job) == []
    assert {answer.problem for answer in refused} <= {"no-room", "database-unreachable"}
    assert "no-room" in {answer.problem for answer in refused}
    assert statuses(job) == {507: 1}
    assert set(statuses(reads)) == {200}
    assert set(statuses(again)) == {200}
    assert traces == ""
    check(url, answers + again)


def a_job(along: dict[str, Any]) -> bytes:
    line = json.dumps(along).encode() + b"\n"
    return post("/score/jobs", line * 40).replace(b"application/json", b"application/x-ndjson", 1)


def check(url: str, answers: list[Answer]) -> None:
    """What was acknowledged is there once, and all that is there is whole."""
    engine = open_database(url)
    with reading(engine) as connection:
        keys = set(connection.scalars(text("SELECT key FROM idempotency_key")))
        parties = connection.scalar(text("SELECT count(*) FROM party WHERE ref LIKE 'P-%'"))
        records = connection.scalar(text("SELECT count(*) FROM score_record"))
    acknowledged = {
        answer.sent.partition(b"Idempotency-Key: ")[2].split(b"\r\n")[0].decode()
        for answer in answers
        if answer.status == 200
    }
    assert keys == acknowledged
    assert parties == 40 * sum(key.startswith("facts") for key in keys)
    assert records == sum(key.startswith("score") for key in keys)
    assert verify(engine, DEFAULT_TENANT, [], []).ok
    engine.dispose()
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as plain:
            assert plain.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
