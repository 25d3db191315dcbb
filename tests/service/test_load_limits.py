"""Loads are bounded: bytes, rows, disk and how many run at once."""

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ledger.database import writing
from service.problems import Problem
from service.upload import SMALL
from tests.ledger.made_rows import everything
from tests.service.loading import a_service, ledger_of, party, send


def test_too_large_a_body_is_refused_however_it_comes(sqlite_ledger: str, tmp_path: Path) -> None:
    def parts() -> Iterator[bytes]:
        for _ in range(20):
            yield b" " * 1_000

    with a_service(sqlite_ledger, upload_limit_bytes=10_000, upload_folder=tmp_path) as client:
        whole = send(client, "party", b" " * 10_001)
        streamed = client.post(
            "/facts/party?source_system=x",
            content=parts(),
            headers={"content-type": "application/json"},
        )
        fits = send(client, "party", b" " * 9_998 + b"[]")

    assert [answer.status_code for answer in (whole, streamed, fits)] == [413, 413, 200]


def test_too_many_rows_are_refused(sqlite_ledger: str) -> None:
    rows = [party(f"P-{at}") for at in range(4)]
    with a_service(sqlite_ledger, most_rows=3) as client:
        over = send(client, "party", rows)
        assert everything(ledger_of(client))["party"] == []
        under = send(client, "party", rows[:3])

    assert (over.status_code, over.json()["type"]) == (413, "/problems/too-many-rows")
    assert under.status_code == 200


def test_a_large_body_lies_in_the_folder_named_and_nothing_is_left(
    sqlite_ledger: str, tmp_path: Path
) -> None:
    folder = tmp_path / "uploads"
    folder.mkdir()
    body = b"[" + b" " * (3 << 20) + b"]"
    with a_service(sqlite_ledger, upload_folder=folder) as client:
        assert send(client, "party", body).status_code == 200
    with a_service(sqlite_ledger, upload_folder=tmp_path / "missing") as client:
        refused = send(client, "party", body)

    assert list(folder.iterdir()) == []
    assert (refused.status_code, refused.json()["type"]) == (507, "/problems/no-room")


def test_loads_wait_for_each_other_and_not_for_long(sqlite_ledger: str) -> None:
    def large(ref: str) -> bytes:  # a small body doesn't go through the turnstile of loads
        return json.dumps([party(ref)]).encode() + b" " * SMALL

    with a_service(sqlite_ledger, loading_slots=1, loading_queue=0) as client:
        answers: list[Any] = []
        with writing(ledger_of(client)):  # the load waits here for the lock
            loading = threading.Thread(
                target=lambda: answers.append(send(client, "party", large("P")))
            )
            loading.start()
            while client.app.state.loading._seats.borrowed_tokens == 0:  # type: ignore[attr-defined]
                assert loading.is_alive()
                time.sleep(0.01)
            shed = send(client, "party", large("Q"))
            alive = client.get("/health/live")
        loading.join()

    assert (shed.status_code, shed.json()["type"]) == (503, "/problems/busy")
    assert int(shed.headers["retry-after"]) > 0
    assert alive.status_code == 200
    assert answers[0].json()["added"] == 1


def test_a_book_that_is_not_there_is_told_as_unavailable(tmp_path: Path) -> None:
    with a_service(f"sqlite:///{tmp_path / 'a.db'}") as client:
        client.app.state.composition._engine = None  # type: ignore[attr-defined]
        client.app.state.composition.settings = client.app.state.settings.model_copy(  # type: ignore[attr-defined]
            update={"db": f"sqlite:///{tmp_path / 'missing' / 'b.db'}"}
        )
        answer = send(client, "party", [party("P")])

    assert Problem.model_validate_json(answer.content).type == "/problems/database-unreachable"
    assert answer.status_code == 503
