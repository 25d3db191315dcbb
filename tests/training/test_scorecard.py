"""The challengers: a scorecard that finds what there is, and one variable by hand."""

from typing import Any

import numpy as np
import pytest
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from training.baselines import OneVariable
from training.metrics import figures, log_odds, sigmoid
from training.points_table import Scorecards

NAMES = ("first", "second", "third")
NAN = float("nan")
RATE = "buyer_late5_365d"


def drawn(seed: int, count: int = 1_500) -> tuple[Any, Any]:
    """Rows of which the first tells much, the second by being missing, the third nothing."""
    generator = np.random.default_rng(seed)
    rows = generator.normal(size=(count, 3))
    missing = generator.random(count) < 0.3
    rows[missing, 1] = NAN
    return rows, generator.random(count) < expit(1.5 * rows[:, 0] + 1.5 * missing - 1.5)


def test_it_ranks_about_as_well_as_the_truth_and_is_calibrated() -> None:
    (rows, event), (others, what) = drawn(1), drawn(2)
    truth = 1.5 * others[:, 0] + 1.5 * np.isnan(others[:, 1])

    found = Scorecards(NAMES, 1).fit(rows, event).log_odds(others)

    assert roc_auc_score(what, found) > roc_auc_score(what, truth) - 0.02
    told = figures(what, sigmoid(found))
    assert told.calibration_slope == pytest.approx(1.0, abs=0.25)


def test_what_it_learned_from_it_tells_right_on_average_also_where_missing() -> None:
    """The equations of logistic regression: it holds only if missing means the same both times."""
    rows, event = drawn(1)
    missing = np.isnan(rows[:, 1])

    found = sigmoid(Scorecards(NAMES, 1).fit(rows, event).log_odds(rows))

    assert found.mean() == pytest.approx(event.mean(), abs=1e-4)
    assert found[missing].mean() == pytest.approx(event[missing].mean(), abs=0.02)


def test_a_missing_value_is_a_bin_of_its_own() -> None:
    rows, event = drawn(1)
    pair = np.array([[0.0, NAN, 0.0], [0.0, 0.0, 0.0]])

    missing, there = Scorecards(NAMES, 1).fit(rows, event).log_odds(pair)

    assert missing > there + 0.5


def test_a_variable_that_is_always_missing_is_left_out() -> None:
    """A bank that has no reports still gets its figures."""
    rows, event = drawn(1)
    without = np.hstack([rows, np.full((len(rows), 1), NAN)])

    found = Scorecards((*NAMES, "never"), 1).fit(without, event).log_odds(without)

    assert found.tolist() == Scorecards(NAMES, 1).fit(rows, event).log_odds(rows).tolist()


@pytest.mark.parametrize("value", [NAN, 1.0])
def test_without_any_information_everybody_is_average(value: float) -> None:
    event = np.arange(200) < 50
    rows = np.full((200, 3), value)

    found = Scorecards(NAMES, 1).fit(rows, event).log_odds(rows[:5])

    assert sigmoid(found).tolist() == pytest.approx([0.25] * 5)


def test_one_variable_is_scikit_learns_logistic_regression_on_its_log_odds() -> None:
    generator = np.random.default_rng(3)
    rate = generator.uniform(0.01, 0.6, 500)
    rate[::7] = NAN
    filled = np.where(np.isnan(rate), np.nanmean(rate), rate)
    event = generator.random(500) < filled
    oracle = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1_000)
    oracle.fit(log_odds(filled).reshape(-1, 1), event)

    found = OneVariable((RATE,), RATE).fit(rate[:, None], event).log_odds(rate[:, None])

    assert found == pytest.approx(oracle.decision_function(log_odds(filled).reshape(-1, 1)))
    assert len(set(found[::7].tolist())) == 1


def test_one_variable_without_any_value_is_the_average() -> None:
    event = np.arange(100) < 20

    fitted = OneVariable((RATE,), RATE).fit(np.full((100, 1), NAN), event)
    found = fitted.log_odds(np.array([[0.5], [NAN]]))

    assert sigmoid(found).tolist() == pytest.approx([0.2, 0.2])
