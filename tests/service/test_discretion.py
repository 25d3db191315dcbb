"""A natural person who is brought along is named in no table of the ledger."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlalchemy import Engine, select, text

from ledger.database import open_database, reading
from ledger.kinds import table_of
from ledger.vault import MARK
from service.app import create_app
from tests.worlds import SmallWorld

NAME = "王小明"


@pytest.fixture
def db(lender: SmallWorld, tmp_path: Path) -> str:
    """A copy of the lender's ledger."""
    return lender.copy(tmp_path)


@pytest.fixture
def guarded(lender: SmallWorld, db: str) -> Iterator[TestClient]:
    """A client of a service that has the secret which guards persons."""
    settings = lender.settings(db).model_copy(update={"person_secret": SecretStr("5e" * 32)})
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def ledger_of_persons(db: str) -> Iterator[Engine]:
    """The same ledger, read from outside."""
    engine = open_database(db)
    yield engine
    engine.dispose()


def body(named: dict[str, Any], **more: Any) -> bytes:
    supplier = {"ref": "S-person", "name": NAME, "person_linked": True, "country": "CN", **more}
    claim = {"ref": "I-person", "issued_on": "2026-03-01", "due_on": "2026-05-30"}
    terms = {"face_minor": 1_000_000, "currency": "CNY"}
    asked = {**named, "supplier": supplier, "receivables": [{**claim, **terms}]}
    return json.dumps(asked, ensure_ascii=False).encode()


def scored(client: TestClient, content: bytes) -> str:
    headers = {"content-type": "application/json"}
    answer = client.post("/score", content=content, headers=headers)
    assert answer.status_code == 200, answer.text
    score_id: str = answer.json()["score_id"]
    return score_id


def request_of(engine: Engine, score_id: str) -> str:
    columns = table_of("score_record").c
    with reading(engine) as connection:
        found = connection.execute(select(columns.request).where(columns.id == score_id))
        return str(found.scalar_one())


def test_a_person_is_named_by_ciphertext_in_facts_and_records(
    guarded: TestClient, ledger_of_persons: Engine, named: dict[str, Any], db: str
) -> None:
    score_id = scored(guarded, body(named))

    kept = json.loads(request_of(ledger_of_persons, score_id))
    assert kept["supplier"]["name"].startswith(MARK)
    assert kept == {
        **json.loads(body(named)),
        "supplier": {**json.loads(body(named))["supplier"], "name": kept["supplier"]["name"]},
    }
    files = Path(db.removeprefix("sqlite:///")).parent.glob("*.db*")
    assert all(NAME.encode() not in file.read_bytes() for file in files)


def test_the_same_person_again_adds_no_fact(
    guarded: TestClient, ledger_of_persons: Engine, named: dict[str, Any]
) -> None:
    for _ in range(2):
        scored(guarded, body(named))
    with reading(ledger_of_persons) as connection:
        asked = text("SELECT count(*) FROM party WHERE ref = 'S-person'")
        assert connection.scalar(asked) == 1


def test_a_company_is_kept_to_the_character(
    guarded: TestClient, ledger_of_persons: Engine, named: dict[str, Any]
) -> None:
    content = body(named, person_linked=False)

    assert request_of(ledger_of_persons, scored(guarded, content)) == content.decode()


def test_without_the_secret_a_person_is_refused_by_field(
    service: TestClient, named: dict[str, Any]
) -> None:
    headers = {"content-type": "application/json"}
    answer = service.post("/score", content=body(named), headers=headers)

    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/rejected-rows"
    assert NAME not in answer.text
