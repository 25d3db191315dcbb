"""The walk gives LightGBM's own raw score, to the bit, for one row as for many."""

import lightgbm as lgb
import numpy as np
import pytest
from hypothesis import given

from models.bundle import Bundle
from models.trees import Matrix, Trees
from tests.models.changed_rows import Changes, changed, changes
from tests.models.grown import MANY, Grown, grown, read, train


def check(trees: Trees, booster: lgb.Booster, rows: Matrix) -> None:
    """All trees in their order, and any group of them in theirs."""
    theirs = np.asarray(booster.predict(rows, raw_score=True, num_threads=1))
    together = trees.raw(rows)
    alone = np.concatenate([trees.raw(rows[at : at + 1]) for at in range(len(rows))])
    assert together.tobytes() == alone.tobytes() == theirs.tobytes()

    one_by_one = [
        np.asarray(booster.predict(row[None], raw_score=True, num_threads=1)) for row in rows
    ]
    assert np.concatenate(one_by_one).tobytes() == theirs.tobytes()

    halves = trees.grouped([range(0, len(trees), 2), range(1, len(trees), 2)])
    leaves = np.asarray(booster.predict(rows, pred_leaf=True, num_threads=1)).astype(int)
    leaves = leaves.reshape(len(rows), len(trees))
    found = trees.sums(rows, halves)
    for group in range(2):
        total = np.zeros(len(rows))
        for tree in range(group, len(trees), 2):
            total += [booster.get_leaf_output(tree, int(leaf)) for leaf in leaves[:, tree]]
        assert found[:, group].tobytes() == (total - halves.means[group]).tobytes()


@MANY
@given(one=grown())
def test_the_raw_score_is_lightgbms_to_the_bit(one: Grown) -> None:
    check(one.trees, one.booster, one.rows)


@given(drawn=changes)
def test_the_raw_scores_of_a_bundle_are_lightgbms_to_the_bit(
    bundle: Bundle, rows: Matrix, drawn: Changes
) -> None:
    for trees in (bundle.additive, bundle.cross):
        check(trees, trees.booster, changed(rows, drawn))


def test_rows_may_lie_in_memory_as_they_like(bundle: Bundle, rows: Matrix) -> None:
    """And there is one machine code for all of them."""
    some = np.array(rows[:20])
    locked = some.copy()
    locked.flags.writeable = False
    expected = bundle.additive.raw(some).tobytes()

    for same in (np.asfortranarray(some), locked, np.repeat(some, 2, axis=0)[::2]):
        assert bundle.additive.raw(same).tobytes() == expected
        assert (
            bundle.additive.contributions(same).tobytes()
            == bundle.additive.contributions(some).tobytes()
        )


def test_the_mean_of_all_trees_is_what_lightgbm_expects(bundle: Bundle, rows: Matrix) -> None:
    for trees in (bundle.additive, bundle.cross):
        expected = np.asarray(trees.booster.predict(rows[:1], pred_contrib=True, num_threads=1))[
            0, -1
        ]
        assert trees.mean(range(len(trees))) == pytest.approx(expected, abs=1e-12)


def test_a_booster_without_trees_and_one_without_splits_add_no_more_than_a_number() -> None:
    rows, target = np.zeros((50, 3)), np.arange(50.0)
    flat = read(train(rows, target, 2))
    none = read(train(rows, target, 0))

    assert len(none) == 0
    assert (none.raw(rows) == 0.0).all()
    assert flat.raw(rows) == pytest.approx(24.5)
    for trees in (flat, none):
        assert (trees.contributions(rows) == 0.0).all()
