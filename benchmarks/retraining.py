"""Retraining: a whole run of the recipe of default, reading its book, fitting its boosters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import lightgbm as lgb
import numpy as np
import typer
from sqlalchemy import Engine

from benchmarks.stage.lender_world import LAST_DAY, RECORDED_AT
from benchmarks.stage.side_by_side import Ratio, seconds, tell
from features.pipeline import Progress, silent
from ledger.database import migrate, open_database
from ledger.principals import OWNER
from models.trees import Matrix
from scoring.gather import Gathered
from simulator.output import write_world
from simulator.scenario import Size, read_scenario, size_of
from simulator.world import make_world
from training.at_once import at_once
from training.book_read import read_book
from training.default_examples import default_examples, with_lending
from training.examples import Flags
from training.fitting import ADDITIVE, Fitter, text
from training.recipe import Recipe, read_recipe
from training.retrain import retrain
from training.split import Periods

SEED = 3
CUT = date(2025, 12, 17)
BOOSTERS, FEW_ROUNDS = 4, 60
MOST_S, MOST_REQUESTS = 300.0, 100_000
"""What is asked for: so many requests in five minutes, on two cores."""


def main(
    size: Annotated[str, typer.Option(help="of the world: ci or bench")] = "ci",
    share: Annotated[
        float, typer.Option(min=0.01, max=1.0, help="of its parties; bench .55: 100,000 requests")
    ] = 1.0,
    db: Annotated[
        str | None, typer.Option(help="URL of a ledger that such a world was written to before")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON for a program")] = False,
) -> None:
    """Measure runs with two threads and with one, and where the second thread helps."""
    recipe = read_recipe(Path(str(files("recipes").joinpath("default.toml"))))
    with TemporaryDirectory() as folder:
        engine = open_database(db or _written(_part(size_of(size), share), Path(folder)))
        book = read_book(engine, recipe)
        learned = _learned(book, recipe)
        steps = {
            "narrow": lambda: read_book(engine, recipe),
            "whole": lambda: with_lending(engine, read_book(engine)),
            "side by side": lambda: _boosters(learned, recipe, 2),
            "one by one": lambda: _boosters(learned, recipe, 1),
            "run": lambda: _run(engine, recipe, Path(folder), 2),
            "run alone": lambda: _run(engine, recipe, Path(folder), 1),
        }
        assert _boosters(learned, recipe, 2) == _boosters(learned, recipe, 1)
        taken = {name: seconds(step) for name, step in steps.items()}
    requests = book.facts["financing_request"].num_rows
    allowed = MOST_S * requests / MOST_REQUESTS
    ratios = [
        Ratio(
            "a run with a test and pages, two threads",
            "five minutes for every 100,000 requests",
            taken["run"] / allowed,
            "1 at 100,000",
        ),
        Ratio("the same", "a run with one thread", taken["run"] / taken["run alone"]),
        Ratio(
            "reading what the recipe looks at",
            "reading the whole book",
            taken["narrow"] / taken["whole"],
        ),
        Ratio(
            f"{BOOSTERS} boosters, two at once",
            "one after the other",
            taken["side by side"] / taken["one by one"],
            "0.5 on two idle cores",
        ),
    ]
    sizes = {"requests": requests, "rows learned from": len(learned[1])}
    tell("retraining", sizes, ratios, as_json=as_json)


def _part(size: Size, share: float) -> Size:
    """A world of so large a part of the parties."""
    return replace(
        size,
        core_buyers=int(size.core_buyers * share),
        suppliers=int(size.suppliers * share),
        upstream=(int(size.upstream[0] * share), int(size.upstream[1] * share)),
    )


def _written(size: Size, folder: Path) -> str:
    """Make a world and write it into a ledger; return its URL."""
    db = f"sqlite:///{folder / 'ledger.db'}"
    engine = open_database(db)
    migrate(engine)
    write_world(
        make_world(read_scenario("baseline"), size, SEED, LAST_DAY), engine, OWNER, RECORDED_AT
    )
    engine.dispose()
    return db


def _learned(book: Gathered, recipe: Recipe) -> tuple[Matrix, Flags]:
    """Rows of the recipe, and an outcome of one in twenty that the first column tells of."""
    known = default_examples(book, recipe.names_for(recipe.events[0]), threads=2)
    noise = np.random.default_rng(SEED).normal(size=len(known.keys))
    score = np.nan_to_num(known.rows[:, 0]) / (np.nanstd(known.rows[:, 0]) + 1.0) + noise
    return known.rows, score > np.quantile(score, 0.95)


def _boosters(learned: tuple[Matrix, Flags], recipe: Recipe, threads: int) -> Sequence[str]:
    """Fit some boosters that differ by their seed."""
    fitter = Fitter(recipe.names_for(recipe.events[0]), recipe.trees, SEED, threads)

    def fit(seed: int, progress: Progress) -> lgb.Booster:
        one = replace(fitter, seed=seed, progress=progress)
        return one.fit(*learned, ADDITIVE, FEW_ROUNDS)

    found = at_once([partial(fit, seed) for seed in range(BOOSTERS)], threads, silent)
    return [text(booster) for booster in found]


def _run(engine: Engine, recipe: Recipe, folder: Path, threads: int) -> None:
    """What ``python -m training.retrain`` does, in this process."""
    with TemporaryDirectory(dir=folder) as out:
        retrain(
            read_book(engine, recipe),
            recipe,
            Path(out),
            Periods(CUT, LAST_DAY),
            threads=threads,
            pages=Path(out) / "pages",
        )


if __name__ == "__main__":
    typer.run(main)
