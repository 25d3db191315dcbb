"""GET /facts and GET /enterprises: what was known at an instant, in pages that stay as they are."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient

from ledger.kinds import KINDS
from ledger.listing import fields_to_filter
from service.fact_answers import FactPage
from service.profile_answers import EnterpriseReply
from tests.service.loading import a_service, party, receivable, send

OTHERS = {"ref", "source_system", "batch", "known_from", "known_until", "as_of"}
OTHERS |= {"revisions", "limit", "cursor"}


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A book of 25 receivables, two of them corrected; what a test adds must not be theirs."""
    folder = tmp_path_factory.mktemp("pages")
    with a_service(f"sqlite:///{folder / 'ledger.db'}") as client:
        send(client, "party", [party("S"), party("B"), party("C/&?")], historical="true")
        claims = [receivable(f"R-{at}", face_minor=at) for at in range(25)]
        send(client, "receivable", claims, historical="true")
        corrected = [receivable("R-3", face_minor=300), receivable("R-4", buyer="C/&?")]
        send(client, "receivable", corrected)
        yield client


def listed(client: TestClient, **query: Any) -> FactPage:
    answer = client.get("/facts/receivable", params=query)
    assert answer.status_code == 200, answer.text
    return FactPage.model_validate_json(answer.content)


def refs(client: TestClient, **query: Any) -> list[str]:
    """Keys of the facts of all pages."""
    found: list[str] = []
    page = listed(client, **query)
    while True:
        found += [fact["ref"] for fact in page.facts]
        if page.next is None:
            return found
        page = listed(client, **query, cursor=page.next)


def test_facts_come_in_the_order_in_which_they_were_recorded(books: TestClient) -> None:
    page = listed(books, limit=1000)

    assert page.next is None
    assert [fact["seq"] for fact in page.facts] == sorted(fact["seq"] for fact in page.facts)
    assert len(page.facts) == 25
    latest = {fact["ref"]: fact for fact in page.facts}
    assert (latest["R-3"]["face_minor"], latest["R-3"]["revision"]) == (300, 1)
    assert latest["R-3"]["supersedes"]
    assert latest["R-5"]["issued_on"] == "2024-01-02"
    assert latest["R-5"]["happened_at"] == "2024-01-02T01:00:00Z"


def test_an_earlier_instant_shows_what_was_known_then(books: TestClient) -> None:
    page = listed(books, as_of="2024-02-01T00:00:00+08:00", limit=1000)

    assert {fact["ref"]: fact["face_minor"] for fact in page.facts}["R-3"] == 3
    assert {fact["revision"] for fact in page.facts} == {0}
    assert listed(books, as_of="2023-12-31T00:00:00Z").facts == []


def test_every_revision_is_shown_where_that_is_asked(books: TestClient) -> None:
    page = listed(books, revisions="all", ref=["R-3", "R-5"])

    assert [(fact["ref"], fact["revision"]) for fact in page.facts] == [
        ("R-3", 0),
        ("R-5", 0),
        ("R-3", 1),
    ]


@pytest.mark.parametrize("limit", [1, 4, 25, 26])
def test_pages_make_up_the_whole(books: TestClient, limit: int) -> None:
    assert refs(books, limit=limit) == refs(books, limit=1000)


def test_a_correction_moves_a_fact_to_the_list_it_belongs_to(books: TestClient) -> None:
    assert refs(books, buyer="C/&?") == ["R-4"]
    assert "R-4" not in refs(books, buyer="B", limit=7)
    assert refs(books, buyer="B", supplier="S", ref="R-5") == ["R-5"]
    assert refs(books, source_system="other") == []
    assert refs(books, known_until="2024-01-02T00:00:00Z") == []
    assert len(refs(books, known_from="2024-01-02T00:00:00Z")) == 25


def test_pages_don_t_shift_when_facts_arrive_meanwhile(sqlite_ledger: str) -> None:
    with a_service(sqlite_ledger) as client:
        send(client, "party", [party("S"), party("B")])
        send(client, "receivable", [receivable(f"R-{at}") for at in range(6)])
        first = listed(client, limit=3)
        send(client, "receivable", [receivable("R-9"), receivable("R-4", face_minor=7)])
        second = listed(client, limit=3, cursor=first.next)
        fresh = listed(client)

    assert [fact["ref"] for fact in second.facts] == ["R-3", "R-4", "R-5"]
    assert [fact["face_minor"] for fact in second.facts] == [10_000] * 3
    assert (second.as_of, second.ledger_seq) == (first.as_of, first.ledger_seq)
    assert second.next is None
    assert [fact["ref"] for fact in fresh.facts][-2:] == ["R-9", "R-4"]


def refused(client: TestClient, path: str, **query: Any) -> Any:
    answer = client.get(path, params=query)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.json()


def test_a_cursor_is_good_for_one_question(books: TestClient) -> None:
    cursor = listed(books, buyer="B", limit=3).next
    assert cursor is not None

    assert listed(books, buyer="B", limit=5, cursor=cursor).facts
    others: list[dict[str, str]] = [
        {},
        {"supplier": "S"},
        {"buyer": "C/&?"},
        {"buyer": "B", "revisions": "all"},
        {"buyer": "B", "as_of": "2024-02-01T00:00:00Z"},
    ]
    for other in others:
        told = refused(books, "/facts/receivable", **other, cursor=cursor)
        assert told["type"] == "/problems/wrong-cursor"
    told = refused(books, "/facts/party", cursor=cursor)
    assert told["type"] == "/problems/wrong-cursor"


def test_a_cursor_made_up_is_refused_or_reads_no_more_than_any(books: TestClient) -> None:
    cursor = listed(books, buyer="B", limit=3).next
    assert cursor is not None
    changed = [cursor[:at] + "_" + cursor[at + 1 :] for at in range(0, len(cursor), 5)]
    others = [cursor[:-1], f"{cursor}A", "张三", " ", "=", "A" * 55, "_" * 55, "A" * 10_000]
    seen = set()

    for made_up in (*changed, *others):
        answer = books.get("/facts/receivable", params={"buyer": "B", "cursor": made_up})
        seen.add(answer.status_code)
        if answer.status_code == 200:
            assert {fact["buyer"] for fact in answer.json()["facts"]} <= {"B"}
        else:
            assert (answer.status_code, answer.json()["type"]) == (422, "/problems/wrong-cursor")

    assert 422 in seen


@pytest.mark.parametrize(
    ("query", "part"),
    [
        ({"colour": "red"}, "colour: there is no such parameter"),
        ({"face_minor": "5"}, "face_minor: there is no such parameter"),
        ({"张三": "5"}, "(name not shown): there is no such parameter"),
        ({"buyer": ["B", "C"]}, "buyer: given more than once"),
        ({"buyer": ""}, "buyer: no key"),
        ({"buyer": "a\0"}, "buyer: no key"),
        ({"ref": ["x"] * 101}, "ref: given more than 100 times"),
        ({"limit": "0"}, "limit: out of reach"),
        ({"limit": "1001"}, "limit: out of reach"),
        ({"limit": "1e2"}, "limit: not a whole number"),
        ({"limit": "9" * 30}, "limit: out of reach"),
        ({"revisions": "some"}, "revisions: no such word"),
        ({"as_of": "2024-01-02"}, "as_of: no instant"),
        ({"as_of": "2024-01-02T00:00:00"}, "as_of: no instant"),
        ({"as_of": "2199-01-02T00:00:00Z"}, "as_of: an instant in the future"),
        ({"known_from": "yesterday"}, "known_from: no instant"),
    ],
    ids=range(16),
)
def test_what_can_t_be_asked_is_refused_by_name(
    books: TestClient, query: dict[str, Any], part: str
) -> None:
    told = refused(books, "/facts/receivable", **query)

    assert part in [error["fault"][: len(part)] for error in told["errors"]]
    assert all(error["remedy"] for error in told["errors"])
    assert "张三" not in str(told)


def test_no_field_has_the_name_of_another_parameter() -> None:
    for kind in KINDS:
        assert OTHERS.isdisjoint(fields_to_filter(kind.name))


def test_an_enterprise_is_shown_with_all_that_names_it(books: TestClient) -> None:
    answer = books.get("/enterprises/B")
    reply = EnterpriseReply.model_validate_json(answer.content)

    assert (reply.id, reply.party["ref"], reply.profile) == ("B", "B", None)
    (part,) = reply.parts
    assert (part.kind, part.field, part.count, len(part.latest)) == ("receivable", "buyer", 24, 20)
    assert [fact["seq"] for fact in part.latest] == sorted(
        (fact["seq"] for fact in part.latest), reverse=True
    )
    assert parse_qs(urlsplit(part.all).query)["buyer"] == ["B"]
    rest = FactPage.model_validate_json(books.get(part.all).content)
    assert len(rest.facts) == 24
    assert rest.as_of == reply.as_of


def test_an_enterprise_is_shown_as_it_was_known(books: TestClient) -> None:
    then = books.get("/enterprises/B", params={"as_of": "2024-02-01T00:00:00Z"})
    before = books.get("/enterprises/B", params={"as_of": "2024-01-01T00:00:00Z"})

    assert then.json()["parts"][0]["count"] == 25
    assert (before.status_code, before.json()["type"]) == (404, "/problems/unknown-enterprise")


def test_an_enterprise_that_is_not_known_is_not_found(database_url: str) -> None:
    with a_service(database_url) as client:
        for ref in ("nobody", "a%00b", "%E5%BC%A0%E4%B8%89", "x" * 200, "%ff"):
            answer = client.get(f"/enterprises/{ref}")
            assert answer.status_code == 404, ref
            assert answer.json()["type"] == "/problems/unknown-enterprise"
            assert "张三" not in answer.text


def test_a_later_instant_than_now_is_refused(books: TestClient) -> None:
    later = (datetime.now(UTC) + timedelta(days=2)).isoformat()

    told = refused(books, "/enterprises/B", as_of=later)

    assert told["errors"][0]["fault"] == "as_of: an instant in the future"


def test_an_unknown_kind_is_not_found(books: TestClient) -> None:
    answer = books.get("/facts/partie")

    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/unknown-kind")


def test_each_store_gives_the_same_pages(database_url: str) -> None:
    with a_service(database_url) as client:
        send(client, "party", [party("S", person_linked=False), party("B")])
        send(client, "receivable", [receivable("R-1")])
        page = listed(client, buyer="B")
        shown = client.get("/enterprises/S").json()

    assert [fact["ref"] for fact in page.facts] == ["R-1"]
    assert shown["party"]["person_linked"] is False
    assert [part["field"] for part in shown["parts"]] == ["supplier"]
