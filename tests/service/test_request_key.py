"""Idempotency-Key over HTTP: sent again means answered again, and decided once."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from fastapi import Request
from fastapi.testclient import TestClient
from sqlalchemy import Engine, text

from ledger.database import reading, writing
from ledger.principals import OWNER, ROLES, Principal
from ledger.tenants import ensure_tenant
from service.access import caller
from service.app import create_app
from service.settings import Settings
from tests.service.running import serving
from tests.worlds import SmallWorld


def ledger_of(client: TestClient) -> Engine:
    engine: Engine = client.app.state.composition.ledger()  # type: ignore[attr-defined]
    return engine


def counts(engine: Engine) -> tuple[int, int]:
    """How many score records and how many keys there are."""
    asked = "SELECT (SELECT count(*) FROM score_record), (SELECT count(*) FROM idempotency_key)"
    with reading(engine) as connection:
        records, keys = connection.execute(text(asked)).one()
        return records, keys


def send(client: TestClient, body: dict[str, Any], key: str) -> Any:
    return client.post("/score", json=body, headers={"Idempotency-Key": key})


def test_a_decision_sent_again_is_the_same_decision(
    service: TestClient, named: dict[str, Any]
) -> None:
    first = send(service, named, "k-1")
    again = send(service, named, "k-1")
    other = send(service, named, "k-2")

    assert first.status_code == again.status_code == 200, first.text
    assert first.content == again.content
    assert again.headers["content-type"] == "application/json"
    assert other.json()["score_id"] != first.json()["score_id"]
    assert counts(ledger_of(service)) == (2, 2)
    read = service.get(f"/scores/{first.json()['score_id']}")
    assert read.content == first.content


def test_a_what_if_sent_again_is_answered_the_same_and_leaves_no_record(
    service: TestClient, named: dict[str, Any]
) -> None:
    named |= {"mode": "what_if", "as_of": "2026-06-17T10:00:00+08:00"}

    first = send(service, named, "k")

    assert send(service, named, "k").content == first.content
    assert first.json()["score_id"] is None
    assert counts(ledger_of(service)) == (0, 1)


def test_another_body_with_the_key_is_refused(service: TestClient, named: dict[str, Any]) -> None:
    send(service, named, "k")
    refused = send(service, named | {"request_id": "R-3"}, "k")
    spaced = service.post(
        "/score",
        content=json.dumps(named, indent=1),
        headers={"Idempotency-Key": "k", "content-type": "application/json"},
    )

    for answer in (refused, spaced):
        assert answer.status_code == 422
        assert answer.json()["type"] == "/problems/key-reused"
        assert "new key" in answer.json()["detail"]
    assert counts(ledger_of(service)) == (1, 1)


def test_a_refused_request_leaves_its_key_for_the_right_one(
    service: TestClient, named: dict[str, Any]
) -> None:
    assert send(service, named | {"buyer": {"ref": "nobody"}}, "k").status_code == 422

    assert send(service, named, "k").status_code == 200


@pytest.mark.parametrize("key", [b"", b" ", b"a b", b"a\tb", b"k\xc3\xa9", b"k" * 129, b"\x7f"])
def test_what_is_no_key_is_refused_before_anything_is_done(
    service: TestClient, named: dict[str, Any], key: bytes
) -> None:
    answer = service.post("/score", json=named, headers={b"Idempotency-Key": key})

    assert answer.status_code == 400
    assert answer.json()["type"] == "/problems/wrong-idempotency-key"
    assert "128 visible ASCII" in answer.json()["detail"]
    assert counts(ledger_of(service)) == (0, 0)


def test_two_keys_are_no_key(service: TestClient, named: dict[str, Any]) -> None:
    twice = [("Idempotency-Key", "a"), ("Idempotency-Key", "b")]

    assert service.post("/score", json=named, headers=twice).status_code == 400


def test_every_visible_sign_is_taken_and_letters_are_not_alike(
    service: TestClient, named: dict[str, Any]
) -> None:
    signs = "".join(map(chr, range(0x21, 0x7F)))

    replies = [send(service, named, key).content for key in (signs, "a" * 128, "A" * 128)]

    assert len(set(replies)) == 3
    assert counts(ledger_of(service)) == (3, 3)


def test_a_service_that_has_lost_its_model_still_gives_what_it_gave(
    lender: SmallWorld, tmp_path: Path, named: dict[str, Any]
) -> None:
    url = lender.copy(tmp_path)
    with TestClient(create_app(lender.settings(url))) as client:
        first = send(client, named, "k")
    with TestClient(create_app(Settings(db=url))) as client:
        assert send(client, named, "k").content == first.content
        assert send(client, named, "new").status_code == 503


def test_another_lender_has_the_key_for_itself(
    ledger: Engine, lender: SmallWorld, along: dict[str, Any]
) -> None:
    def by_header(request: Request) -> Principal:
        return Principal(request.headers.get("x-tenant", OWNER.tenant), "test", ROLES)

    with writing(ledger) as connection:
        ensure_tenant(connection, "second", "Asia/Shanghai", "CNY")
    app = create_app(lender.settings(ledger.url.render_as_string(hide_password=False)))
    app.dependency_overrides[caller] = by_header
    with TestClient(app) as client:
        ours = send(client, along, "k")
        theirs = client.post(
            "/score", json=along, headers={"Idempotency-Key": "k", "x-tenant": "second"}
        )

    assert ours.status_code == theirs.status_code == 200, theirs.text
    assert ours.json()["score_id"] != theirs.json()["score_id"]
    assert counts(ledger) == (2, 2)


def test_twins_at_once_are_one_decision(
    ledger: Engine, lender: SmallWorld, along: dict[str, Any]
) -> None:
    settings = lender.settings(ledger.url.render_as_string(hide_password=False))
    with serving(settings) as port, ThreadPoolExecutor(8) as callers:
        url = f"http://127.0.0.1:{port}/score"
        calls = [
            callers.submit(
                httpx.post,
                url,
                json=along,
                headers={"Idempotency-Key": f"k{number % 2}"},
                timeout=60,
            )
            for number in range(16)
        ]
        answers = [call.result() for call in calls]

    assert {answer.status_code for answer in answers} == {200}
    for key in (0, 1):
        assert len({answer.content for answer in answers[key::2]}) == 1
    assert counts(ledger) == (2, 2)


def test_the_header_is_described(service: TestClient) -> None:
    post = service.get("/openapi.json").json()["paths"]["/score"]["post"]

    (header,) = post["parameters"]
    assert (header["name"], header["in"], header["required"]) == (
        "Idempotency-Key",
        "header",
        False,
    )
    assert header["schema"]["maxLength"] == 128
    told = " ".join(answer["description"] for answer in post["responses"].values())
    for code in ("wrong-idempotency-key", "key-reused", "ledger-busy", "ledger-closed"):
        assert f"/problems/{code}" in told
