"""Advice over HTTP: told where it is asked for, to lender and applicant, and recorded."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from ledger.database import open_database
from service.answers import ScoreReply
from service.app import create_app
from service.settings import Settings
from tests.scoring.advised import ASKED, NOW, fill, save_bundle

BODY: dict[str, Any] = {
    "request_id": "R-1",
    "supplier": {"ref": ASKED.supplier},
    "buyer": {"ref": ASKED.buyer},
    "receivables": [{"ref": ref} for ref in ASKED.receivables],
    "amount_requested_minor": ASKED.amount_requested_minor,
    "currency": "CNY",
    "tenor_days": ASKED.tenor_days,
}
THEN: dict[str, Any] = {"mode": "what_if", "as_of": NOW.isoformat()}


@pytest.fixture(scope="module")
def client(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("advice")
    url = f"sqlite:///{shutil.copy(migrated_sqlite, folder / 'ledger.db')}"
    engine = open_database(url)
    fill(engine)
    engine.dispose()
    with TestClient(create_app(Settings(db=url, bundle=str(save_bundle(folder))))) as client:
        yield client


def test_advice_is_told_where_it_is_asked_for(client: TestClient) -> None:
    plain = client.post("/score", json={**BODY, **THEN}).json()
    answer = client.post("/score", json={**BODY, **THEN, "advice": True})

    told = ScoreReply.model_validate_json(answer.content)
    assert plain == {
        **answer.json(),
        "advice": None,
        "amounts": None,
        "applicant": plain["applicant"],
    }
    assert plain["applicant"]["what_would_help"] == []
    assert told.advice
    assert told.decision == "REFER"
    for option, seen in zip(told.advice, told.applicant.what_would_help, strict=True):
        assert option.decision == "APPROVE"
        assert option.pd < told.probability
        assert (seen.en, seen.zh, seen.rate) == (option.en, option.zh, option.rate)
    assert told.amounts is not None
    assert [one.asked_minor for one in told.amounts][:2] == [150_000_000, 135_000_000]


def test_advice_is_recorded_with_its_decision(client: TestClient) -> None:
    given = client.post("/score", json={**BODY, "advice": True})

    assert given.json()["advice"] is not None
    again = client.get(f"/scores/{given.json()['score_id']}")
    assert again.content == given.content


def test_advice_is_yes_or_no(client: TestClient) -> None:
    assert client.post("/score", json={**BODY, "advice": "yes"}).status_code == 422
