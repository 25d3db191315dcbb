"""One row through one model of the usual size: our walk and explanation beside LightGBM's own.

All with one thread, on made-up numbers with a seventh of them missing.
"""

from __future__ import annotations

from typing import Annotated

import lightgbm as lgb
import numpy as np
import pandas as pd
import typer

from benchmarks.stage.side_by_side import Ratio, in_turns, often, tell
from features.feature import Credit
from models.flat_trees import Matrix
from models.trees import Trees

LEAVES, FEATURES = 31, 80


def main(
    trees: Annotated[int, typer.Option(min=1, help="trees of the model")] = 400,
    rows: Annotated[int, typer.Option(min=2, help="rows in a batch")] = 20,
    rounds: Annotated[int, typer.Option(min=1)] = 21,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON for a program")] = False,
) -> None:
    """Measure one row, and rows in a batch, against what LightGBM's users do."""
    model, batch = _model(trees, rows)
    booster = lgb.Booster(model_str=model.booster_.model_to_string())
    ours = Trees.read(booster, dict.fromkeys(booster.feature_name(), Credit.DATA))
    row = batch[:1]
    asked = dict(zip(booster.feature_name(), row[0].tolist(), strict=True))
    their_raw = np.asarray(booster.predict(batch, raw_score=True, num_threads=1))
    their_shap = np.asarray(booster.predict(batch, pred_contrib=True, num_threads=1))[:, :-1]
    wrong = np.abs(ours.raw(batch) - their_raw).max()
    differs = np.abs(ours.contributions(batch) - their_shap).max()
    assert wrong == 0.0
    assert differs <= 1e-10
    taken = in_turns(
        {
            "raw": often(lambda: ours.raw(row)),
            "contributions": often(lambda: ours.contributions(row)),
            "frame": often(lambda: model.predict_proba(pd.DataFrame([asked]), num_threads=1)),
            "numpy": often(lambda: booster.predict(row, raw_score=True, num_threads=1)),
            "shap": often(lambda: booster.predict(row, pred_contrib=True, num_threads=1)),
            "raws": lambda: ours.raw(batch),
            "numpys": lambda: booster.predict(batch, raw_score=True, num_threads=1),
            "explained": lambda: ours.contributions(batch),
            "shaps": lambda: booster.predict(batch, pred_contrib=True, num_threads=1),
        },
        rounds,
    )
    exact, near = f"largest difference {wrong:.0f}", f"largest difference {differs:.0e}"
    ratios = [
        Ratio(
            f"explanation of one row, {near}",
            "LightGBM's pred_contrib",
            taken["contributions"] / taken["shap"],
            "0.2 (goal 0.07)",
        ),
        Ratio(
            f"explanations of a batch, {near}",
            "LightGBM's pred_contrib",
            taken["explained"] / taken["shaps"],
        ),
        Ratio(
            f"raw score of one row, {exact}",
            "predict_proba of a DataFrame from a dict",
            taken["raw"] / taken["frame"],
            "0.033",
        ),
        Ratio(
            f"raw score of one row, {exact}",
            "LightGBM's predict of an array",
            taken["raw"] / taken["numpy"],
        ),
        Ratio(
            f"raw scores of a batch, {exact}",
            "LightGBM's predict of an array",
            taken["raws"] / taken["numpys"],
        ),
    ]
    sizes = {"trees": trees, "leaves": LEAVES, "features": FEATURES, "rows in a batch": rows}
    tell("one_row", sizes, ratios, as_json=as_json)


def _model(trees: int, rows: int) -> tuple[lgb.LGBMClassifier, Matrix]:
    """A model learned from made-up rows, and some of these."""
    random = np.random.default_rng(1)
    learned = random.normal(size=(6_000, FEATURES))
    learned[random.random(learned.shape) < 1 / 7] = np.nan
    known = np.nan_to_num(learned)
    risk = known @ random.normal(size=FEATURES) / 4.0 + known[:, 0] * known[:, 1]
    event = random.random(len(learned)) < 1.0 / (1.0 + np.exp(-risk))
    names = [f"x{column}" for column in range(FEATURES)]
    model = lgb.LGBMClassifier(
        n_estimators=trees, num_leaves=LEAVES, learning_rate=0.05, n_jobs=1, verbose=-1
    )
    model.fit(pd.DataFrame(learned, columns=names), event)
    return model, learned[:rows]


if __name__ == "__main__":
    typer.run(main)
