"""Over real sockets: answers come while lines go, and who stops reading, sending or serving."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from sqlalchemy import text

from ledger.database import open_database, reading
from service import batch_route
from service.line_desk import answer_lines
from service.settings import Settings
from tests.service.batch_caller import Caller
from tests.service.running import serving
from tests.worlds import SmallWorld

PATIENCE_S = 1

Call = Callable[[int], Caller]


@pytest.fixture
def call() -> Iterator[Call]:
    """Makes callers, whose connections are closed at the end."""
    made: list[Caller] = []

    def one(port: int) -> Caller:
        made.append(Caller(port))
        return made[-1]

    yield one
    for caller in made:
        caller.socket.close()


def settings_of(lender: SmallWorld, folder: Path, **more: Any) -> Settings:
    given = {"receive_timeout_s": float(PATIENCE_S), "batch_stall_s": 2.0, **more}
    return lender.settings(lender.copy(folder)).model_copy(update=given)


@pytest.fixture
def settings(lender: SmallWorld, tmp_path: Path) -> Settings:
    return settings_of(lender, tmp_path)


@pytest.fixture
def line(named: dict[str, Any]) -> bytes:
    return json.dumps(named).encode()


def records(settings: Settings) -> int:
    engine = open_database(settings.db)
    with reading(engine) as connection:
        found: int = connection.execute(text("SELECT COUNT(*) FROM score_record")).scalar_one()
    engine.dispose()
    return found


def test_each_line_is_answered_before_the_next_is_sent(
    settings: Settings, line: bytes, call: Call
) -> None:
    with serving(settings) as port:
        caller = call(port)
        for number in range(1, 4):
            caller.send(line)
            assert b'{"line":%d,"reply"' % number in caller.until(b'"score_id"')
        caller.socket.sendall(b"0\r\n\r\n")
        assert caller.until(b'"problems":0}\n').endswith(b'{"lines":3,"replies":3,"problems":0}\n')


def test_who_waits_for_answers_isnt_slow_and_who_sends_nothing_is(
    settings: Settings, line: bytes, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*given: Any) -> Any:
        time.sleep(PATIENCE_S * 2.5)
        return answer_lines(*given)

    monkeypatch.setattr(batch_route, "answer_lines", slow)

    with serving(settings) as port:
        caller = call(port)
        caller.send(line)
        assert b'"line":1,"reply"' in caller.until(b'"score_id"')
        begin = time.perf_counter()
        rest = caller.rest()  # nothing more is sent

    assert time.perf_counter() - begin < PATIENCE_S * 5
    assert b'"lines":' not in rest


def sent_until_it_blocks(caller: Caller, line: bytes) -> int:
    """Send lines until nobody takes them; how many bytes that were."""
    sent = 0
    try:
        while sent < 400 << 20:
            caller.send(*[line] * 1_000)
            sent += len(line) * 1_000
    except (TimeoutError, ConnectionError):
        return sent
    return sent


def test_a_caller_that_reads_nothing_stops_the_scoring_and_is_cut_off(
    settings: Settings, line: bytes, call: Call
) -> None:
    bad = json.dumps({**json.loads(line), "nothing": "such" * 50}).encode()
    with serving(settings) as port:
        caller = call(port)
        caller.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        caller.socket.settimeout(1)
        sent = sent_until_it_blocks(caller, bad)
        caller.socket.settimeout(30)
        time.sleep(3)  # stalled for longer than it may
        assert b'"lines":' not in caller.rest()
        health = httpx.get(f"http://127.0.0.1:{port}/health/live", timeout=30)

    assert sent < 100 << 20
    assert health.status_code == 200


def test_too_many_batches_are_turned_away_and_a_place_is_free_again(
    lender: SmallWorld, tmp_path: Path, line: bytes, call: Call
) -> None:
    with serving(settings_of(lender, tmp_path, batch_streams=1, receive_timeout_s=30.0)) as port:
        first = call(port)
        first.send(line)
        first.until(b'"score_id"')
        url = f"http://127.0.0.1:{port}/score/batch"
        headers = {"content-type": "application/x-ndjson"}
        second = httpx.post(url, content=line, headers=headers, timeout=60)
        first.socket.close()
        time.sleep(0.5)
        third = httpx.post(url, content=line, headers=headers, timeout=60)

    assert (second.status_code, second.json()["type"]) == (503, "/problems/busy")
    assert int(second.headers["retry-after"]) > 0
    assert third.status_code == 200


def test_a_caller_that_goes_away_ends_the_work_and_what_was_recorded_stays(
    lender: SmallWorld, tmp_path: Path, line: bytes, call: Call
) -> None:
    settings = settings_of(lender, tmp_path, receive_timeout_s=30.0)
    with serving(settings) as port:
        before = records(settings)
        caller = call(port)
        caller.send(*[line] * 700)
        caller.until(b'"score_id"')
        caller.socket.close()
        time.sleep(1)
        after = records(settings)
        single = httpx.post(f"http://127.0.0.1:{port}/score", json=json.loads(line), timeout=60)
        still = records(settings)

    assert single.status_code == 200
    assert 0 < after - before < 700
    assert still - after <= 64 + 1  # the group that was under way


def test_a_service_that_ends_answers_what_it_began_and_no_count(
    lender: SmallWorld, tmp_path: Path, line: bytes, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = threading.Event()

    def slow(*given: Any) -> Any:
        begun.set()
        time.sleep(0.5)
        return answer_lines(*given)

    with serving(settings_of(lender, tmp_path, receive_timeout_s=30.0)) as port:
        caller = call(port)
        caller.send(line)
        caller.until(b'{"line":1,"reply"')  # from here on history is at hand: soon answered
        monkeypatch.setattr(batch_route, "answer_lines", slow)
        caller.send(line)
        assert begun.wait(timeout=60)
    rest = caller.rest()

    assert rest.endswith(b"}\n\r\n0\r\n\r\n")  # an end in good order
    assert b'{"line":2,"reply"' in rest
    assert b'"lines":' not in rest
