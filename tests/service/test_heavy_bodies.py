"""200 MB to where less is taken: refused, and the service doesn't grow."""

from __future__ import annotations

import gzip
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from service.settings import Settings
from tests.service.crowd import HOST, asked, post
from tests.service.served_process import Served, served
from tests.worlds import SmallWorld

MEGABYTE = 1 << 20
SENT = 200 * MEGABYTE
MORE = 16 * MEGABYTE
"""What the service may grow by."""


@pytest.fixture(scope="module")
def running(small_world: SmallWorld, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder: Path = tmp_path_factory.mktemp("heavy")
    given = small_world.settings(small_world.copy(folder)).model_dump(exclude_unset=True)
    settings = Settings(**given, upload_limit_bytes=8 * MEGABYTE, batch_limit_bytes=8 * MEGABYTE)
    with served(folder, alone=True, settings=settings) as found:
        yield found


def heaviest(running: Served, head: str, *, chunked: bool) -> tuple[bytes, int]:
    """The answer to a head and 200 MB, and the most that the service weighed meanwhile."""
    block = b" " * (1 << 16)
    part = b"%x\r\n%b\r\n" % (len(block), block) if chunked else block
    length = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {SENT}"
    most = 0
    with socket.create_connection((HOST, running.port), timeout=30) as connection:
        connection.sendall(f"{head}{length}\r\n\r\n".encode())
        for at in range(SENT // len(block)):
            try:
                connection.sendall(part)
            except ConnectionError:  # it has said no and reads no further
                break
            if at % 16 == 0:
                most = max(most, running.resident_bytes)
        try:
            answer = connection.recv(1 << 16)
        except ConnectionError:
            answer = b""
    return answer, max(most, running.resident_bytes)


@pytest.mark.long
@pytest.mark.parametrize("chunked", [True, False], ids=["chunked", "declared"])
@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/score", "application/json"),
        ("/facts?source_system=x", "application/json"),
        ("/facts/party?source_system=x", "application/json"),
        ("/facts/party?source_system=x", "text/csv"),
        ("/score/jobs", "application/x-ndjson"),
        ("/score/batch", "application/x-ndjson"),
    ],
)
def test_two_hundred_megabytes_are_refused_and_not_kept(
    running: Served, named: dict[str, Any], path: str, kind: str, chunked: bool
) -> None:
    asked(running.port, post("/score", json.dumps(named).encode()))
    before = running.resident_bytes
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\n"

    answer, most = heaviest(running, head, chunked=chunked)

    grown = (most - before) / MEGABYTE
    print(f"{path} {kind}: {answer[9:12]!r}, grew by {grown:.1f} MB")
    if answer and path != "/score/batch":
        assert answer.startswith(b"HTTP/1.1 413 ")
    else:  # its lines are answered as they come
        assert not answer or b'"status":413' in answer.replace(b" ", b"")
    assert most - before <= MORE


@pytest.mark.long
@pytest.mark.parametrize("path", ["/score", "/facts/party?source_system=x", "/score/batch"])
def test_a_compressed_body_is_refused_before_it_is_unpacked(running: Served, path: str) -> None:
    body = gzip.compress(b" " * SENT)
    before = running.resident_bytes
    request = post(path, body).replace(b"Host: x\r\n", b"Host: x\r\nContent-Encoding: gzip\r\n", 1)

    (answer,) = asked(running.port, request)

    assert (answer.status, answer.problem) == (415, "unsupported-media-type")
    assert running.resident_bytes - before <= MORE
