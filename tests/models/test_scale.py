"""Points: 600 at odds of 50 to 1, 40 points double the odds; probabilities to the very ends."""

from math import inf, log

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit

from models.scale import HIGHEST, LOWEST, A, B, points, probability, shown

LOGITS = st.floats(-800, 800)


def test_the_constants_are_those_of_the_reference() -> None:
    """domain.md section 3.1: offset 374.24575, factor 57.70780."""
    assert pytest.approx(374.24575, abs=5e-6) == A
    assert pytest.approx(57.70780, abs=5e-6) == B


@pytest.mark.parametrize(
    ("odds", "expected"), [(25, 560.0), (50, 600.0), (100, 640.0), (200, 680.0), (1, A)]
)
def test_forty_points_double_the_odds(odds: int, expected: float) -> None:
    assert points(-log(odds)) == pytest.approx(expected, abs=1e-9)


@given(logit=LOGITS)
def test_the_probability_is_scipys(logit: float) -> None:
    assert probability(logit) == pytest.approx(float(expit(logit)), rel=1e-14)


@given(logit=LOGITS)
def test_both_sides_of_even_odds_mirror_each_other(logit: float) -> None:
    assert probability(logit) + probability(-logit) == pytest.approx(1.0, abs=1e-15)


@given(first=LOGITS, second=LOGITS)
def test_more_log_odds_are_more_risk_and_fewer_points(first: float, second: float) -> None:
    low, high = sorted((first, second))

    assert probability(low) <= probability(high)
    assert points(low) >= points(high)
    assert shown(points(low)) >= shown(points(high))


@pytest.mark.parametrize(
    ("logit", "expected"),
    [(0.0, 0.5), (1e308, 1.0), (inf, 1.0), (-1e308, 0.0), (-inf, 0.0), (-745.0, 5e-324)],
)
def test_the_ends_neither_overflow_nor_leave_the_unit_interval(
    logit: float, expected: float
) -> None:
    assert probability(logit) == expected


@given(unclipped=st.floats(allow_nan=False))
def test_shown_points_are_whole_and_within_the_ruler(unclipped: float) -> None:
    assert LOWEST <= shown(unclipped) <= HIGHEST
    assert isinstance(shown(unclipped), int)
    if LOWEST <= unclipped <= HIGHEST:
        assert abs(shown(unclipped) - unclipped) <= 0.5


@given(logit=st.floats(-9.0, 1.28))
def test_within_the_ruler_points_and_log_odds_tell_each_other(logit: float) -> None:
    """domain.md section 7.3, 18: bijective inside the clip."""
    assert (A - points(logit)) / B == pytest.approx(logit, abs=1e-12)
    assert LOWEST < points(logit) < HIGHEST
