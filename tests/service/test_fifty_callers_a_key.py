"""Fifty callers send each of two hundred keys at once: one record a key, and the same bytes."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import httpx2 as httpx
import pytest
from sqlalchemy import Engine, text

from ledger.audit.verifying import verify
from ledger.database import reading, writing
from ledger.principals import DEFAULT_TENANT, OWNER
from ledger.writer import append
from tests.service.running import serving
from tests.worlds import RECORDED_AT, SmallWorld

pytestmark = pytest.mark.long

CALLERS, KEYS = 50, 200


@pytest.fixture
def book(ledger: Engine, lender: SmallWorld) -> Engine:
    """The small world's facts on either store."""
    with writing(ledger) as connection:
        append(
            connection,
            OWNER,
            lender.rows,
            source_system="t",
            historical=True,
            recorded_at=RECORDED_AT,
        )
    return ledger


@pytest.fixture(params=[1, 2])
def ports(book: Engine, lender: SmallWorld, request: pytest.FixtureRequest) -> Iterator[list[int]]:
    """One service, or two on one ledger: SQLite takes one only."""
    if request.param > 1 and book.dialect.name == "sqlite":
        pytest.skip("SQLite serves one process")
    url = book.url.render_as_string(hide_password=False)
    calm = lender.settings(url).model_copy(update={"scoring_wait_s": 600.0, "scoring_queue": 1000})
    with ExitStack() as open_ones:
        yield [open_ones.enter_context(serving(calm)) for _ in range(request.param)]


def test_one_record_a_key_and_the_same_bytes(
    ports: list[int], book: Engine, named: dict[str, Any]
) -> None:
    clients = [httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=600) for port in ports]

    def send(call: int) -> tuple[int, bytes]:
        key, caller = divmod(call, CALLERS)
        body = json.dumps({**named, "request_id": f"R-{key}"})
        headers = {"content-type": "application/json", "Idempotency-Key": f"k-{key}"}
        answer = clients[caller % len(clients)].post("/score", content=body, headers=headers)
        assert answer.status_code == 200, answer.text
        return key, answer.content

    with ThreadPoolExecutor(CALLERS) as callers:
        answers = list(callers.map(send, range(CALLERS * KEYS)))
    other = clients[0].post(
        "/score", json={**named, "request_id": "another"}, headers={"Idempotency-Key": "k-0"}
    )
    for client in clients:
        client.close()

    by_key: dict[int, set[bytes]] = {}
    for key, content in answers:
        by_key.setdefault(key, set()).add(content)
    with reading(book) as connection:
        counts = "SELECT (SELECT count(*) FROM score_record), count(*) FROM idempotency_key"
        records, keys = connection.execute(text(counts)).one()
    print(f"{len(answers)} requests of {KEYS} keys to {len(ports)} services: {records} records")
    assert all(len(bodies) == 1 for bodies in by_key.values())
    assert len(set.union(*by_key.values())) == records == keys == KEYS
    assert other.status_code == 422
    assert verify(book, DEFAULT_TENANT).ok
