"""Scores measured: warm, asked for the first time, in a cold storm, and without their record."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.stage import service_checks as checks
from benchmarks.stage.load_turns import Measured, Storm, in_turns_of, storm
from benchmarks.stage.served import Served
from benchmarks.stage.served_world import ServedWorld
from benchmarks.stage.side_by_side import Ratio, in_turns
from benchmarks.stage.wrk import Load

BUSY, STORMY = 8, 4
"""Connections of what is measured at one load only, and of cold requests."""

Measures = dict[tuple[str, int], Measured]
"""By what is asked, and number of connections."""


@dataclass(frozen=True)
class Size:
    """How much is measured.

    Attributes
    ----------
    seconds, storm : int
        Of a turn, and of a turn of the cold storm; without a storm where that is 0.
    rounds : int
        Turns of each load.
    connections : tuple of int
    scores : int
        In a row, for the share of the record.
    keyed : bool
        Whether each request has an Idempotency-Key.
    """

    seconds: int
    storm: int
    rounds: int
    connections: tuple[int, ...]
    scores: int
    keyed: bool


@dataclass(frozen=True)
class Ends:
    """The servers under test, what they serve, and the warm requests; MLflow may be missing."""

    world: ServedWorld
    warm: Path
    service: Served
    mlflow: Served | None

    def score(self, size: Size) -> Load:
        """Warm scores."""
        return Load(self.service.url("/score"), self.warm, BUSY, size.seconds, keyed=size.keyed)

    def loads(self, size: Size) -> dict[str, Load]:
        """What is measured against each other."""
        score = self.score(size)
        found = {"echo": replace(score, url=self.service.url("/echo")), "score": score}
        if self.mlflow is not None:
            rows = self.world.lines("rows")
            found["mlflow"] = replace(score, url=self.mlflow.url("/invocations"), lines=rows)
        return found


@dataclass(frozen=True)
class Found:
    """What was measured.

    Attributes
    ----------
    warm : Measures
        Of everything, at every number of connections.
    fresh : Measures
        Warm scores, and scores of requests that nobody has made before.
    storm : Storm or None
    record : float
        Share of a decision's time that its record takes.
    """

    warm: Measures
    fresh: Measures
    storm: Storm | None
    record: float

    @property
    def rows(self) -> Iterator[tuple[str, int, Measured]]:
        """Everything, in the order in which it was measured."""
        for measures in (self.warm, self.fresh):
            yield from ((name, count, one) for (name, count), one in measures.items())
        if self.storm is not None:
            yield "score, before the storm", BUSY, self.storm.alone
            yield "score, in the storm", BUSY, self.storm.under
            yield "the storm", STORMY, self.storm.cold

    @property
    def wrong(self) -> int:
        """Requests that got no good answer; a cold one may be turned away."""
        turned_away = 0 if self.storm is None else self.storm.cold.shed
        return sum(one.wrong + one.shed for _, _, one in self.rows) - turned_away

    def told(self) -> list[dict[str, Any]]:
        """A row for each load."""
        return [
            {"what": what, "connections": count, **asdict(one)} for what, count, one in self.rows
        ]

    def ratios(self) -> list[Ratio]:
        """What was measured against what."""
        found = [ratio for count in self._counts for ratio in self._warm(count)]
        first, again = self.fresh["first time", BUSY], self.fresh["score", BUSY]
        found += [
            Ratio(
                f"first-time scores a second, {BUSY} connections",
                "warm ones",
                first.rate / again.rate,
            )
        ]
        if self.storm is not None:
            cold = self.storm.cold
            found += [
                Ratio(
                    f"p99 of warm scores while {STORMY} connections ask cold ones "
                    f"({cold.answered} answered, {cold.shed} turned away)",
                    "alone",
                    self.storm.under.p99_ms / self.storm.alone.p99_ms,
                    "at most 2",
                )
            ]
        return [*found, Ratio("the record of a decision", "a decision", self.record, "0.15 (0.10)")]

    @property
    def _counts(self) -> list[int]:
        return [count for name, count in self.warm if name == "score"]

    def _warm(self, count: int) -> Iterator[Ratio]:
        what = f"warm scores a second, {count} connections"
        score, echo = self.warm["score", count], self.warm["echo", count]
        yield Ratio(what, "an echo", score.rate / echo.rate, "0.3 (0.5)")
        if ("mlflow", count) in self.warm:
            theirs = self.warm["mlflow", count]
            yield Ratio(what, "MLflow, predict only", score.rate / theirs.rate, "3 (6)")


def measure(ends: Ends, size: Size) -> Found:
    """Check the answers, measure everything, and check the answers and their records again."""
    before = checks.rows(ends.world, "receivable")
    checks.echoes(ends.service, ends.warm)
    checks.answers_are_on_record(ends.service, ends.warm)
    warm = in_turns_of(
        {
            (name, count): [replace(load, connections=count)] * size.rounds
            for count in size.connections
            for name, load in ends.loads(size).items()
        }
    )
    score = ends.score(size)
    never = ends.world.first(ends.warm, size.rounds)
    firsts = [replace(score, lines=lines, once=True) for lines in never]
    fresh = in_turns_of({("score", BUSY): [score] * size.rounds, ("first time", BUSY): firsts})
    found = Found(warm, fresh, _storm(ends, size), _record_share(ends, size.scores))
    checks.answers_are_on_record(ends.service, ends.warm)
    decisions = {"score", "first time", "score, before the storm", "score, in the storm"}
    given = sum(one.answered for what, _, one in found.rows if what in decisions)
    assert checks.rows(ends.world, "score_record") >= given, "a decision is not on record"
    assert checks.rows(ends.world, "receivable") == before, "what is known was written again"
    return found


def _storm(ends: Ends, size: Size) -> Storm | None:
    if size.storm == 0:
        return None
    score = replace(ends.score(size), seconds=size.storm)
    colds = [
        replace(score, lines=lines, connections=STORMY, keyed=False, once=True)
        for lines in ends.world.cold(size.rounds)
    ]
    return storm(score, colds)


def _record_share(ends: Ends, scores: int) -> float:
    """The part of a decision's time that a what-if doesn't take: both name their receivables."""
    asked = json.loads(checks.lines_of(ends.warm)[0])
    asked["receivables"] = [{"ref": one["ref"]} for one in asked["receivables"]]
    then = {"mode": "what_if", "as_of": datetime.now(UTC).isoformat()}
    ways = {"decision": asked, "what if": asked | then}
    taken = in_turns(
        {name: partial(_ask, ends.service, body) for name, body in ways.items()}, scores
    )
    return max(0.0, 1.0 - taken["what if"] / taken["decision"])


def _ask(service: Served, body: dict[str, Any]) -> None:
    status, content = service.ask("POST", "/score", json.dumps(body).encode())
    assert status == 200, content
