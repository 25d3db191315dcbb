"""A run's validation is of its saved bundle, on the rows of its test period."""

from pathlib import Path
from typing import Any

import pytest

from features.catalogue import BY_NAME
from features.feature import Risk
from models.bundle import Bundle, load, save
from tests.training.conftest import Trained
from tests.worlds import LATE, NAMES, TREES, SmallWorld, card
from training.examples import labels, last_day
from training.fitting import BY_CREDIT_ONLY, CROSS, Fitter, raw, text
from training.validation.proofs import prove


@pytest.fixture(scope="module")
def bundle(trained: Trained) -> Bundle:
    return load(Path(trained.report["folder"]))


@pytest.fixture(scope="module")
def found(trained: Trained) -> dict[str, Any]:
    validation: dict[str, Any] = trained.report["validation"]
    return validation


def test_it_is_of_the_rows_and_the_model_that_the_contest_has(
    trained: Trained, found: dict[str, Any]
) -> None:
    test, ranked = trained.report["test"], found["ranking"]

    assert (ranked["n"], ranked["events"]) == (test["n"], test["events"])
    assert ranked["auc"] == pytest.approx(test["champion"]["auc"], abs=1e-12)
    assert ranked["average_precision"] == pytest.approx(
        test["champion"]["average_precision"], abs=1e-12
    )
    assert ranked["auc_low"] < ranked["auc"] < ranked["auc_high"]


@pytest.mark.parametrize("where", ["grades", "months"])
def test_every_row_is_in_one_grade_and_one_month(found: dict[str, Any], where: str) -> None:
    rows, ranked = found[where]["rows"], found["ranking"]

    assert sum(row["n"] for row in rows) == ranked["n"]
    assert sum(row["events"] for row in rows) == ranked["events"]


def test_every_row_is_in_one_group_of_each_kind(found: dict[str, Any]) -> None:
    assert {"tier", "size", "sector"} <= set(found["segments"])
    for groups in found["segments"].values():
        assert sum(one["n"] for one in groups) == found["ranking"]["n"]
        assert sum(one["events"] for one in groups) == found["ranking"]["events"]


def test_every_input_has_a_drift_and_the_largest_comes_first(
    found: dict[str, Any], bundle: Bundle
) -> None:
    told = found["drift"]["features"]

    assert set(told) == set(bundle.feature_names)
    moved = [one["psi"] for one in told.values()]
    assert moved == sorted(moved, reverse=True)


def test_all_three_credits_are_worth_most_and_shuffled_outcomes_nothing(
    found: dict[str, Any],
) -> None:
    whole = found["credits"][-1]

    assert whole["below_all"] is None
    assert whole["auc"] > found["credits"][0]["auc"]
    assert found["shuffled"]["holds"]


def test_the_proofs_hold(found: dict[str, Any], bundle: Bundle) -> None:
    proofs = found["proofs"]
    constrained = [name for name in bundle.feature_names if BY_NAME[name].risk is not Risk.FREE]

    assert proofs["wrong"] == ()
    assert proofs["apart"] <= 1e-9
    assert proofs["features"] == len(constrained)
    assert proofs["values"] > 5 * len(constrained)


def test_a_booster_that_was_free_to_turn_a_risk_around_is_found_out(
    small_world: SmallWorld, tmp_path: Path
) -> None:
    known = small_world.known
    fitter = Fitter(NAMES, TREES, seed=1, threads=1)
    then = labels(small_world.gathered, known, LATE, last_day(small_world.gathered))
    rows, event = known.rows[then.known], then.event[then.known]
    free = fitter.fit(rows, event, BY_CREDIT_ONLY, TREES.rounds)
    none = fitter.fit(rows, event, CROSS, 0, raw(free, rows))
    folder = save(tmp_path, card(), text(free), text(none))

    found = prove(load(folder), rows)

    assert found.wrong
    assert found.apart <= 1e-9
