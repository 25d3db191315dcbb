"""The examples that are kept are what the service answers: the same keys, and the same types."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from service.app import create_app
from service.response_examples import recorded
from service.routes import ROUTES
from tests.default_bundles import DefaultBundles
from tests.service.demonstration import to_demonstrate
from tests.service.recording import FOLDER, record, shortened
from tests.worlds import SmallWorld

OPERATIONS = [route.handler.__name__ for route in ROUTES if route.tag]


@pytest.fixture(scope="module")
def answers(
    lender: SmallWorld, default_bundles: DefaultBundles, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """What the service answers now."""
    folder = tmp_path_factory.mktemp("recorded")
    settings = to_demonstrate(lender.copy(folder), default_bundles.default, folder)
    with TestClient(create_app(settings)) as client:
        return record(client)


def differences(kept: Any, told: Any, at: str = "") -> list[str]:
    """Where keys or types of a kept example are others; null may stand for anything."""
    if kept is None or told is None:
        return []
    if isinstance(kept, dict) and isinstance(told, dict):
        keys = [f"{at}/{key}: not in both" for key in kept.keys() ^ told.keys()]
        both = kept.keys() & told.keys()
        return keys + [
            one for key in both for one in differences(kept[key], told[key], f"{at}/{key}")
        ]
    if isinstance(kept, list) and isinstance(told, list):
        return [
            one
            for old, new in zip(kept, told, strict=False)
            for one in differences(old, new, f"{at}/-")
        ]
    numbers = all(isinstance(one, int | float) for one in (kept, told))
    alike = numbers or type(kept) is type(told)
    return [] if alike else [f"{at}: {kept!r} was kept, {told!r} is told"]


def test_every_operation_has_a_file_and_every_file_an_operation() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.json")) == sorted(OPERATIONS)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_what_is_kept_is_what_the_service_answers(answers: dict[str, Any], operation: str) -> None:
    found = differences(recorded(operation), shortened(answers[operation]))

    assert found == [], "record them again: python -m tests.service.recording"


def test_the_three_cases_are_answered_as_the_story_says(answers: dict[str, Any]) -> None:
    given = answers["post_score"]["200"]["application/json"]
    decisions = {name: one["value"]["decision"] for name, one in given.items()}
    rules = {name: [rule["code"] for rule in one["value"]["rules"]] for name, one in given.items()}

    assert decisions == {"good": "APPROVE", "doubtful": "REFER", "fraudulent": "DECLINE"}
    assert rules["good"] == []
    assert rules["doubtful"] == ["RK06"]
    assert "RK06" in rules["fraudulent"]
    signs = {sign["kind"] for sign in given["fraudulent"]["value"]["circumstances"]["signs"]}
    assert {"earlier_claim", "no_order", "unconfirmed"} <= signs


def test_a_replayed_score_is_the_same(answers: dict[str, Any]) -> None:
    replays = answers["post_replay"]["200"]["application/json"]

    assert {name: one["value"]["same"] for name, one in replays.items()} == {
        "inputs": True,
        "facts": True,
    }
