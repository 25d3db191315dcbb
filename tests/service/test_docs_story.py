"""The story of the documentation page, executed: over HTTP on both stores, and in a browser."""

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Page

from ledger.database import open_database, writing
from ledger.principals import DEFAULT_TENANT
from ledger.tenants import ensure_tenant
from service.app import create_app
from service.settings import Settings
from service.three_suppliers import CASES
from tests.default_bundles import DefaultBundles
from tests.service.demonstration import to_demonstrate
from tests.service.docs_page import DocsPage
from tests.service.running import serving
from tests.worlds import SmallWorld

AS_TOLD = {"good": "APPROVE", "doubtful": "REFER", "fraudulent": "DECLINE"}

OF_REGISTERED_BUNDLES = {"models-get_model": 404, "models-get_model_shadow": 404}
"""What a service answers that was given a bundle by name: none is registered."""

NOT_FOUND = "error Failed to load resource: the server responded with a status of 404 (Not Found)"
"""What the console says of each of these."""


def empty_book(url: str, currency: str = "CNY") -> str:
    """Open a book without a fact."""
    engine = open_database(url)
    with writing(engine) as connection:
        ensure_tenant(connection, DEFAULT_TENANT, "Asia/Shanghai", currency)
    engine.dispose()
    return url


def examples(client: TestClient, path: str, method: str = "post") -> dict[str, Any]:
    operation = client.get("/openapi.json").json()["paths"][path][method]
    found: dict[str, Any] = operation["requestBody"]["content"]["application/json"]["examples"]
    return {name: one["value"] for name, one in found.items()}


@pytest.fixture
def settings(default_bundles: DefaultBundles) -> Settings:
    """Of a service with a model of default; its ledger is up to the test."""
    return Settings(bundle=str(default_bundles.default))


def load(client: TestClient, history: Any) -> dict[str, Any]:
    answer = client.post("/facts?source_system=docs&historical=true", json=history)
    assert answer.status_code == 200, answer.text
    loaded: dict[str, Any] = answer.json()
    return loaded


def test_the_three_cases_are_answered_as_told_and_can_be_told_again(
    database_url: str, settings: Settings
) -> None:
    app = create_app(settings.model_copy(update={"db": empty_book(database_url)}))
    with TestClient(app) as client:
        scores, (history,) = examples(client, "/score"), examples(client, "/facts").values()
        loaded, again = load(client, history), load(client, history)
        reopened = examples(client, "/score")
        answers = {name: client.post("/score", json=scores[name]) for name in AS_TOLD}
        good = answers["good"].json()
        draw = {"amount_minor": good["advance_minor"], "currency": "CNY"}
        drawn = client.post(f"/scores/{good['score_id']}/drawdown", json=draw)

        scores_then = scores
        scores, (history,) = examples(client, "/score"), examples(client, "/facts").values()
        anew = load(client, history)
        of_others = client.post("/score", json=scores["good"]).json()

    assert [answer.text for answer in answers.values() if answer.status_code != 200] == []
    assert {name: answer.json()["decision"] for name, answer in answers.items()} == AS_TOLD
    assert (loaded["doubtful"], loaded["added"]) == (0, loaded["rows"])
    assert (again["batch"], again["unchanged"]) == (None, loaded["rows"])
    assert all(reopened[name] == scores_then[name] for name in AS_TOLD)
    assert drawn.status_code == 200, drawn.text
    assert (anew["added"], of_others["decision"]) == (anew["rows"], "APPROVE")


def test_the_story_is_told_in_the_currency_of_the_book(
    sqlite_ledger: str, settings: Settings
) -> None:
    app = create_app(settings.model_copy(update={"db": empty_book(sqlite_ledger, "JPY")}))
    with TestClient(app) as client:
        load(client, *examples(client, "/facts").values())
        answer = client.post("/score", json=examples(client, "/score")["good"])

    assert answer.status_code == 200, answer.text
    assert answer.json()["currency"] == "JPY"


@pytest.mark.parametrize("facts", ["of_a_lender", pytest.param("none", marks=pytest.mark.long)])
def test_every_execute_succeeds_down_the_page(
    page: Page, lender: SmallWorld, settings: Settings, sqlite_ledger: str, facts: str
) -> None:
    folder = Path(sqlite_ledger.removeprefix("sqlite:///")).parent
    if facts == "of_a_lender":
        served = to_demonstrate(lender.copy(folder), Path(str(settings.bundle)), folder)
    else:
        served = settings.model_copy(update={"db": empty_book(sqlite_ledger)})
    statuses, bodies = {}, {}
    with serving(served) as port:
        docs = DocsPage(page, port)
        policy = docs.open()
        for operation in docs.operations():
            if operation == "scores-post_score":  # the good one is scored last, and drawn
                for case in reversed(CASES):
                    answer = docs.execute(operation, f"2. {case.en} / {case.zh}")
                    statuses[operation], bodies[case.name] = answer
            else:
                statuses[operation], bodies[operation] = docs.execute(operation)

    failed = {operation: code for operation, code in statuses.items() if not 200 <= code < 300}
    assert failed == ({} if facts == "of_a_lender" else OF_REGISTERED_BUNDLES)
    assert {name: json.loads(bodies[name])["decision"] for name in AS_TOLD} == AS_TOLD
    good, doubtful = (json.loads(bodies[name])["score_id"] for name in ("good", "doubtful"))
    assert json.loads(bodies["drawdown-post_drawdown"])["score_id"] == good
    assert json.loads(bodies["overrides-post_override"])["score_id"] == doubtful
    assert json.loads(bodies["scores-post_replay"])["same"] is True
    assert docs.told == [NOT_FOUND] * len(failed)
    assert docs.elsewhere == []
    assert policy
    assert "unsafe" not in policy
