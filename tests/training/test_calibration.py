"""Calibration: what the rehearsals agree on is believed, what they don't is not."""

from math import log
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit
from sklearn.isotonic import IsotonicRegression

from training.calibration import (
    IDENTITY,
    LEAST_SLOPE,
    Calibration,
    believed,
    bend,
    calibrate,
    shifted,
)
from training.metrics import sigmoid

ROWS = 20_000


def period(seed: int, intercept: float, slope: float, count: int = ROWS) -> tuple[Any, Any]:
    """Outcomes whose log-odds are ``intercept + slope * raw``, and the raw scores."""
    generator = np.random.default_rng(seed)
    raw = generator.normal(-1.5, 1.2, count)
    return generator.random(count) < expit(intercept + slope * raw), raw


def periods(*lines: tuple[float, float]) -> list[tuple[Any, Any]]:
    return [period(seed, *line) for seed, line in enumerate(lines)]


def rate(rehearsed: list[tuple[Any, Any]]) -> float:
    return float(np.concatenate([event for event, _ in rehearsed]).mean())


@pytest.mark.parametrize(("intercept", "slope"), [(0.5, 1.4), (-0.6, 0.7), (0.0, 1.0), (0.8, 1.0)])
def test_a_line_that_all_rehearsals_show_is_recovered(intercept: float, slope: float) -> None:
    rehearsed = periods(*[(intercept, slope)] * 4)

    found = calibrate(rehearsed, rate(rehearsed))

    assert found.slope == pytest.approx(slope, abs=0.06)
    assert found.intercept == pytest.approx(intercept, abs=0.08)


def test_rehearsals_that_disagree_are_not_believed() -> None:
    """Up in two, down in two: the model is left as it is."""
    rehearsed = periods((0.8, 1.0), (-0.8, 1.0), (0.7, 1.0), (-0.7, 1.0))

    found = calibrate(rehearsed, rate(rehearsed))

    assert found.apply(np.array([-1.5]))[0] == pytest.approx(-1.5, abs=0.05)
    assert found.slope == pytest.approx(1.0, abs=0.05)


def test_one_period_unlike_all_others_is_not_handed_on() -> None:
    """Pooled, its rows would be a quarter of the evidence; here it is mostly not believed."""
    rehearsed = periods((0.0, 1.0), (0.0, 1.0), (0.0, 1.0), (1.0, 1.0))

    found = calibrate(rehearsed, rate(rehearsed))

    assert abs(found.apply(np.array([-1.5]))[0] + 1.5) < 0.1


def test_the_slope_never_turns_the_ranking_round() -> None:
    found = calibrate(periods(*[(0.0, -1.0)] * 3), 0.5)

    assert found.slope == LEAST_SLOPE


@pytest.mark.parametrize("count", [0, 1])
def test_fewer_than_two_rehearsals_can_t_agree(count: int) -> None:
    assert calibrate(periods(*[(0.9, 1.5)] * count), 0.2) == IDENTITY


@given(value=st.floats(-3, 3), count=st.integers(2, 6))
def test_equal_values_are_believed_wholly(value: float, count: int) -> None:
    assert believed([value] * count) == pytest.approx(value, abs=1e-12)


@given(values=st.lists(st.floats(-3, 3), min_size=2, max_size=6))
def test_belief_is_between_nothing_and_the_mean(values: list[float]) -> None:
    mean = float(np.mean(values))

    found = believed(values)

    assert min(0.0, mean) - 1e-12 <= found <= max(0.0, mean) + 1e-12
    assert believed([-value for value in values]) == pytest.approx(-found, abs=1e-12)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1.0, -1.0], 0.0),  # mean nothing
        ([0.0, 0.0], 0.0),
        ([2.0, 0.0], 0.0),  # standard error 1, mean 1
        ([3.0, 1.0], 2.0 * (1 - 1 / 4)),  # standard error 1, mean 2
        ([5.0, 3.0], 4.0 * (1 - 1 / 16)),
    ],
)
def test_belief_worked_by_hand(values: list[float], expected: float) -> None:
    assert believed(values) == pytest.approx(expected)


def test_a_calibration_is_the_line_it_says() -> None:
    assert Calibration(0.5, 2.0).apply(np.array([-1.0, 0.0, log(2)])).tolist() == pytest.approx(
        [-1.5, 0.5, 0.5 + 2 * log(2)]
    )


@pytest.mark.parametrize("rate", [0.001, 0.03, 0.4])
def test_a_long_run_rate_moves_the_intercept_and_nothing_else(rate: float) -> None:
    generator = np.random.default_rng(5)
    scores = generator.normal(-3.0, 1.0, 2_000)
    before = Calibration(0.2, 0.9)

    after = shifted(before, scores, rate)

    assert after.slope == before.slope
    assert sigmoid(after.apply(scores)).mean() == pytest.approx(rate, rel=1e-9)
    moved = after.apply(scores) - before.apply(scores)
    assert np.ptp(moved) <= 1e-9


def test_a_straight_line_is_not_found_bent() -> None:
    """Isotonic regression gains nothing there, and pays for its freedom."""
    found = bend(periods(*[(0.2, 1.1)] * 3))

    assert found is not None
    assert found.brier_affine <= found.brier_isotonic + 1e-4
    assert found.distance <= 0.02


def test_a_bent_line_is_found_bent() -> None:
    """Where the chance stops rising at a score, no straight line follows."""
    bent = []
    for seed in range(3):
        generator = np.random.default_rng(seed)
        score = generator.normal(-1.5, 1.2, ROWS)
        bent.append((generator.random(ROWS) < expit(3.0 * np.minimum(score, -1.5) + 4.0), score))

    found = bend(bent)

    assert found is not None
    assert found.brier_isotonic < found.brier_affine - 1e-3
    assert found.distance > 0.02


def test_a_bend_is_judged_by_rehearsals_that_it_hasn_t_seen() -> None:
    """Two rehearsals, each predicted by the other alone; of one there is nothing to say."""
    first, second = periods((0.3, 1.2), (-0.2, 0.9))
    found = bend([first, second])

    errors = []
    for (event, score), (told, said) in ((first, second), (second, first)):
        free = IsotonicRegression(out_of_bounds="clip").fit(score, event)
        errors.append(np.mean((free.predict(said) - told) ** 2))
    assert found is not None
    assert found.brier_isotonic == pytest.approx(np.mean(errors), rel=1e-12)
    assert found.brier_affine == pytest.approx(
        np.mean([np.mean((expit(score) - event) ** 2) for event, score in (first, second)])
    )
    assert bend([first]) is bend([]) is None
