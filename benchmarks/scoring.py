"""Scoring: one row through the model against LightGBM's usual ways, and where a request's time is.

All with one thread.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import lightgbm as lgb
import numpy as np
import pandas as pd
import typer

from benchmarks.stage.lender_world import NAMES, TREES, make_lender
from benchmarks.stage.side_by_side import CALLS, Ratio, in_turns, often, tell
from lending.pack import load_pack
from models.assessment import assess, contributions, logits, parts
from models.bundle import Bundle, load, save
from models.trees import Matrix
from scoring.gather import gather
from scoring.path import describe, score
from training.bags import bagged
from training.examples import Flags
from training.fitting import FREE, Fitter, text
from training.recipe import Bags

BAGS = Bags(count=25, rounds=30, learning_rate=0.1, untold=((2.0, 1.0),) * 4)
LEAVES_OF_BAGS = 4
"""As in ``recipes/default.toml``."""


def main(
    rows: Annotated[int, typer.Option(min=2, help="rows in a batch")] = 200,
    rounds: Annotated[int, typer.Option(min=1)] = 7,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON for a program")] = False,
) -> None:
    """Measure a bundle of 400 trees beside one booster of 400 trees on the same features."""
    with TemporaryDirectory() as folder:
        lender = make_lender(Path(folder), requests=rows)
        bundle, pack, book = load(lender.bundle), load_pack(), lender.gathered.book
        described = describe(lender.gathered, lender.requests)
        batch = described.features.select(bundle.feature_names)
        booster = _booster(lender.learned)
        sure = _with_bags(bundle, lender.learned, Path(folder))
        request = lender.requests[-1:]
        near = gather(lender.engine, book, book.last_seq, request)
        told = describe(near, request)
        row = batch[-1:]
        frame = pd.DataFrame(batch, columns=list(NAMES)).iloc[-1].to_dict()
        assert np.array_equal(
            logits(bundle, parts(bundle, row)), logits(bundle, parts(bundle, batch))[-1:]
        )
        taken = in_turns(
            {
                "assess": often(lambda: list(assess(bundle, row))),
                "sure": often(lambda: list(assess(sure, row))),
                "parts": often(lambda: parts(bundle, row)),
                "contributions": often(lambda: contributions(bundle, row)),
                "frame": often(lambda: booster.predict(pd.DataFrame([frame]), num_threads=1)),
                "numpy": often(lambda: booster.predict(row, num_threads=1)),
                "shap": often(lambda: booster.predict(row, pred_contrib=True, num_threads=1)),
                "batch": lambda: list(assess(bundle, batch)),
                "gather": lambda: gather(lender.engine, book, book.last_seq, request),
                "describe": lambda: describe(near, request),
                "score": lambda: list(score(near, told, bundle, pack)),
            },
            rounds,
        )
        lender.engine.dispose()
    whole = taken["gather"] + taken["describe"] + taken["score"]
    ratios = [
        Ratio(
            "assess one row", "LightGBM's predict of a DataFrame", taken["assess"] / taken["frame"]
        ),
        Ratio("assess one row", "LightGBM's predict of an array", taken["assess"] / taken["numpy"]),
        Ratio("the split alone", "LightGBM's predict of an array", taken["parts"] / taken["numpy"]),
        Ratio(
            "contributions of one row",
            "LightGBM's pred_contrib",
            taken["contributions"] / taken["shap"],
            "0.2 (goal 0.07)",
        ),
        Ratio(
            f"assess one row with an interval by {BAGS.count} bags",
            "assess one row",
            taken["sure"] / taken["assess"],
        ),
        Ratio("contributions", "assess one row", taken["contributions"] / taken["assess"]),
        Ratio(
            "one row in a batch", "one row alone", taken["batch"] / rows / (taken["assess"] / CALLS)
        ),
        Ratio("reading the facts", "a whole request", taken["gather"] / whole),
        Ratio("features", "a whole request", taken["describe"] / whole),
        Ratio("model, rules and reasons", "a whole request", taken["score"] / whole),
    ]
    sizes = {"trees": TREES.rounds, "features": len(NAMES), "rows in a batch": rows}
    tell("scoring", sizes, ratios, as_json=as_json)


def _with_bags(bundle: Bundle, learned: tuple[Matrix, Flags], folder: Path) -> Bundle:
    """The same bundle with bags of the usual size."""
    small = TREES.model_copy(update={"leaves": LEAVES_OF_BAGS})
    each = [str(row) for row in range(len(learned[1]))]
    bags = bagged(Fitter(NAMES, small, seed=1, threads=2), BAGS, *learned, each)
    boosters = text(bundle.additive.booster), text(bundle.cross.booster)
    return load(save(folder / "bags", bundle.card, *boosters, more=bags))


def _booster(learned: tuple[Matrix, Flags]) -> lgb.Booster:
    """One booster without constraints, of as many trees, from the same rows."""
    rows, event = learned
    booster = Fitter(NAMES, TREES, seed=1, threads=2).fit(rows, event, FREE, TREES.rounds)
    return lgb.Booster(model_str=text(booster))


if __name__ == "__main__":
    typer.run(main)
