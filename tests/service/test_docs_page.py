"""The Swagger page in a real browser: without the internet, under a strict policy, and it works."""

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Page

from ledger.database import migrate, open_database, writing
from ledger.principals import DEFAULT_TENANT
from ledger.tenants import ensure_tenant
from service.app import create_app
from tests.service.running import serving
from tests.worlds import SmallWorld

OF_THE_LEDGER = "A receivable of this ledger / 账本中的应收账款"
STORY = ["good", "doubtful", "fraudulent"]


def examples(client: TestClient) -> dict[str, Any]:
    post = client.get("/openapi.json").json()["paths"]["/score"]["post"]
    found: dict[str, Any] = post["requestBody"]["content"]["application/json"]["examples"]
    return found


def test_the_page_renders_and_its_example_gives_200(
    page: Page, lender: SmallWorld, tmp_path: Path
) -> None:
    asked: list[str] = []
    told: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: told.append(f"{message.type} {message.text}"))
    page.on("pageerror", lambda error: told.append(str(error)))
    with serving(lender.settings(lender.copy(tmp_path))) as port:
        home = f"http://127.0.0.1:{port}"
        answer = page.goto(f"{home}/docs")
        assert answer is not None
        assert "unsafe" not in (answer.header_value("content-security-policy") or "unsafe")
        page.click("#operations-scores-post_score .opblock-summary-control")
        page.select_option(
            "#operations-scores-post_score .examples-select-element", label=OF_THE_LEDGER
        )
        prefilled = page.input_value("#operations-scores-post_score textarea")
        page.click("#operations-scores-post_score .execute")
        status = page.wait_for_selector(".live-responses-table tbody .response-col_status")
        assert status is not None
        code, body = status.inner_text(), page.inner_text(".live-responses-table .highlight-code")
        page.screenshot(path=tmp_path / "docs.png", full_page=True)

    assert code.split()[0] == "200"
    assert lender.receivable[:3] in prefilled
    assert '"history_through"' in body
    assert told == []
    assert [url for url in asked if not url.startswith((home, "data:"))] == []


def test_facts_are_loaded_and_looked_at_from_the_page(
    page: Page, lender: SmallWorld, tmp_path: Path
) -> None:
    routes = (
        "facts-post_kinds",
        "facts-post_facts",
        "enterprises-get_enterprise",
        "facts-get_facts",
    )
    answers = {}
    with serving(lender.settings(lender.copy(tmp_path))) as port:
        page.goto(f"http://127.0.0.1:{port}/docs")
        for route in routes:
            page.click(f"#operations-{route} .opblock-summary-control")
            page.click(f"#operations-{route} .execute")
            shown = f"#operations-{route} .live-responses-table"
            page.wait_for_selector(f"{shown} .response-col_status")
            code = page.inner_text(f"{shown} tbody .response-col_status").split()[0]
            answers[route] = (code, page.inner_text(f"{shown} .highlight-code"))

    assert {code for code, _ in answers.values()} == {"200"}
    assert '"added": 1' in answers["facts-post_facts"][1]
    assert '"profile"' in answers["enterprises-get_enterprise"][1]
    assert '"supersedes"' in answers["facts-get_facts"][1]


def test_each_example_of_rows_can_be_loaded_and_says_nothing_new_after(
    service: TestClient,
) -> None:
    post = service.get("/openapi.json").json()["paths"]["/facts/{kind}"]["post"]
    bodies = post["requestBody"]["content"]
    added = []
    for content_type, body in bodies.items():
        for example in body.get("examples", {}).values():
            value = example["value"]
            answer = service.post(
                "/facts/party?source_system=docs",
                content=value if isinstance(value, str) else json.dumps(value),
                headers={"content-type": content_type},
            )
            assert answer.status_code == 200, (content_type, answer.text)
            added.append(answer.json()["added"])

    assert added == [1, 0, 0]
    assert list(bodies) == [
        "application/json",
        "application/x-ndjson",
        "text/csv",
        "application/vnd.apache.parquet",
    ]


def test_each_example_of_a_full_ledger_gives_200(service: TestClient) -> None:
    found = examples(service)
    load = service.get("/openapi.json").json()["paths"]["/facts"]["post"]["requestBody"]
    (history,) = load["content"]["application/json"]["examples"].values()
    service.post("/facts?source_system=docs&historical=true", json=history["value"])

    assert list(found) == [*STORY, "from_the_ledger", "what_if", "advice", "bring_along"]
    for name, example in found.items():
        for _ in range(2):
            answer = service.post("/score", json=example["value"])
            assert answer.status_code == 200, (name, answer.text)


@pytest.mark.parametrize("currency", ["CNY", "JPY"])
def test_the_example_of_an_empty_ledger_gives_200(
    lender: SmallWorld, database_url: str, currency: str
) -> None:
    engine = open_database(database_url)
    migrate(engine)
    with writing(engine) as connection:
        ensure_tenant(connection, DEFAULT_TENANT, "America/Sao_Paulo", currency)
    engine.dispose()
    with TestClient(create_app(lender.settings(database_url))) as client:
        found = examples(client)
        assert list(found) == [*STORY, "bring_along"]
        answer = client.post("/score", json=found["bring_along"]["value"])

    assert answer.status_code == 200, answer.text


def test_a_service_that_is_not_ready_still_describes_itself(bare: TestClient) -> None:
    assert bare.get("/docs").status_code == 200
    assert list(examples(bare)) == [*STORY, "bring_along"]


def test_reading_the_description_changes_nothing(bare: TestClient) -> None:
    assert bare.get("/openapi.json").content == bare.get("/openapi.json").content


def test_only_the_files_of_the_page_are_served(bare: TestClient) -> None:
    for name in ("docs.css", "docs.js", "favicon.png", "swagger-ui.css", "swagger-ui-bundle.js"):
        assert bare.get(f"/docs/{name}").status_code == 200
    for name in ("docs.html", "redoc.standalone.js", "..", "__init__.py"):
        assert bare.get(f"/docs/{name}").status_code == 404
