"""POST /facts: rows become one batch or none, and the sender is told what became of each."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient

from service import load_desk, upload
from service.fact_answers import LoadReply
from service.problems import RowsProblem
from tests.ledger.made_rows import everything
from tests.ledger.written_reports import FORMS, written
from tests.service.loading import a_service, ledger_of, party, receivable, send

SECRET = "5a" * 32


@pytest.fixture
def books(sqlite_ledger: str) -> Iterator[TestClient]:
    with a_service(sqlite_ledger) as client:
        assert send(client, "party", [party("S"), party("B")]).status_code == 200
        yield client


@contextmanager
def unchanged(client: TestClient) -> Iterator[None]:
    """Nothing in the ledger changes meanwhile."""
    before = everything(ledger_of(client))
    yield
    assert everything(ledger_of(client)) == before


def as_sent(row: dict[str, Any]) -> dict[str, Any]:
    days = {"issued_on", "due_on"}
    return {
        name: date.fromisoformat(value)
        if name in days
        else datetime.fromisoformat(value)
        if name == "happened_at"
        else value
        for name, value in row.items()
    }


def test_rows_of_any_form_are_loaded_once_and_corrected(database_url: str) -> None:
    with a_service(database_url) as client:
        first = send(client, "party", [party("S"), party("B", name="买方")])
        assert LoadReply.model_validate_json(first.content).added == 2
        assert first.headers["content-type"] == "application/json"
        rows = [as_sent(receivable(f"R-{at}")) for at in range(3)]
        for at, form in enumerate(FORMS):
            reply = send(client, "receivable", written(form, "receivable", rows), form).json()
            assert (reply["added"], reply["unchanged"]) == ((3, 0) if at == 0 else (0, 3))
            assert (reply["batch"] is None) == (at > 0)
        with unchanged(client):
            send(client, "party", [party("S")])
        corrected = send(client, "receivable", [receivable("R-1", face_minor=5)]).json()

    assert (corrected["added"], corrected["corrected"], corrected["rejected"]) == (0, 1, 0)
    assert corrected["last_seq"] == 6


def test_one_bad_row_stops_all_and_every_bad_row_is_told(books: TestClient) -> None:
    rows = [
        receivable("R-1"),
        receivable("R-2", face_minor="5"),
        receivable("R-3", buyer="X"),
        receivable("R-4", colour="red"),
        receivable("R-5", due_on="2023-01-01"),
    ]

    with unchanged(books):
        answer = send(books, "receivable", rows)

    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    told = RowsProblem.model_validate_json(answer.content)
    assert (told.type, told.kind, told.rows, told.rejected) == (
        "/problems/rows-refused",
        "receivable",
        5,
        4,
    )
    assert [(error.line, error.field) for error in told.errors] == [
        (2, "face_minor"),
        (3, "buyer"),
        (4, "colour"),
        (5, ""),
    ]
    assert "keep_good=true" in told.detail


def test_the_good_rows_are_loaded_alone_where_that_is_asked(books: TestClient) -> None:
    rows = [receivable(f"R-{at}", face_minor=at if at % 3 else -1) for at in range(30)]

    reply = send(books, "receivable", rows, keep_good="true")

    assert reply.status_code == 200
    told = LoadReply.model_validate_json(reply.content)
    assert (told.rows, told.added, told.rejected, told.unchanged) == (30, 20, 10, 0)
    assert [error.line for error in told.errors] == list(range(1, 31, 3))
    assert {error.field for error in told.errors} == {"face_minor"}
    assert int(reply.headers["content-length"]) == len(reply.content)


def test_a_long_list_of_errors_is_told_in_full(books: TestClient) -> None:
    body = b"x\n" * 30_000

    answer = send(books, "receivable", body, "ndjson", keep_good="true")
    refused = send(books, "receivable", body, "ndjson")

    assert len(answer.content) > upload.IN_MEMORY
    assert [error["line"] for error in answer.json()["errors"]] == list(range(1, 30_001))
    assert (refused.json()["rejected"], len(refused.json()["errors"])) == (30_000, 100)


def test_more_errors_than_can_be_told_stop_the_load(
    books: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load_desk, "MOST_ERRORS", 10)
    good = json.dumps(receivable("R-1")).encode() + b"\n"

    with unchanged(books):
        answer = send(books, "receivable", good + b"x\n" * 11, "ndjson", keep_good="true")

    assert answer.status_code == 422
    assert "reading has stopped" in answer.json()["detail"]


def test_what_is_odd_is_loaded_and_told(books: TestClient) -> None:
    rows = [party(f"P-{at}", country="CN") for at in range(150)]

    reply = send(books, "party", rows).json()

    assert (reply["added"], reply["doubtful"], len(reply["doubts"])) == (150, 150, 100)
    assert reply["doubts"][0] == {
        "line": 1,
        "field": "uscc",
        "reason": "a party in China without its 统一社会信用代码",
    }


def test_a_backfill_is_visible_from_when_it_was_known(books: TestClient) -> None:
    send(books, "party", [party("old")], historical="true")
    send(books, "party", [party("new")])

    seen = [
        books.get("/facts/party", params={"ref": ref, "as_of": "2024-06-01T00:00:00Z"}).json()
        for ref in ("old", "new")
    ]

    assert [len(page["facts"]) for page in seen] == [1, 0]


@pytest.mark.parametrize(
    ("query", "parts"),
    [
        ({"source_system": ""}, ["source_system: no key"]),
        ({"source_system": "a\0b"}, ["source_system: no key"]),
        ({"historical": "yes"}, ["historical: neither true nor false"]),
        ({"keep_good": "1"}, ["keep_good: neither true nor false"]),
        ({"keep_good": ["true", "false"]}, ["keep_good: given more than once"]),
        ({"colour": "red", "张三": "x"}, ["colour: there is no such", "(name not shown): there"]),
    ],
    ids=range(6),
)
def test_wrong_parameters_are_refused_by_name(
    books: TestClient, query: dict[str, Any], parts: list[str]
) -> None:
    with unchanged(books):
        answer = send(books, "party", [party("P")], **query)

    assert answer.json()["type"] == "/problems/wrong-parameter"
    told = sorted(error["fault"] for error in answer.json()["errors"])
    assert [part for part in sorted(parts) if not any(part in one for one in told)] == []
    assert "张三" not in answer.text


def test_the_source_must_be_named(books: TestClient) -> None:
    answer = books.post("/facts/party", json=[party("P")])

    assert answer.json()["errors"][0]["fault"] == "source_system: missing"


def test_an_unknown_kind_is_not_found_before_the_body_is_read(books: TestClient) -> None:
    answer = send(books, "partie", b"[")

    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/unknown-kind")
    assert "party" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"content-type": "text/plain"}, 415),
        ({"content-type": "application/gzip"}, 415),
        ({"content-type": "text/csv; charset=gb18030"}, 415),
        ({"content-type": "text/csv; header=absent"}, 415),
        ({"content-type": "text/csv", "content-encoding": "gzip"}, 415),
        ({"content-type": "application/json", "content-encoding": "deflate"}, 415),
        ({"content-type": "multipart/form-data; boundary=x"}, 415),
        ({"content-type": "application/json", "accept": "text/csv"}, 406),
        ({"content-type": "application/json", "content-length": "99999999999999999999"}, 413),
        ({"content-type": 'Text/CSV; Charset="UTF-8"; header=present'}, 422),
        ({"content-type": "application/jsonl"}, 422),
    ],
    ids=range(11),
)
def test_the_kind_of_the_body_is_looked_at_first(
    books: TestClient, headers: dict[str, str], status: int
) -> None:
    answer = books.post("/facts/party?source_system=x", content=b"ref\nx\n", headers=headers)

    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_body_is_needed(books: TestClient) -> None:
    without = books.post("/facts/party?source_system=x", headers={"content-type": "text/csv"})
    headers = {"content-type": "text/csv", "content-length": ""}
    request = books.build_request("POST", "/facts/party?source_system=x", headers=headers)
    del request.headers["content-length"]

    assert without.json()["type"] == "/problems/unreadable-report"
    assert books.send(request).json()["type"] == "/problems/length-required"


def test_a_natural_person_is_told_to_those_who_have_the_secret(sqlite_ledger: str) -> None:
    person = party("P", name="张三", person_linked=True)
    with a_service(sqlite_ledger, person_secret=SECRET) as client:
        assert send(client, "party", [person]).json()["added"] == 1
        listed = client.get("/facts/party").json()["facts"][0]["name"]
        shown = client.get("/enterprises/P").json()["party"]["name"]
    with a_service(sqlite_ledger) as client:
        refused = send(client, "party", [party("Q", name="李四", person_linked=True)])
        hidden = client.get("/enterprises/P").json()["party"]["name"]

    assert (listed, shown, hidden) == ("张三", "张三", None)
    assert refused.status_code == 422
    assert "李四" not in refused.text
