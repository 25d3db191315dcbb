"""kill -9 in the midst of writing: what was acknowledged is there once, and nothing is half there.

It can't tell a disk that lies: what was handed to the system outlives a process, not a power cut.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import text

from ledger.audit.verifying import verify
from ledger.database import migrate, open_database, reading, require_current, writing
from ledger.principals import OWNER
from ledger.tenants import ensure_tenant, lock_book
from tests.killed_writer import ROWS
from tests.postgres import PostgresServer

ROOT = Path(__file__).resolve().parents[1]
THREADS = 8
FOREVER = 1_000_000
CYCLES = [2, pytest.param(20, marks=pytest.mark.long)]

Acknowledged = list[int]
"""By thread: how many units were acknowledged, the first ones."""


@contextmanager
def writer(url: str, starts: Acknowledged, until: int = FOREVER) -> Iterator[subprocess.Popen[str]]:
    """A process that writes; killed at the end if it isn't over."""
    program = [sys.executable, str(ROOT / "tests" / "killed_writer.py"), url, str(until)]
    with subprocess.Popen(
        [*program, *map(str, starts)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def read_some(process: subprocess.Popen[str], acknowledged: Acknowledged, lines: int) -> None:
    """Read so many lines of a writer, or all that there are."""
    assert process.stdout is not None
    for _ in range(lines):
        line = process.stdout.readline()
        if not line.endswith("\n"):
            return
        thread, number = map(int, line.split())
        assert number == acknowledged[thread]
        acknowledged[thread] += 1


def killed(url: str, acknowledged: Acknowledged, chance: Random) -> None:
    """Let a writer write, and kill it at a moment that only the seed knows."""
    with writer(url, acknowledged) as process:
        read_some(process, acknowledged, chance.randrange(8, 80))
        time.sleep(chance.random() / 50)
        process.kill()
        read_some(process, acknowledged, FOREVER)  # what it said before it died
    assert process.returncode == -9


def check(url: str, acknowledged: Acknowledged) -> None:
    begin = time.perf_counter()
    engine = open_database(url)
    require_current(engine)
    with writing(engine) as connection:
        lock_book(connection, OWNER.tenant)  # a server may still be committing for the dead
    print(f"ready {time.perf_counter() - begin:.2f} s after the kill")
    with reading(engine) as connection:
        parties = Counter(connection.scalars(text("SELECT ref FROM party")))
        records = Counter(connection.scalars(text("SELECT request FROM score_record")))
        keys = Counter(connection.scalars(text("SELECT key FROM idempotency_key")))
    units = Counter(ref.rpartition("-")[0] for ref in parties.elements())

    assert set(parties.values()) <= {1}
    assert set(units.values()) <= {ROWS}  # batches are whole
    assert records == keys
    assert set(records.values()) <= {1}
    for thread, count in enumerate(acknowledged):
        there = units if thread % 2 == 0 else records
        wanted = {f"{thread}-{number}" for number in range(count)}
        one_more = f"{thread}-{count}"  # committed, and killed before it could say so
        found = {name for name in there if name.startswith(f"{thread}-")}
        assert found in (wanted, wanted | {one_more})
    found_by_chain = verify(engine, OWNER.tenant)
    assert found_by_chain.findings == ()
    assert (found_by_chain.facts, found_by_chain.records) == (parties.total(), records.total())
    engine.dispose()


def prepare(url: str) -> Acknowledged:
    engine = open_database(url)
    migrate(engine)
    with writing(engine) as connection:
        ensure_tenant(connection, OWNER.tenant, "Asia/Shanghai", "CNY")
    engine.dispose()
    return [0] * THREADS


def finish(url: str, acknowledged: Acknowledged) -> None:
    """Another process goes on, sends again what was in the air, and ends in good order."""
    until = max(acknowledged) + 3
    with writer(url, acknowledged, until) as process:
        read_some(process, acknowledged, FOREVER)
        assert process.wait(60) == 0
    assert acknowledged == [until] * THREADS
    check(url, acknowledged)


@pytest.mark.parametrize("cycles", CYCLES)
def test_a_killed_writer_loses_nothing_it_has_acknowledged(database_url: str, cycles: int) -> None:
    acknowledged = prepare(database_url)
    for cycle in range(cycles):
        killed(database_url, acknowledged, Random(cycle))  # noqa: S311 - a moment
        check(database_url, acknowledged)
    finish(database_url, acknowledged)


@pytest.mark.long
def test_a_killed_server_loses_nothing_it_has_acknowledged() -> None:
    server = PostgresServer(durable=True)
    try:
        server.start()
        url = server.create_database()
        acknowledged = prepare(url)
        for cycle in range(5):
            chance = Random(cycle)  # noqa: S311 - a moment
            with writer(url, acknowledged) as process:
                read_some(process, acknowledged, chance.randrange(8, 80))
                time.sleep(chance.random() / 50)
                server.kill()
                server.start_again()
                read_some(process, acknowledged, 40)  # the writer goes on by itself
                process.kill()
                read_some(process, acknowledged, FOREVER)
            check(url, acknowledged)
        finish(url, acknowledged)
    finally:
        server.stop()
