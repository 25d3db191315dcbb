"""However many lines come, good, bad or too long, the service keeps its memory."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.postgres import free_port
from tests.service.batch_caller import batch
from tests.service.test_slow_clients import PROGRAM, ROOT, wait_until_live
from tests.service.test_upload_memory import peak
from tests.worlds import SmallWorld

MORE = 64 << 20
"""Bytes above what the service needs after its first batch."""


@pytest.fixture
def line(named: dict[str, Any]) -> bytes:
    return json.dumps(named).encode()


@pytest.fixture
def program(lender: SmallWorld, tmp_path: Path) -> Iterator[tuple[str, int]]:
    """A service as a program of its own: its address and its process."""
    port = free_port()
    environment = os.environ | {
        "TRICREDIT_DB": lender.copy(tmp_path),
        "TRICREDIT_BUNDLE": str(lender.bundle),
        "TRICREDIT_PORT": str(port),
    }
    process = subprocess.Popen([sys.executable, "-c", PROGRAM], env=environment, cwd=ROOT)
    try:
        wait_until_live(f"http://127.0.0.1:{port}/health/live")
        yield f"http://127.0.0.1:{port}", process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def mixed(line: bytes, groups: int, bad: int) -> Iterator[bytes]:
    """Groups of lines: good ones, bad ones, and one that is too long."""
    for _ in range(groups):
        yield (line + b"\n") * 4 + b'{"request_id": 1}\n' * bad
        yield b"x" * 400_000
        yield b"x" * 800_000 + b"\n"


@pytest.mark.long
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
def test_memory_doesn_t_grow_with_the_lines(program: tuple[str, int], line: bytes) -> None:
    address, pid = program
    batch(address, mixed(line, 8, 100))
    before = peak(pid)
    told = batch(address, mixed(line, 40, 250))

    assert told == {"lines": 40 * 255, "replies": 160, "problems": 40 * 251}
    assert peak(pid) - before < MORE


@pytest.mark.long
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
def test_memory_doesn_t_grow_with_thousands_of_decisions(
    program: tuple[str, int], line: bytes
) -> None:
    address, pid = program
    batch(address, mixed(line, 100, 10))
    before = peak(pid)
    told = batch(address, ((line + b"\n") * 50 for _ in range(100)))

    assert told == {"lines": 5_000, "replies": 5_000, "problems": 0}
    assert peak(pid) - before < MORE
