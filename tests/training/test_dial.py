"""The dial takes the most additive setting whose loss is within one standard error of the best."""

from typing import Any

import numpy as np
import pytest
from scipy.special import expit

from features.catalogue import BY_NAME, CREDIT_OF
from features.feature import Credit, Risk
from features.pipeline import silent
from tests.worlds import LAST_DAY, LATE, NAMES, TREES, SmallWorld
from training.dial import Setting, Turned, turn
from training.examples import Examples
from training.fitting import Fitter
from training.metrics import row_losses, sigmoid
from training.rehearsal import Fold, folds
from training.split import Folds

FREE_ONES = tuple(
    next(n for n in NAMES if BY_NAME[n].risk is Risk.FREE and CREDIT_OF[n] is one)
    for one in (Credit.OBJECT, Credit.DATA)
)
SETTINGS = (60, 40, 20, 0)
ROWS = 3_000


def fitter(names: tuple[str, ...]) -> Fitter:
    trees = TREES.model_copy(update={"rounds": 60, "additive_rounds": SETTINGS})
    return Fitter(names, trees, seed=1, threads=1)


def made(effect: Any) -> tuple[Examples, list[Fold]]:
    """Examples of one object and one data feature, and the log-odds an effect gives them."""
    generator = np.random.default_rng(1)
    rows = generator.normal(size=(ROWS, 2))
    event = generator.random(ROWS) < expit(effect(rows[:, 0], rows[:, 1]))
    at = np.arange(ROWS)
    known = Examples(
        tuple(map(str, at)), tuple(f"B{one}" for one in at % 200), at, np.ascontiguousarray(rows)
    )
    cuts = [(1_500, 2_250), (2_250, 3_000)]
    plan = [
        Fold(at[:origin], event[:origin], at[origin:end], event[origin:end]) for origin, end in cuts
    ]
    return known, plan


def test_where_credits_act_apart_all_rounds_are_additive() -> None:
    known, plan = made(lambda first, second: first - 0.7 * second - 1.0)

    turned = turn(fitter(FREE_ONES), known, plan, silent)

    assert turned.additive_rounds == 60


def test_where_credits_act_together_the_cross_block_takes_over() -> None:
    """Risk only where both are high or both are low: no additive tree sees it."""
    known, plan = made(lambda first, second: 2.5 * np.sign(first * second) - 0.5)

    turned = turn(fitter(FREE_ONES), known, plan, silent)

    assert turned.additive_rounds < 60
    wholly = turned.settings[0]
    assert wholly.additive_rounds == 60
    assert wholly.over_best > 5 * wholly.error


@pytest.fixture(scope="module")
def turned(small_world: SmallWorld) -> tuple[Turned, list[Fold]]:
    """The dial of the small world."""
    plan = folds(small_world.gathered, small_world.known, LATE, LAST_DAY, Folds(count=2, months=2))
    return turn(fitter(NAMES), small_world.known, plan, silent), plan


def test_every_setting_is_tried_the_most_additive_first(
    turned: tuple[Turned, list[Fold]],
) -> None:
    assert tuple(one.additive_rounds for one in turned[0].settings) == SETTINGS


def test_the_first_setting_within_one_error_of_the_best_is_taken(
    turned: tuple[Turned, list[Fold]],
) -> None:
    found, _ = turned
    best = min(one.log_loss for one in found.settings)

    for one in found.settings:
        assert one.over_best == pytest.approx(one.log_loss - best, abs=1e-12)
        assert (one.error == 0.0) is (one.over_best == 0.0)
    within = [one.additive_rounds for one in found.settings if one.over_best <= one.error]
    assert found.additive_rounds == max(within)


def test_the_periods_are_what_the_setting_taken_predicted(
    turned: tuple[Turned, list[Fold]],
) -> None:
    found, plan = turned
    (taken,) = (one for one in found.settings if one.additive_rounds == found.additive_rounds)
    losses = np.concatenate([row_losses(event, sigmoid(score)) for event, score in found.periods])

    assert losses.mean() == pytest.approx(taken.log_loss, abs=1e-12)
    for (event, score), fold in zip(found.periods, plan, strict=True):
        assert event.tobytes() == fold.predict_event.tobytes()
        assert len(score) == len(fold.predict)


@pytest.mark.parametrize(("over", "error", "within"), [(0.1, 0.1, True), (0.11, 0.1, False)])
def test_exactly_one_error_is_still_within(over: float, error: float, within: bool) -> None:
    assert Setting(1, 0.5, over, error).within_one_error is within
