"""Rows of several kinds in one body: one batch on both stores, or nothing at all."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from ledger.database import reading
from service.kinds_route import KindsReply
from service.load_desk import ROWS_IN_A_GROUP
from service.problems import Problem
from tests.service.loading import Row, a_service, ledger_of, party, receivable

PARTIES = [party("S"), party("B")]


@pytest.fixture
def books(database_url: str) -> Iterator[TestClient]:
    """A service without a model, on an empty book."""
    with a_service(database_url) as client:
        yield client


def send(client: TestClient, body: Any, key: str | None = None, **query: Any) -> Any:
    headers = {"content-type": "application/json"} | ({"idempotency-key": key} if key else {})
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    params = {"source_system": "erp", **query}
    return client.post("/facts", params=params, content=content, headers=headers)


def head(client: TestClient) -> int:
    with reading(ledger_of(client)) as connection:
        return int(connection.scalar(text("SELECT last_seq FROM tenant")) or 0)


def refused(answer: Any) -> list[tuple[str, str]]:
    assert answer.headers["content-type"] == "application/problem+json"
    told = Problem.model_validate_json(answer.content)
    return [(error.pointer, error.fault) for error in told.errors]


def test_rows_of_all_kinds_are_one_batch_in_whatever_order_they_stand(books: TestClient) -> None:
    answer = send(books, {"receivable": [receivable("R-1")], "party": PARTIES})

    assert answer.status_code == 200, answer.text
    told = KindsReply.model_validate_json(answer.content)
    assert (told.rows, told.added, told.corrected, told.unchanged) == (3, 3, 0, 0)
    assert {kind: count.added for kind, count in told.kinds.items()} == {
        "party": 2,
        "receivable": 1,
    }
    batches = {
        fact["batch"]
        for kind in ("party", "receivable")
        for fact in books.get(f"/facts/{kind}").json()["facts"]
    }
    assert batches == {told.batch}


def test_one_bad_row_of_any_kind_stops_all_and_is_pointed_at(books: TestClient) -> None:
    before = head(books)
    rows: dict[str, list[Row]] = {
        "party": [*PARTIES, party("T", country="China")],
        "receivable": [receivable("R-1"), receivable("R-2", buyer="Q"), receivable("R-3", hue=1)],
    }

    found = refused(send(books, rows))

    assert [at for at, _ in found] == [
        "/party/2/country",
        "/receivable/1/buyer",
        "/receivable/2/hue",
    ]
    assert head(books) == before
    assert books.get("/facts/party").json()["facts"] == []


@pytest.mark.parametrize(
    ("body", "at"),
    [
        ([PARTIES], []),
        ({"parties": PARTIES, "party": PARTIES}, ["/parties"]),
        ({"party": {"ref": "S"}}, ["/party"]),
        ({"party": [7]}, ["/party/0"]),
    ],
)
def test_what_is_no_rows_by_kind_is_refused(books: TestClient, body: Any, at: list[str]) -> None:
    answer = send(books, body)

    assert answer.status_code == 422, answer.text
    assert answer.json()["type"] == "/problems/invalid-request"
    assert [where for where, _ in refused(answer)] == at


def test_a_key_or_a_row_that_is_there_twice_is_refused(books: TestClient) -> None:
    twice = send(books, b'{"party": [], "party": []}')
    torn = send(books, {"party": [party("S"), party("S", name="Other")]})

    assert twice.json()["type"] == "/problems/malformed-json"
    assert {at for at, _ in refused(torn)} == {"/party/0/ref", "/party/1/ref"}


def test_the_same_rows_again_change_nothing_and_a_correction_counts(books: TestClient) -> None:
    rows = {"party": PARTIES, "receivable": [receivable("R-1")]}
    send(books, rows)
    again = send(books, rows).json()
    other = send(books, {"receivable": [receivable("R-1", face_minor=5)]}).json()

    assert (again["batch"], again["unchanged"], again["added"]) == (None, 3, 0)
    assert (other["corrected"], other["kinds"]["receivable"]["corrected"]) == (1, 1)


def test_a_key_gives_the_same_reply_again_and_no_other_body(books: TestClient) -> None:
    first = send(books, {"party": PARTIES}, key="load-1")
    again = send(books, {"party": PARTIES}, key="load-1")
    other = send(books, {"party": [party("Z")]}, key="load-1")
    terms = send(books, {"party": PARTIES}, key="load-1", historical="true")

    assert first.content == again.content
    assert first.json()["added"] == 2
    assert [one.json()["type"] for one in (other, terms)] == ["/problems/key-reused"] * 2


def test_a_history_counts_from_when_it_was_known(books: TestClient) -> None:
    send(books, {"party": [party("S")]}, historical="true")
    send(books, {"party": [party("B")]})

    facts = {fact["ref"]: fact for fact in books.get("/facts/party").json()["facts"]}
    assert facts["S"]["visible_at"] == facts["S"]["known_at"]
    assert facts["B"]["visible_at"] == facts["B"]["recorded_at"]


def test_more_rows_than_wait_with_others_are_loaded_all_the_same(books: TestClient) -> None:
    rows = [party(f"P-{at}") for at in range(ROWS_IN_A_GROUP + 1)]

    assert send(books, {"party": rows}).json()["added"] == len(rows)


def test_no_rows_at_all_are_no_batch(books: TestClient) -> None:
    assert send(books, {}).json()["batch"] is None
    assert send(books, {"party": []}).json()["kinds"]["party"]["rows"] == 0


def test_what_is_not_json_and_what_is_too_large_is_refused(books: TestClient) -> None:
    csv = books.post(
        "/facts?source_system=erp", content=b"ref\nS\n", headers={"content-type": "text/csv"}
    )
    large = send(books, b"[" + b" " * (1 << 20) + b"]")
    unnamed = books.post("/facts", json={"party": []})

    assert [one.status_code for one in (csv, large, unnamed)] == [415, 413, 422]
