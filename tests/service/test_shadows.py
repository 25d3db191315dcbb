"""A shadow scores the same requests and is recorded; what is answered is the same without it."""

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from ledger.audit.verifying import verify
from ledger.database import open_database, reading
from ledger.principals import OWNER
from ledger.records import read_record
from models.bundle import load
from scoring.party_models import NO_PARTIES
from scoring.replaying import Parts, from_inputs
from scoring.reply import reply
from scoring.shadow_scoring import TELLS, shadow_of
from service import desk, restating, shadowing
from service.app import create_app
from service.composition import Composition
from service.desk import answer
from service.intake import parse_request
from service.settings import Settings
from tests.default_bundles import DEFAULT, DefaultBundles
from tests.models.tampering import Pair
from tests.service.crowning import crown, take
from tests.service.shadowed import (
    composed,
    copied,
    give,
    ids,
    resaved,
    rows,
    settings,
    told,
    until,
)
from tests.worlds import LATE

THEN = datetime(2026, 6, 17, 9, tzinfo=UTC)


@pytest.fixture
def reign(engine: Engine, shop: Pair) -> Engine:
    """A registry in which the older bundle is champion, and the newer registered."""
    take(engine, shop, shop.older)
    take(engine, shop, shop.newer)
    crown(engine, shop.older)
    return engine


def answered(
    parts: Composition, named: dict[str, Any], times: int, numbers: Callable[[], str]
) -> list[bytes]:
    """Decisions at one moment, their ids in turn."""
    given = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(desk, "new_id", numbers)
        patch.setattr(restating, "new_id", numbers)
        for at in range(times):
            body = json.dumps({**named, "request_id": f"R-{at}"})
            asked, text = parse_request(body.encode())
            given.append(answer(parts, OWNER, asked, text, THEN))
    return given


def test_answers_and_records_are_the_same_with_a_shadow_as_without(
    reign: Engine, shop: Pair, named: dict[str, Any], tmp_path: Path
) -> None:
    alone = copied(reign, tmp_path / "alone.db")
    other = resaved(load(shop.newer, shop.keys), shop, shop.newer.parent, event=DEFAULT)
    take(reign, shop, other)
    give(reign, "shadow", shop.newer)
    give(reign, "challenger", other)

    with composed(settings(reign, shop)) as parts:
        with_shadow = answered(parts, named, 5, ids())
    engine = open_database(alone)
    with composed(settings(engine, shop)) as parts:
        without = answered(parts, named, 5, ids())

    assert with_shadow == without
    assert rows(reign, "score_record") == rows(engine, "score_record")
    assert len(told(reign)) == 10
    assert told(engine) == []
    found = verify(reign, "default")
    assert (found.findings, found.records, found.shadows) == ((), 5, 10)
    engine.dispose()


def test_a_shadow_says_what_its_bundle_says_of_the_record(
    reign: Engine, shop: Pair, named: dict[str, Any]
) -> None:
    give(reign, "shadow", shop.newer)
    with TestClient(create_app(settings(reign, shop))) as client:
        answer = client.post("/score", json=named).json()
        until(lambda: bool(told(reign)))

    (shadow,) = told(reign)
    assert answer["bundle"] == shop.older.name
    assert (shadow["record"], shadow["bundle"]) == (answer["score_id"], shop.newer.name)
    assert (shadow["alias"], shadow["pack"]) == ("shadow", answer["pack"])
    assert shadow["features"] == {}
    # an oracle: the record made again from its inputs, by the other bundle
    bundle = load(shop.newer, shop.keys)
    with reading(reign) as connection:
        record = read_record(connection, OWNER.tenant, answer["score_id"])
        parts = composed_pack(settings(reign, shop))
    again = from_inputs(record, Parts(bundle, NO_PARTIES, parts))
    expected = reply(again, bundle, parts, score_id=None, currency=answer["currency"])
    assert shadow["reply"] == json.loads(json.dumps({name: expected[name] for name in TELLS}))
    assert shadow["reply"]["logit"] == pytest.approx(answer["logit"] - 0.5)


def composed_pack(settings: Settings) -> Any:
    with composed(settings) as parts:
        return parts.pack(THEN.date())


def test_a_shadow_of_another_event_is_recorded_as_such(
    reign: Engine, shop: Pair, named: dict[str, Any]
) -> None:
    other = resaved(load(shop.newer, shop.keys), shop, shop.newer.parent, event=DEFAULT)
    take(reign, shop, other)
    give(reign, "shadow", other)

    with TestClient(create_app(settings(reign, shop))) as client:
        assert client.post("/score", json=named).json()["event"]["kind"] == "late"
        until(lambda: bool(told(reign)))

    (shadow,) = told(reign)
    assert shadow["reply"]["event"]["kind"] == "default"
    assert shadow["reply"]["default"]["pd_facility_maturity"] == shadow["reply"]["probability"]


def test_a_shadow_sees_features_that_the_champion_does_not(
    reign: Engine,
    shop: Pair,
    named: dict[str, Any],
    default_bundles: DefaultBundles,
    tmp_path: Path,
) -> None:
    alone = copied(reign, tmp_path / "alone.db")
    of_supplier = load(default_bundles.supplier)
    few = resaved(of_supplier, shop, shop.newer.parent, name="few", event=LATE)
    give(reign, "shadow", shop.newer)
    fewer = {"bundle": str(few)}

    with composed(settings(reign, shop).model_copy(update=fewer)) as parts:
        (champion,) = map(json.loads, answered(parts, named, 1, ids()))
    engine = open_database(alone)
    crown(engine, shop.newer, shop.older)
    with composed(settings(engine, shop)) as parts:  # an oracle: the same bundle, answering
        (expected,) = map(json.loads, answered(parts, named, 1, ids()))
    engine.dispose()

    (shadow,) = told(reign)
    beyond = set(shadow["features"])
    assert beyond == set(load(shop.newer, shop.keys).feature_names) - set(champion["features"])
    assert len(beyond) > 5
    assert shadow["features"] == {name: expected["features"][name] for name in beyond}
    assert shadow["reply"] == {name: expected[name] for name in TELLS}


def test_a_shadow_scores_along_on_either_store(
    ledger: Engine, shop: Pair, along: dict[str, Any]
) -> None:
    take(ledger, shop, shop.older)
    take(ledger, shop, shop.newer)
    crown(ledger, shop.older)
    give(ledger, "shadow", shop.newer)
    db = ledger.url.render_as_string(hide_password=False)

    with TestClient(create_app(settings(ledger, shop).model_copy(update={"db": db}))) as client:
        answers = [
            client.post("/score", json={**along, "request_id": f"R-{at}"}).json() for at in range(3)
        ]

    every = told(ledger)
    assert [one["record"] for one in every] == [one["score_id"] for one in answers]
    for shadow, one in zip(every, answers, strict=True):
        assert shadow["reply"]["logit"] == pytest.approx(one["logit"] - 0.5)
    assert verify(ledger, "default").shadows == 3


def test_a_shadow_is_swapped_and_dropped_while_requests_come_in(
    reign: Engine, shop: Pair, named: dict[str, Any]
) -> None:
    with TestClient(create_app(settings(reign, shop))) as client:

        def along() -> dict[str, str]:
            bundles = client.app.state.composition.along.bundles()  # type: ignore[attr-defined]
            return {alias: one.id for alias, one in bundles.items()}

        def score() -> None:
            assert client.post("/score", json=named).status_code == 200

        score()
        give(reign, "shadow", shop.newer)
        until(lambda: along() == {"shadow": shop.newer.name})
        shutil.rmtree(shop.newer)  # in memory it goes on
        score()
        until(lambda: len(told(reign)) == 1)
        give(reign, "challenger", shop.newer)  # holds both, and scores once
        score()
        until(lambda: len(told(reign)) == 2)
    with TestClient(create_app(settings(reign, shop))) as client:  # it can't be loaded any more
        assert client.post("/score", json=named).status_code == 200
        assert not client.app.state.composition.shadows.on  # type: ignore[attr-defined]

    assert [one["alias"] for one in told(reign)] == ["shadow", "shadow"]


def test_a_champion_that_holds_the_alias_too_does_not_score_twice(
    reign: Engine, shop: Pair, named: dict[str, Any]
) -> None:
    give(reign, "shadow", shop.older)

    with TestClient(create_app(settings(reign, shop))) as client:
        assert client.post("/score", json=named).status_code == 200

    assert told(reign) == []


def test_a_failing_shadow_and_a_full_queue_are_counted_and_fail_no_answer(
    reign: Engine, shop: Pair, named: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    give(reign, "shadow", shop.newer)
    gate, real = Event(), shadow_of
    fails = iter((True, False, False, False))

    def slow(*given: Any, **more: Any) -> Any:
        gate.wait(60)
        if next(fails):
            raise ZeroDivisionError
        return real(*given, **more)

    monkeypatch.setattr(shadowing, "shadow_of", slow)
    with TestClient(create_app(settings(reign, shop, shadow_queue=3))) as client:
        shadows = client.app.state.composition.shadows  # type: ignore[attr-defined]
        assert client.post("/score", json=named).status_code == 200
        until(lambda: shadows.waiting == 0)
        for _ in range(5):
            assert client.post("/score", json=named).status_code == 200
        counted = shadows.counts()
        gate.set()

    assert counted == {("dropped", "shadow"): 2}
    assert shadows.counts() == {
        ("dropped", "shadow"): 2,
        ("failed", "shadow"): 1,
        ("made", "shadow"): 3,
    }
    assert len(told(reign)) == 3
    assert len(rows(reign, "score_record")) == 6


def test_nobody_scores_along_where_it_is_turned_off(
    reign: Engine, shop: Pair, named: dict[str, Any]
) -> None:
    give(reign, "shadow", shop.newer)

    with TestClient(create_app(settings(reign, shop, shadow_queue=0))) as client:
        assert client.post("/score", json=named).status_code == 200

    assert told(reign) == []


def test_what_leaves_no_record_has_no_shadow(
    reign: Engine, shop: Pair, named: dict[str, Any]
) -> None:
    give(reign, "shadow", shop.newer)
    asked = {**named, "mode": "what_if", "as_of": "2026-06-16T16:00:00Z"}

    with TestClient(create_app(settings(reign, shop))) as client:
        assert client.post("/score", json=asked).status_code == 200
        twice = [
            client.post("/score", json=named, headers={"Idempotency-Key": "K"}) for _ in range(2)
        ]

    assert twice[0].content == twice[1].content
    assert [one["record"] for one in told(reign)] == [twice[0].json()["score_id"]]
