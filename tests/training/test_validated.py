"""A run's validation is of its saved bundle, on the rows of its test period."""

from pathlib import Path
from typing import Any

import pytest

from features.catalogue import BY_NAME
from features.feature import Risk
from features.pipeline import silent
from models.bundle import Bundle, load, save
from tests.training.conftest import PERIODS, Trained
from tests.worlds import LATE, NAMES, TREES, SmallWorld, card
from training.events import KINDS
from training.examples import labels, last_day
from training.fitting import BY_CREDIT_ONLY, CROSS, Fitter, raw, text
from training.recipe import Recipe
from training.run import Run, contest_of
from training.validation.by_month import months_of
from training.validation.drift import drift
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


def test_the_champion_is_compared_with_every_challenger_by_every_figure(trained: Trained) -> None:
    test = trained.report["test"]
    for name, by_measure in test["differences"].items():
        for measure, less in by_measure.items():
            expected = test["champion"][measure] - test[name][measure]
            assert less["difference"] == pytest.approx(expected, abs=1e-6)
            assert less["low"] <= less["high"]
        delong = test["against"][name]
        assert by_measure["auc"]["low"] < delong["high"]
        assert by_measure["auc"]["high"] > delong["low"]


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


def test_drift_by_month_is_that_of_the_rows_of_the_month(
    trained: Trained, found: dict[str, Any], bundle: Bundle, small_world: SmallWorld, recipe: Recipe
) -> None:
    """Anew from the rows: those learned from, and those of each month of the test."""
    known = KINDS["late"].describe(
        small_world.gathered, recipe.names_for(recipe.events[0]), 1, silent
    )
    contest = contest_of(
        Run(small_world.gathered, recipe, PERIODS, threads=1), recipe.events[0], known
    )
    month = months_of(known.day[contest.test])
    before, after = contest.learned[0], contest.tested[0]

    for at in (0, 7):
        told = found["drift"]["features"][bundle.feature_names[at]]["months"]
        assert list(told) == [one["month"] for one in found["months"]["rows"]]
        for name, moved in told.items():
            expected = drift(before[:, at], after[month == name, at])
            assert moved["psi"] == pytest.approx(expected.psi)
            assert moved["by_chance"] == pytest.approx(expected.by_chance)
            assert moved["state"] == expected.state
    assert list(found["drift"]["score"]["months"]) == list(told)


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
