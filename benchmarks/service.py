"""The service: ``POST /score`` against an echo of the same request by the same stack.

A real server in a process of its own, over loopback.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Annotated, Any

import typer

from benchmarks.stage.lender_world import Lender, make_lender
from benchmarks.stage.side_by_side import Ratio, in_turns, seconds, tell
from scoring.asking import Request

STARTS_WITHIN_S = 60


def main(
    scores: Annotated[int, typer.Option(min=1, help="scores one after the other")] = 20,
    connections: Annotated[int, typer.Option(min=2, max=32)] = 8,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON for a program")] = False,
) -> None:
    """Measure one connection, and several at once."""
    with TemporaryDirectory() as folder:
        lender = make_lender(Path(folder), requests=1)
        lender.engine.dispose()
        decision, what_if = _bodies(lender.requests[0])
        with _serving(lender) as port:
            line = HTTPConnection("127.0.0.1", port, timeout=60)
            taken = in_turns(
                {
                    "echo": partial(_post, line, "/echo", decision),
                    "score": partial(_post, line, "/score", decision),
                    "what if": partial(_post, line, "/score", what_if),
                },
                scores,
            )
            line.close()
            each = max(1, scores // connections)
            together = {
                path: seconds(partial(_crowd, port, path, decision, connections, each))
                for path in ("/echo", "/score")
            }
    several = f"an echo, {connections} connections"
    ratios = [
        Ratio(
            "requests a second of /score", "an echo", taken["echo"] / taken["score"], "0.3 (0.5)"
        ),
        Ratio(
            f"requests a second of /score, {connections} connections",
            several,
            together["/echo"] / together["/score"],
            "0.3 (0.5)",
        ),
        Ratio(
            f"requests a second, {connections} connections",
            "one connection",
            each * connections * taken["score"] / together["/score"],
        ),
        Ratio(
            "the record of a decision",
            "a decision",
            max(0.0, 1.0 - taken["what if"] / taken["score"]),
            "0.15 (0.10)",
        ),
    ]
    sizes = {"scores": scores, "connections": connections, "bytes of request": len(decision)}
    tell("service", sizes, ratios, as_json=as_json)


def _bodies(request: Request) -> tuple[bytes, bytes]:
    """The same request as a decision, and as a what-if, which leaves no record."""
    asked: dict[str, Any] = {
        "request_id": request.request_id,
        "supplier": {"ref": request.supplier},
        "buyer": {"ref": request.buyer},
        "receivables": [{"ref": key} for key in request.receivables],
    }
    then = {"mode": "what_if", "as_of": request.as_of.isoformat()}
    return json.dumps(asked).encode(), json.dumps(asked | then).encode()


def _post(line: HTTPConnection, path: str, body: bytes) -> None:
    line.request("POST", path, body, {"Content-Type": "application/json"})
    response = line.getresponse()
    content = response.read()
    assert response.status == 200, content


def _crowd(port: int, path: str, body: bytes, connections: int, each: int) -> None:
    """So many connections at once, each with so many requests one after the other."""

    def one(_number: int) -> None:
        line = HTTPConnection("127.0.0.1", port, timeout=60)
        for _ in range(each):
            _post(line, path, body)
        line.close()

    with ThreadPoolExecutor(connections) as pool:
        list(pool.map(one, range(connections)))


@contextmanager
def _serving(lender: Lender) -> Iterator[int]:
    """Run the server in a process of its own while the block runs; yields its port."""
    arguments = ["-m", "benchmarks.stage.echo_server", lender.db, str(lender.bundle)]
    with subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            port = int(process.stdout.readline())
            _wait(port)
            yield port
        finally:
            process.terminate()


def _wait(port: int) -> None:
    """Wait until the service can score; say what it lacks where it can't."""
    end = monotonic() + STARTS_WITHIN_S
    lacks = "no answer"
    while monotonic() < end:
        line = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            line.request("GET", "/health/ready")
            response = line.getresponse()
            lacks = response.read().decode()
            if response.status == 200:
                return
        except OSError as error:
            lacks = str(error)
        finally:
            line.close()
        sleep(0.1)
    raise TimeoutError(f"no score within {STARTS_WITHIN_S} s: {lacks}")


if __name__ == "__main__":
    typer.run(main)
