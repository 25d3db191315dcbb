"""Several worker processes on PostgreSQL answer as one; a file takes no more than one."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from typer.testing import CliRunner

from ledger.audit.verifying import verify
from ledger.database import open_database, writing
from ledger.principals import DEFAULT_TENANT, OWNER
from ledger.tenants import ensure_tenant
from ledger.writer import append
from tests.postgres import PostgresServer, free_port
from tests.service.shadowed import until
from tests.worlds import SmallWorld
from tricredit import app

ROOT = Path(__file__).resolve().parents[2]
TODAY = datetime.now(UTC)
CLAIM = {
    "ref": "I-1",
    "issued_on": str((TODAY - timedelta(20)).date()),
    "due_on": str((TODAY + timedelta(40)).date()),
    "face_minor": 100_000,
    "currency": "CNY",
}
WORKERS = 2


class Served:
    """A running service of several processes."""

    def __init__(self, process: "subprocess.Popen[bytes]", port: int, url: str) -> None:
        self.process = process
        self.url = url
        self.address = f"http://127.0.0.1:{port}"

    def client(self) -> httpx.Client:
        """A connection of its own, and so a worker for as long as it is kept."""
        return httpx.Client(base_url=self.address, timeout=60)

    def numbers(self) -> dict[tuple[str, str, str], float]:
        """Samples of all workers by name, route and worker, read over a connection of its own."""
        with self.client() as client:
            text = client.get("/metrics").text
        found: dict[tuple[str, str, str], float] = {}
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                labels = sample.labels
                key = (sample.name, labels.get("route", ""), labels.get("worker", ""))
                found[key] = found.get(key, 0.0) + sample.value
        return found

    def of_each(self, stack: ExitStack) -> list[httpx.Client]:
        """A client of each worker: new connections until each of them has one."""
        found: dict[str, httpx.Client] = {}
        for _ in range(200):
            client = stack.enter_context(self.client())
            before = self._lives()
            client.get("/health/live").raise_for_status()
            after = self._lives()
            (worker,) = (one for one in after if after[one] != before.get(one, 0))
            found.setdefault(worker, client)
            if len(found) == WORKERS:
                return [found[worker] for worker in sorted(found)]
        pytest.fail(f"only {sorted(found)} take connections")

    def _lives(self) -> dict[str, float]:
        name, route = "tricredit_http_requests_total", "/health/live"
        return {of[2]: n for of, n in self.numbers().items() if of[:2] == (name, route)}

    def workers(self) -> int:
        return int(self.numbers()["tricredit_workers", "", ""])

    def children(self) -> set[int]:
        """Processes of the service's own, apart from the tracker of resources."""
        text = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return {
            int(pid)
            for pid in text.split()
            if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()
        }


@contextmanager
def a_service(url: str, world: SmallWorld) -> Iterator[Served]:
    """The service as its command starts it, with two workers that answer; ended afterwards."""
    port = free_port()
    given = {
        "DB": url,
        "BUNDLE": str(world.bundle),
        "PORT": str(port),
        "WORKERS": str(WORKERS),
        "SCORING_WAIT_S": "60",  # a busy machine's first scores
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "tricredit", "serve"],
        env=os.environ | {f"TRICREDIT_{name}": value for name, value in given.items()},
        cwd=ROOT,
        stderr=subprocess.DEVNULL,
    )
    served = Served(process, port, url)

    def answers() -> bool:
        assert process.poll() is None
        try:
            return served.workers() == WORKERS
        except httpx.TransportError:
            return False

    try:
        end = time.monotonic() + 240  # three interpreters import all there is
        while not answers():
            assert time.monotonic() < end
            time.sleep(0.1)
        yield served
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.fixture(scope="module")
def served(
    postgres_server: PostgresServer, migrated_postgresql: str, small_world: SmallWorld
) -> Iterator[Served]:
    """A service of two workers, for the tests of this file."""
    url = a_book(postgres_server.create_database(like=migrated_postgresql))
    with a_service(url, small_world) as served:
        yield served
    postgres_server.drop_database(url)


def a_book(url: str) -> str:
    """Open a book with two parties; returns its URL."""
    engine = open_database(url)
    parties = [{"ref": ref, "happened_at": datetime(2025, 1, 1, tzinfo=UTC)} for ref in ("S", "B")]
    with writing(engine) as connection:
        ensure_tenant(connection, DEFAULT_TENANT, "Asia/Shanghai", "CNY")
        append(
            connection,
            OWNER,
            {"party": parties},
            source_system="t",
            historical=False,
            recorded_at=datetime.now(UTC),
        )
    engine.dispose()
    return url


def body(request_id: str) -> dict[str, Any]:
    parties = {"supplier": {"ref": "S"}, "buyer": {"ref": "B"}}
    return {"request_id": request_id, **parties, "receivables": [CLAIM]}


def ask(client: httpx.Client, request_id: str, key: str | None = None) -> httpx.Response:
    headers = {} if key is None else {"Idempotency-Key": key}
    answer = client.post("/score", json=body(request_id), headers=headers)
    assert answer.status_code == 200, answer.text
    return answer


def test_a_key_has_one_answer_whichever_worker_is_asked(served: Served) -> None:
    def one(number: int) -> bytes:
        with served.client() as client:
            return ask(client, f"K-{number // 8}", f"k-{number // 8}").content

    with ThreadPoolExecutor(8) as callers:
        answers = list(callers.map(one, range(40)))
    with ExitStack() as stack:
        first, second = served.of_each(stack)
        for at in range(5):
            same = {*answers[8 * at : 8 * at + 8]}
            same |= {ask(client, f"K-{at}", f"k-{at}").content for client in (first, second)}
            (kept,) = same
            score_id = json.loads(kept)["score_id"]
            assert first.get(f"/scores/{score_id}").content == kept
            assert second.get(f"/scores/{score_id}").content == kept
    assert len(set(answers)) == 5


def test_a_fact_told_to_one_worker_ends_what_the_other_remembers(served: Served) -> None:
    with ExitStack() as stack:
        first, second = served.of_each(stack)
        ask(first, "F-0")
        kept, again = ask(first, "F-1").json(), ask(first, "F-2").json()
        paid = {
            "ref": "P-1",
            "payer": "B",
            "payee": "S",
            "paid_on": str((TODAY - timedelta(1)).date()),
            "amount_minor": CLAIM["face_minor"],
            "currency": "CNY",
            "receivable": "I-1",
            "happened_at": (TODAY - timedelta(1)).isoformat(),
        }
        told = second.post("/facts/payment?source_system=t", json=[paid])
        assert told.json()["added"] == 1, told.text
        after = ask(first, "F-3").json()

    assert again["ledger_seq"] == kept["ledger_seq"]  # nothing had come: it was given again
    assert not kept["circumstances"]["claims"][0]["settled"]
    assert after["circumstances"]["claims"][0]["settled"]


def test_metrics_are_of_all_workers_whichever_is_asked(served: Served) -> None:
    def scored() -> dict[str, float]:
        return {of[2]: n for of, n in served.numbers().items() if of[0] == "tricredit_scores_total"}

    with ExitStack() as stack:
        both = served.of_each(stack)
        before = scored()
        for times, client in zip((3, 2), both, strict=True):
            for number in range(times):
                ask(client, f"M-{times}-{number}")
        after = scored()
        told = [client.get("/metrics").text for client in both]

    assert {of: after[of] - before.get(of, 0) for of in after} == {"0": 3, "1": 2}
    for text in told:
        assert text.count("# TYPE tricredit_scores_total counter") == 1
        assert {f'worker="{number}"' in text for number in range(WORKERS)} == {True}
        assert "tricredit_workers 2.0" in text


def test_one_signal_ends_all_of_them(served: Served) -> None:  # last: it is gone afterwards
    children = served.children()
    begun = time.monotonic()
    served.process.send_signal(signal.SIGTERM)

    assert served.process.wait(timeout=30) == 0
    print(f"{len(children)} workers ended {time.monotonic() - begun:.1f} s after SIGTERM")
    assert time.monotonic() - begun < 10
    assert not any(Path(f"/proc/{pid}").exists() for pid in children)


@pytest.mark.long
def test_a_worker_that_dies_is_replaced_and_workers_end_with_their_parent(
    postgres_server: PostgresServer, migrated_postgresql: str, small_world: SmallWorld
) -> None:
    url = a_book(postgres_server.create_database(like=migrated_postgresql))
    with a_service(url, small_world) as served:
        with served.client() as client:
            before = ask(client, "D-1", "d").content
        victim = min(served.children())
        os.kill(victim, signal.SIGKILL)
        begun = time.monotonic()
        with served.client() as client:  # the other one takes what comes meanwhile
            assert ask(client, "D-1", "d").content == before
        until(lambda: victim not in served.children() and len(served.children()) == WORKERS)
        until(lambda: served.workers() == WORKERS)
        print(f"two workers answer again {time.monotonic() - begun:.1f} s after one was killed")

        engine = open_database(url)
        assert verify(engine, DEFAULT_TENANT, [], []).ok
        engine.dispose()

        children = served.children()
        served.process.kill()
        served.process.wait()
        until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in children))


def test_a_file_takes_one_worker(sqlite_ledger: str) -> None:
    asked = CliRunner().invoke(app, ["serve", "--db", sqlite_ledger, "--workers", "2"])

    assert asked.exit_code == 2
    assert "wrong-database-url (workers): 2 worker processes want PostgreSQL" in asked.stderr
    assert "or serve with one worker" in asked.stderr
