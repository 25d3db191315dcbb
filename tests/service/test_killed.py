"""A service killed in the middle of eight writers: what it acknowledged is there, once."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2 as httpx
import pytest
from sqlalchemy import Engine, text

from ledger.audit.verifying import verify
from ledger.database import migrate, open_database, reading, writing
from ledger.principals import DEFAULT_TENANT
from ledger.tenants import ensure_tenant
from tests.postgres import free_port

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = "from service.server import run; from service.settings import Settings; run(Settings())"
WRITERS = 8
ROWS_A_REQUEST = 3


@dataclass
class Writer:
    """One client: what it sent, and what was acknowledged to it."""

    name: str
    port: int
    tally: "Tally"
    sent: list[list[str]] = field(default_factory=list)
    acknowledged: set[str] = field(default_factory=set)

    def write(self) -> None:
        """Send one request after the other, until the service is gone."""
        with httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=30) as client:
            while True:
                refs = [f"{self.name}-{len(self.sent)}-{row}" for row in range(ROWS_A_REQUEST)]
                self.sent.append(refs)
                try:
                    answer = post(client, refs)
                except httpx.TransportError:
                    return
                if answer.status_code == 200:
                    self.acknowledged.update(refs)
                    self.tally.count()


class Tally:
    """Acknowledgements of all writers; tells when there are enough to kill."""

    def __init__(self, enough: int) -> None:
        self._left = enough
        self._lock = threading.Lock()
        self.reached = threading.Event()

    def count(self) -> None:
        with self._lock:
            self._left -= 1
            if self._left <= 0:
                self.reached.set()


def post(client: httpx.Client, refs: list[str]) -> httpx.Response:
    rows = [{"ref": ref, "happened_at": "2026-01-01T00:00:00Z"} for ref in refs]
    return client.post(
        "/facts/party",
        params={"source_system": "writers"},
        content=json.dumps(rows),
        headers={"content-type": "application/json", "idempotency-key": refs[0]},
    )


@contextmanager
def a_service(url: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A process that serves the ledger, and its port; killed at the end, if it still runs."""
    port = free_port()
    environment = {**os.environ, "TRICREDIT_DB": url, "TRICREDIT_PORT": str(port)}
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM], env=environment, cwd=ROOT, stderr=subprocess.DEVNULL
    )
    try:
        yield process, port
    finally:
        process.kill()
        process.wait(timeout=30)


def seconds_until_it_writes(port: int) -> float:
    """Wait until a row is acknowledged; how long that took."""
    begin = time.perf_counter()
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
        for _ in range(600):
            try:
                if post(client, ["first"]).status_code == 200:
                    return time.perf_counter() - begin
            except httpx.TransportError:
                time.sleep(0.05)
    pytest.fail("the service doesn't write")


def killed_under_writers(url: str, cycle: int) -> tuple[list[Writer], float]:
    """Let eight clients write, kill the service in the middle, and return them."""
    tally = Tally(10 + 17 * cycle % 50)
    with a_service(url) as (process, port):
        waited = seconds_until_it_writes(port)
        writers = [Writer(f"{cycle}-{number}", port, tally) for number in range(WRITERS)]
        threads = [threading.Thread(target=writer.write) for writer in writers]
        for thread in threads:
            thread.start()
        assert tally.reached.wait(timeout=120)
        process.send_signal(signal.SIGKILL)
        for thread in threads:
            thread.join(timeout=60)
    return writers, waited


def send_again(url: str, writers: list[Writer]) -> None:
    """What was never acknowledged is sent once more, to a service that runs again."""
    with a_service(url) as (_, port):
        seconds_until_it_writes(port)
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            for writer in writers:
                for refs in writer.sent:
                    if refs[0] not in writer.acknowledged:
                        assert post(client, refs).status_code == 200


def parties(engine: Engine) -> Counter[str]:
    with reading(engine) as connection:
        return Counter(connection.scalars(text("SELECT ref FROM party WHERE ref <> 'first'")))


def killed_again_and_again(url: str, cycles: int) -> None:
    engine = open_database(url)
    migrate(engine)
    with writing(engine) as connection:
        ensure_tenant(connection, DEFAULT_TENANT, "Asia/Shanghai", "CNY")
    all_writers: list[Writer] = []
    for cycle in range(cycles):
        writers, waited = killed_under_writers(url, cycle)
        all_writers += writers
        there = parties(engine)
        acknowledged = set().union(*(writer.acknowledged for writer in all_writers))
        print(f"cycle {cycle}: {len(acknowledged)} rows acknowledged, writes after {waited:.1f} s")
        assert acknowledged
        assert acknowledged - there.keys() == set(), "acknowledged rows are lost"
        assert {ref for ref, times in there.items() if times > 1} == set(), "rows are doubled"
        for writer in all_writers:  # a request is there wholly or not at all
            assert {len(there.keys() & set(refs)) for refs in writer.sent} <= {0, ROWS_A_REQUEST}
        assert verify(engine, DEFAULT_TENANT, [], []).ok
    send_again(url, all_writers)
    sent = Counter(ref for writer in all_writers for refs in writer.sent for ref in refs)
    assert parties(engine) == sent
    assert verify(engine, DEFAULT_TENANT, [], []).ok
    engine.dispose()


def test_what_was_acknowledged_survives_a_kill(database_url: str) -> None:
    killed_again_and_again(database_url, 2)


@pytest.mark.long
def test_what_was_acknowledged_survives_twenty_kills(database_url: str) -> None:
    killed_again_and_again(database_url, 20)
