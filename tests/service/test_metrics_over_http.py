"""What the service counts of itself: right, of bounded cardinality, and there without a ledger."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Engine

from ledger.committing import Committer
from service.app import create_app
from service.routes import ROUTES
from service.settings import Settings
from tests.models.tampering import Pair
from tests.service.crowning import crown, take
from tests.service.shadowed import give, settings, told, until
from tests.worlds import SmallWorld

PAGE = Path(__file__).resolve().parents[2] / "docs" / "metrics.md"
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-")

Labels = frozenset[tuple[str, str]]


def read(client: TestClient) -> dict[tuple[str, Labels], float]:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def value(numbers: Mapping[tuple[str, Labels], float], name: str, **labels: str) -> float:
    return numbers["tricredit_" + name, frozenset(labels.items())]


def test_requests_are_counted_by_template_and_status(
    service: TestClient, named: dict[str, Any]
) -> None:
    ids = [service.post("/score", json=named).json()["score_id"] for _ in range(3)]
    for one in (*ids, "x", "y"):
        service.get(f"/scores/{one}")
    for path in ("/nowhere", "/wp-login.php", "/scores/a/b/c", "/%00"):
        assert service.get(path).status_code == 404
    service.request("BREW", "/score")
    service.post("/score", content=b"{")

    found = read(service)

    def count(method: str, route: str, status: str) -> float:
        return value(found, "http_requests_total", method=method, route=route, status=status)

    assert count("POST", "/score", "200") == 3
    assert count("POST", "/score", "415") == 1
    assert count("GET", "/scores/{score_id}", "200") == 3
    assert count("GET", "/scores/{score_id}", "404") == 2
    assert count("GET", "other", "404") == 4
    assert value(found, "http_request_seconds_count", method="POST", route="/score") == 4
    templates = {route.path for route in ROUTES} | {"other"}
    for name, labels in found:
        assert UUID.search(str(labels)) is None, name
        assert dict(labels).get("route", "other") in templates
        assert dict(labels).get("method", "GET") in {"GET", "POST", "other"}


def test_decisions_groups_and_what_is_remembered_are_told(
    service: TestClient, named: dict[str, Any]
) -> None:
    before = read(service)
    others = (named, {**named, "tenor_days": 40}, {**named, "tenor_days": 41}, named)
    replies = [service.post("/score", json=one).json() for one in others]
    asked = {**named, "mode": "what_if", "as_of": "2026-06-16T16:00:00Z"}
    what_if = service.post("/score", json=asked).json()
    found = read(service)

    decision = replies[0]["decision"]
    assert value(found, "scores_total", mode="decision", decision=decision) == 4
    assert value(found, "scores_total", mode="what_if", decision=what_if["decision"]) == 1
    assert value(found, "score_probability_count", event="late5") == 4
    total = sum(one["probability"] for one in replies)
    assert value(found, "score_probability_sum", event="late5") == pytest.approx(total)
    assert value(found, "commit_group_size_sum") >= 3
    assert value(found, "commit_wait_seconds_count") == value(found, "commit_group_size_count")
    assert value(found, "snapshot_builds_total") > 0
    assert value(found, "snapshot_lookups_total", found="no") > 0
    assert value(found, "snapshot_lookups_total", found="yes") > 0
    assert value(found, "snapshot_rows") > 0
    assert value(found, "answers_given_again_total") == 1
    assert value(found, "answers_remembered") == 3
    assert value(found, "ledger_last_seq") == value(before, "ledger_last_seq") + 4
    info = {"bundle": replies[0]["bundle"], "event": "late5", "pack": replies[0]["pack"]}
    assert value(found, "serving_info", **info) == 1
    assert value(found, "turnstile_slots", desk="scoring") == 2
    assert value(found, "turnstile_in_use", desk="scoring") == 0
    assert found["process_resident_memory_bytes", frozenset()] > 10**7


def test_who_is_turned_away_is_counted(lender: SmallWorld, tmp_path: Path) -> None:
    narrow = lender.settings(lender.copy(tmp_path)).model_copy(
        update={"posting_slots": 1, "posting_queue": 0}
    )
    with TestClient(create_app(narrow)) as client:
        desk = client.app.state.posting  # type: ignore[attr-defined]
        desk._limiter.acquire_on_behalf_of_nowait(client)
        body = [{"ref": "P-1", "happened_at": "2026-01-01T00:00:00Z"}]
        refused = client.post("/facts/party", json=body, params={"source_system": "t"})
        found = read(client)

    assert refused.status_code == 503
    assert value(found, "turnstile_turned_away_total", desk="posting") == 1
    assert value(found, "turnstile_in_use", desk="posting") == 1


def test_shadows_are_told(engine: Engine, shop: Pair, named: dict[str, Any]) -> None:
    for one in (shop.older, shop.newer):
        take(engine, shop, one)
    crown(engine, shop.older)
    give(engine, "shadow", shop.newer)
    with TestClient(create_app(settings(engine, shop))) as client:
        client.post("/score", json=named)
        until(lambda: bool(told(engine)))
        until(lambda: bool(client.app.state.composition.shadows.counts()))  # type: ignore[attr-defined]
        found = read(client)

    assert value(found, "shadow_scores_total", alias="shadow", outcome="made") == 1
    assert value(found, "shadow_waiting") == 0
    assert value(found, "shadow_info", alias="shadow", bundle=shop.newer.name) == 1


def test_a_service_without_a_ledger_tells_what_it_can(bare: TestClient) -> None:
    found = read(bare)

    assert value(found, "ledger_up") == 0
    assert ("tricredit_ledger_last_seq", frozenset()) not in found
    assert not any(name == "tricredit_serving_info" for name, _ in found)


def test_metrics_can_be_turned_off(tmp_path: Path) -> None:
    off = Settings(db=f"sqlite:///{tmp_path / 'none.db'}", metrics=False)
    with TestClient(create_app(off)) as client:
        answer = client.get("/metrics")

    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")


def test_a_fault_of_our_own_counts_as_500(
    service: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    composition = service.app.state.composition  # type: ignore[attr-defined]
    monkeypatch.setattr(composition, "ledger", lambda: 1 / 0)
    assert service.get("/scores/x").status_code == 500
    monkeypatch.undo()

    labels = {"method": "GET", "route": "/scores/{score_id}", "status": "500"}
    assert value(read(service), "http_requests_total", **labels) == 1


def test_a_group_tells_its_units_and_how_long_the_first_waited(engine: Engine) -> None:
    groups: list[tuple[int, float]] = []
    with Committer(engine, grouped=lambda *group: groups.append(group)) as committer:
        for _ in range(2):
            committer.run(lambda _connection: None, "default")

    assert [size for size, _ in groups] == [1, 1]
    assert all(0 <= waited < 10 for _, waited in groups)


def test_every_number_is_on_the_page(service: TestClient) -> None:
    lines = service.get("/metrics").text.splitlines()
    families = {line.split()[2] for line in lines if line.startswith("# TYPE tricredit_")}
    told_of = set(re.findall(r"`(tricredit_[a-z_]+)`", PAGE.read_text(encoding="utf-8")))

    assert {name for name in families if not name.endswith("_created")} == told_of
