"""Siblings: the worker processes of one service tell each other what they count.

Whoever reads metrics reaches one process, and must see them all. Each has a number, which is the
label ``worker`` of its samples, and a socket in a folder that only this service sees.
"""

from __future__ import annotations

import fcntl
import os
import socket
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from itertools import count
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingUnixStreamServer
from threading import Thread

from prometheus_client import CollectorRegistry, Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.openmetrics.exposition import generate_latest
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from prometheus_client.registry import Collector
from prometheus_client.samples import Sample

PATIENCE_S = 2.0
"""Seconds within which a process must tell its metrics, or is left out."""


class Siblings(Collector):
    """The place of one process among several.

    Parameters
    ----------
    folder : Path
        Of this service alone; it outlives every process of it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = -1
        self._server: _Telling | None = None
        self.registry = CollectorRegistry()
        self.registry.register(self)

    def open(self, own: CollectorRegistry) -> int:
        """Take a number that is free and tell ``own`` to whoever connects; returns the number."""
        number = self._take_number()
        address = self._folder / f"{number}.sock"
        address.unlink(missing_ok=True)  # of one that was killed
        self._server = _Telling(str(address), own)
        Thread(target=self._server.serve_forever, name="siblings", daemon=True).start()
        return number

    def close(self) -> None:
        """Tell no more, and give the number back."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            os.close(self._lock)

    def describe(self) -> Iterable[Metric]:
        """Nothing ahead: to describe them all it would have to ask."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """The metrics of all processes that tell them, each sample with its ``worker``."""
        families: dict[str, Metric] = {}
        told = 0
        for number in sorted(int(found.stem) for found in self._folder.glob("*.sock")):
            text = self._told_by(number)
            if text is None:  # it ended, or starts
                continue
            told += 1
            for family in text_string_to_metric_families(text):  # type: ignore[no-untyped-call]
                joint = families.setdefault(
                    family.name, Metric(family.name, family.documentation, family.type, family.unit)
                )
                joint.samples += [_of(number, sample) for sample in family.samples]
        yield from families.values()
        yield GaugeMetricFamily(
            "tricredit_workers", "Worker processes whose metrics are here", value=told
        )

    def _take_number(self) -> int:
        """The lowest that nobody has; the kernel gives it back when this process ends."""
        for number in count():
            lock = os.open(self._folder / f"{number}.lock", os.O_CREAT | os.O_RDWR, 0o600)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(lock)
            else:
                self._lock = lock
                return number
        raise AssertionError("there is always a further number")

    def _told_by(self, number: int) -> str | None:
        with suppress(OSError), closing(socket.socket(socket.AF_UNIX)) as asked:
            asked.settimeout(PATIENCE_S)
            asked.connect(str(self._folder / f"{number}.sock"))
            pieces = iter(lambda: asked.recv(65536), b"")
            return b"".join(pieces).decode()
        return None


class _Telling(ThreadingUnixStreamServer):
    """Writes a registry to whoever connects."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, address: str, own: CollectorRegistry) -> None:
        self.own = own
        super().__init__(address, _Told)


class _Told(BaseRequestHandler):
    server: _Telling

    def handle(self) -> None:
        self.request.sendall(generate_latest(self.server.own))  # type: ignore[no-untyped-call]


def _of(number: int, sample: Sample) -> Sample:
    return sample._replace(labels={**sample.labels, "worker": str(number)})
