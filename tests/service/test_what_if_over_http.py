"""What-if over HTTP: of a recorded score and of a request; what can't be is told by its place."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from ledger.database import open_database
from ledger.principals import Principal
from service.access import caller
from service.app import create_app
from service.settings import Settings
from service.what_if_bodies import WhatIfReply
from tests.ledger.made_rows import everything
from tests.scoring.advised import ASKED, NOW, fill, save_bundle

REQUEST: dict[str, Any] = {
    "request_id": "R-1",
    "supplier": {"ref": ASKED.supplier},
    "buyer": {"ref": ASKED.buyer},
    "receivables": [{"ref": ref} for ref in ASKED.receivables],
    "amount_requested_minor": ASKED.amount_requested_minor,
    "currency": "CNY",
    "tenor_days": ASKED.tenor_days,
}
THEN: dict[str, Any] = {"mode": "what_if", "as_of": NOW.isoformat()}
RECOURSE: dict[str, Any] = {"name": "recourse", "recourse": True}


@pytest.fixture(scope="module")
def client(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("what_if")
    url = f"sqlite:///{shutil.copy(migrated_sqlite, folder / 'ledger.db')}"
    engine = open_database(url)
    fill(engine)
    engine.dispose()
    app = create_app(Settings(db=url, bundle=str(save_bundle(folder))))
    with TestClient(app, raise_server_exceptions=False) as made:
        yield made


def asked(client: TestClient, **body: Any) -> Any:
    return client.post("/what-if", json=body)


def shown(reply: dict[str, Any]) -> dict[str, Any]:
    """Of a score what a what-if tells under the same names."""
    names = WhatIfReply.model_fields["base"].annotation.model_fields  # type: ignore[union-attr]
    return {name: reply[name] for name in names if name in reply}


def test_a_request_is_asked_with_each_change(client: TestClient) -> None:
    changes = [RECOURSE, {"name": "half", "amount_requested_minor": 75_000_000}]

    answer = asked(client, request={**REQUEST, **THEN}, changes=changes, currency="CNY")

    told = WhatIfReply.model_validate_json(answer.content)
    plain = client.post("/score", json={**REQUEST, **THEN}).json()
    other = client.post("/score", json={**REQUEST, **THEN, "recourse": True}).json()
    smaller = {**REQUEST, **THEN, "amount_requested_minor": 75_000_000}
    half = client.post("/score", json=smaller).json()
    base, *after = (answer.json()["base"], *(one["answer"] for one in answer.json()["changes"]))
    for one, score in zip((base, *after), (plain, other, half), strict=True):
        assert {name: one[name] for name in shown(score)} == shown(score)
        assert one["rate"] == score["terms"]["price"]["quoted_rate"]
        assert one["expected_loss_minor"] == score["terms"]["loss"]["expected_minor"]
    moved = {one.field: (one.before, one.after) for one in told.changes[0].differences}
    assert moved["/probability"] == (plain["probability"], other["probability"])
    assert moved["/parts/object"] == (plain["parts"]["object"], other["parts"]["object"])


def test_a_recorded_score_is_asked_as_it_was_and_nothing_is_recorded(client: TestClient) -> None:
    score = client.post("/score", json=REQUEST).json()
    engine = client.app.state.composition.ledger()  # type: ignore[attr-defined]
    before = everything(engine)

    then = asked(client, score=score["score_id"], changes=[RECOURSE])
    now = asked(client, score=score["score_id"], at="now", changes=[RECOURSE])

    assert everything(engine) == before
    told, later = then.json(), now.json()
    assert {name: told["base"][name] for name in shown(score)} == shown(score)
    assert (told["as_of"], told["ledger_seq"]) == (score["as_of"], score["ledger_seq"])
    assert later["as_of"] > told["as_of"]
    assert told["base"]["parts"] == later["base"]["parts"]
    again = client.get(f"/scores/{score['score_id']}").json()
    assert again == score


def pointers(answer: Any) -> list[str]:
    assert answer.status_code in {400, 422}, answer.text
    return [one["pointer"] for one in answer.json()["errors"]]


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"changes": []}, "/changes"),
    ({"changes": [RECOURSE] * 2}, "/changes/1/name"),
    ({"changes": [{**RECOURSE, "name": str(at)} for at in range(21)]}, "/changes"),
    ({"changes": [{"name": "x"}]}, "/changes/0"),
    ({"changes": [{"recourse": True}]}, "/changes/0/name"),
    ({"changes": [{"name": "x", "recourse": "yes"}]}, "/changes/0/recourse"),
    ({"changes": [{"name": "x", "amount_requested_minor": 1}]}, "/currency"),
    ({"changes": [{"name": "x", "tenor_days": 0}]}, "/changes/0/tenor_days"),
    ({"changes": [{"name": "x", "guaranteed_share": 1.5}]}, "/changes/0/guaranteed_share"),
    ({"changes": [{"name": "x", "account": "secret"}]}, "/changes/0/account"),
    ({"changes": [{"name": "x", "confirmed": ["R-1", "H-1"]}]}, "/changes/0/confirmed/1"),
    ({"changes": [{"name": "x", "confirmed": ["R-1", "R-1"]}]}, "/changes/0/confirmed/1"),
    ({"changes": [{"name": "x", "without": ["R-1", "R-2"]}]}, "/changes/0/without"),
    (
        {"changes": [RECOURSE, {"name": "x", "without": ["R-1"], "searched": ["R-1"]}]},
        "/changes/1/searched/0",
    ),
    ({"changes": [{"name": "x", "pack": "us"}]}, "/changes/0/pack"),
    ({"changes": [{"name": "x", "prize": 1}]}, "/changes/0/prize"),
    ({"changes": [RECOURSE], "at": "now"}, "/at"),
    ({"changes": [RECOURSE], "currency": "USD"}, "/currency"),
    ({"changes": [RECOURSE], "request": {**REQUEST, "mode": "decision"}}, "/request/mode"),
    ({"changes": [RECOURSE], "request": {**REQUEST, "advice": True}}, "/request/advice"),
    (
        {"changes": [RECOURSE], "request": {**REQUEST, "as_of": "2199-01-01T00:00:00Z"}},
        "/request/as_of",
    ),
    (
        {"changes": [RECOURSE], "request": {**REQUEST, "supplier": {"ref": "nobody"}}},
        "/request/supplier",
    ),
    (
        {"changes": [RECOURSE], "request": {**REQUEST, "receivables": [{"ref": "none"}]}},
        "/request/receivables/0",
    ),
    (
        {"changes": [RECOURSE], "request": {**REQUEST, "supplier": {"ref": "S", "name": "S"}}},
        "/request",
    ),
]


@pytest.mark.parametrize(("body", "place"), WRONG, ids=[place for _, place in WRONG])
def test_what_is_wrong_is_told_by_its_place(
    client: TestClient, body: dict[str, Any], place: str
) -> None:
    assert place in pointers(asked(client, **{"request": {**REQUEST, **THEN}, **body}))


def test_neither_or_both_of_score_and_request_are_refused(client: TestClient) -> None:
    assert pointers(asked(client, changes=[RECOURSE])) == [""]
    both = asked(client, changes=[RECOURSE], score="x", request={**REQUEST, **THEN})
    assert pointers(both) == [""]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"{", "malformed-json"),
        (b'{"score": "a", "score": "b", "changes": []}', "malformed-json"),
        (b"[1]", "invalid-request"),
        (b"null", "invalid-request"),
        (b'{"score": NaN}', "malformed-json"),
        (b'{"score": "\xff"}', "malformed-json"),
        (json.dumps({"score": {"$ne": 1}, "changes": [RECOURSE]}).encode(), "invalid-request"),
        (b"[" * 100_000, "malformed-json"),
    ],
)
def test_hostile_bytes_are_refused(client: TestClient, content: bytes, code: str) -> None:
    headers = {"content-type": "application/json"}
    answer = client.post("/what-if", content=content, headers=headers)
    assert answer.status_code in {400, 422}
    assert answer.json()["type"] == f"/problems/{code}"
    assert client.post("/what-if", content=content).status_code == 415


def test_a_score_of_another_lender_or_of_nobody_is_unknown(client: TestClient) -> None:
    score = client.post("/score", json=REQUEST).json()["score_id"]
    assert asked(client, score="no such id", changes=[RECOURSE]).status_code == 404
    app: Any = client.app
    app.dependency_overrides[caller] = lambda: Principal("other", "x", frozenset({"scorer"}))
    try:
        answer = asked(client, score=score, changes=[RECOURSE])
    finally:
        app.dependency_overrides.clear()
    assert answer.status_code == 503  # another lender has no book here at all
    assert answer.json()["type"] == "/problems/unknown-tenant"
