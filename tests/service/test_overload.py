"""More callers than can be answered, and callers that send nothing: the others are served."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from service.settings import Settings
from tests.service.crowd import (
    HOST,
    Answer,
    callers,
    for_seconds,
    post,
    share,
    statuses,
    unlike_refusals,
)
from tests.service.served_process import Served, served
from tests.worlds import SmallWorld

HEAD = b"POST /score HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
SLOTS, QUEUE = 1, 1
CAPACITY = SLOTS + QUEUE
"""Callers that find a place."""

TIMES = 5
AFTER_S = 5
"""Seconds after which all is as before."""

SHED_PAUSE_S = 0.25
"""A caller of the crowd comes again then: sooner than it is told, and no busy loop."""


@dataclass(frozen=True)
class Size:
    """How much of it: seconds of each part, and slow sockets of each kind."""

    seconds: float
    sockets: int
    whole: bool


SIZES = [
    pytest.param(Size(1, 20, whole=False), id="short"),
    pytest.param(
        Size(30, 500, whole=True), id="whole", marks=[pytest.mark.long, pytest.mark.alone]
    ),
]


@pytest.fixture
def running(request: pytest.FixtureRequest, lender: SmallWorld, tmp_path: Path) -> Iterator[Served]:
    """A narrow service, which has its own process where it is weighed."""
    size: Size = request.getfixturevalue("size")
    # each score is worked out: what is remembered would need thousands of callers to overload
    narrow: dict[str, Any] = {"scoring_slots": SLOTS, "scoring_queue": QUEUE, "answers_kept": 0}
    given = lender.settings(lender.copy(tmp_path)).model_dump(exclude_unset=True)
    settings = Settings(**given, **narrow, receive_timeout_s=5.0)
    with served(tmp_path, alone=size.whole, settings=settings) as found:
        yield found


def scored(running: Served, named: dict[str, Any], number: int, seconds: float) -> list[Answer]:
    """The answers to so many callers that ask again and again."""

    async def ask() -> list[Answer]:
        body = json.dumps(named).encode()
        until = for_seconds(seconds)
        pause = SHED_PAUSE_S if number > CAPACITY else 0
        return await callers(running.port, number, lambda _: post("/score", body), until, pause)

    return asyncio.run(ask())


def good(answers: list[Answer]) -> list[float]:
    """How long each success took."""
    return [answer.took_s for answer in answers if answer.status == 200]


@pytest.mark.parametrize("size", SIZES)
def test_five_times_as_many_as_can_be_served_are_shed_and_the_rest_is_served_as_before(
    size: Size, running: Served, named: dict[str, Any]
) -> None:
    scored(running, named, CAPACITY, size.seconds / 2)  # warm
    before = scored(running, named, CAPACITY, size.seconds)
    weight = running.resident_bytes
    under = scored(running, named, CAPACITY * TIMES, size.seconds)
    grown = running.resident_bytes / weight
    time.sleep(AFTER_S if size.whole else 0)
    after = scored(running, named, CAPACITY, size.seconds)

    capacity, goodput, again = (len(good(one)) for one in (before, under, after))
    usual, pressed, normal = (share(good(one), 0.99) for one in (before, under, after))
    print(
        f"{capacity / size.seconds:.0f} scores/s, under {TIMES} times as many callers "
        f"{goodput / capacity:.0%} of them, p99 {usual * 1_000:.0f} -> {pressed * 1_000:.0f} ms, "
        f"{statuses(under)}, memory x {grown:.2f}; afterwards {again / capacity:.0%}, "
        f"p99 {normal * 1_000:.0f} ms"
    )
    assert {answer.status for answer in before + after} == {200}
    assert unlike_refusals(under) == []
    assert {answer.problem for answer in under if answer.status != 200} == {"busy"}
    assert goodput > 0
    if size.whole:
        assert goodput >= 0.9 * capacity
        assert pressed <= 2 * usual
        assert grown <= 1.5
        assert again >= 0.9 * capacity


async def lingering(port: int, number: int, sent: bytes) -> list[float]:
    """Open so many connections, send a part of a request on each; how long each stayed open."""

    async def one() -> float:
        reader, writer = await asyncio.open_connection(HOST, port)
        begin = time.perf_counter()
        writer.write(sent)
        with suppress(ConnectionError):
            await reader.read(1)
        writer.close()
        return time.perf_counter() - begin

    return await asyncio.gather(*(one() for _ in range(number)))


@pytest.mark.parametrize("size", SIZES)
def test_slow_heads_and_slow_bodies_are_cut_off_and_honest_callers_don_t_notice(
    size: Size, running: Served, named: dict[str, Any]
) -> None:
    request = post("/score", json.dumps(named).encode())
    scored(running, named, 1, 1)  # warm

    async def together() -> tuple[list[Answer], list[Answer], list[float]]:
        alone = await callers(running.port, 1, lambda _: request, for_seconds(size.seconds / 3))
        slow = asyncio.gather(
            lingering(running.port, size.sockets, HEAD[:-9]),
            lingering(running.port, size.sockets, HEAD + b"Content-Length: 900\r\n\r\n{"),
        )
        beside = await callers(running.port, 1, lambda _: request, slow.done)
        heads, bodies = await slow
        return alone, beside, heads + bodies

    alone, beside, stayed = asyncio.run(together())

    usual, pressed = share(good(alone), 0.99), share(good(beside), 0.99)
    print(
        f"{len(stayed)} slow sockets closed within {max(stayed):.1f} s; honest p99 "
        f"{usual * 1_000:.0f} -> {pressed * 1_000:.0f} ms over {len(beside)} scores"
    )
    assert len(stayed) == 2 * size.sockets
    assert statuses(alone + beside).keys() == {200}
    if size.whole:
        assert max(stayed) <= 10
        assert pressed <= 2 * usual
