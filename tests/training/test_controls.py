"""Planted faults are found: an input made of the outcome, a test row that was learned from."""

import numpy as np
import pytest

from features.catalogue import BY_NAME, CREDIT_OF
from features.feature import Risk
from models.bundle import CREDITS
from models.trees import Matrix
from tests.worlds import TREES
from training.contest import Contest
from training.examples import Days, Examples
from training.fitting import Fitter
from training.metrics import Flags
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
Drawn = tuple[Matrix, Flags]
FITTER = Fitter(NAMES, TREES, seed=1, threads=1)


@pytest.fixture(scope="module")
def drawn() -> Drawn:
    """4,000 rows; the first feature of subject and of object tell, nothing else does."""
    generator = np.random.default_rng(8)
    rows = generator.normal(size=(4000, len(NAMES)))
    chance = 1 / (1 + np.exp(3 - 1.2 * rows[:, 0] - 0.6 * rows[:, 3]))
    return rows, generator.random(4000) < chance


def test_an_input_made_of_the_outcome_is_a_leak(drawn: Drawn) -> None:
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


def test_honest_inputs_are_no_leaks(drawn: Drawn) -> None:
    found = alone(NAMES, *drawn, seed=1)

    assert {one.name for one in found[:2]} == {NAMES[0], NAMES[3]}
    assert found[0].auc < 0.85
    assert all(abs(one.auc - 0.5) < 0.06 for one in found[2:])
    require_no_leak(found, ())


def contest(rows: Matrix, event: Flags, learn: Days, test: Days) -> Contest:
    keys = tuple(map(str, range(len(rows))))
    known = Examples(keys, keys, np.arange(len(rows)), rows)
    return Contest(known, learn, event[learn], test, event[test], [])


def test_shuffled_outcomes_are_chance(drawn: Drawn) -> None:
    found = shuffled(FITTER, contest(*drawn, np.arange(3000), np.arange(3000, 4000)))

    assert found.holds
    assert abs(found.auc - 0.5) < 0.04


def test_rows_that_were_learned_from_are_found_among_those_tested_on(drawn: Drawn) -> None:
    found = shuffled(FITTER, contest(*drawn, np.arange(3500), np.arange(3000, 4000)))

    assert not found.holds
    assert found.auc > 0.55


def test_a_credit_is_worth_what_it_tells(drawn: Drawn) -> None:
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
