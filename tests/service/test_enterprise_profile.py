"""GET /enterprises of a lender that scores: three credits, recorded scores, value or why not."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from ledger.principals import OWNER, Principal
from scoring.values import write_values
from service.access import caller
from service.app import create_app
from service.profile_answers import EnterpriseReply
from service.settings import Settings
from tests.default_bundles import DefaultBundles
from tests.service.loading import ledger_of
from tests.worlds import SmallWorld

MOST_BYTES = 1_000_000


def shown(client: TestClient, ref: str, **query: Any) -> EnterpriseReply:
    answer = client.get(f"/enterprises/{ref}", params=query)
    assert answer.status_code == 200, answer.text
    assert len(answer.content) < MOST_BYTES
    return EnterpriseReply.model_validate_json(answer.content)


def test_a_supplier_is_shown_with_its_scores_and_its_value(
    service: TestClient, lender: SmallWorld, named: dict[str, Any]
) -> None:
    score = service.post("/score", json=named).json()
    yesterday = (datetime.now(UTC) - timedelta(days=1)).date()
    before = shown(service, lender.supplier)
    for _ in write_values(ledger_of(service), OWNER, [yesterday], datetime.now(UTC)):
        pass

    told = shown(service, lender.supplier)

    (one,) = told.scores
    assert (one.score_id, one.parts) == (score["score_id"], score["parts"])
    assert (one.decision, one.probability) == (score["decision"], score["probability"])
    assert before.value is None
    assert before.value_missing is not None
    assert told.data.features == before.data.features
    own = {part.name: part.value for part in told.data.features}
    scored = {name: value for name, value in score["features"].items() if name in own}
    assert scored  # what the score saw of the supplier alone is what the profile shows
    assert {name: own[name] for name in scored} == scored
    assert told.object.supplier is not None
    assert told.object.supplier.looked_at > 0
    assert told.data.tier == score["data"]["tier"]
    if told.value is not None:  # a supplier that stopped selling a year ago has none
        assert told.value.p10_minor <= told.value.p50_minor <= told.value.p90_minor
        assert told.value_missing is None


def test_default_risk_is_that_of_a_score_of_the_day(
    lender: SmallWorld, default_bundles: DefaultBundles, tmp_path: Path, named: dict[str, Any]
) -> None:
    settings = Settings(
        db=lender.copy(tmp_path),
        bundle=str(default_bundles.default),
        buyer_bundle=str(default_bundles.buyer),
        supplier_bundle=str(default_bundles.supplier),
    )
    with TestClient(create_app(settings)) as client:
        score = client.post("/score", json=named | {"tenor_days": 60}).json()
        for role in ("supplier", "buyer"):
            (risk,) = shown(client, named[role]["ref"]).subject.default_risk
            assert (risk.role, risk.bundle) == (role, score["party_bundles"][role])
            assert risk.pd_12m == score[f"pd_{role}_12m"]


def test_a_core_enterprise_is_shown_as_who_owes(service: TestClient, lender: SmallWorld) -> None:
    then = datetime.combine(date(2026, 6, 1), datetime.min.time(), UTC)
    told = shown(service, lender.buyer, as_of=then.isoformat())

    assert told.object.buyer is not None
    assert told.object.buyer.face_minor > 0
    assert told.scores == ()
    assert {one.of for one in told.subject.features} == {"buyer"}
    assert len(told.data.partners) <= 10
    assert all(one.role == "buyer" for one in told.data.partners)
    known = [one for one in told.data.partners[0].features if one.value is not None]
    assert known


@pytest.mark.parametrize("roles", [("scorer",), ("approver",), ("admin",), ()])
def test_only_who_reads_facts_sees_it(
    service: TestClient, lender: SmallWorld, roles: tuple[Any, ...]
) -> None:
    app: Any = service.app
    app.dependency_overrides[caller] = lambda: Principal("default", "x", frozenset(roles))
    try:
        assert service.get(f"/enterprises/{lender.supplier}").status_code == 403
    finally:
        app.dependency_overrides.clear()


def test_another_lender_sees_nothing_of_it(service: TestClient, lender: SmallWorld) -> None:
    app: Any = service.app
    app.dependency_overrides[caller] = lambda: Principal("other", "x", frozenset({"auditor"}))
    try:
        answer = service.get(f"/enterprises/{lender.supplier}")
    finally:
        app.dependency_overrides.clear()
    assert answer.json()["type"] == "/problems/unknown-tenant"
