"""Forecasts of grades against outcomes whose true chances are known."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import beta

from models.scale import BOUNDS, number_of
from training.validation.by_grade import by_grade, concentration, share_held


def test_a_grade_by_hand() -> None:
    """2 of 100 forecast at 1 %: the posterior is beta(2.5, 98.5)."""
    event = np.arange(100) < 2
    (row,) = by_grade(event, np.full(100, 0.01), np.full(100, 0.01))

    assert (row.grade, row.n, row.events) == (str(number_of(0.01)), 100, 2)
    assert row.expected == pytest.approx(0.01)
    assert row.observed == 0.02
    below, _ = quad(beta(2.5, 98.5).pdf, 0, 0.01)
    assert row.p_value == pytest.approx(below, abs=1e-9)
    assert row.observed_low < 0.02 < row.observed_high


def test_forecasts_that_are_true_hold_as_often_as_they_should() -> None:
    """By chance one grade of ten doesn't; forecasts of half the truth are found out."""
    generator = np.random.default_rng(3)
    chance = np.exp(generator.uniform(np.log(BOUNDS[5]), np.log(BOUNDS[14]), 20_000))
    drawn = [generator.random(len(chance)) < chance for _ in range(40)]

    true = [share_held(by_grade(event, chance, chance)) for event in drawn]
    half = [row for event in drawn for row in by_grade(event, chance / 2, chance)]

    assert np.mean(true) == pytest.approx(0.9, abs=0.04)
    assert all(row.p_value < 0.05 for row in half if row.events > 40)
    assert share_held(tuple(half)) < 0.4


def test_concentration_is_one_where_all_are_in_one_grade() -> None:
    same = by_grade(np.arange(10) < 1, np.full(10, 0.05), np.full(10, 0.05))
    two = by_grade(np.arange(10) < 1, np.full(10, 0.05), np.where(np.arange(10) < 5, 0.05, 0.001))

    assert concentration(same) == 1
    assert concentration(two) == 0.5
