"""POST /score from bytes to record: what is answered is what is stored."""

import json
import math
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, select

from ledger.clocks import start_of_day, zone
from ledger.database import migrate, open_database, reading, writing
from ledger.kinds import table_of
from ledger.principals import DEFAULT_TENANT
from ledger.tenants import book, ensure_tenant
from service.answers import ScoreReply
from service.app import create_app
from service.settings import Settings
from tests.default_bundles import DefaultBundles
from tests.service.running import serving
from tests.worlds import SmallWorld

MARKER = "张三 13812345678"


def ledger_of(client: TestClient) -> Engine:
    engine: Engine = client.app.state.composition.ledger()  # type: ignore[attr-defined]
    return engine


def records(client: TestClient) -> list[Any]:
    with reading(ledger_of(client)) as connection:
        return list(connection.execute(select(table_of("score_record"))).all())


def last_seq(client: TestClient) -> int:
    with reading(ledger_of(client)) as connection:
        return book(connection, DEFAULT_TENANT).last_seq


def test_a_score_is_given_recorded_and_read_again(
    service: TestClient, named: dict[str, Any]
) -> None:
    body = json.dumps(named, indent=1)
    given = service.post("/score", content=body, headers={"content-type": "application/json"})

    assert given.status_code == 200, given.text
    reply = ScoreReply.model_validate_json(given.content)
    assert reply.logit == pytest.approx(reply.base + math.fsum(reply.parts.values()), abs=1e-9)
    (record,) = records(service)
    assert record.id == reply.score_id
    assert record.reply.encode() == given.content
    assert record.request == body
    assert json.loads(record.features) == given.json()["features"]
    assert json.loads(record.circumstances) == given.json()["circumstances"]
    assert (record.bundle, record.pack) == (reply.bundle, reply.pack)
    assert (record.as_of, record.history_before) == (reply.as_of, reply.history_through)
    again = service.get(f"/scores/{reply.score_id}")
    assert (again.status_code, again.content) == (200, given.content)


def test_a_reply_names_the_instant_and_the_end_of_history(
    service: TestClient, named: dict[str, Any]
) -> None:
    before = datetime.now(UTC)
    reply = ScoreReply.model_validate(service.post("/score", json=named).json(), strict=False)

    assert before <= reply.as_of <= datetime.now(UTC)
    shanghai = zone("Asia/Shanghai")
    assert reply.history_through == start_of_day(reply.as_of.astimezone(shanghai).date(), shanghai)


def test_facts_brought_along_are_written_once(service: TestClient, along: dict[str, Any]) -> None:
    before = last_seq(service)

    first = service.post("/score", json=along)
    second = service.post("/score", json=along)

    assert (first.status_code, second.status_code) == (200, 200), first.text
    assert last_seq(service) == before + 4 + 2  # two parties, two receivables, two records
    faces = [claim["face_minor"] for claim in first.json()["circumstances"]["claims"]]
    assert faces == [1_000_000, 9_007_199_254_740_991]
    assert first.json()["features"] == second.json()["features"]


def test_facts_of_today_are_no_history_today(service: TestClient, named: dict[str, Any]) -> None:
    plain = service.post("/score", json=named).json()
    more = deepcopy(named)
    more["receivables"] = [
        {
            "ref": "NEW-1",
            "issued_on": "2026-06-01",
            "due_on": "2026-06-02",
            "face_minor": 5,
            "currency": "CNY",
        }
    ]
    assert service.post("/score", json=more).status_code == 200

    again = service.post("/score", json=named).json()

    assert again["features"] == plain["features"]
    assert again["probability"] == plain["probability"]


def test_a_bad_request_leaves_no_fact_and_no_record(
    service: TestClient, along: dict[str, Any]
) -> None:
    before = last_seq(service)
    along["receivables"].append({"ref": "NOWHERE"})

    refused = service.post("/score", json=along)

    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/receivables/2"
    assert last_seq(service) == before


def test_what_if_scores_the_past_and_leaves_no_trace(
    service: TestClient, named: dict[str, Any]
) -> None:
    before = last_seq(service)
    named |= {"mode": "what_if", "as_of": "2026-06-17T10:00:00+08:00"}

    given = service.post("/score", json=named)

    assert given.status_code == 200, given.text
    reply = ScoreReply.model_validate_json(given.content)
    assert reply.score_id is None
    assert reply.mode == "what_if"
    assert reply.history_through == datetime(2026, 6, 16, 16, tzinfo=UTC)
    assert last_seq(service) == before
    assert service.post("/score", json=named).content == given.content


def soon() -> str:
    return (datetime.now(UTC) + timedelta(hours=1)).isoformat()


REFUSED: list[tuple[str, dict[str, Any], str, str]] = [
    ("unknown supplier", {"supplier": {"ref": MARKER}}, "unknown-party", "/supplier"),
    ("unknown buyer", {"buyer": {"ref": MARKER}}, "unknown-party", "/buyer"),
    (
        "unknown receivable",
        {"receivables": [{"ref": MARKER}]},
        "unknown-receivable",
        "/receivables/0",
    ),
    (
        "another currency",
        {"currency": "BRL", "amount_requested_minor": 5},
        "wrong-currency",
        "/currency",
    ),
    ("a currency that is none", {"currency": "XQZ"}, "wrong-currency", "/currency"),
    ("not yet known then", {"mode": "backtest", "as_of": "2020-01-01T00:00:00Z"}, "", ""),
]


@pytest.mark.parametrize(
    ("change", "code", "pointer"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_what_the_ledger_doesn_t_have_is_named(
    service: TestClient, named: dict[str, Any], change: dict[str, Any], code: str, pointer: str
) -> None:
    before = last_seq(service)

    refused = service.post("/score", json=named | change)

    assert refused.status_code == 422
    assert refused.headers["content-type"] == "application/problem+json"
    problem = refused.json()
    assert problem["type"].endswith(code)
    assert pointer in problem["errors"][0]["pointer"]
    assert problem["errors"][0]["remedy"]
    assert "138" not in refused.text
    assert last_seq(service) == before


def test_another_moment_than_now_is_refused(service: TestClient, named: dict[str, Any]) -> None:
    future = service.post("/score", json=named | {"mode": "what_if", "as_of": soon()})
    decision = service.post("/score", json=named | {"as_of": soon()})

    assert future.json()["errors"][0]["pointer"] == "/as_of"
    assert "what_if" in decision.json()["errors"][0]["remedy"]


def test_a_receivable_of_others_can_be_named_but_not_moved(
    service: TestClient, named: dict[str, Any], lender: SmallWorld
) -> None:
    named["supplier"] = {
        "ref": "supplier-02" if lender.supplier != "supplier-02" else "supplier-03"
    }
    by_ref = service.post("/score", json=named)
    named["receivables"][0] |= {
        "issued_on": "2026-06-01",
        "due_on": "2026-07-01",
        "face_minor": 5,
        "currency": "CNY",
    }
    moved = service.post("/score", json=named)

    assert by_ref.json()["decision"] == "DECLINE"
    assert "RK05" in [rule["code"] for rule in by_ref.json()["rules"]]
    assert moved.status_code == 422
    assert moved.json()["type"] == "/problems/receivable-of-others"


def test_an_unknown_score_is_not_found_whatever_its_id(service: TestClient) -> None:
    answers = [
        service.get(f"/scores/{score_id}")
        for score_id in ("01a20ce5-0a27-74c0-ad82-bcf84ff9a24d", "x", "%00", "%ff", "a" * 5000)
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1


def test_a_score_on_each_store(ledger: Engine, lender: SmallWorld, along: dict[str, Any]) -> None:
    settings = lender.settings(ledger.url.render_as_string(hide_password=False))
    with TestClient(create_app(settings)) as client:
        given = client.post("/score", json=along)
        assert given.status_code == 200, given.text
        again = client.get(f"/scores/{given.json()['score_id']}")
        assert again.content == given.content
        assert client.get("/scores/%00").status_code == 404
        assert client.get("/health/ready").json()["store"] == ledger.dialect.name


def test_both_stores_give_the_same_numbers(
    lender: SmallWorld, along: dict[str, Any], sqlite_url: str, postgresql_url: str
) -> None:
    replies = []
    for url in (sqlite_url, postgresql_url):
        _open_book(url)
        with TestClient(create_app(lender.settings(url))) as client:
            replies.append(client.post("/score", json=along).json())

    one, other = replies
    assert one["features"] == other["features"]
    assert one["probability"] == other["probability"]
    assert one["rules"] == other["rules"]


def _open_book(url: str) -> None:
    engine = open_database(url)
    migrate(engine)
    with writing(engine) as connection:
        ensure_tenant(connection, DEFAULT_TENANT, "Asia/Shanghai", "CNY")
    engine.dispose()


def test_twins_at_once_write_their_facts_once(
    ledger: Engine, lender: SmallWorld, along: dict[str, Any]
) -> None:
    settings = lender.settings(ledger.url.render_as_string(hide_password=False))
    patient = settings.model_copy(update={"scoring_wait_s": 60.0})  # however slow the machine is
    with serving(patient) as port, ThreadPoolExecutor(8) as callers:
        url = f"http://127.0.0.1:{port}/score"
        calls = [callers.submit(httpx.post, url, json=along, timeout=60) for _ in range(16)]
        answers = [call.result() for call in calls]

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["score_id"] for answer in answers}) == 16
    assert len({json.dumps(answer.json()["features"]) for answer in answers}) == 1
    with reading(ledger) as connection:
        assert book(connection, DEFAULT_TENANT).last_seq == 4 + 16


def test_default_is_told_with_its_grade_and_the_pds_of_both_parties(
    lender: SmallWorld, default_bundles: DefaultBundles, tmp_path: Path, named: dict[str, Any]
) -> None:
    settings = Settings(
        db=lender.copy(tmp_path),
        bundle=str(default_bundles.default),
        buyer_bundle=str(default_bundles.buyer),
        supplier_bundle=str(default_bundles.supplier),
    )
    with TestClient(create_app(settings)) as client:
        given = client.post("/score", json=named | {"tenor_days": 60})
        ready = client.get("/health/ready").json()

    assert given.status_code == 200, given.text
    reply = ScoreReply.model_validate_json(given.content)
    assert reply.default is not None
    assert reply.default.pd_facility_maturity == reply.probability
    assert reply.default.horizon_days == 150
    assert reply.default.interval is not None
    assert reply.terms_refused == ""
    assert reply.pd_buyer_12m is not None
    assert reply.pd_supplier_12m is not None
    assert reply.party_bundles == ready["party_bundles"]
    assert set(ready["party_bundles"]) == {"buyer", "supplier"}
