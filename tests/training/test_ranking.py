"""Measures of ranking equal plain definitions: pairs counted, costs integrated."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import beta, norm

from training.paired import MEASURES, difference
from training.validation.ranking import auc_and_error, auc_less, h_measure, ranking

rows = st.lists(st.tuples(st.booleans(), st.integers(0, 12)), min_size=4, max_size=60).filter(
    lambda some: len({event for event, _ in some}) == 2
)


def drawn(some: list[tuple[bool, int]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([event for event, _ in some]), np.array([score for _, score in some], float)


def plain_delong(event: np.ndarray, score: np.ndarray) -> tuple[float, float]:
    """Every event against every other row, as the paper of 1988 writes it."""
    bad, good = score[event], score[~event]
    wins = (bad[:, None] > good).astype(float) + 0.5 * (bad[:, None] == good)
    of_bad, of_good = wins.mean(axis=1), wins.mean(axis=0)
    each = [one.var(ddof=1) / len(one) if len(one) > 1 else 0.0 for one in (of_bad, of_good)]
    return float(wins.mean()), float(np.sqrt(sum(each)))


def plain_h(event: np.ndarray, score: np.ndarray) -> float:
    """The least loss over all thresholds, integrated over the costs."""
    share = event.mean()
    cuts = [*np.unique(score), np.inf]
    alarms = np.array([(score[~event] >= cut).mean() for cut in cuts])
    misses = np.array([(score[event] < cut).mean() for cut in cuts])
    density = beta(1 + share, 2 - share).pdf

    def loss(c: float) -> float:
        return float((c * (1 - share) * alarms + (1 - c) * share * misses).min() * density(c))

    def without(c: float) -> float:
        return float(min(c * (1 - share), (1 - c) * share) * density(c))

    grid = np.linspace(0, 1, 17)
    found, most = (
        sum(quad(f, low, high)[0] for low, high in pairwise(grid)) for f in (loss, without)
    )
    return float(1 - found / most)


@given(rows)
def test_area_and_error_are_those_of_pairs(some: list[tuple[bool, int]]) -> None:
    event, score = drawn(some)

    assert auc_and_error(event, score) == pytest.approx(plain_delong(event, score), abs=1e-12)


@given(rows)
def test_h_measure_is_the_integral_over_the_costs(some: list[tuple[bool, int]]) -> None:
    event, score = drawn(some)

    assert h_measure(event, score) == pytest.approx(plain_h(event, score), abs=1e-5)


def test_a_perfect_score_is_perfect_and_a_constant_one_is_chance() -> None:
    event = np.arange(40) >= 30
    best, none = ranking(event, np.arange(40.0)), ranking(event, np.zeros(40))

    assert (best.auc, best.auc_low, best.gini, best.ks) == (1, 1, 1, 1)
    assert best.h_measure == pytest.approx(1)
    assert (none.auc, none.gini, none.ks) == (0.5, 0, 0)
    assert none.h_measure == pytest.approx(0)
    assert none.average_precision == 0.25


def test_the_interval_covers_the_true_area_as_often_as_it_says() -> None:
    """Scores of two normal distributions: the area is known."""
    generator = np.random.default_rng(1)
    event = np.arange(400) < 60
    truth = norm.cdf(1 / np.sqrt(2))
    found = [ranking(event, generator.normal(size=400) + event) for _ in range(250)]

    covered = np.mean([one.auc_low <= truth <= one.auc_high for one in found])
    assert 0.92 <= covered <= 0.98


def test_a_difference_is_as_sure_as_a_paired_bootstrap_says() -> None:
    generator = np.random.default_rng(4)
    event = np.arange(600) < 80
    first, second = generator.normal(size=(2, 600)) + np.outer([1.2, 0.9], event)
    both = first + second

    for one, other in ((first, second), (both, first)):
        found = auc_less(event, one, other)
        drawn = difference(event, one, other, MEASURES["auc"], seed=1, draws=400)

        assert found.difference == pytest.approx(drawn.difference)
        assert found.low == pytest.approx(drawn.low, abs=0.02)
        assert found.high == pytest.approx(drawn.high, abs=0.02)
