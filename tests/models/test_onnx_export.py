"""A bundle as ONNX gives, in ONNX's own runtime, the log-odds that the bundle gives."""

import json
from pathlib import Path
from typing import Any

import lightgbm as lgb
import numpy as np
import onnx
import onnxruntime
import pytest

from models.assessment import logits, parts
from models.bundle import Bundle, load, save
from models.onnx_export import NotForOnnx, to_onnx
from models.trees import Matrix
from tests.models.saved_trees import thresholds
from tests.worlds import NAMES, TREES, SmallWorld, card
from training.fitting import ADDITIVE, Fitter, text
from training.metrics import sigmoid


def run(model: bytes, rows: Matrix) -> tuple[Any, Any]:
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    logit, probability = session.run(None, {"features": rows})
    return logit[:, 0], probability[:, 0]


def hard_rows(small_world: SmallWorld, rows: Matrix) -> Matrix:
    """Real rows, half of them with values taken away, and every split with the doubles beside."""
    generator = np.random.default_rng(5)
    holes = np.where(generator.random(rows.shape) < 0.5, np.nan, rows)
    splits = thresholds([small_world.bundle / name for name in ("additive.txt", "cross.txt")])
    edges: list[Any] = []
    for name, values in splits.items():
        for value in values:
            for beside in (np.nextafter(value, -np.inf), value, np.nextafter(value, np.inf)):
                row = rows[len(edges) % len(rows)].copy()
                row[NAMES.index(name)] = beside
                edges.append(row)
    odd = np.vstack([np.full(rows.shape[1], one) for one in (np.nan, 0.0, -0.0, 1e30, -1e30)])
    return np.vstack([rows, holes, edges, odd])


def test_another_engine_gives_the_same(
    small_world: SmallWorld, bundle: Bundle, rows: Matrix
) -> None:
    some = hard_rows(small_world, rows)

    logit, probability = run(to_onnx(bundle), some)

    expected = logits(bundle, parts(bundle, some))
    assert np.abs(logit - expected).max() <= 1e-6
    assert np.abs(probability - sigmoid(expected)).max() <= 1e-6
    assert len(np.unique(logit)) > 100


def test_it_says_what_it_is(bundle: Bundle) -> None:
    model = onnx.load_from_string(to_onnx(bundle))

    told = {prop.key: prop.value for prop in model.metadata_props}
    assert told["bundle"] == bundle.id
    assert told["event"] == "late5"
    assert tuple(json.loads(told["features"])) == bundle.feature_names
    assert to_onnx(bundle) == to_onnx(bundle)


def test_features_that_were_never_missing_and_trees_without_a_split(tmp_path: Path) -> None:
    """LightGBM takes a value for 0 that was never missing in training."""
    generator = np.random.default_rng(6)
    rows = generator.normal(size=(400, len(NAMES)))
    event = generator.random(400) < sigmoid(rows[:, 0] - rows[:, 1])
    fitter = Fitter(NAMES, TREES, seed=1, threads=1)
    some = text(fitter.fit(rows, event, ADDITIVE, 20))
    flat = text(fitter.fit(np.zeros_like(rows), event, ADDITIVE, 3))
    none = text(fitter.fit(rows, event, ADDITIVE, 0))
    asked = np.where(generator.random(rows.shape) < 0.3, np.nan, rows)

    for additive, cross in ((some, flat), (flat, none), (none, none)):
        bundle = load(save(tmp_path, card(), additive, cross))
        logit, _ = run(to_onnx(bundle), asked)
        assert np.abs(logit - logits(bundle, parts(bundle, asked))).max() <= 1e-6


def test_what_the_export_doesn_t_know_is_refused(tmp_path: Path) -> None:
    generator = np.random.default_rng(7)
    rows = np.round(generator.normal(size=(400, len(NAMES))))
    data = lgb.Dataset(rows, rows[:, 0] > 0, feature_name=list(NAMES), free_raw_data=False)
    zero = lgb.train({"objective": "binary", "verbosity": -1, "zero_as_missing": True}, data, 3)
    bundle = load(save(tmp_path, card(), text(zero), text(zero)))

    with pytest.raises(NotForOnnx) as refused:
        to_onnx(bundle)
    assert refused.value.remedy
