"""The paired bootstrap: its interval holds the truth as often as it says."""

from typing import Any

import numpy as np
import pytest
from scipy.special import expit

from training.paired import MEASURES, difference


def brier(event: Any, chance: Any) -> float:
    return float(np.mean((event - chance) ** 2))


def drawn(generator: np.random.Generator, count: int) -> tuple[Any, Any, Any]:
    """Outcomes, the chances by which they were drawn, and chances that know less."""
    known, unknown = generator.normal(size=(2, count))
    true = expit(known + unknown - 1.0)
    return generator.random(count) < true, true, expit(known - 1.0)


def test_the_interval_covers_the_true_difference() -> None:
    """95 % of 200 intervals should; the bound leaves three standard errors."""
    generator = np.random.default_rng(1)
    event, good, poor = drawn(generator, 400_000)
    truth = brier(event, good) - brier(event, poor)
    covered = 0
    for seed in range(200):
        found = difference(*drawn(generator, 300), brier, seed=seed, draws=150)
        covered += found.low <= truth <= found.high

    assert 0.90 <= covered / 200 <= 0.99


@pytest.mark.parametrize("name", MEASURES)
def test_a_prediction_differs_from_itself_by_nothing(name: str) -> None:
    event, chance, _ = drawn(np.random.default_rng(2), 200)

    found = difference(event, chance, chance, MEASURES[name], seed=1, draws=20)

    assert (found.difference, found.low, found.high) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(("name", "sign"), [("auc", 1), ("average_precision", 1), ("log_loss", -1)])
def test_a_better_prediction_shows_beyond_doubt(name: str, sign: int) -> None:
    event, good, poor = drawn(np.random.default_rng(3), 4_000)
    measure = MEASURES[name]

    found = difference(event, good, poor, measure, seed=1, draws=100)
    back = difference(event, poor, good, measure, seed=1, draws=100)

    assert found.difference == measure(event, good) - measure(event, poor)
    assert found.low <= found.difference <= found.high
    assert min(sign * found.low, sign * found.high) > 0
    assert (back.low, back.high) == pytest.approx((-found.high, -found.low))


def test_the_same_seed_draws_the_same() -> None:
    given = drawn(np.random.default_rng(4), 300)

    first, again = (difference(*given, brier, seed=7, draws=50) for _ in range(2))
    other = difference(*given, brier, seed=8, draws=50)

    assert first == again
    assert (first.low, first.high) != (other.low, other.high)


def test_draws_with_one_outcome_only_are_drawn_again() -> None:
    """One event among ten rows: a third of all draws hold none, and have no AUC."""
    event = np.arange(10) == 0
    chance = np.linspace(0.9, 0.1, 10)

    found = difference(event, chance, chance[::-1].copy(), MEASURES["auc"], seed=1, draws=100)

    assert found.difference == 1.0
    assert np.isfinite([found.low, found.high]).all()


def test_pairing_makes_a_small_steady_difference_visible() -> None:
    """Both vary much with the rows drawn, and together."""
    event, good, _ = drawn(np.random.default_rng(5), 2_000)
    slightly_worse = np.clip(good + 0.02, 0, 1)

    found = difference(event, good, slightly_worse, brier, seed=1, draws=200)
    rows = np.random.default_rng(6).integers(0, 2_000, (200, 2_000))
    alone = np.std([brier(event[some], good[some]) for some in rows])

    assert found.high - found.low < 2 * alone
