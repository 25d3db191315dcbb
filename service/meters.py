"""The counters of a service: requests, scores and groups of writes, as they happen.

No label holds an id: a route is its template, and every address that is none is one.
"""

from __future__ import annotations

from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.exposition import choose_encoder

from service.siblings import Siblings

SECONDS = (0.0025, 0.005, 0.01, 0.02, 0.035, 0.05, 0.1, 0.2, 0.5, 1.0, 2.5, 5.0, 10.0)
WAITS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0)
SIZES = (1, 2, 4, 8, 16, 32, 64)
CHANCES = (0.005, 0.01, 0.02, 0.03, 0.05, 0.08, 0.12, 0.2, 0.35, 0.5, 1.0)


class Meters:
    """The counters of one process, and what they are written into.

    ``siblings`` are the processes that serve beside this one; None where it is alone.
    """

    def __init__(self, siblings: Siblings | None = None) -> None:
        self.registry = CollectorRegistry()
        self._siblings = siblings
        self.requests = Counter(
            "tricredit_http_requests",
            "Requests answered, by template of the address",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self.seconds = Histogram(
            "tricredit_http_request_seconds",
            "From the first byte of a request read to the last byte of its answer handed over",
            ("method", "route"),
            buckets=SECONDS,
            registry=self.registry,
        )
        self.scores = Counter(
            "tricredit_scores",
            "Scores given, before twins of one key are told apart",
            ("mode", "decision"),
            registry=self.registry,
        )
        self.probability = Histogram(
            "tricredit_score_probability",
            "Probabilities of decisions, by the event of the bundle",
            ("event",),
            buckets=CHANCES,
            registry=self.registry,
        )
        self.group_size = Histogram(
            "tricredit_commit_group_size",
            "Units of work in one transaction",
            buckets=SIZES,
            registry=self.registry,
        )
        self.group_wait = Histogram(
            "tricredit_commit_wait_seconds",
            "From a unit handed in to its transaction begun, of the oldest of a group",
            buckets=WAITS,
            registry=self.registry,
        )
        ProcessCollector(registry=self.registry)

    def scored(self, told: dict[str, Any]) -> None:
        """Count a reply of ``scoring.reply``."""
        self.scores.labels(told["mode"], told["decision"]).inc()
        if told["mode"] == "decision":
            self.probability.labels(told["event"]["name"]).observe(told["probability"])

    def grouped(self, size: int, waited_s: float) -> None:
        """Count a group of units whose transaction begins."""
        self.group_size.observe(size)
        self.group_wait.observe(waited_s)

    def written(self, accept: str) -> tuple[bytes, str]:
        """All of it, and all of the siblings', in the form that is accepted; the form's name."""
        encode, kind = choose_encoder(accept)
        return encode(self.registry if self._siblings is None else self._siblings.registry), kind

    def open(self) -> None:
        """Tell the siblings from now on; every collector must be registered."""
        if self._siblings is not None:
            self._siblings.open(self.registry)

    def close(self) -> None:
        """Tell the siblings no more."""
        if self._siblings is not None:
            self._siblings.close()
