"""A crowd of callers over real sockets: what each was answered, and how long it took.

It is one event loop of plain HTTP/1.1: a fuller client would take the processor from the service.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

HOST = "127.0.0.1"
PATIENCE_S = 60


@dataclass(frozen=True)
class Answer:
    """What became of a request.

    Attributes
    ----------
    at, took_s : float
        When it was sent (``time.perf_counter``), and how long until its answer was whole.
    status : int
        0 where the connection was refused or broke.
    headers : dict
        Names in lower case.
    """

    at: float
    took_s: float
    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    sent: bytes = b""

    @property
    def problem(self) -> str:
        """The code of the problem it is; empty where it is none."""
        if not self.headers.get("content-type", "").startswith("application/problem+json"):
            return ""
        return str(json.loads(self.body)["type"]).removeprefix("/problems/")


def post(path: str, body: bytes, key: str = "", *, api_key: str = "") -> bytes:
    """A request with a JSON body."""
    keyed = f"Idempotency-Key: {key}\r\n" if key else ""
    keyed += f"X-API-Key: {api_key}\r\n" if api_key else ""
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{keyed}"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def get(path: str) -> bytes:
    """A request without a body."""
    return f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode()


class Connection:
    """A connection that is kept, and opened again where it broke."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._open: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, request: bytes) -> Answer:
        """Send a request and wait for its whole answer."""
        begin = time.perf_counter()
        try:
            async with asyncio.timeout(PATIENCE_S):
                status, headers, body = await self._exchange(request)
        except (OSError, asyncio.IncompleteReadError, TimeoutError):
            self.close()
            return Answer(begin, time.perf_counter() - begin, 0, sent=request)
        return Answer(begin, time.perf_counter() - begin, status, headers, body, request)

    async def _exchange(self, request: bytes) -> tuple[int, dict[str, str], bytes]:
        if self._open is None:
            self._open = await asyncio.open_connection(HOST, self._port)
        reader, writer = self._open
        writer.write(request)
        await writer.drain()
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        pairs = (line.partition(":") for line in lines if line)
        headers = {name.lower(): value.strip() for name, _, value in pairs}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        if headers.get("connection") == "close":
            self.close()
        return int(first.split()[1]), headers, body

    def close(self) -> None:
        """Let go of the connection."""
        if self._open is not None:
            self._open[1].close()
            self._open = None


async def callers(
    port: int,
    number: int,
    request: Callable[[int], bytes],
    until: Callable[[], bool],
    pause_s: float = 0,
) -> list[Answer]:
    """So many callers, each of which asks again as soon as it is answered, or after a pause.

    Parameters
    ----------
    request : function
        Of the number of the request, from 0.
    until : function
        Whether it is enough; asked before each request.
    """
    numbers = count()
    answers: list[Answer] = []

    async def one() -> None:
        connection = Connection(port)
        try:
            while not until():
                answers.append(await connection.ask(request(next(numbers))))
                await asyncio.sleep(pause_s)
        finally:
            connection.close()

    await asyncio.gather(*(one() for _ in range(number)))
    return answers


def for_seconds(seconds: float) -> Callable[[], bool]:
    """Whether so many seconds have passed since now."""
    end = time.perf_counter() + seconds
    return lambda: time.perf_counter() >= end


def asked(port: int, *requests: bytes) -> list[Answer]:
    """The answers to a few requests, one after the other."""

    async def ask() -> list[Answer]:
        connection = Connection(port)
        try:
            return [await connection.ask(one) for one in requests]
        finally:
            connection.close()

    return asyncio.run(ask())


def share(values: Sequence[float], part: float) -> float:
    """The value below which such a part of them lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def statuses(answers: Sequence[Answer]) -> dict[int, int]:
    """How many of each status."""
    return dict(sorted(Counter(answer.status for answer in answers).items()))


def unlike_refusals(answers: Sequence[Answer]) -> list[Any]:
    """Failures other than problems with 429, 503 or 507 that say when to come back."""
    return [
        (answer.status, answer.body[:200])
        for answer in answers
        if answer.status != 200
        and not (
            answer.status in {429, 503, 507}
            and int(answer.headers.get("retry-after", 0)) > 0
            and answer.problem
        )
    ]
