"""Models as the service tells them: registered, promoted, compared, and what was seen of them."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from models.bundle import load
from service.app import create_app
from service.model_answers import (
    ModelReply,
    ModelsReply,
    MonitoringReply,
    ShadowReply,
    ShadowsReply,
)
from tests.models.tampering import Pair
from tests.service.crowning import crown, take
from tests.service.shadowed import give, settings, told, until
from tests.worlds import SmallWorld


@pytest.fixture
def reign(engine: Engine, shop: Pair) -> Engine:
    """A registry in which the older bundle is champion and the newer one is shadow."""
    take(engine, shop, shop.older)
    take(engine, shop, shop.newer)
    crown(engine, shop.older)
    give(engine, "shadow", shop.newer)
    return engine


@pytest.fixture
def client(reign: Engine, shop: Pair) -> Iterator[TestClient]:
    with TestClient(create_app(settings(reign, shop)), raise_server_exceptions=False) as opened:
        yield opened


def get(client: TestClient, path: str, **parameters: Any) -> Any:
    answer = client.get(path, params=parameters)
    assert answer.status_code == 200, answer.text
    return answer


def problem(client: TestClient, path: str, **parameters: Any) -> tuple[int, str]:
    answer = client.get(path, params=parameters)
    return answer.status_code, answer.json()["type"]


def test_every_model_is_listed_with_who_promoted_it(client: TestClient, shop: Pair) -> None:
    answer = get(client, "/models")

    found = ModelsReply.model_validate_json(answer.content)
    older, newer = found.models
    assert (older.bundle, newer.bundle) == (shop.older.name, shop.newer.name)
    assert (found.serves, found.registered) == (shop.older.name, True)
    assert found.along == {"shadow": shop.newer.name}
    assert (older.aliases, newer.aliases) == (["champion"], ["shadow"])
    assert older.promoted is not None
    assert (older.promoted.by, older.promoted.reason) == ("checker", "best")
    assert older.maker is not None
    assert (older.maker.name, older.gates) == ("maker", "passed")
    card = load(shop.older, shop.keys).card
    assert older.card is not None
    assert (older.card.event, older.card.data) == (card.event, card.data)
    assert older.card.features == len(card.features)
    (move,) = found.moves["champion"]
    assert (move.before, move.after, move.signed_by) == (None, shop.older.name, "checker")


def test_a_model_is_told_by_its_id_or_its_alias(client: TestClient, shop: Pair) -> None:
    by_id = get(client, f"/models/{shop.older.name}")
    assert by_id.content == get(client, "/models/champion").content

    found = ModelReply.model_validate_json(by_id.content)
    card = load(shop.older, shop.keys).card
    assert found.features is not None
    assert [one.name for one in found.features] == [one.name for one in card.features]
    signs = {"rises": 1, "falls": -1, "free": 0}
    assert [signs[one.risk] for one in found.features] == [one.risk for one in card.features]
    assert all(one.en and one.zh for one in found.features)
    assert found.calibration is not None
    assert found.calibration.intercept == card.cal_intercept
    assert found.signature is not None
    assert found.signature.manifest_sha256 == found.manifest
    assert found.validation is not None
    assert all(gate["passed"] for gate in found.validation["gates"])
    assert [step["act"] for step in found.history] == ["register", "promote"]


def test_a_model_whose_files_are_gone_is_still_told(reign: Engine, shop: Pair) -> None:
    shop.newer.rename(shop.newer.with_name("away"))
    with TestClient(create_app(settings(reign, shop))) as client:
        found = ModelReply.model_validate_json(get(client, "/models/shadow").content)
        every = ModelsReply.model_validate_json(get(client, "/models").content)

    assert (found.card, found.features, found.card_refused) == (None, None, "bundle-refused")
    assert found.history
    assert [one.card is None for one in every.models] == [False, True]


def test_what_is_not_there_is_told_so(client: TestClient) -> None:
    assert problem(client, "/models/none") == (404, "/problems/unknown-bundle")
    assert problem(client, "/models/challenger") == (404, "/problems/unknown-bundle")
    assert problem(client, "/models/none/shadow") == (404, "/problems/unknown-bundle")
    assert problem(client, "/models", all="1") == (422, "/problems/wrong-parameter")
    assert problem(client, "/scores/x/shadows") == (404, "/problems/unknown-record")
    for day in ("yesterday", "2026-02-30", ""):
        assert problem(client, "/monitoring", day=day) == (422, "/problems/wrong-parameter")
    for month in ("2026", "2026-13", "2026-06-17"):
        assert problem(client, "/monitoring", month=month) == (422, "/problems/wrong-parameter")
    both = {"day": "2026-06-17", "month": "2026-06"}
    assert problem(client, "/monitoring", **both) == (422, "/problems/wrong-parameter")


def test_a_service_without_a_registry_names_what_serves(service: TestClient) -> None:
    found = ModelsReply.model_validate_json(get(service, "/models").content)

    assert found.serves is not None
    assert (found.registered, found.models, found.along) == (False, [], {})


def test_a_shadow_is_compared_with_the_champion(
    client: TestClient, reign: Engine, lender: SmallWorld, named: dict[str, Any], shop: Pair
) -> None:
    asked = [named]
    for one in lender.showcase:
        parties = {"supplier": {"ref": one.supplier}, "buyer": {"ref": one.buyer}}
        asked.append({**named, **parties, "receivables": [{"ref": one.receivable}]})
    replies = [client.post("/score", json=one).json() for one in asked]
    until(lambda: len(told(reign)) == len(asked))

    said = ShadowsReply.model_validate_json(
        get(client, f"/scores/{replies[0]['score_id']}/shadows").content
    )
    (shadow,) = said.shadows
    assert (shadow.bundle, shadow.alias, shadow.number) == (shop.newer.name, "shadow", 1)
    assert shadow.reply == told(reign)[0]["reply"]

    compared = ShadowReply.model_validate_json(get(client, "/models/shadow/shadow").content)
    (against,) = compared.against
    assert (compared.bundle, against.champion) == (shop.newer.name, shop.older.name)
    assert (against.records, against.same_event, against.ripe) == (4, True, None)
    assert against.mean_logit_difference == pytest.approx(-0.5)
    assert against.rank_correlation == pytest.approx(1.0)
    assert against.mean_probability.answered == pytest.approx(
        sum(one["probability"] for one in replies) / 4
    )
    assert sum(cell.records for cell in against.decisions) == 4
    assert get(client, "/models/champion/shadow").json()["against"] == []


def test_what_was_decided_today_is_told(
    client: TestClient, reign: Engine, named: dict[str, Any], shop: Pair
) -> None:
    replies = [client.post("/score", json=named).json() for _ in range(3)]
    until(lambda: len(told(reign)) == 3)

    found = MonitoringReply.model_validate_json(get(client, "/monitoring").content)
    month = f"{found.first_day:%Y-%m}"
    same = MonitoringReply.model_validate_json(get(client, "/monitoring", month=month).content)

    assert found.time_zone == "Asia/Shanghai"
    assert (found.records, found.looked_into) == (3, 3)
    assert found.decisions == {replies[0]["decision"]: 3}
    (of,) = found.bundles
    assert (of.bundle, of.event, of.records) == (shop.older.name, "late5", 3)
    assert of.mean_probability == pytest.approx(replies[0]["probability"])
    sources = {one["source"] for one in replies[0]["missing"].values()} - {None}
    assert {source.value for source in found.missing} == sources
    assert set(found.missing.values()) == {1.0}
    (shadow,) = found.shadows
    assert (shadow.bundle, shadow.records) == (shop.newer.name, 3)
    assert (same.records, same.bundles) == (3, found.bundles)
    assert same.first_day.day == 1
    before = get(client, "/monitoring", day="2026-01-01").json()
    assert (before["records"], before["approved_share"], before["decisions"]) == (0, None, {})
