"""What a feature adds is its Shapley value: LightGBM's own number, and the definition's."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from math import factorial
from typing import Any

import lightgbm as lgb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.assessment import contributions
from models.bundle import CREDITS, Bundle
from models.shapley import LANES, quadrature
from models.trees import Matrix, Trees
from tests.models.changed_rows import Changes, changed, changes
from tests.models.grown import MANY, Grown, grown, read, train
from tests.worlds import CALIBRATION

NEAR = 1e-10
NONE = Fraction()


def theirs(booster: lgb.Booster, rows: Matrix) -> Matrix:
    """LightGBM's contributions, without the expectation in the last column."""
    shap: Matrix = np.asarray(booster.predict(rows, pred_contrib=True, num_threads=1))[:, :-1]
    return shap


@MANY
@given(one=grown())
def test_contributions_are_lightgbms_and_add_up_to_the_score(one: Grown) -> None:
    trees, found = one.trees, one.trees.contributions(one.rows)

    if len(trees):
        assert np.abs(found - theirs(one.booster, one.rows)).max() <= NEAR
    whole = found.sum(axis=1) + trees.mean(range(len(trees)))
    assert np.abs(whole - trees.raw(one.rows)).max() <= NEAR
    alone = [trees.contributions(row[None]) for row in one.rows]
    assert found.tobytes() == np.concatenate(alone).tobytes()


@given(drawn=changes)
def test_contributions_of_a_bundle_are_those_of_both_boosters_calibrated(
    bundle: Bundle, rows: Matrix, drawn: Changes
) -> None:
    some = changed(rows, drawn)
    expected = sum(theirs(trees.booster, some) for trees in (bundle.additive, bundle.cross))

    assert np.abs(contributions(bundle, some) - CALIBRATION[1] * expected).max() <= NEAR


@given(drawn=changes)
def test_contributions_of_a_credits_features_add_up_to_its_trees(
    bundle: Bundle, rows: Matrix, drawn: Changes
) -> None:
    some = changed(rows, drawn)
    found, sums = bundle.additive.contributions(some), bundle.additive.sums(some, bundle.credits)

    for place, credit in enumerate(CREDITS):
        own = [feature.credit is credit for feature in bundle.card.features]
        assert np.abs(found[:, own].sum(axis=1) - sums[:, place]).max() <= NEAR


def known(node: dict[str, Any], row: Sequence[float], features: frozenset[int]) -> Fraction:
    """What a tree is worth when some features are known and the others are averaged over."""
    if "leaf_value" in node:
        return Fraction(node["leaf_value"])
    sides = [node["left_child"], node["right_child"]]
    if node["split_feature"] in features:
        return known(sides[row[node["split_feature"]] > node["threshold"]], row, features)
    counts = [Fraction(side.get("internal_count", side.get("leaf_count"))) for side in sides]
    parts = [known(side, row, features) * count for side, count in zip(sides, counts, strict=True)]
    return sum(parts, Fraction()) / Fraction(node["internal_count"])


@settings(max_examples=10)
@given(seed=st.integers(0, 2**32 - 1))
def test_contributions_are_shapley_values_by_their_definition(seed: int) -> None:
    random, count = np.random.default_rng(seed), 5
    rows = random.normal(size=(80, count))
    booster = train(rows, random.normal(size=80), 2, num_leaves=9, min_data_in_leaf=3)
    roots = [tree["tree_structure"] for tree in booster.dump_model()["tree_info"]]
    row, everybody = rows[0].tolist(), frozenset(range(count))
    worth: dict[frozenset[int], Fraction] = {
        some: sum((known(root, row, some) for root in roots), NONE)
        for size in range(count + 1)
        for some in map(frozenset, combinations(everybody, size))
    }

    for at, found in enumerate(read(booster).contributions(rows[:1])[0]):
        expected = sum(
            Fraction(factorial(len(some)) * factorial(count - len(some) - 1), factorial(count))
            * (worth[some | {at}] - worth[some])
            for some in worth
            if at not in some
        )
        assert found == pytest.approx(float(expected), abs=1e-13)


def chain(links: int) -> tuple[lgb.Booster, Matrix]:
    """One tree of one long path: each feature tells a few of those whom the others didn't."""
    rows = np.zeros((20 * (links + 1), links))
    for link in range(links):
        rows[20 * link : 20 * (link + 1), link] = 1.0
    target = np.repeat(1.3 ** -np.arange(links + 1.0), 20)
    booster = train(rows, target, 1, num_leaves=links + 1, min_data_in_leaf=1, learning_rate=1.0)
    return booster, rows[::20]


def exactly(trees: Trees, row: Sequence[float]) -> list[Fraction]:
    """Contributions of one tree by exact integration over t, leaf by leaf."""
    flat, inner = trees.flat, int(trees.flat.leaf[0])
    found = [Fraction()] * len(row)
    paths: list[tuple[int, dict[int, tuple[int, Fraction]]]] = [(0, {})]
    while paths:
        node, factors = paths.pop()
        if node >= inner:
            for feature, (passes, share) in factors.items():
                product = [Fraction(flat.value[node])]
                for other, (o, z) in factors.items():
                    if other != feature:  # times z + (o - z) t
                        product = [
                            z * low + (o - z) * high
                            for low, high in zip([*product, NONE], [NONE, *product], strict=True)
                        ]
                integral = sum(one / (power + 1) for power, one in enumerate(product))
                found[feature] += (passes - share) * integral
            continue
        feature = int(flat.feature[node])
        goes = int(row[feature] > flat.threshold[node])
        for side, slot in enumerate(flat.child[node].tolist()):
            o, z = factors.get(feature, (1, Fraction(1)))
            step = Fraction(flat.cover[slot]) / Fraction(flat.cover[node])
            paths.append((slot, {**factors, feature: (o * (side == goes), z * step)}))
    return found


@pytest.mark.parametrize(("links", "turns"), [(12, 1), (16, 1), (17, 2), (33, 3)])
def test_long_paths_are_explained_exactly(links: int, turns: int) -> None:
    """More than 16 features on a path need more than 8 points."""
    booster, rows = chain(links)
    trees = read(booster)
    assert trees.flat.leaf[0] == links
    assert len(trees.points) == turns

    found = trees.contributions(rows)
    assert np.abs(found - theirs(booster, rows)).max() <= NEAR
    if links <= 17:  # it takes the fourth power of the links
        exact = [float(one) for one in exactly(trees, rows[links // 2].tolist())]
        assert np.abs(found[links // 2] - exact).max() <= 1e-14


@pytest.mark.parametrize("degree", [0, 1, 15, 16, 31, 32, 60])
def test_the_quadrature_is_exact_up_to_its_degree(degree: int) -> None:
    points, weights = quadrature(degree)

    assert points.shape == weights.shape == (degree // (2 * LANES) + 1, LANES)
    assert 0.0 < points.min() < points.max() < 1.0
    for power in range(degree + 1):
        assert (weights * points**power).sum() == pytest.approx(1.0 / (power + 1), rel=1e-13)
