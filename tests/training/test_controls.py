"""Planted faults are found: an input made of the outcome, a test row that was learned from."""

import numpy as np
import pytest

from features.catalogue import BY_NAME, CREDIT_OF
from features.feature import Risk
from models.bundle import CREDITS
from tests.worlds import TREES
from training.fitting import Fitter
from training.validation.ablation import by_credits
from training.validation.leaks import Leaks, alone, require_no_leak
from training.validation.shuffled import shuffled

NAMES = tuple(
    name
    for credit in CREDITS
    for name in [
        one for one in BY_NAME if CREDIT_OF[one] is credit and BY_NAME[one].risk is Risk.RISES
    ][:3]
)
FITTER = Fitter(NAMES, TREES, seed=1, threads=1)


@pytest.fixture(scope="module")
def drawn() -> tuple[np.ndarray, np.ndarray]:
    """4,000 rows; the first feature of subject and of object tell, nothing else does."""
    generator = np.random.default_rng(8)
    rows = generator.normal(size=(4000, len(NAMES)))
    chance = 1 / (1 + np.exp(3 - 1.2 * rows[:, 0] - 0.6 * rows[:, 3]))
    return rows, generator.random(4000) < chance


def test_an_input_made_of_the_outcome_is_a_leak(drawn: tuple[np.ndarray, np.ndarray]) -> None:
    rows, event = drawn
    poisoned = rows.copy()
    poisoned[:, 4] = np.where(event, -5.0, np.nan)  # told by being there, and in no direction

    found = alone(NAMES, poisoned, event, seed=1)

    assert found[0].name == NAMES[4]
    assert found[0].auc > 0.99
    with pytest.raises(Leaks, match=NAMES[4]) as refused:
        require_no_leak(found, ())
    assert refused.value.field == "leave_out"
    require_no_leak(found, (NAMES[4],))


def test_honest_inputs_are_no_leaks(drawn: tuple[np.ndarray, np.ndarray]) -> None:
    found = alone(NAMES, *drawn, seed=1)

    assert {one.name for one in found[:2]} == {NAMES[0], NAMES[3]}
    assert found[0].auc < 0.85
    assert all(abs(one.auc - 0.5) < 0.06 for one in found[2:])
    require_no_leak(found, ())


def test_shuffled_outcomes_are_chance_unless_a_test_row_was_learned_from(
    drawn: tuple[np.ndarray, np.ndarray],
) -> None:
    rows, event = drawn
    learned, tested = (rows[:3000], event[:3000]), (rows[3000:], event[3000:])

    sound = shuffled(FITTER, learned, tested)
    mixed = np.random.default_rng(1).permutation(event)
    leaky = shuffled(FITTER, (rows, event), (rows, mixed))

    assert sound.holds
    assert not leaky.holds
    assert leaky.auc > 0.6


def test_a_credit_is_worth_what_it_tells(drawn: tuple[np.ndarray, np.ndarray]) -> None:
    rows, event = drawn
    found = by_credits(FITTER, (rows[:3000], event[:3000]), (rows[3000:], event[3000:]))
    by = {one.credits: one for one in found}

    assert len(found) == 7
    assert by["subject", "object", "data"].below_all is None
    assert abs(by["data",].auc - 0.5) < 0.06
    assert by["subject",].auc > by["object",].auc > 0.55
    without_subject = by["object", "data"].below_all
    assert without_subject is not None
    assert without_subject.high < 0
