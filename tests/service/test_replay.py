"""A recorded score is made again: from its inputs and from the facts, to the byte."""

import json
import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, text

from ledger.database import open_database, reading, writing
from ledger.principals import OWNER
from ledger.records import read_record
from ledger.triggers import remove
from ledger.writer import append
from lending.pack import path_of
from scoring.recorded import Provenance
from service.app import create_app
from service.explain_route import ExplainReply
from service.settings import Settings
from tests.default_bundles import DefaultBundles
from tests.worlds import SmallWorld

WAYS = ("inputs", "facts")


def settings(url: str, bundles: DefaultBundles, **more: Any) -> Settings:
    return Settings(
        db=url,
        bundle=str(bundles.default),
        buyer_bundle=str(bundles.buyer),
        supplier_bundle=str(bundles.supplier),
        **more,
    )


@pytest.fixture
def url(lender: SmallWorld, tmp_path: Path) -> str:
    """A copy of the lender's ledger."""
    return lender.copy(tmp_path)


@pytest.fixture
def client(url: str, default_bundles: DefaultBundles) -> Iterator[TestClient]:
    """A service that tells default, of financing, buyer and supplier."""
    with TestClient(create_app(settings(url, default_bundles))) as opened:
        yield opened


def scored(client: TestClient, body: dict[str, Any]) -> dict[str, Any]:
    answer = client.post("/score", json=body)
    assert answer.status_code == 200, answer.text
    reply: dict[str, Any] = answer.json()
    return reply


def replayed(client: TestClient, score: str, way: str) -> dict[str, Any]:
    answer = client.post(f"/scores/{score}/replay?from={way}")
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def asked(lender: SmallWorld) -> list[dict[str, Any]]:
    """The three of the showcase with terms, one of them with advice."""
    return [
        {
            "request_id": f"R-{at}",
            "supplier": {"ref": one.supplier},
            "buyer": {"ref": one.buyer},
            "receivables": [{"ref": one.receivable}],
            "amount_requested_minor": 100_000 * (at + 1),
            "currency": "CNY",
            "recourse": at != 1,
            "notified": True,
            "account": "supervised",
            "link_disclosed": True,
            "instrument_reviewed": True,
            "tenor_days": 60 + at,
            "advice": at == 2,
        }
        for at, one in enumerate(lender.showcase)
    ]


def date_back(url: str, lender: SmallWorld) -> None:
    """Load facts that claim to have been known long ago: late payments, and a default on record."""
    then = datetime(2025, 1, 10, tzinfo=UTC)
    rows: dict[str, list[dict[str, Any]]] = {
        "adverse_record": [
            {
                "ref": f"BACK-{party}",
                "party": party,
                "happened_at": then,
                "known_at": then,
                "adverse": "dishonest_debtor",
                "opened_on": then.date(),
                "severity": 5,
            }
            for party in (lender.supplier, lender.buyer)
        ],
        "receivable": [
            {
                "ref": f"BACK-{at}",
                "supplier": lender.supplier,
                "buyer": lender.buyer,
                "happened_at": then,
                "known_at": then,
                "issued_on": then.date(),
                "due_on": (then + timedelta(days=30 + at)).date(),
                "face_minor": 1_000_000,
                "currency": "CNY",
            }
            for at in range(20)
        ],
    }
    engine = open_database(url)
    with writing(engine) as connection:
        append(
            connection,
            OWNER,
            rows,
            source_system="back",
            historical=True,
            recorded_at=datetime.now(UTC),
        )
    engine.dispose()


def test_scores_are_made_again_to_the_byte_whatever_was_dated_back_since(
    client: TestClient, url: str, lender: SmallWorld
) -> None:
    bodies = asked(lender)
    scores = [scored(client, body) for body in bodies]
    date_back(url, lender)

    for score in scores:
        facts, inputs = (replayed(client, score["score_id"], way) for way in ("facts", "inputs"))
        assert (facts["same"], facts["differences"], facts["left_out"]) == (True, [], [])
        assert (inputs["same"], inputs["differences"]) == (True, [])
        assert facts["code_recorded"] == facts["code_now"]
    assert inputs["left_out"] == ["advice", "amounts", "applicant"]
    assert scored(client, bodies[0])["features"] != scores[0]["features"]  # today they do count
    assert scores[0]["terms"] is not None
    assert scores[0]["party_bundles"]


def test_another_policy_serves_and_the_old_one_still_replays(
    client: TestClient, url: str, default_bundles: DefaultBundles, lender: SmallWorld
) -> None:
    score = scored(client, asked(lender)[0])
    with TestClient(create_app(settings(url, default_bundles, pack="cn"))) as other:
        again = scored(other, asked(lender)[0])

        assert again["pack"] != score["pack"]
        for one in (score, again):
            assert [replayed(other, one["score_id"], way)["same"] for way in WAYS] == [True, True]


def test_what_was_altered_in_a_record_is_named(
    client: TestClient, url: str, lender: SmallWorld
) -> None:
    score = scored(client, asked(lender)[0])
    reply = json.dumps({**score, "probability": 0.01}, ensure_ascii=False, separators=(",", ":"))
    _rewrite(url, score["score_id"], "reply", reply)

    for way in WAYS:
        told = replayed(client, score["score_id"], way)
        assert not told["same"]
        assert told["differences"] == [
            {"at": "/probability", "recorded": 0.01, "replayed": score["probability"]}
        ]


def test_inputs_that_were_altered_no_longer_give_the_reply_and_the_facts_do(
    client: TestClient, url: str, lender: SmallWorld
) -> None:
    score = scored(client, asked(lender)[0])
    name = next(name for name in score["features"] if name == "buyer_late5_365d")
    features = json.dumps({**score["features"], name: 0.999})
    _rewrite(url, score["score_id"], "features", features)

    from_inputs, from_facts = (replayed(client, score["score_id"], way) for way in WAYS)

    assert f"/features/{name}" in [one["at"] for one in from_inputs["differences"]]
    assert from_facts["same"]


def test_a_record_of_before_says_that_it_cannot_be_replayed(
    client: TestClient, url: str, lender: SmallWorld
) -> None:
    score = scored(client, asked(lender)[0])
    _rewrite(url, score["score_id"], "provenance", None)

    answer = client.post(f"/scores/{score['score_id']}/replay")

    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/not-replayable")


def test_a_pack_that_was_not_kept_and_a_bundle_that_is_gone_are_named(
    client: TestClient, url: str, lender: SmallWorld, tmp_path: Path
) -> None:
    score = scored(client, asked(lender)[0])
    with TestClient(create_app(Settings(db=url, bundle=str(lender.bundle)))) as other:
        gone = other.post(f"/scores/{score['score_id']}/replay")
    _rewrite(url, score["score_id"], "pack", "generic-0-000000000000")
    unknown = client.post(f"/scores/{score['score_id']}/replay")
    wrong = client.post(f"/scores/{score['score_id']}/replay?from=memory")

    assert (gone.status_code, gone.json()["type"]) == (503, "/problems/bundle-refused")
    assert (unknown.status_code, unknown.json()["type"]) == (409, "/problems/unknown-pack")
    assert (wrong.status_code, wrong.json()["type"]) == (422, "/problems/wrong-parameter")


def test_on_each_store_a_request_that_brings_all_along_replays(
    ledger: Engine,
    database_url: str,
    along: dict[str, Any],
    default_bundles: DefaultBundles,
) -> None:
    with TestClient(create_app(settings(database_url, default_bundles))) as client:
        score = scored(client, along)
        told = [replayed(client, score["score_id"], way) for way in WAYS]
    with reading(ledger) as connection:
        record = read_record(connection, OWNER.tenant, score["score_id"])
        kept = connection.execute(text("SELECT policy FROM pack_text")).scalars().all()

    assert [one["differences"] for one in told] == [[], []]
    assert kept == [path_of("generic").read_text(encoding="utf-8")]
    assert record.provenance is not None
    assert Provenance.read(record.provenance).as_text() == record.provenance


def test_a_score_is_taken_apart_to_its_log_odds(client: TestClient, lender: SmallWorld) -> None:
    score = scored(client, asked(lender)[2])

    answer = client.get(f"/scores/{score['score_id']}/explain")

    told = ExplainReply.model_validate_json(answer.content)
    weights = [one.weight for one in told.features]
    assert told.base + math.fsum(weights) == pytest.approx(score["logit"], abs=1e-9)
    assert math.fsum(one.weight for one in told.families) == pytest.approx(math.fsum(weights))
    assert (told.parts, told.probability) == (score["parts"], score["probability"])
    assert weights == sorted(weights, key=lambda one: -abs(one))
    assert {one.name: one.value for one in told.features}.items() <= score["features"].items()
    families = {one.code: one for one in told.families}
    for reason in (*score["adverse"], *score["favourable"]):
        assert families[reason["code"]].weight == pytest.approx(reason["weight"])
    for one in told.features:
        assert (one.value is None) == (one.missing is not None)
        assert "{" not in one.en + one.zh
    assert not any("{" in one.en + one.zh for one in told.families)


def _rewrite(url: str, score: str, column: str, value: str | None) -> None:
    """Alter a record as somebody would who holds the file."""
    engine = open_database(url)
    with writing(engine) as connection:
        remove(connection)
        connection.execute(
            text(f"UPDATE score_record SET {column} = :value WHERE id = :id"),  # noqa: S608
            {"value": value, "id": score},
        )
    engine.dispose()
