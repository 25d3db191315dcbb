"""Data that can't be learned from are refused by the command, with what is wrong and what to do."""

import sqlite3
from pathlib import Path

import numpy as np
import pytest

from tests.command_results import told
from tests.training.short_runs import DAYS, learn, short_recipe
from tests.worlds import SmallWorld
from training.validation.poisoned import PoisonedColumn, require_told, silent_columns

NO_RATE = '["buyer_is_person"]'
"""Left out: the rate, which the simulator doesn't tell, is among the columns."""

LATE = "NOT EXISTS (SELECT 1 FROM payment WHERE receivable = r.ref AND paid_on < r.due_on + 5)"


def with_rates(small_world: SmallWorld, folder: Path, rate: str) -> str:
    """A copy of the ledger whose receivables have a rate, past the triggers that refuse it."""
    url = small_world.copy(folder)
    with sqlite3.connect(url.removeprefix("sqlite:///")) as ledger:
        (trigger,) = ledger.execute(
            "SELECT sql FROM sqlite_master WHERE name = 'receivable_no_update'"
        ).fetchone()
        ledger.execute("DROP TRIGGER receivable_no_update")
        ledger.execute(f"UPDATE receivable AS r SET rate_ppm = {rate}")  # noqa: S608 - ours
        ledger.execute(trigger)
    ledger.close()
    return url


REFUSED = {
    "a column that is missing": (
        {"leave_out": NO_RATE},
        'counts_on = ["claim_rate"]',
        DAYS,
        "poisoned-column",
        ("in all", "claim_rate is missing", "leave_out"),
    ),
    "an outcome that is the same for all": (
        {},
        "",
        ("--train-until", "2026-02-17", "--test-since", "2026-03-18", "--test-until", "2026-03-19"),
        "too-little-to-learn",
        ("0 of 1 receivables from 2026-03-18", "met the event 'late5'", "the same for all"),
    ),
    "a test without a row": (
        {},
        "",
        ("--train-until", "2026-02-17", "--test-since", "2026-07-01", "--test-until", "2026-08-01"),
        "too-little-to-learn",
        ("no receivables from 2026-07-01 to before 2026-08-01",),
    ),
    "a test without an outcome": (
        {},
        "",
        ("--train-until", "2026-02-17", "--test-since", "2026-06-10", "--test-until", "2026-06-17"),
        "too-little-to-learn",
        ("on 2026-06-18 the outcome of none was known: all were too young",),
    ),
    "a period to calibrate on without an outcome": (
        {},
        "split = { train_until = 2026-02-17, "
        "calibrate = { since = 2026-06-10, until = 2026-06-17 } }",
        (),
        "too-little-to-learn",
        ("from 2026-06-10 to before 2026-06-17", "all were too young"),
    ),
    "a test without a day": (
        {},
        "",
        ("--train-until", "2026-02-17", "--test-until", "2026-02-17"),
        "wrong-split",
        ("from 2026-02-17 to before 2026-02-17 there is no day",),
    ),
    "a test that begins before the cut": (
        {},
        "split = { train_until = 2026-02-17, test = { since = 2026-02-17, until = 2026-03-20 } }",
        ("--train-until", "2026-03-01"),
        "wrong-split",
        ("test.since 2026-02-17 is before train_until 2026-03-01", "overlap"),
    ),
    "a test that ends nowhere": (
        {},
        "",
        ("--train-until", "2026-02-17", "--test-since", "2026-03-01"),
        "wrong-split",
        ("begins on 2026-03-01 and ends nowhere", "--test-until"),
    ),
    "an outcome asked for too early": (
        {},
        "maturity_days = { late5 = 5 }",
        DAYS,
        "recipe-refused",
        ("maturity_days of 'late5' is 5", "after 6 days only"),
    ),
}


@pytest.mark.parametrize("how", REFUSED)
def test_what_can_t_be_learned_from_is_refused(
    small_world: SmallWorld, tmp_path: Path, how: str
) -> None:
    replaced, head, days, code, words = REFUSED[how]
    recipe = short_recipe(tmp_path, head, **replaced)
    bundles = tmp_path / "bundles"

    result = learn(recipe, "--db", small_world.url, "--out", bundles, *days)

    said = " ".join(told(result, code).split())
    assert all(word in said for word in words), said
    assert not bundles.exists()


@pytest.mark.parametrize(
    ("rate", "code", "word"),
    [
        (f"CASE WHEN {LATE} THEN 90000 ELSE 30000 END", "leaks", "claim_rate (AUC "),
        ("50000", "poisoned-column", "claim_rate is 0.05"),
    ],
    ids=["the outcome itself", "one rate for all"],
)
def test_a_planted_column_is_found(
    small_world: SmallWorld, tmp_path: Path, rate: str, code: str, word: str
) -> None:
    url = with_rates(small_world, tmp_path, rate)
    recipe = short_recipe(tmp_path, 'counts_on = ["claim_rate"]', leave_out=NO_RATE)

    result = learn(recipe, "--db", url, "--out", tmp_path / "bundles", *DAYS)

    assert word in told(result, code)
    assert not (tmp_path / "bundles").exists()


def test_a_column_is_silent_where_it_is_missing_or_the_same_in_all_rows() -> None:
    """One that is missing in some rows and the same in the others tells which."""
    nan = np.nan
    rows = np.array([[nan, 0.0, 1.0, nan, 2.0], [nan, 0.0, 1.0, 5.0, 3.0]])

    found = silent_columns(("a", "b", "c", "d", "e"), rows)

    assert found == {"a": "missing", "b": "0", "c": "1"}
    require_told(found, ("d", "e"), 2)
    with pytest.raises(PoisonedColumn, match="b is 0, c is 1") as refused:
        require_told(found, ("b", "c", "e"), 2)
    assert refused.value.field == "b"


@pytest.mark.parametrize("value", [np.inf, -np.inf])
def test_an_infinite_value_is_refused_whether_it_is_counted_on_or_not(value: float) -> None:
    rows = np.array([[1.0, 2.0], [2.0, value], [3.0, value]])

    with pytest.raises(PoisonedColumn, match="b is infinite in 2 of 3 rows") as refused:
        silent_columns(("a", "b"), rows)
    assert refused.value.field == "b"
