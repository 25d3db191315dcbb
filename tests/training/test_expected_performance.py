"""Performance before outcomes: by every outcome there is, and by worlds whose truth is planted."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

from training.monitor.expected_performance import expected, expected_auc

some = st.lists(st.sampled_from([0.02, 0.1, 0.25, 0.5, 0.7, 0.9]), min_size=2, max_size=7)


@given(some)
def test_it_is_the_mean_over_every_outcome_that_there_is(chances: list[float]) -> None:
    """All 2**n outcomes, each with its chance, by scikit-learn's metrics."""
    p = np.array(chances)
    rate = brier = loss = right = pairs = 0.0
    for outcome in product([False, True], repeat=len(p)):
        event = np.array(outcome)
        weight = float(np.where(event, p, 1.0 - p).prod())
        rate += weight * event.mean()
        brier += weight * brier_score_loss(event, p)
        loss += weight * log_loss(event, p, labels=[False, True])
        both = int(event.sum() * (~event).sum())
        pairs += weight * both
        right += weight * both * (roc_auc_score(event, p) if both else 0.0)

    found = expected(p, seed=1, draws=20)

    assert found.rate.value == pytest.approx(rate)
    assert found.brier.value == pytest.approx(brier)
    assert found.log_loss.value == pytest.approx(loss)
    assert expected_auc(p) == pytest.approx(right / pairs)


def test_where_probabilities_are_true_it_is_what_comes_and_intervals_hold_95_of_100() -> None:
    generator = np.random.default_rng(8)
    held = {"rate": 0, "brier": 0, "log_loss": 0, "auc": 0}
    off = []
    for _ in range(300):
        p = generator.beta(1.0, 12.0, 400)
        event = generator.random(400) < p
        found = expected(p, seed=3, draws=300)
        realised = {
            "rate": event.mean(),
            "brier": brier_score_loss(event, p),
            "log_loss": log_loss(event, p),
            "auc": roc_auc_score(event, p),
        }
        for name, value in realised.items():
            estimate = getattr(found, name)
            held[name] += estimate.low <= value <= estimate.high
        assert found.auc is not None
        off.append(found.auc.value - realised["auc"])

    assert all(0.91 <= count / 300 <= 0.985 for count in held.values()), held
    assert abs(np.mean(off)) < 3 * np.std(off) / np.sqrt(300)


def test_a_model_that_is_blind_to_a_change_expects_what_it_expected_before() -> None:
    """The limit of the method: twice the defaults at the same features aren't seen without them."""
    p = np.random.default_rng(2).beta(1.0, 30.0, 2_000)
    event = np.random.default_rng(3).random(2_000) < 2.0 * p

    found = expected(p, seed=1)

    assert found.rate.value == pytest.approx(p.mean())
    assert not found.rate.low <= event.mean() <= found.rate.high


def test_few_rows_and_rare_events_have_no_area() -> None:
    assert expected(np.full(5, 0.001), seed=1).auc is None
    assert expected(np.full(400, 0.3), seed=1).auc is not None


def test_the_same_seed_gives_the_same() -> None:
    p = np.linspace(0.01, 0.4, 60)

    assert expected(p, seed=4) == expected(p, seed=4)
