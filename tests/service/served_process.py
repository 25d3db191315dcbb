"""A service behind a real socket, in a process of its own or beside the test: what it logs."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from service.settings import Settings
from tests.postgres import free_port
from tests.service.crowd import asked, get
from tests.service.running import serving

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = "from service.server import run; from service.settings import Settings; run(Settings())"


@dataclass(frozen=True)
class Served:
    """A running service.

    Attributes
    ----------
    pid, port : int
        Its process, which may be that of the tests, and where it listens.
    log : Path
        What it logged.
    """

    pid: int
    port: int
    log: Path

    @property
    def resident_bytes(self) -> int:
        """Memory that it takes up."""
        pages = Path(f"/proc/{self.pid}/statm").read_text(encoding="ascii").split()[1]
        return int(pages) * os.sysconf("SC_PAGESIZE")

    @property
    def open_files(self) -> int:
        """Files and sockets that it has open."""
        return len(os.listdir(f"/proc/{self.pid}/fd"))  # noqa: PTH208 - they come and go

    @property
    def traces(self) -> str:
        """What it logged from the first traceback on; empty where there is none."""
        text = self.log.read_text(encoding="utf-8", errors="replace")
        at = text.find("Traceback (most recent call last)")
        return "" if at < 0 else text[at:]


@contextmanager
def served(folder: Path, *, alone: bool, settings: Settings) -> Iterator[Served]:
    """A service with these settings while the block runs.

    Parameters
    ----------
    alone : bool
        Whether it has a process of its own, which takes seconds to start: what it weighs can be
        measured only then.
    """
    with (_alone if alone else _beside)(folder, settings) as running:
        yield running


@contextmanager
def _alone(folder: Path, settings: Settings) -> Iterator[Served]:
    port = free_port()
    given = settings.model_dump(exclude_unset=True, mode="json") | {"port": port}
    environment = {
        f"TRICREDIT_{name.upper()}": value if isinstance(value, str) else json.dumps(value)
        for name, value in given.items()
    }
    log = folder / f"service-{port}.log"
    with log.open("wb") as told:
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM],
            env={**os.environ, **environment},
            cwd=ROOT,
            stdout=told,
            stderr=told,
        )
        running = Served(process.pid, port, log)
        try:
            _wait_until_live(running, process)
            yield running
        finally:
            process.terminate()
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(timeout=30)


@contextmanager
def _beside(folder: Path, settings: Settings) -> Iterator[Served]:
    log = folder / "service.log"
    handler = logging.FileHandler(log, encoding="utf-8")
    logging.getLogger().addHandler(handler)
    try:
        with serving(settings) as port:
            yield Served(os.getpid(), port, log)
    finally:
        logging.getLogger().removeHandler(handler)
        handler.close()


def _wait_until_live(running: Served, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        (answer,) = asked(running.port, get("/health/live"))
        if answer.status == 200:
            return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    pytest.fail(f"the service didn't start:\n{running.log.read_text(encoding='utf-8')}")
