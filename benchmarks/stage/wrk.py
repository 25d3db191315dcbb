"""wrk, the load tester: so many connections for so many seconds, each asking as it is answered."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from itertools import count
from pathlib import Path

SCRIPT = Path(__file__).with_name("ask.lua")
PATIENCE = "120s"
"""An answer that takes longer counts as lost."""

PROGRAM = shutil.which("wrk")
HOW_TO_GET_IT = "wrk is not here: install the system's package `wrk` (apt-get install wrk)"

_turns = count()


@dataclass(frozen=True)
class Turn:
    """What wrk measured.

    Attributes
    ----------
    requests : int
        Answered, whatever the answer.
    seconds : float
        How long it asked.
    mean_ms, p50_ms, p99_ms : float
        Time of an answer.
    shed : int
        Turned away with 503 and Retry-After; counted where each line is asked once.
    failed, lost : int
        Answers of another kind than 2xx; connections broken, or answers that never came.
    all_asked : bool
        Whether the lines had run out: then it did nothing for the rest of its time.
    """

    requests: int
    seconds: float
    mean_ms: float
    p50_ms: float
    p99_ms: float
    shed: int
    failed: int
    lost: int
    all_asked: bool

    @property
    def good(self) -> int:
        """Answers of 2xx."""
        return self.requests - self.failed - self.shed

    @property
    def wrong(self) -> int:
        """Requests that got no good answer and weren't turned away.

        Where the lines have run out the server closes connections that idle: that is no loss.
        """
        return self.failed + (0 if self.all_asked else self.lost)

    @property
    def rate(self) -> float:
        """Good answers a second of asking."""
        return self.good / self.seconds


@dataclass(frozen=True)
class Load:
    """Whom to ask what.

    Attributes
    ----------
    url : str
    lines : Path
        A request in each line, as `ask.lua` reads it.
    connections : int
    seconds : int
    keyed : bool
        Whether each request has an Idempotency-Key.
    once : bool
        Whether each line is asked once only; then each connection has a thread of its own.
    """

    url: str
    lines: Path
    connections: int
    seconds: int
    keyed: bool = False
    once: bool = False

    def start(self) -> subprocess.Popen[str]:
        """Begin; `told` waits for the end."""
        threads = self.connections if self.once else 1
        words = [
            *(["keyed"] if self.keyed else []),
            *(["once", str(threads)] if self.once else []),
        ]
        size = [f"-t{threads}", f"-c{self.connections}", f"-d{self.seconds}s"]
        asking = ["--timeout", PATIENCE, "-s", str(SCRIPT), self.url, "--", str(self.lines)]
        return subprocess.Popen(  # noqa: S603 - a program that we name ourselves
            [PROGRAM or "wrk", *size, *asking, f"T{next(_turns)}", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


def is_here() -> bool:
    """Whether there is a wrk to start."""
    return PROGRAM is not None


def told(running: subprocess.Popen[str]) -> Turn:
    """Wait for the end of a load, and return what it measured."""
    said, _ = running.communicate()
    if running.returncode:
        raise RuntimeError(f"wrk ended with {running.returncode}: {said}")
    return Turn(**json.loads(said.splitlines()[-1]))
