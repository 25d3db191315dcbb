"""No tree of the additive block mixes credits, and no risk moves against its declaration."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from features.catalogue import BY_NAME, CREDIT_OF
from features.feature import Risk
from models.assessment import logits, parts
from models.bundle import Bundle, load, save
from models.scale import probability
from models.storage import BundleRefused
from models.trees import Matrix
from tests.models.saved_trees import saved_trees, thresholds
from tests.worlds import NAMES, SmallWorld, card

CONSTRAINED = tuple(name for name in NAMES if BY_NAME[name].risk is not Risk.FREE)


def test_every_tree_of_the_additive_block_uses_one_credit(small_world: SmallWorld) -> None:
    trees = saved_trees(small_world.bundle / "additive.txt")

    assert len(trees) == 30
    assert all(tree.features for tree in trees)
    assert [tree for tree in trees if len({CREDIT_OF[name] for name in tree.features}) > 1] == []


def test_each_tree_is_counted_to_its_own_credit_once(
    bundle: Bundle, small_world: SmallWorld
) -> None:
    trees = saved_trees(small_world.bundle / "additive.txt")
    place = {"subject": 0, "object": 1, "data": 2}

    for at, tree in enumerate(trees):
        (credit,) = {CREDIT_OF[name].value for name in tree.features}
        assert [at in members for members in bundle.members] == [
            part == place[credit] for part in range(3)
        ]


def test_a_tree_that_mixes_credits_is_refused(small_world: SmallWorld, tmp_path: Path) -> None:
    mixing = (small_world.bundle / "cross.txt").read_text(encoding="utf-8")
    assert any(
        len({CREDIT_OF[name] for name in tree.features}) > 1
        for tree in saved_trees(small_world.bundle / "cross.txt")
    )

    folder = save(tmp_path, card(), mixing, mixing)

    with pytest.raises(BundleRefused, match=r"tree \d+ of small-\w+ mixes credits") as refused:
        load(folder)
    assert refused.value.field == "additive.txt"


def sweep(rows: Matrix, column: int, splits: list[float]) -> Any:
    """Copies of the rows with one feature at and around every threshold, in rising order.

    Shape (values, rows, features).
    """
    around = [near for split in splits for near in (split, float(np.nextafter(split, np.inf)))]
    values = sorted({-np.inf, -1e300, *around, 0.0, 1e300, np.inf})  # 0 may be a case of its own
    swept = np.repeat(rows[None], len(values), axis=0)
    swept[:, :, column] = np.array(values)[:, None]
    return swept


@pytest.mark.parametrize("name", CONSTRAINED)
def test_raising_a_feature_never_moves_the_risk_the_wrong_way(
    bundle: Bundle, rows: Matrix, small_world: SmallWorld, name: str
) -> None:
    """On the whole bundle with its cross block, from beyond the least threshold to the largest."""
    files = [small_world.bundle / file for file in ("additive.txt", "cross.txt")]
    splits = thresholds(files).get(name, [0.0])
    some = np.array(rows[:: len(rows) // 12])
    some = np.vstack([some, np.where(np.arange(some.shape[1]) % 2, some, np.nan)])  # half missing

    swept = sweep(some, bundle.feature_names.index(name), splits)
    flat = swept.reshape(-1, swept.shape[2])
    found = logits(bundle, parts(bundle, flat)).reshape(swept.shape[:2])

    # each tree is monotone and so is each rounded sum: no tolerance is needed
    assert (np.diff(found, axis=0) * int(BY_NAME[name].risk) >= 0.0).all()
    chances = np.array([[probability(float(one)) for one in line] for line in found])
    assert (np.diff(chances, axis=0) * int(BY_NAME[name].risk) >= 0.0).all()


def test_some_constrained_features_do_move_the_risk(
    small_world: SmallWorld, bundle: Bundle, rows: Matrix
) -> None:
    """The sweep above sees something: most of what is constrained is split on."""
    files = [small_world.bundle / file for file in ("additive.txt", "cross.txt")]
    found = thresholds(files)

    assert len(set(found) & set(CONSTRAINED)) >= len(CONSTRAINED) // 3
