"""What can't be walked is refused before it is: the compiled loops don't look where they step."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numba.core import caching

from models import compiled
from models.bundle import load, save
from models.flat_trees import flatten
from models.shapley import explain
from models.storage import BundleRefused
from models.walk import add_up
from tests.models.grown import read, train
from tests.worlds import NAMES, SmallWorld, card

RANDOM = np.random.default_rng(3)
ROWS = RANDOM.normal(size=(300, 4))
TARGET = (RANDOM.random(300) < 0.4).astype(float)
CATEGORY = np.arange(300) % 7


def text(rows: Any = ROWS, target: Any = TARGET, **parameters: Any) -> str:
    given = {"objective": "binary", "num_leaves": 5, **parameters}
    written: str = train(rows, target, 2, **given).model_to_string()
    return written


def by_category(columns: int, **parameters: Any) -> str:
    """A booster that splits on categories: each second one is another risk."""
    return text(
        np.repeat(CATEGORY[:, None].astype(float), columns, axis=1),
        (CATEGORY % 2).astype(float),
        categories=[0],
        min_data_per_group=1,
        cat_smooth=0.0,
        **parameters,
    )


def test_categories_are_refused() -> None:
    with pytest.raises(ValueError, match="encode categories as numbers"):
        flatten(by_category(1))


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ({"objective": "multiclass", "num_class": 3, "target": CATEGORY % 3}, "several classes"),
        ({"boosting": "rf", "bagging_freq": 1, "bagging_fraction": 0.5}, "nor means"),
        ({"linear_tree": True, "objective": "regression"}, "linear model"),
    ],
)
def test_trees_of_another_kind_are_refused(kind: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        flatten(text(**kind))


def changed(name: str, change: Any) -> str:
    """The text of a booster with one entry of one line of its first tree changed."""

    def edit(line: re.Match[str]) -> str:
        return f"{name}={' '.join(change(line[1].split(' ')))}"

    return re.sub(rf"^{name}=(.*)$", edit, text(), count=1, flags=re.MULTILINE)


@pytest.mark.parametrize(
    ("name", "change", "why"),
    [
        ("left_child", lambda nodes: ["0", *nodes[1:]], "child of one node before it"),
        ("right_child", lambda nodes: [*nodes[:-1], "0"], "child of one node before it"),
        ("left_child", lambda nodes: ["77", *nodes[1:]], "child of one node before it"),
        ("left_child", lambda nodes: ["-77", *nodes[1:]], "child of one node before it"),
        ("left_child", lambda nodes: nodes[1:], "instead of"),
        ("threshold", lambda values: values[1:], "instead of"),
        ("leaf_count", lambda counts: counts[1:], "instead of"),
        ("leaf_count", lambda counts: ["0", *counts[1:]], "must have training rows"),
        ("split_feature", lambda columns: ["4", *columns[1:]], "doesn't have"),
        ("split_feature", lambda columns: ["-1", *columns[1:]], "doesn't have"),
    ],
)
def test_what_is_no_tree_is_refused(name: str, change: Any, why: str) -> None:
    flatten(changed(name, lambda entries: entries))

    with pytest.raises(ValueError, match=why):
        flatten(changed(name, change))


def test_a_bundle_that_cannot_be_walked_is_refused_with_its_file_named(
    small_world: SmallWorld, tmp_path: Path
) -> None:
    additive = (small_world.bundle / "additive.txt").read_text(encoding="utf-8")
    cross = by_category(len(NAMES), names=list(NAMES))
    folder = save(tmp_path, card(), additive, cross)

    with pytest.raises(BundleRefused, match="encode categories as numbers") as refused:
        load(folder)
    assert refused.value.field == "cross.txt"
    assert refused.value.remedy


def test_there_is_one_machine_code_for_all_boosters() -> None:
    """So that loading the first bundle compiles all that a score needs."""
    read(train(ROWS, TARGET, 2))
    loops: list[Any] = [add_up, explain]

    assert [len(loop.signatures) for loop in loops] == [1, 1]


def test_where_no_folder_may_be_written_the_code_is_compiled_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(caching.CacheImpl, "_locator_classes", [])

    @compiled.compiled
    def doubled(value: float) -> float:
        return value + value

    assert doubled(1.5) == 3.0


def test_where_the_code_cannot_be_kept_it_is_used_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk became full, or the folder went, after the program began."""
    folder = tmp_path / "cache"
    monkeypatch.setattr("numba.core.config.CACHE_DIR", str(folder))

    @compiled.compiled
    def doubled(value: float) -> float:
        return value + value

    monkeypatch.setattr("numba.core.caching.os.makedirs", _full)
    found: list[float] = []
    compiled.ready(lambda: found.append(doubled(1.5)))

    assert found == [3.0]


def _full(*_: Any, **__: Any) -> None:
    raise OSError("no space left")
