"""Over real sockets: who is slow is cut off, who sends too much is not kept, others are served."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from service.patience import PatientProtocol
from tests.postgres import free_port
from tests.service.running import listening, serving
from tests.worlds import SmallWorld

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 1
PROGRAM = """
from service.server import run
from service.settings import Settings
run(Settings())
"""
HEAD = b"POST /score HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


@pytest.fixture(scope="module")
def port(lender: SmallWorld, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder: Path = tmp_path_factory.mktemp("slow")
    settings = lender.settings(lender.copy(folder))
    impatient = settings.model_copy(update={"receive_timeout_s": float(PATIENCE_S)})
    with serving(impatient) as number:
        yield number


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=10)


def read_to_end(connection: socket.socket) -> bytes:
    parts = []
    while part := connection.recv(65536):
        parts.append(part)
    return b"".join(parts)


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"\r\n",
        b"POST /sco",
        HEAD,
        HEAD + b"Content-Length: 100\r\n\r\n{",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
        b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\nGET /health",
    ],
    ids=["nothing", "newline", "line", "head", "body", "chunk", "idle", "second"],
)
def test_a_connection_that_stalls_is_closed(port: int, sent: bytes) -> None:
    with connect(port) as connection:
        begin = time.perf_counter()
        connection.sendall(sent)
        read_to_end(connection)

    assert time.perf_counter() - begin < PATIENCE_S * 3


def drip(connection: socket.socket, part: bytes = b"") -> None:
    """Send a little, again and again: a byte of a head each time unless told what."""
    for byte in HEAD * 10:
        connection.sendall(part or bytes([byte]))
        time.sleep(0.05)


@pytest.mark.parametrize("head", [b"", HEAD + b"Content-Length: 100\r\n\r\n"], ids=["head", "body"])
def test_a_byte_now_and_then_doesn_t_help(port: int, head: bytes) -> None:
    with connect(port) as connection:
        begin = time.perf_counter()
        connection.sendall(head)
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            drip(connection)

    assert time.perf_counter() - begin < PATIENCE_S * 3


UPLOAD = (
    b"POST /facts/party?source_system=x HTTP/1.1\r\nHost: x\r\n"
    b"Content-Type: application/json\r\nConnection: close\r\n"
)


@pytest.mark.parametrize("chunked", [True, False])
def test_a_body_that_keeps_coming_may_take_long(port: int, chunked: bool) -> None:
    block, blocks = b" " * 32_768, 12
    coming = b"Transfer-Encoding: chunked" if chunked else b"Content-Length: %d" % (blocks << 15)
    with connect(port) as connection:
        begin = time.perf_counter()
        connection.sendall(UPLOAD + coming + b"\r\n\r\n")
        for at in range(blocks):
            part = block if at < blocks - 1 else block[:-2] + b"[]"
            connection.sendall(b"8000\r\n" + part + b"\r\n" if chunked else part)
            time.sleep(PATIENCE_S / 4)
        connection.sendall(b"0\r\n\r\n" if chunked else b"")
        answer = read_to_end(connection)

    assert time.perf_counter() - begin > PATIENCE_S * 2
    assert answer.split(b" ")[1] == b"200"


def test_a_body_that_comes_too_slowly_is_cut_off(port: int) -> None:
    with connect(port) as connection:
        begin = time.perf_counter()
        connection.sendall(UPLOAD + b"Content-Length: 10000000\r\n\r\n")
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            drip(connection, b" " * 300)  # steadily, and a third of what is asked for

    assert time.perf_counter() - begin < PATIENCE_S * 4


def test_many_slow_ones_don_t_hold_up_an_honest_one(port: int, named: dict[str, Any]) -> None:
    slow = [connect(port) for _ in range(200)]
    for at, connection in enumerate(slow):
        connection.sendall(HEAD if at % 2 else HEAD + b"Content-Length: 9\r\n\r\n{")
    begin = time.perf_counter()

    answer = httpx.post(f"http://127.0.0.1:{port}/score", json=named, timeout=10)

    assert answer.status_code == 200
    assert time.perf_counter() - begin < 2
    for connection in slow:
        connection.close()


def resident_bytes() -> int:
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * 4096


def test_a_large_body_is_refused_and_not_kept(port: int) -> None:
    before = resident_bytes()
    with connect(port) as connection:
        connection.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        block = b"10000\r\n" + b" " * 65536 + b"\r\n"
        most = 0
        for at in range(1600):  # 100 MiB
            connection.sendall(block)
            if at % 100 == 0:
                most = max(most, resident_bytes())
        connection.sendall(b"0\r\n\r\n")
        answer = connection.recv(65536)

    assert b" 413 " in answer.split(b"\r\n")[0]
    assert b"application/problem+json" in answer
    assert most - before < 16 * 2**20


def test_a_declared_large_body_is_refused_before_it_is_sent(port: int) -> None:
    with connect(port) as connection:
        connection.sendall(HEAD + b"Content-Length: 209715200\r\n\r\n")
        answer = connection.recv(65536)

    assert b" 413 " in answer.split(b"\r\n")[0]


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00 tls?\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET \xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET //[ HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET http://[::1 HTTP/1.1\r\nHost: x\r\n\r\n",
        HEAD + b"Content-Length: -1\r\n\r\n",
        HEAD + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET / HTTP/1.1\r\n" + b"X: " + b"a" * 10_000_000,
        b"GET /" + b"a" * 10_000_000,
    ],
    ids=range(10),
)
def test_bytes_that_are_no_request_are_a_problem(port: int, sent: bytes) -> None:
    with connect(port) as connection:
        try:
            connection.sendall(sent)
            answer = connection.recv(65536)
        except ConnectionError:
            answer = b""  # closed while we were still sending

    assert b" 500 " not in answer
    if answer:
        assert answer.split(b" ")[1].startswith(b"4")
        assert b"application/problem+json" in answer
        assert b"x-content-type-options: nosniff" in answer.lower()


async def slow(_scope: Scope, _receive: Receive, send: Send) -> None:
    await asyncio.sleep(PATIENCE_S * 2)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"done"})


@pytest.mark.parametrize("second", [b"", b"GET /hea", HEAD + b"Content-Length: 9\r\n\r\n{"])
def test_an_answer_that_takes_long_is_not_cut(second: bytes) -> None:
    config = uvicorn.Config(
        slow, http=PatientProtocol, lifespan="off", ws="none", timeout_keep_alive=PATIENCE_S
    )
    with listening(uvicorn.Server(config)) as port, connect(port) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" + second)
        answer = connection.recv(65536)

    assert b" 200 " in answer.split(b"\r\n")[0]


def test_a_rush_is_shed_with_a_time_to_come_back(
    lender: SmallWorld, tmp_path: Path, named: dict[str, Any]
) -> None:
    settings = lender.settings(lender.copy(tmp_path))
    narrow = settings.model_copy(update={"scoring_slots": 1, "scoring_queue": 1})
    with serving(narrow) as port, ThreadPoolExecutor(12) as callers:
        url = f"http://127.0.0.1:{port}/score"
        calls = [callers.submit(httpx.post, url, json=named, timeout=30) for _ in range(12)]
        answers = [call.result() for call in calls]
        after = httpx.post(url, json=named, timeout=30)

    assert {answer.status_code for answer in answers} == {200, 503}
    shed = [answer for answer in answers if answer.status_code == 503]
    assert {answer.json()["type"] for answer in shed} == {"/problems/busy"}
    assert all(int(answer.headers["retry-after"]) > 0 for answer in shed)
    assert after.status_code == 200


def test_it_runs_as_a_program_and_ends_in_good_order(
    lender: SmallWorld, tmp_path: Path, named: dict[str, Any]
) -> None:
    port = free_port()
    environment = os.environ | {
        "TRICREDIT_DB": lender.copy(tmp_path),
        "TRICREDIT_BUNDLE": str(lender.bundle),
        "TRICREDIT_PORT": str(port),
    }
    process = subprocess.Popen([sys.executable, "-c", PROGRAM], env=environment, cwd=ROOT)
    try:
        wait_until_live(f"http://127.0.0.1:{port}/health/live")
        answer = httpx.post(f"http://127.0.0.1:{port}/score", json=named, timeout=30)
    finally:
        process.send_signal(signal.SIGTERM)
        begin = time.perf_counter()
        status = process.wait(timeout=20)

    assert answer.status_code == 200
    assert status in {0, -signal.SIGTERM}
    assert time.perf_counter() - begin < 10


def wait_until_live(url: str) -> None:
    for _ in range(200):
        try:
            if httpx.get(url, timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    pytest.fail("the program didn't start")
