"""Figures equal scikit-learn's and what one computes by hand; errors know of clusters."""

from math import log
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit, logit
from sklearn import metrics as sklearn

from training.metrics import (
    SMALLEST,
    affine,
    clustered_error,
    figures,
    log_odds,
    row_losses,
    sigmoid,
)

EVENT = np.array([True, False, True, False, False])
CHANCE = np.array([0.9, 0.8, 0.6, 0.3, 0.1])


def drawn(seed: int, count: int = 400) -> tuple[Any, Any]:
    """Outcomes and the chances by which they were drawn."""
    generator = np.random.default_rng(seed)
    chance = expit(generator.normal(-1.0, 1.5, count))
    return generator.random(count) < chance, chance


def test_figures_worked_by_hand() -> None:
    """Of the six pairs of an event and none, 5 are in order; precision is 1 and 2/3 at the hits."""
    found = figures(EVENT, CHANCE)

    assert found.auc == pytest.approx(5 / 6)
    assert found.average_precision == pytest.approx((1 + 2 / 3) / 2)
    assert found.brier == pytest.approx((0.01 + 0.64 + 0.16 + 0.09 + 0.01) / 5)
    assert found.log_loss == pytest.approx(-log(0.9 * 0.2 * 0.6 * 0.7 * 0.9) / 5)


@given(seed=st.integers(0, 10_000))
def test_figures_equal_scikit_learns(seed: int) -> None:
    event, chance = drawn(seed)
    found = figures(event, chance)

    assert found.auc == pytest.approx(sklearn.roc_auc_score(event, chance), abs=1e-12)
    assert found.average_precision == pytest.approx(
        sklearn.average_precision_score(event, chance), abs=1e-12
    )
    assert found.brier == pytest.approx(sklearn.brier_score_loss(event, chance), abs=1e-12)
    assert found.log_loss == pytest.approx(sklearn.log_loss(event, chance), abs=1e-12)
    assert found.log_loss == pytest.approx(float(row_losses(event, chance).mean()), abs=1e-12)


@given(seed=st.integers(0, 10_000))
def test_the_calibration_line_solves_the_equations_of_logistic_regression(seed: int) -> None:
    """At the best line residuals sum to nothing, alone and times the score."""
    event, chance = drawn(seed)
    intercept, slope = affine(event, logit(chance))
    residual = event - expit(intercept + slope * logit(chance))

    assert abs(residual.sum()) < 1e-3
    assert abs((residual * logit(chance)).sum()) < 1e-3


def test_true_chances_are_calibrated() -> None:
    event, chance = drawn(1, 200_000)
    found = figures(event, chance)

    assert found.calibration_slope == pytest.approx(1.0, abs=0.02)
    assert found.calibration_intercept == pytest.approx(0.0, abs=0.02)


@pytest.mark.parametrize(("a", "b"), [(0.7, 1.0), (-0.4, 2.0), (0.0, 0.5)])
def test_a_distortion_shows_as_intercept_and_slope(a: float, b: float) -> None:
    """Log-odds are a + b times those told."""
    event, chance = drawn(2, 200_000)
    found = figures(event, expit((logit(chance) - a) / b))

    assert found.calibration_intercept == pytest.approx(a, abs=0.03)
    assert found.calibration_slope == pytest.approx(b, abs=0.03)


def test_certainty_that_was_wrong_costs_much_but_not_everything() -> None:
    found = figures(np.array([True, False, True, False]), np.array([0.0, 1.0, 1.0, 0.0]))

    assert found.log_loss == pytest.approx(-log(SMALLEST) / 2, rel=1e-6)
    assert np.isfinite(list(found.to_dict().values())).all()


def test_one_chance_for_all_tells_nothing() -> None:
    found = figures(EVENT, np.full(5, 0.4))

    assert (found.auc, found.average_precision) == (0.5, 0.4)
    assert np.isfinite(list(found.to_dict().values())).all()


@given(value=st.floats(-700, 700))
def test_sigmoid_is_scipys(value: float) -> None:
    assert sigmoid(np.array([value]))[0] == pytest.approx(float(expit(value)), abs=1e-15)


@given(chance=st.floats(0, 1))
def test_log_odds_undo_the_sigmoid(chance: float) -> None:
    found = log_odds(np.array([chance]))

    assert np.isfinite(found).all()
    assert sigmoid(found)[0] == pytest.approx(chance, abs=2 * SMALLEST)


@given(
    difference=st.lists(st.floats(-5, 5), min_size=2, max_size=30),
    clusters=st.lists(st.integers(0, 4), min_size=30, max_size=30),
)
def test_the_clustered_error_is_the_plain_formula(
    difference: list[float], clusters: list[int]
) -> None:
    """sqrt of the sum over clusters of (sum of deviations)^2, over n; rows where there is one."""
    if len(set(clusters[: len(difference)])) == 1:
        clusters = list(range(len(difference)))
    mean = sum(difference) / len(difference)
    sums: dict[int, float] = {}
    for value, cluster in zip(difference, clusters, strict=False):
        sums[cluster] = sums.get(cluster, 0.0) + value - mean
    plain = sum(one**2 for one in sums.values()) ** 0.5 / len(difference)

    found = clustered_error(np.array(difference), np.array(clusters[: len(difference)]))

    assert found == pytest.approx(plain, abs=1e-9)


def test_without_clusters_it_is_the_error_of_a_mean() -> None:
    difference = np.random.default_rng(1).normal(size=1_000)

    found = clustered_error(difference, np.arange(1_000).astype(str))

    assert found == pytest.approx(difference.std(ddof=1) / 1_000**0.5, rel=1e-3)


@pytest.mark.parametrize("shared", [0.0, 1.0])
def test_it_tells_how_much_the_mean_really_varies(shared: float) -> None:
    """60 clusters of 20 rows that share a part of their value, drawn 400 times."""
    generator = np.random.default_rng(3)
    cluster = np.repeat(np.arange(60), 20)
    means, told = [], []
    for _ in range(400):
        rows = shared * generator.normal(size=60)[cluster] + generator.normal(size=1_200)
        means.append(rows.mean())
        told.append(clustered_error(rows, cluster))

    assert np.mean(told) == pytest.approx(np.std(means), rel=0.1)
