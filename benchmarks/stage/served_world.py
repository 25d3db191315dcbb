"""What a service is measured with: a book that ends yesterday, a bundle, and requests of today."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import lightgbm as lgb
import numpy as np

from benchmarks.stage.asked_bodies import WARM, Bodies, bodies_of
from benchmarks.stage.lender_world import make_lender, world_of, write_book
from benchmarks.stage.one_booster import one_booster
from ledger.clocks import day_of, zone
from models.bundle import BOOSTERS, load
from models.trees import Matrix
from simulator.observation.view import TIME_ZONE
from simulator.world import World

TIMES, ORDERS = 2, 3
"""The small world of the tests with so many times the parties, and the orders of each pair."""

ROWS, WHOLE = "rows", "whole"

LEAST_LINES = 8
"""Requests of a turn that asks each once: at least one for each connection."""


@dataclass(frozen=True)
class ServedWorld:
    """A world to serve.

    Attributes
    ----------
    db : str
        URL of its ledger, which nobody has asked anything yet.
    bundle : Path
        Learned from the small world of `make_lender`: 400 trees of up to 31 leaves.
    booster : Path
        The same trees in one LightGBM booster.
    folder : Path
        Holds the requests as lines of files (`lines`).
    """

    db: str
    bundle: Path
    booster: Path
    folder: Path

    def lines(self, what: str) -> Path:
        """File of ``warm``, ``first`` or ``cold`` requests, or of ``rows`` of features."""
        return self.folder / f"{what}.jsonl"

    def warm(self, count: int) -> Path:
        """File of the first so many warm requests."""
        lines = _read(self.lines("warm"))[:count]
        return _write(self.folder / f"warm-{count}.jsonl", lines)

    def first(self, warm: Path, parts: int) -> list[Path]:
        """Files that share the requests of the pairs of warm ones that nobody has made before."""
        pairs = {_pair(line) for line in _read(warm)}
        lines = [line for line in _read(self.lines("first")) if _pair(line) in pairs]
        return self._shared("first", lines, parts)

    def cold(self, parts: int) -> list[Path]:
        """Files that share the cold requests."""
        return self._shared("cold", _read(self.lines("cold")), parts)

    def _shared(self, what: str, lines: Sequence[str], parts: int) -> list[Path]:
        if len(lines) < LEAST_LINES * parts:
            raise ValueError(f"too few {what} requests for {parts} turns: take more warm ones")
        return [
            _write(self.folder / f"{what}-{at}-of-{parts}.jsonl", lines[at::parts])
            for at in range(parts)
        ]

    def expected(self) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """Probability that the booster of the bundle gives each of the rows, uncalibrated."""
        asked = [json.loads(line)["dataframe_split"]["data"][0] for line in _read(self.lines(ROWS))]
        rows = np.array(asked, dtype=np.float64)
        loaded = load(self.bundle)
        return _chance([loaded.additive.booster, loaded.cross.booster], rows)


def yesterday() -> date:
    """The last day of the world, so that today's decisions find it fresh."""
    return day_of(datetime.now(UTC), zone(TIME_ZONE)) - timedelta(days=1)


def served_world(folder: Path, kept: Path, db: str | None) -> ServedWorld:
    """Make a world in ``kept``, unless it is there, and a fresh ledger of it.

    Parameters
    ----------
    folder : Path
        For what a run writes: its ledger, if that is SQLite.
    kept : Path
        For what the next run of the same day may use again.
    db : str or None
        URL of an empty database; SQLite where None.
    """
    day = yesterday()
    made = kept / f"{day.isoformat()}"
    if not (made / WHOLE).exists():
        _make(made, day)
    if db is None:
        db = f"sqlite:///{shutil.copy(made / 'ledger.db', folder / 'served.db')}"
    else:
        _, engine, _ = write_book(_world(day), folder, db)
        engine.dispose()
    bundle = made / (made / WHOLE).read_text(encoding="utf-8")
    return ServedWorld(db, bundle, made / "booster.txt", made)


def _world(day: date) -> World:
    return world_of(TIMES, orders=ORDERS, last_day=day)


def _make(made: Path, day: date) -> None:
    shutil.rmtree(made, ignore_errors=True)
    small = made / "small"
    small.mkdir(parents=True)
    lender = make_lender(small, requests=1)
    lender.engine.dispose()
    _, engine, gathered = write_book(_world(day), made)
    engine.dispose()
    _write_bodies(made, bodies_of(gathered, day))
    bundle = load(lender.bundle)
    rows = lender.learned[0][:WARM]
    _write(made / f"{ROWS}.jsonl", (_row(bundle.feature_names, row) for row in rows.tolist()))
    texts = [bundle.source.content[name].decode() for name in BOOSTERS]
    (made / "booster.txt").write_text(one_booster(*texts), encoding="utf-8")
    (made / WHOLE).write_text(str(lender.bundle.relative_to(made)), encoding="utf-8")


def _write_bodies(made: Path, bodies: Bodies) -> None:
    assert len(bodies.warm) == WARM, "the world has too few pairs that trade enough"
    for what in ("warm", "first", "cold"):
        _write(made / f"{what}.jsonl", getattr(bodies, what))


def _row(names: Sequence[str], values: Sequence[float]) -> str:
    """A row as MLflow takes it."""
    # NaN, which is no JSON: a null makes pandas take the column for objects
    return json.dumps({"dataframe_split": {"columns": list(names), "data": [list(values)]}})


def _chance(
    boosters: Iterable[lgb.Booster], rows: Matrix
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    logit = sum(np.asarray(one.predict(rows, raw_score=True)) for one in boosters)
    return np.asarray(1 / (1 + np.exp(-logit)))


def _pair(line: str) -> tuple[str, str]:
    asked = json.loads(line)
    return asked["supplier"]["ref"], asked["buyer"]["ref"]


def _write(path: Path, lines: Iterable[str]) -> Path:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def _read(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()
