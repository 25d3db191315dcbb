"""Facts posted with a key are taken once and answered alike; small bodies go in together."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2 as httpx
import pytest
from sqlalchemy import Engine, text

from ledger.database import reading
from service.settings import Settings
from tests.service.running import serving

MANY = 1_500
"""More rows than are committed together with others."""


@pytest.fixture
def client(ledger: Engine) -> Iterator[httpx.Client]:
    """A client of a service over real sockets, on an empty book."""
    url = ledger.url.render_as_string(hide_password=False)
    with (
        serving(Settings(db=url)) as port,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as made,
    ):
        yield made


def rows(count: int, start: int = 0, **more: Any) -> list[dict[str, Any]]:
    said = {"happened_at": "2026-01-01T00:00:00Z", **more}
    return [{"ref": f"p{number}", **said} for number in range(start, start + count)]


def send(
    client: httpx.Client, body: list[dict[str, Any]], key: str | None = None, **query: Any
) -> httpx.Response:
    headers = {"content-type": "application/json"}
    headers |= {} if key is None else {"Idempotency-Key": key}
    given = {"source_system": "bank", **query}
    return client.post("/facts/party", params=given, content=json.dumps(body), headers=headers)


def counted(ledger: Engine, table: str) -> int:
    with reading(ledger) as connection:
        found: int = connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()  # noqa: S608
        return found


@pytest.mark.parametrize("count", [2, MANY])
def test_a_key_gets_the_first_reply_again(client: httpx.Client, ledger: Engine, count: int) -> None:
    first = send(client, rows(count), "k")
    again = send(client, rows(count), "k")
    unkeyed = send(client, rows(count))

    assert first.status_code == again.status_code == unkeyed.status_code == 200, first.text
    assert first.content == again.content
    assert (first.json()["added"], unkeyed.json()["unchanged"]) == (count, count)
    assert first.json().keys() == unkeyed.json().keys()
    assert (counted(ledger, "batch"), counted(ledger, "idempotency_key")) == (1, 1)


@pytest.mark.parametrize("change", ["body", "query", "kind"])
def test_a_key_of_another_request_is_refused(
    client: httpx.Client, ledger: Engine, change: str
) -> None:
    assert send(client, rows(2), "k").status_code == 200
    if change == "kind":
        headers = {"content-type": "application/json", "Idempotency-Key": "k"}
        query = {"source_system": "bank"}
        other = client.post(
            "/facts/rating", params=query, content=json.dumps(rows(2)), headers=headers
        )
    else:
        query = {"historical": "true"} if change == "query" else {}
        other = send(client, rows(3 if change == "body" else 2), "k", **query)

    assert (other.status_code, other.json()["type"]) == (422, "/problems/key-reused")
    assert counted(ledger, "party") == 2


def test_a_refused_body_leaves_its_key_free(client: httpx.Client) -> None:
    bad = [*rows(1), {"ref": "q", "happened_at": "2999-01-01T00:00:00Z"}]

    assert send(client, bad, "k").status_code == 422
    assert send(client, rows(1), "k").json()["added"] == 1


def test_the_errors_of_a_body_are_told_again(client: httpx.Client) -> None:
    bad = [*rows(1), {"ref": "q", "happened_at": "2999-01-01T00:00:00Z"}]
    first = send(client, bad, "k", keep_good="true")
    again = send(client, bad, "k", keep_good="true")

    assert first.content == again.content
    assert (first.json()["added"], first.json()["rejected"]) == (1, 1)
    assert [error["field"] for error in first.json()["errors"]] == ["happened_at"]


def test_a_key_that_is_none_is_refused(client: httpx.Client) -> None:
    refused = send(client, rows(1), "not a key")

    assert (refused.status_code, refused.json()["type"]) == (400, "/problems/wrong-idempotency-key")


def test_twins_in_a_crowd_are_taken_once(client: httpx.Client, ledger: Engine) -> None:
    def post(number: int) -> tuple[int, bytes]:
        answer = send(client, rows(2, 2 * (number % 10)), f"k{number % 10}")
        assert answer.status_code == 200, answer.text
        return number % 10, answer.content

    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(post, range(80)))

    assert len(set(answers)) == 10
    assert (counted(ledger, "party"), counted(ledger, "batch")) == (20, 10)
    assert counted(ledger, "idempotency_key") == 10


def test_a_bad_body_in_a_crowd_is_refused_alone(client: httpx.Client, ledger: Engine) -> None:
    def post(number: int) -> int:
        more = {"country": "nowhere"} if number % 4 == 0 else {}
        return send(client, rows(2, 2 * number, **more)).status_code

    with ThreadPoolExecutor(16) as threads:
        statuses = list(threads.map(post, range(40)))

    assert statuses == [422 if number % 4 == 0 else 200 for number in range(40)]
    assert counted(ledger, "party") == 60
