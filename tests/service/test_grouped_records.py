"""What several requests write at once is one transaction; a service that ends writes it first."""

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Connection, Engine, event, text

from ledger.committing import Committer
from ledger.database import open_database, reading
from ledger.faults import LedgerClosed
from service.app import create_app
from tests.ledger.made_units import held
from tests.worlds import SmallWorld


def committer_of(client: TestClient) -> Committer:
    committer: Committer = client.app.state.composition.committer()  # type: ignore[attr-defined]
    return committer


@contextmanager
def writes(engine: Engine) -> Iterator[list[str]]:
    """A line for each transaction that may write."""
    seen: list[str] = []

    def note(connection: Connection) -> None:
        if connection.get_execution_options().get("ledger_mode") == "write":
            seen.append("commit")

    event.listen(engine, "commit", note)
    yield seen
    event.remove(engine, "commit", note)


def wait_for(committer: Committer, calls: list[Future[Any]]) -> None:
    """Wait until each call has handed in its record, or one of them is over without."""
    while len(committer._waiting) < len(calls) and not any(call.done() for call in calls):
        time.sleep(0.01)


def test_records_that_arrive_together_are_one_transaction(
    service: TestClient, named: dict[str, Any]
) -> None:
    committer = committer_of(service)
    engine = service.app.state.composition.ledger()  # type: ignore[attr-defined]
    for _ in range(3):  # what history says of the parties is kept by then
        assert service.post("/score", json=named).status_code == 200
        committer.run(lambda _connection: None, "default")
    with writes(engine) as commits, ThreadPoolExecutor(2) as callers:
        with held(committer):
            calls = [callers.submit(service.post, "/score", json=named) for _ in range(2)]
            wait_for(committer, calls)
        answers = [call.result() for call in calls]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert len({answer.json()["score_id"] for answer in answers}) == 2
    assert commits == ["commit"] * 2  # of the unit that held the committer, and of the two records


def test_a_service_that_ends_takes_nothing_more(lender: SmallWorld, tmp_path: Path) -> None:
    url = lender.copy(tmp_path)
    with TestClient(create_app(lender.settings(url))) as client:
        committer = committer_of(client)
        assert committer is committer_of(client)
        answer = committer.submit(
            lambda connection: connection.execute(text("SELECT 1")).scalar_one(), "default"
        )

    assert answer.result() == 1
    with pytest.raises(LedgerClosed):
        committer.run(lambda _connection: None, "default")
    engine = open_database(url)
    with reading(engine) as connection:
        assert connection.execute(text("SELECT count(*) FROM score_record")).scalar_one() == 0
    engine.dispose()
