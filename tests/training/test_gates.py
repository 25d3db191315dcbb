"""Gates: each is passed on its limit and failed beyond it, and a recipe sets them by event."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

import pytest
from pydantic import ValidationError

from models.bundle import load
from models.signed_validation import believed, file_of
from models.signing import local_keys, trusted_keys
from tests.training.conftest import CUT, Trained
from tests.worlds import LAST_DAY
from training.gates import OF_KIND, Gates, judged
from training.recipe import Recipe

GOOD: Mapping[str, Any] = {
    "test": {
        "champion": {"calibration_slope": 1.0},
        "level": 1.0,
        "cross_share_median": 0.1,
        "against": {"logistic": {"difference": 0.01, "low": -0.01, "high": 0.03}},
    },
    "validation": {
        "ranking": {"auc_low": 0.8},
        "drift": {"score": {"psi": 0.05, "by_chance": 0.01}},
        "grades": {"held_share": 0.9},
        "proofs": {"wrong": [], "apart": 1e-12},
        "shuffled": {"auc": 0.51, "holds": True},
    },
}
GATES = Gates(
    least_auc=0.7,
    most_drift=0.1,
    slope=(0.8, 1.25),
    level=(0.5, 2.0),
    least_grades_held=0.8,
    most_cross_share=0.2,
    most_worse=0.02,
)


def with_(value: Any, *path: str) -> Mapping[str, Any]:
    report = deepcopy(dict(GOOD))
    place = report
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    return report


@pytest.mark.parametrize(
    ("path", "on_the_limit", "beyond", "gate"),
    [
        (("validation", "ranking", "auc_low"), 0.7, 0.699, "AUC, low end"),
        (("validation", "drift", "score", "psi"), 0.1, 0.101, "drift of the score"),
        (("test", "champion", "calibration_slope"), 0.8, 0.799, "calibration slope"),
        (("test", "champion", "calibration_slope"), 1.25, 1.251, "calibration slope"),
        (("test", "level"), 2.0, 2.01, "forecast over events"),
        (("test", "level"), 0.5, 0.49, "forecast over events"),
        (("validation", "grades", "held_share"), 0.8, 0.79, "grades that hold"),
        (("test", "cross_share_median"), 0.2, 0.21, "cross share"),
        (("test", "against", "logistic", "low"), -0.02, -0.021, "AUC less logistic, low end"),
        (("validation", "proofs", "wrong"), [], ["tenor"], "features against their direction"),
        (("validation", "proofs", "apart"), 1e-9, 1.1e-9, "parts from the sum"),
        (("validation", "shuffled", "holds"), True, False, "shuffled outcomes"),
    ],
)
def test_a_gate_is_passed_on_its_limit_and_failed_beyond(
    path: tuple[str, ...], on_the_limit: Any, beyond: Any, gate: str
) -> None:
    assert all(one.passed for one in judged(GATES, with_(on_the_limit, *path)))
    assert [one.name for one in judged(GATES, with_(beyond, *path)) if not one.passed] == [gate]


def test_drift_that_chance_explains_passes_and_grades_that_nobody_can_tell_do_not() -> None:
    few = with_({"psi": 0.4, "by_chance": 0.5}, "validation", "drift", "score")
    assert all(one.passed for one in judged(GATES, few))

    untold = judged(GATES, with_(None, "validation", "grades"))
    assert [(one.name, one.found) for one in untold if not one.passed] == [
        ("grades that hold", None)
    ]


def test_a_recipe_sets_gates_by_event_and_the_kind_sets_the_rest(recipe: Recipe) -> None:
    event = recipe.events[0]
    told = recipe.model_dump(mode="json", exclude={"gates"})

    mine = Recipe.model_validate({**told, "gates": {event.name: {"least_auc": 0.8}}})

    expected = OF_KIND[event.kind].model_copy(update={"least_auc": 0.8})
    assert mine.gates_for(event) == expected
    assert Recipe.model_validate(told).gates_for(event) == OF_KIND[event.kind]
    for wrong in (
        {"other": {"least_auc": 0.8}},
        {event.name: {"least_auc": 0.4}},
        {event.name: {"slope": [1.2, 0.8]}},
        {event.name: {"most_auc": 0.8}},
    ):
        with pytest.raises(ValidationError):
            Recipe.model_validate({**told, "gates": wrong})


def test_a_run_signs_what_its_test_period_told(trained: Trained) -> None:
    report = trained.report
    folder = trained.folder / report["bundle"]
    source = load(folder).source
    keys = trusted_keys(folder)
    content = (trained.folder / file_of(source.id)).read_bytes()

    told = believed(content, source.id, source.digest, keys)

    assert (told.since, told.until) == (CUT, LAST_DAY)
    assert (told.rows, told.events) == (report["test"]["n"], report["test"]["events"])
    assert told.figures["auc"] == report["validation"]["ranking"]["auc"]
    assert told.figures["log_loss"] == report["test"]["champion"]["log_loss"]
    assert [gate.model_dump() for gate in told.gates] == report["gates"]
    assert {told.key} == set(keys)
    assert local_keys(trained.folder).is_dir()
