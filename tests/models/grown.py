"""Boosters of every shape, grown on random data, and rows that lie on their thresholds."""

from dataclasses import dataclass
from typing import Any

import lightgbm as lgb
import numpy as np
from hypothesis import settings
from hypothesis import strategies as st

from features.feature import Credit
from models.flat_trees import NEAR_ZERO
from models.trees import Matrix, Trees

MANY = settings(max_examples=4 * settings().max_examples)
"""A booster is grown in a moment, and there are many shapes."""

SPECIAL = (
    *(float("nan"), float("inf"), float("-inf"), 0.0, -0.0, 5e-324, -5e-324, 1e-310, 1e300, -1e300),
    *(sign * float(near) for sign in (1, -1) for near in (NEAR_ZERO, np.nextafter(NEAR_ZERO, 1))),
    *(1e-35, -1e-35, 1e-36, -1e-36),
)


@dataclass(frozen=True)
class Grown:
    """A booster as LightGBM reads it, as we read it, and rows."""

    booster: lgb.Booster
    trees: Trees
    rows: Matrix


def read(booster: lgb.Booster) -> Trees:
    return Trees.read(booster, dict.fromkeys(booster.feature_name(), Credit.DATA))


def train(
    rows: Any,
    target: Any,
    rounds: int,
    *,
    names: Any = "auto",
    categories: Any = "auto",
    **parameters: Any,
) -> lgb.Booster:
    """A booster, read back from its text as a bundle does."""
    given = {"objective": "regression", "verbose": -1, "num_threads": 1, "seed": 1, **parameters}
    given["feature_pre_filter"] = False
    data = lgb.Dataset(
        rows, target, feature_name=names, categorical_feature=categories, params=given
    )
    booster = lgb.Booster(given, data)
    for _ in range(rounds):  # lgb.train refuses 0 rounds
        booster.update()
    return lgb.Booster(model_str=booster.model_to_string())


@st.composite
def grown(draw: st.DrawFn) -> Grown:
    """Stumps to trees of 40 leaves, with NaN, zeros, tiny numbers and constants in the columns."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    count, columns = draw(st.sampled_from([8, 40, 200])), draw(st.integers(1, 20))
    rows = random.normal(size=(count, columns)).round(draw(st.integers(0, 3)))
    rows *= np.array([draw(st.sampled_from([1.0, 1.0, 1e-35, 1e6])) for _ in range(columns)])
    for value in (np.nan, 0.0):
        rows[random.random(rows.shape) < draw(st.sampled_from([0.0, 0.1, 0.6]))] = value
    rows[:, random.random(columns) < draw(st.sampled_from([0.0, 0.3]))] = draw(
        st.sampled_from([0.0, 1.0, np.nan])
    )
    booster = train(
        rows,
        random.normal(size=count) + 2.0 * (np.nan_to_num(rows[:, 0]) > 0.0),
        draw(st.integers(0, 5)),
        num_leaves=draw(st.sampled_from([2, 3, 4, 8, 40])),
        min_data_in_leaf=draw(st.sampled_from([1, 3])),
        min_sum_hessian_in_leaf=0.0,
        use_missing=draw(st.booleans()),
        zero_as_missing=draw(st.booleans()),
        learning_rate=draw(st.sampled_from([0.1, 1.0])),
        extra_trees=draw(st.booleans()),
    )
    trees = read(booster)
    on_them = set(trees.flat.threshold.tolist())
    values = [*on_them, *(float(np.nextafter(x, np.inf)) for x in on_them), *SPECIAL]
    asked = random.choice(values, size=(12, columns))
    return Grown(booster, trees, np.vstack([rows[:6], asked]))
