"""Good and bad requests for minutes: neither memory nor files grow."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from service.settings import Settings
from tests.service.crowd import Answer, callers, for_seconds, get, post, statuses
from tests.service.served_process import Served, served
from tests.worlds import SmallWorld

CALLERS = 4
REMEMBERED = 20
"""Answers and such that the service may keep: what grows must be told from what fills."""


@dataclass(frozen=True)
class Length:
    """Seconds of warming and of soaking; whether its figures are judged."""

    warm_s: float
    soak_s: float
    whole: bool


@pytest.fixture
def running(request: pytest.FixtureRequest, lender: SmallWorld, tmp_path: Path) -> Iterator[Served]:
    length: Length = request.getfixturevalue("length")
    given = lender.settings(lender.copy(tmp_path)).model_dump(exclude_unset=True)
    settings = Settings(**given, answers_kept=REMEMBERED, receive_timeout_s=5.0)
    with served(tmp_path, alone=length.whole, settings=settings) as found:
        yield found


def soaked(
    running: Served, named: dict[str, Any], along: dict[str, Any], seconds: float
) -> list[Answer]:
    """The answers to a mixture of requests."""

    def request(number: int) -> bytes:
        match number % 8:
            case 0 | 1:
                return post("/score", json.dumps(named).encode())
            case 2:
                body = along | {"request_id": f"R-{number}"}
                return post("/score", json.dumps(body).encode(), f"soak-{number}")
            case 3:
                return get(f"/enterprises/{named['supplier']['ref']}")
            case 4:
                return get("/facts/receivable?limit=20")
            case 5:
                return post("/score", b'{"amount": NaN}')
            case 6:
                return post("/facts/party?source_system=x", b'[{"ref": 1}]')
            case _:
                return get("/metrics")

    return asyncio.run(callers(running.port, CALLERS, request, for_seconds(seconds), 0.01))


@pytest.mark.parametrize(
    "length",
    [
        pytest.param(Length(0.5, 1, whole=False), id="short"),
        pytest.param(Length(45, 180, whole=True), id="whole", marks=pytest.mark.long),
    ],
)
def test_neither_memory_nor_files_grow(
    length: Length, running: Served, named: dict[str, Any], along: dict[str, Any]
) -> None:
    soaked(running, named, along, length.warm_s)
    weight, files = running.resident_bytes, running.open_files

    answers = soaked(running, named, along, length.soak_s)

    grown, more = running.resident_bytes / weight - 1, running.open_files - files
    print(
        f"{len(answers)} requests in {length.soak_s:.0f} s: {statuses(answers)}; memory "
        f"{weight >> 20} MB {grown:+.1%}, {files} files {more:+d}"
    )
    assert set(statuses(answers)) <= {200, 400, 422}
    assert running.traces == ""
    assert more <= CALLERS  # connections that are just being closed
    if length.whole:
        assert grown <= 0.05
