"""What must hold before and after a service is measured: answers are right, and on record."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from sqlalchemy import func, select

from benchmarks.stage.served import Served
from benchmarks.stage.served_world import ServedWorld
from ledger.database import open_database, reading
from ledger.kinds import table_of

SAMPLE = 5


def lines_of(file: Path) -> list[str]:
    """The lines of a file of requests."""
    return file.read_text(encoding="utf-8").splitlines()


def warm_up(served: Served, warm: Path) -> None:
    """Ask everything, so that its history is kept; the first one twice.

    The first request of a day says that the day is asked for, and the next ones keep. Each answer
    must be a decision about what was asked.
    """
    lines = lines_of(warm)
    for at, line in enumerate([lines[0], *lines]):
        body = _named(line, f"warm-{at}")
        status, content = served.ask("POST", "/score", body)
        assert status == 200, content
        answer = json.loads(content)
        assert answer["request_id"] == f"warm-{at}", answer
        assert answer["decision"], answer


def answers_are_on_record(served: Served, warm: Path) -> None:
    """A sample of decisions must be read again as they were given, byte for byte."""
    for at, line in enumerate(lines_of(warm)[:SAMPLE]):
        status, given = served.ask("POST", "/score", _named(line, f"sample-{at}"))
        assert status == 200, given
        kept = served.ask("GET", f"/scores/{json.loads(given)['score_id']}")
        assert kept == (200, given)


def echoes(served: Served, warm: Path) -> None:
    """The echo must give the body back."""
    body = _named(lines_of(warm)[0], "echo")
    assert served.ask("POST", "/echo", body) == (200, body)


def predicts_the_same(served: Served, world: ServedWorld) -> None:
    """MLflow must say of each row what the trees of the bundle say."""
    told: list[float] = []
    for line in lines_of(world.lines("rows")):
        status, content = served.ask("POST", "/invocations", line.encode())
        assert status == 200, content
        told += json.loads(content)["predictions"]
    assert np.allclose(told, world.expected(), rtol=1e-12, atol=0)


def rows(world: ServedWorld, table: str) -> int:
    """Number of rows of a table of the ledger."""
    engine = open_database(world.db)
    with reading(engine) as connection:
        found = connection.execute(select(func.count()).select_from(table_of(table)))
        count: int = found.scalar_one()
    engine.dispose()
    return count


def _named(line: str, request_id: str) -> bytes:
    return line.replace("REQUEST_ID", request_id).encode()
