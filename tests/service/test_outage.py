"""PostgreSQL goes away under load and comes back: callers are told so, and nothing is lost."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from ledger.audit.verifying import verify
from ledger.database import migrate, open_database, reading, writing
from ledger.principals import DEFAULT_TENANT
from ledger.tenants import ensure_tenant
from tests.postgres import PostgresServer
from tests.service.crowd import (
    Answer,
    Connection,
    asked,
    callers,
    get,
    post,
    share,
    statuses,
    unlike_refusals,
)
from tests.service.served_process import Served, served
from tests.worlds import SmallWorld

CALLERS = 6
BACK_S = 5
"""Seconds after its return within which nearly all must succeed again."""


@pytest.fixture
def own_server() -> Iterator[PostgresServer]:
    """A server that may be stopped: the one of the run is needed by others."""
    server = PostgresServer(durable=True)
    try:
        server.start()
        yield server
    finally:
        server.stop()


def a_request(along: dict[str, Any], number: int) -> bytes:
    """A score, a batch of facts, a profile or a list: each in its turn."""
    match number % 4:
        case 0:
            row = {"ref": f"P-{number}", "happened_at": "2026-01-05T09:00:00+08:00"}
            body = json.dumps([row]).encode()
            return post("/facts/party?source_system=outage", body, f"facts-{number}")
        case 1:
            return get("/enterprises/S-1")
        case 2:
            return get("/facts/party?limit=2")
        case _:
            body = json.dumps(along | {"request_id": f"R-{number}"}).encode()
            return post("/score", body, f"score-{number}")


async def through_an_outage(
    running: Served, server: PostgresServer, along: dict[str, Any], down_s: float, up_s: float
) -> tuple[list[Answer], list[Answer], float, float]:
    """All answers; those of health while the store was away; when it went and was back."""
    over = asyncio.Event()
    load = asyncio.create_task(
        callers(running.port, CALLERS, lambda number: a_request(along, number), over.is_set, 0.01)
    )
    await asyncio.sleep(up_s)
    gone = time.perf_counter()
    await asyncio.to_thread(server.stop_at_once)
    health: list[Answer] = []
    connection = Connection(running.port)
    while time.perf_counter() < gone + down_s:
        health += [await connection.ask(get(f"/health/{what}")) for what in ("live", "ready")]
        await asyncio.sleep(down_s / 10)
    connection.close()
    await asyncio.to_thread(server.start_again)
    back = time.perf_counter()
    await asyncio.sleep(BACK_S + up_s)
    over.set()
    return await load, health, gone, back


@pytest.mark.parametrize(
    "down_s", [2, pytest.param(30, marks=[pytest.mark.long, pytest.mark.alone])]
)
def test_a_store_that_goes_away_is_told_and_nothing_acknowledged_is_lost(
    own_server: PostgresServer,
    lender: SmallWorld,
    tmp_path: Path,
    along: dict[str, Any],
    down_s: float,
) -> None:
    up_s = down_s / 2
    url = own_server.create_database()
    engine = open_database(url)
    migrate(engine)
    with writing(engine) as connection:
        ensure_tenant(connection, DEFAULT_TENANT, "Asia/Shanghai", "CNY")
    with served(tmp_path, alone=down_s == 30, settings=lender.settings(url)) as running:
        warm = asked(running.port, a_request(along, 3), a_request(along, 0))
        assert [answer.status for answer in warm] == [200, 200]
        answers, health, gone, back = asyncio.run(
            through_an_outage(running, own_server, along, down_s, up_s)
        )
        traces = running.traces
    engine.dispose()  # its connections are dead

    failed = [answer for answer in answers if answer.status != 200]
    during = [answer for answer in failed if gone + 0.5 < answer.at < back]
    after = [answer for answer in answers if answer.at > back + BACK_S]
    ok_after = sum(answer.status == 200 for answer in after) / len(after)
    took = [answer.took_s for answer in during]
    print(
        f"store away {back - gone:.1f} s: {statuses(answers)}; refused within "
        f"{share(took, 0.5) * 1_000:.0f} ms (median), {share(took, 0.99) * 1_000:.0f} ms (p99), "
        f"{max(took) * 1_000:.0f} ms (slowest); {ok_after:.2%} of {len(after)} succeed "
        f"{BACK_S} s after its return {sorted({one.problem for one in after})}"
    )
    assert unlike_refusals(answers) == []
    assert {answer.status for answer in failed} == {503}
    assert traces == ""
    live, ready = health[::2], health[1::2]
    assert {answer.status for answer in live} == {200}
    assert {answer.status for answer in ready} == {503}
    assert unlike_refusals(ready) == []
    assert ok_after >= 0.99
    if down_s == 30:
        assert share(took, 0.99) <= 1

    with reading(engine) as connection:
        keys = set(connection.scalars(text("SELECT key FROM idempotency_key")))
        records = connection.scalar(text("SELECT count(*) FROM score_record"))
    acknowledged = {key_of(one) for one in answers if one.status == 200 and key_of(one)}
    assert acknowledged - keys == set()
    assert records == sum(key.startswith("score-") for key in keys)
    assert verify(engine, DEFAULT_TENANT, [], []).ok
    engine.dispose()


def key_of(answer: Answer) -> str:
    """The Idempotency-Key of a request; empty where it had none."""
    _, there, rest = answer.sent.partition(b"Idempotency-Key: ")
    return rest.split(b"\r\n")[0].decode() if there else ""
