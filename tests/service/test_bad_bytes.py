"""Whatever bytes arrive, the service answers 200 or a problem that doesn't repeat them."""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from service.app import create_app
from service.problems import Problem
from tests.service.spoilt_bytes import MARKER, spoilt
from tests.worlds import SmallWorld

SEED = 20261124
JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def open_service(
    lender: SmallWorld, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    folder: Path = tmp_path_factory.mktemp("fuzz")
    app = create_app(lender.settings(lender.copy(folder)))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def check(client: TestClient, body: bytes, headers: dict[str, str] | None = None) -> int:
    answer = client.post("/score", content=body, headers=JSON | (headers or {}))
    if answer.status_code != 200:
        assert 400 <= answer.status_code < 500, (answer.status_code, body)
        assert answer.headers["content-type"] == "application/problem+json"
        problem = Problem.model_validate_json(answer.content)
        assert problem.status == answer.status_code
        assert problem.detail
        assert "13812345678" not in answer.text, (answer.text, body)
        assert "张三" not in answer.text, (answer.text, body)
    return answer.status_code


@pytest.mark.parametrize("rounds", [2_500, pytest.param(20_000, marks=pytest.mark.long)])
def test_random_changes_of_good_requests(
    open_service: TestClient, along: dict[str, Any], named: dict[str, Any], rounds: int
) -> None:
    chance = random.Random(SEED)  # noqa: S311 - the same bodies in each run
    along["supplier"]["name"] = MARKER
    along["buyer"]["ref"] = named["supplier"]["ref"]
    good = [
        json.dumps(along, ensure_ascii=False).encode(),
        json.dumps(along).encode(),
        json.dumps(named | {"mode": "what_if", "as_of": "2026-06-17T12:00:00Z"}).encode(),
        json.dumps(named | {"request_id": MARKER, "colour": MARKER}).encode(),
    ]

    answers = [check(open_service, spoilt(chance.choice(good), chance)) for _ in range(rounds)]

    assert {200, 400, 422} <= set(answers)


def test_random_changes_on_each_store(
    ledger: Engine, lender: SmallWorld, along: dict[str, Any]
) -> None:
    chance = random.Random(SEED + 1)  # noqa: S311 - the same bodies in each run
    good = json.dumps(along, ensure_ascii=False).encode()
    settings = lender.settings(ledger.url.render_as_string(hide_password=False))
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        answers = {check(client, spoilt(good, chance)) for _ in range(300)}

    assert {200, 400, 422} <= answers


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"null", 422),
        (b"[]", 422),
        (b'"' + MARKER.encode() + b'"', 422),
        (b"NaN", 400),
        (b'{"request_id": 1e999}', 400),
        (b'{"request_id": "\\ud800"}', 400),
        (b'{"amount_requested_minor": 5, "amount_requested_minor": 900000000}', 400),
        (b'{"' + MARKER.encode() + b'": 1}', 422),
        (b'{"a":' * 100_000, 400),
        (b"9" * 5_000, 400),
        (b" " * (1024 * 1024 + 1), 413),
    ],
    ids=range(12),
)
def test_the_classes_that_a_stock_service_gets_wrong(
    open_service: TestClient, body: bytes, status: int
) -> None:
    assert check(open_service, body) == status


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"content-type": "text/plain"}, 415),
        ({"content-type": ""}, 415),
        ({"content-type": "application/json; charset=utf-16"}, 415),
        ({"content-type": "application/problem+json"}, 415),
        ({"content-type": "multipart/form-data; boundary=x"}, 415),
        ({"content-type": "application/json", "content-encoding": "gzip"}, 415),
        ({"content-type": "application/json", "accept": "application/xml"}, 406),
        ({"content-type": 'Application/JSON; charset="UTF-8"'}, 422),
    ],
    ids=range(8),
)
def test_the_kind_of_the_body_is_looked_at_first(
    open_service: TestClient, headers: dict[str, str], status: int
) -> None:
    assert check(open_service, b"{}", headers) == status


def test_a_wrong_number_is_refused_with_its_place(
    open_service: TestClient, along: dict[str, Any]
) -> None:
    along["receivables"][1]["face_minor"] = "5"
    answer = open_service.post("/score", json=along)

    assert answer.json()["errors"] == [
        {
            "pointer": "/receivables/1/face_minor",
            "fault": "Input should be a valid integer",
            "remedy": "give a whole number, not in quotes and without decimals",
        }
    ]
