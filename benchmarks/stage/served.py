"""Servers under test, each one worker in a process of its own on loopback."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic, sleep

from benchmarks.stage.served_world import ServedWorld
from tests.postgres import free_port

ROOT = Path(__file__).resolve().parents[2]
MLFLOW_PYTHON = ROOT / ".venv-mlflow" / "bin" / "python"
STARTS_WITHIN_S = 120


@dataclass(frozen=True)
class Served:
    """A server that is up.

    Attributes
    ----------
    port, pid : int
    """

    port: int
    pid: int

    def url(self, path: str) -> str:
        """Where to ask."""
        return f"http://127.0.0.1:{self.port}{path}"

    def ask(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, bytes]:
        """Ask once: status and content."""
        line = HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            line.request(method, path, body, {"Content-Type": "application/json", **headers})
            answer = line.getresponse()
            return answer.status, answer.read()
        finally:
            line.close()


@contextmanager
def ours(world: ServedWorld, log: Path) -> Iterator[Served]:
    """The service, with its echo."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.stage.echo_server", str(world.bundle)]
    own = {"TRICREDIT_DB": world.db}
    with _serving([*command, str(port)], port, "/health/ready", log, own) as served:
        yield served


@contextmanager
def mlflow(world: ServedWorld, folder: Path) -> Iterator[Served]:
    """MLflow with the same trees; needs ``make mlflow``."""
    port = free_port()
    script = Path(__file__).with_name("mlflow_server.py")
    command = [str(MLFLOW_PYTHON), "-P", str(script), str(world.booster), str(folder / "mlflow")]
    # one row is no work for two threads; and nobody is told that we measure
    own = {"OMP_NUM_THREADS": "1", "MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true"}
    log = folder / "mlflow.log"
    with _serving([*command, str(port)], port, "/ping", log, own) as served:
        yield served


@contextmanager
def _serving(
    command: list[str], port: int, ready: str, log: Path, own: Mapping[str, str]
) -> Iterator[Served]:
    with (
        log.open("wb") as said,
        subprocess.Popen(  # noqa: S603 - our own modules
            command, stdout=said, stderr=said, cwd=ROOT, env={**os.environ, **own}
        ) as process,
    ):
        try:
            served = Served(port, process.pid)
            _wait(process, served, ready, log)
            yield served
        finally:
            process.terminate()


def _wait(process: subprocess.Popen[bytes], served: Served, ready: str, log: Path) -> None:
    """Wait until a server answers; say what it said where it doesn't."""
    end = monotonic() + STARTS_WITHIN_S
    lacks = "no answer"
    while monotonic() < end and process.poll() is None:
        try:
            status, content = served.ask("GET", ready)
            if status == 200:
                return
            lacks = content.decode()
        except OSError as error:
            lacks = str(error)
        sleep(0.1)
    said = log.read_text(encoding="utf-8", errors="replace")[-2000:]
    raise TimeoutError(f"no answer within {STARTS_WITHIN_S} s: {lacks}\n{said}")
