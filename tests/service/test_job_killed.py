"""A job whose service is killed goes on where it stood, and each line is decided once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2 as httpx
import pytest
from sqlalchemy import Engine, select

from ledger.audit.verifying import verify
from ledger.database import reading
from ledger.kinds import table_of
from tests.postgres import free_port
from tests.service.batches import NDJSON, Json, asked, body_of, told
from tests.service.offers import a_book, a_pack, claim
from tests.service.test_slow_clients import PROGRAM, ROOT, wait_until_live
from tests.worlds import SmallWorld


@contextmanager
def a_program(world: SmallWorld, url: str, folder: Path) -> Iterator[tuple[httpx.Client, int]]:
    """A service as a program of its own; killed at the end."""
    port = free_port()
    environment = os.environ | {
        "TRICREDIT_DB": url,
        "TRICREDIT_BUNDLE": str(world.bundle),
        "TRICREDIT_PACK": a_pack(folder),
        "TRICREDIT_JOBS_FOLDER": str(folder / "jobs"),
        "TRICREDIT_PORT": str(port),
    }
    process = subprocess.Popen([sys.executable, "-c", PROGRAM], env=environment, cwd=ROOT)
    try:
        wait_until_live(f"http://127.0.0.1:{port}/health/live")
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=120) as client:
            yield client, process.pid
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=30)


def until(client: httpx.Client, id: str, done: int) -> Json:
    """Wait until so many lines of a job are done."""
    for _ in range(6_000):
        job: Json = client.get(f"/score/jobs/{id}").json()
        if job["lines_done"] >= done and (done == 0 or job["state"] in {"running", "done"}):
            return job
        time.sleep(0.02)
    pytest.fail(f"the job doesn't come that far: {job}")


def killed_again_and_again(
    world: SmallWorld, url: str, folder: Path, lines: int, stops: list[int]
) -> None:
    with a_book(url, claim("I-1"), claim("I-2")) as engine:
        one = body_of(asked(at, f"I-{1 + at % 2}") for at in range(lines))
        other = body_of(b"{" if at % 5 == 0 else asked(at) for at in range(lines // 2))
        ids: list[str] = []
        for stop in stops:
            with a_program(world, url, folder) as (client, _):
                if not ids:
                    headers = {"content-type": NDJSON}
                    sent = [
                        client.post("/score/jobs", content=body, headers=headers)
                        for body in (one, other)
                    ]
                    ids = [answer.json()["id"] for answer in sent]
                until(client, ids[0], stop)
        with a_program(world, url, folder) as (client, _):
            jobs = [finished(client, id) for id in ids]
            answers = [client.get(f"/score/jobs/{id}/result").content for id in ids]
        check(engine, jobs, answers, lines)


def finished(client: httpx.Client, id: str) -> Json:
    for _ in range(6_000):
        job: Json = client.get(f"/score/jobs/{id}").json()
        if job["state"] == "done":
            return job
        time.sleep(0.05)
    pytest.fail(f"the job doesn't end: {job}")


def check(engine: Engine, jobs: list[Json], answers: list[bytes], lines: int) -> None:
    """Every line is answered once, by the bytes of the one record that it has."""
    found = [told(answer) for answer in answers]
    assert [one["line"] for one in found[0][:-1]] == list(range(1, lines + 1))
    assert [one["line"] for one in found[1][:-1]] == list(range(1, lines // 2 + 1))
    assert [job["lines_done"] for job in jobs] == [lines, lines // 2]
    for job, answer in zip(jobs, found, strict=True):
        assert answer[-1] == {
            "lines": job["lines_total"],
            "replies": job["replies"],
            "problems": job["problems"],
        }
    replies = [one["reply"] for answer in found for one in answer if "reply" in one]
    with reading(engine) as connection:
        kept = [
            json.loads(reply)
            for reply in connection.scalars(select(table_of("score_record").c.reply))
        ]
    assert sorted(one["score_id"] for one in kept) == sorted(one["score_id"] for one in replies)
    assert {one["score_id"]: one for one in kept} == {one["score_id"]: one for one in replies}
    assert verify(engine, "default").ok


def test_a_killed_job_goes_on_where_it_stood(
    small_world: SmallWorld, sqlite_url: str, tmp_path: Path
) -> None:
    killed_again_and_again(small_world, sqlite_url, tmp_path, 150, [64])


@pytest.mark.long
def test_a_job_killed_many_times_decides_each_line_once(
    small_world: SmallWorld, database_url: str, tmp_path: Path
) -> None:
    stops = [0, 1, 64, 65, 200, 400, 600]
    killed_again_and_again(small_world, database_url, tmp_path, 1_000, stops)
