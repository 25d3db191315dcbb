"""Odd texts in addresses and fields: refused or looked for, and the same on both stores."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, quote_from_bytes

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, inspect, text

from ledger.database import open_database, reading
from service.app import create_app
from service.frozen_contract import frozen
from tests.service.document import operations
from tests.worlds import SmallWorld

INJECTIONS = (
    "' OR '1'='1",
    "'; DROP TABLE party; --",
    '" OR ""="',
    "1; SELECT pg_sleep(5)",
    "x') UNION SELECT name FROM sqlite_master --",
    "$1 %s :name {0}",
    "\\'; --",
    "party/*",
    "%",
    "_",
)
ODD = (
    "%00",
    *(quote(one, safe="") for one in INJECTIONS[:3]),
    "a%00b",
    quote_from_bytes(b"\xff\xfe"),
    *(quote(one, safe="") for one in INJECTIONS[3:5]),
    quote_from_bytes(b"\xed\xa0\x80"),
    quote("\u202e\x1b[31m\r\nX: y", safe=""),
    "%F0%9F%98%80" * 50,
    "9" * 400,
    "-1",
    "..%2F..%2Fetc%2Fpasswd",
)
"""As they stand in an address."""


@pytest.fixture
def service_on(ledger: Engine, lender: SmallWorld) -> Iterator[TestClient]:
    settings = lender.settings(ledger.url.render_as_string(hide_password=False))
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client


def addresses(each: int) -> Iterator[tuple[str, str]]:
    """Odd texts in each place of each address, one of so many: the method, and the address."""
    for name, operation in operations(frozen()):
        method, path = name.split(" ")
        places = operation.get("parameters", ())
        plain = path
        for one in places:
            if one["in"] == "path":
                plain = plain.replace(f"{{{one['name']}}}", "party")
        for odd in ODD[::each]:
            for one in places:
                if one["in"] == "path":
                    yield (
                        method,
                        path.replace(f"{{{one['name']}}}", odd).replace("{", "").replace("}", ""),
                    )
                elif one["in"] == "query":
                    yield method, f"{plain}?{one['name']}={odd}"
        yield method, f"{plain}?{ODD[0]}=1"


@pytest.mark.parametrize("each", [3, pytest.param(1, marks=pytest.mark.long)])
def test_an_odd_text_in_an_address_is_refused_or_not_found(
    service_on: TestClient, each: int
) -> None:
    seen: Counter[int] = Counter()
    for method, address in addresses(each):
        answer = service_on.request(method, address, headers={"content-type": "application/json"})
        assert answer.status_code < 500 or answer.status_code == 503, (method, address, answer.text)
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == "application/problem+json", (method, address)
            assert "DROP TABLE" not in answer.text
            assert "UNION" not in answer.text
            assert "etc/passwd" not in answer.text
        seen[answer.status_code] += 1

    print(f"{seen.total()} odd addresses: {dict(sorted(seen.items()))}")
    assert seen[404] > 50
    assert seen[422] > 50


def texts_of(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where a body has texts."""
    if isinstance(value, str):
        yield at
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from texts_of(inner, (*at, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from texts_of(inner, (*at, index))


def with_text(body: Any, at: tuple[Any, ...], new: str) -> Any:
    given = json.loads(json.dumps(body))
    inner = given
    for step in at[:-1]:
        inner = inner[step]
    inner[at[-1]] = new
    return given


def test_statements_in_texts_are_kept_as_texts(
    service_on: TestClient, ledger: Engine, along: dict[str, Any]
) -> None:
    before = set(inspect(ledger).get_table_names())
    taken = 0
    places = list(texts_of(along))
    for at in places:
        for injection in INJECTIONS[1:3]:
            asked = with_text(along, at, injection)
            answer = service_on.post("/score", json=asked)
            assert answer.status_code in {200, 422}, (at, injection, answer.text)
            taken += answer.status_code == 200
    row = {"ref": "'; DROP TABLE party; --", "happened_at": "2026-01-05T09:00:00+08:00"}
    loaded = service_on.post("/facts/party", params={"source_system": "' OR 1=1 --"}, json=[row])
    found = service_on.get("/facts/party", params={"ref": row["ref"]})

    print(f"{taken} scores with statements in their texts, of {len(places)}")
    assert taken >= 5
    assert loaded.status_code == 200
    assert found.status_code in {200, 422}
    assert set(inspect(ledger).get_table_names()) == before
    again = open_database(ledger.url.render_as_string(hide_password=False))
    with reading(again) as connection:
        assert row["ref"] in set(connection.scalars(text("SELECT ref FROM party")))
    again.dispose()
