"""Ten thousand decisions of three models are made again, bit for bit, whatever was dated back.

Set ``TRICREDIT_TEST_DECISIONS`` for another number than 10,000.
"""

import faulthandler
import json
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from ledger.audit.signing_keys import PRIVATE, load_private
from ledger.database import writing
from ledger.principals import OWNER
from ledger.writer import append
from models.bundle import load, save
from models.signing import local_keys
from service.app import create_app
from service.settings import Settings
from tests.scoring.asked import some_requests
from tests.worlds import RECORDED_AT, SmallWorld

pytestmark = pytest.mark.long

DECISIONS = int(os.environ.get("TRICREDIT_TEST_DECISIONS", "10000"))
MODELS = 3
QUESTIONS = 60
"""Requests that differ: each is asked again and again, under another id and at another instant."""

FROM_FACTS = 20
"""One of so many decisions is made again from the facts as well, for that takes a second."""

THEN = datetime(2024, 5, 1, tzinfo=UTC)


@pytest.fixture
def models(lender: SmallWorld, tmp_path: Path) -> list[Path]:
    """Three versions of the small model, each calibrated in another way."""
    keys = local_keys(lender.bundle.parent)
    key, card = load_private(keys / PRIVATE), load(lender.bundle).card
    texts = [(lender.bundle / name).read_text("utf-8") for name in ("additive.txt", "cross.txt")]
    return [
        save(
            tmp_path / "bundles",
            card.model_copy(update={"cal_intercept": card.cal_intercept + 0.25 * at}),
            *texts,
            key=key,
            version=at + 1,
        )
        for at in range(MODELS)
    ]


@pytest.fixture
def book(ledger: Engine, lender: SmallWorld) -> Engine:
    """The small world's facts on either store."""
    tell(ledger, lender.rows, RECORDED_AT)
    return ledger


def tell(engine: Engine, rows: dict[str, list[dict[str, Any]]], at: datetime) -> None:
    with writing(engine) as connection:
        append(connection, OWNER, rows, source_system="t", historical=True, recorded_at=at)


def settings(engine: Engine, lender: SmallWorld, bundle: Path) -> Settings:
    return Settings(
        db=engine.url.render_as_string(hide_password=False),
        bundle=str(bundle),
        trust=local_keys(lender.bundle.parent),
    )


@pytest.fixture
def questions(lender: SmallWorld) -> list[dict[str, Any]]:
    """Requests about claims of the small world."""
    return [
        {
            "supplier": {"ref": one.supplier},
            "buyer": {"ref": one.buyer},
            "receivables": [{"ref": ref} for ref in one.receivables],
        }
        for one in some_requests(lender, QUESTIONS, seed=11)
    ]


def dated_back(lender: SmallWorld, number: int) -> dict[str, list[dict[str, Any]]]:
    """Facts that claim to have been known for years: claims, late payments, a default on record."""
    chance = Random(number)  # noqa: S311 - nothing secret
    claims = [dict(chance.choice(lender.rows["receivable"])) for _ in range(40)]
    for at, claim in enumerate(claims):
        claim |= {
            "ref": f"back-{number}-{at}",
            "issued_on": THEN.date(),
            "due_on": (THEN + timedelta(days=30)).date(),
            "happened_at": THEN,
            "known_at": THEN,
        }
        claim.pop("contract", None)
    parties = [claim["supplier"] for claim in claims] + [claim["buyer"] for claim in claims]
    adverse = [
        {
            "ref": f"back-{number}-{party}",
            "party": party,
            "happened_at": THEN,
            "known_at": THEN,
            "adverse": "dishonest_debtor",
            "opened_on": THEN.date(),
            "severity": 5,
        }
        for party in dict.fromkeys(parties[:12])
    ]
    return {"receivable": claims, "adverse_record": adverse}


def decided(
    client: TestClient, questions: Sequence[dict[str, Any]], numbers: range
) -> Iterator[str]:
    """Ids of decisions, one for each number."""
    for number in numbers:
        body = {"request_id": f"R-{number}", **questions[number % len(questions)]}
        answer = client.post("/score", content=json.dumps(body), headers=JSON)
        assert answer.status_code == 200, answer.text
        yield answer.json()["score_id"]


JSON = {"content-type": "application/json"}


def replayed(client: TestClient, way: str, score: str) -> tuple[str, bool, str]:
    answer = client.post(f"/scores/{score}/replay", params={"from": way})
    assert answer.status_code == 200, answer.text
    told = answer.json()
    return way, told["same"], "" if told["same"] else json.dumps(told)[:1000]


def test_every_decision_is_made_again_to_the_byte(
    book: Engine,
    lender: SmallWorld,
    models: list[Path],
    questions: list[dict[str, Any]],
) -> None:
    faulthandler.cancel_dump_traceback_later()  # ten minutes may be too few
    scores: list[str] = []
    share = DECISIONS // MODELS + 1
    for at, model in enumerate(models):
        with TestClient(create_app(settings(book, lender, model))) as client:
            half = share // 2
            scores += decided(client, questions, range(at * share, at * share + half))
            tell(book, dated_back(lender, at), datetime.now(UTC))  # while it serves
            scores += decided(client, questions, range(at * share + half, (at + 1) * share))
    asked = [("inputs", score) for score in scores]
    asked += [("facts", score) for score in scores[::FROM_FACTS]]
    calm = settings(book, lender, models[0]).model_copy(
        update={"scoring_wait_s": 600.0, "scoring_queue": 64}
    )
    with TestClient(create_app(calm)) as client, ThreadPoolExecutor(2) as callers:
        found = list(callers.map(lambda one: replayed(client, *one), asked))

    assert [why for _, same, why in found if not same] == []
    told = Counter(way for way, same, _ in found if same)
    print(f"made again to the byte, of {len(scores)} decisions by {MODELS} models: {dict(told)}")
    assert told["inputs"] == len(scores) >= DECISIONS
