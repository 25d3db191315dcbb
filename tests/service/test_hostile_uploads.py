"""Bodies made to break POST /facts: a problem each time, with the line, and nothing is loaded."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from ledger.reports.reading import Form
from service.problems import Problem, RowsProblem
from tests.ledger.hostile_corpus import FULL, QUARANTINED, REFUSED
from tests.ledger.made_rows import everything
from tests.ledger.written_reports import FORMS, written
from tests.service.loading import a_service, ledger_of, send

SEED = 20261124


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder: Path = tmp_path_factory.mktemp("hostile")
    with a_service(f"sqlite:///{folder / 'ledger.db'}") as client:
        yield client


def refused(client: TestClient, form: Form, body: bytes, **query: Any) -> Any:
    """The problem that a body is; the ledger stays empty."""
    answer = send(client, "party", body, form, **query)
    assert 400 <= answer.status_code < 500, (answer.status_code, body[:80])
    assert answer.headers["content-type"] == "application/problem+json"
    assert "张" not in answer.text
    assert everything(ledger_of(client))["party"] == []
    return answer


def test_the_corpus_is_large_enough() -> None:
    assert len(REFUSED) + len(QUARANTINED) >= 60


@pytest.mark.parametrize(("form", "body"), REFUSED, ids=range(len(REFUSED)))
def test_a_body_that_can_t_be_read_is_a_problem_and_loads_nothing(
    books: TestClient, form: Form, body: bytes
) -> None:
    for keep_good in ("false", "true"):
        answer = refused(books, form, body, keep_good=keep_good)
        assert Problem.model_validate_json(answer.content).detail


@pytest.mark.parametrize(("form", "rows", "bad"), QUARANTINED, ids=range(len(QUARANTINED)))
def test_a_bad_row_is_told_by_its_line_and_stops_all(
    books: TestClient, form: Form, rows: str, bad: dict[int, str]
) -> None:
    told = RowsProblem.model_validate_json(refused(books, form, rows.encode()).content)

    assert set(bad) <= {error.line for error in told.errors}


def test_a_report_that_ends_in_the_middle_loads_nothing_of_it(books: TestClient) -> None:
    rows = [FULL[0] | {"ref": f"p-{at}", "name": "x"} for at in range(25_000)]
    for form in ("json", "parquet"):
        body = written(form, "party", rows)
        answer = refused(books, form, body[: len(body) * 9 // 10], keep_good="true")
        assert answer.json()["type"] == "/problems/unreadable-report"


def mutated(body: bytes, chance: random.Random) -> bytes:
    out = bytearray(body)
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(out))
        out[at : at + chance.randint(0, 5)] = chance.choice(
            [b"", b'"', b"\0", b"\xff", b"[", b"}", b",", b"\n", b"NaN", b"1e999", b"\\ud800"]
        )
    return bytes(out)


@pytest.mark.parametrize("rounds", [150, pytest.param(3_000, marks=pytest.mark.long)])
def test_random_changes_never_break_the_service(sqlite_ledger: str, rounds: int) -> None:
    chance = random.Random(SEED)  # noqa: S311 - the same bodies in each run
    rows = [row | {"name": "张三·13812345678"} for row in FULL]
    good = {form: written(form, "party", rows) for form in FORMS if form != "parquet"}
    seen = set()
    with a_service(sqlite_ledger, person_secret="5a" * 32) as client:
        for _ in range(rounds):
            form = chance.choice(list(good))
            answer = send(client, "party", mutated(good[form], chance), form, keep_good="true")
            assert answer.status_code == 200 or 400 <= answer.status_code < 500
            assert "13812345678" not in answer.text
            assert "张" not in answer.text
            seen.add(answer.status_code)

    assert {200, 400} <= seen
