"""A person departs from a decision: recorded, chained, honoured by drawdown; the record stays."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import text

from ledger.audit.verifying import verify
from ledger.database import writing
from ledger.persons import erase
from ledger.principals import DEFAULT_TENANT, OWNER
from ledger.triggers import install, remove
from scoring import offer_lookup
from service.override_bodies import OverrideReply
from tests.service.departing import (
    APPROVE,
    DECLINE,
    Lenders,
    calling,
    depart,
    lenders_on,
    refused,
    seen,
    unsigned,
)
from tests.service.offers import FACE, MORNING, TODAY, a_book, a_lender, a_pack, claim, put
from tests.worlds import SmallWorld


@pytest.fixture(scope="module")
def lenders(small_world: SmallWorld, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lenders]:
    folder = tmp_path_factory.mktemp("overrides")
    with lenders_on(f"sqlite:///{folder / 'ledger.db'}", small_world, folder) as made:
        yield made


def whole_story(lenders: Lenders) -> None:
    """On each store: declined by a person, then reduced by another, drawn; nothing else moves."""
    lender = lenders.approves
    score = lender.score(500_000, "I-1")
    record = lender.client.get(f"/scores/{score}").content

    made = OverrideReply.model_validate_json(depart(lender, score, **DECLINE).content)

    assert (made.number, made.before, made.decision) == (1, "APPROVE", "DECLINE")
    assert (made.words, made.by, made.signed_by) == (DECLINE["words"], "Zhang Wei", "owner")
    assert made.reason.zh == "交易方负面信息"
    for act in ("reserve", "drawdown"):
        assert refused(lender.act(act, score, 1)) == "overridden"
    lowered = {"decision": "APPROVE_REDUCED", "amount_minor": 200_000, "currency": "CNY"}
    second = depart(lender, score, **{**APPROVE, **lowered}, rate_ppm=81_000)
    assert second.status_code == 200, second.text
    assert refused(lender.act("drawdown", score, 200_001)) == "beyond-offer"
    assert lender.client.get(f"/scores/{score}").content == record
    replayed = lender.client.post(f"/scores/{score}/replay").json()
    assert (replayed["same"], replayed["differences"]) == (True, [])
    assert lender.act("drawdown", score, 200_000).status_code == 200
    rate = f"SELECT rate_ppm FROM financing WHERE ref = '{score}'"  # noqa: S608
    assert lender.counted(rate) == 81_000
    assert refused(depart(lender, score, **DECLINE)) == "already-drawn"
    told = seen(lender, score)
    assert [one.decision for one in told.overrides] == ["DECLINE", "APPROVE_REDUCED"]
    assert (told.scored, told.standing.decision) == ("APPROVE", "APPROVE_REDUCED")
    assert told.standing.valid_until == json_time(record)
    checked = verify(lender.engine, DEFAULT_TENANT)
    assert checked.ok, checked.findings


def json_time(record: bytes) -> datetime:
    return datetime.fromisoformat(json.loads(record)["offer_valid_until"])


def test_the_whole_story_on_both_stores(
    small_world: SmallWorld, database_url: str, tmp_path: Path
) -> None:
    with lenders_on(database_url, small_world, tmp_path) as lenders:
        whole_story(lenders)


def test_what_was_referred_is_approved_by_a_person_and_drawn(lenders: Lenders) -> None:
    lender = lenders.refers
    score = lender.asked(400_000, "I-2").json()["score_id"]
    assert refused(lender.act("drawdown", score, 1)) == "nothing-offered"

    made = OverrideReply.model_validate_json(depart(lender, score, **APPROVE).content)

    assert (made.before, made.amount_minor) == ("REFER", 400_000)
    assert made.valid_until is not None
    assert timedelta(days=6) < made.valid_until - datetime.now(UTC) <= timedelta(days=7)
    assert lender.act("reserve", score, 400_000).status_code == 200
    drawn = lender.act("drawdown", score, 400_000)
    assert drawn.json()["amount_minor"] == 400_000
    fact = "SELECT COUNT(*) FROM financing_request WHERE ref = '{}' AND decision = 'approved'"
    assert lender.counted(fact.format(score)) == 1


def test_what_the_model_declines_may_be_approved_and_what_a_rule_blocks_may_not(
    lenders: Lenders,
) -> None:
    declined = lenders.declines.asked(300_000, "I-3").json()
    assert declined["decision"] == "DECLINE"
    assert depart(lenders.declines, declined["score_id"], **APPROVE).status_code == 200
    paid = {"happened_at": MORNING, "payer": "B", "payee": "S", "currency": "CNY"}
    row = {**paid, "ref": "p", "paid_on": TODAY, "amount_minor": FACE, "receivable": "I-4"}
    put(lenders.blocks.engine, {"payment": [row]})
    blocked = lenders.blocks.asked(300_000, "I-4").json()
    assert [one["code"] for one in blocked["rules"]] == ["RK04"]

    answer = depart(lenders.blocks, blocked["score_id"], **APPROVE)

    assert refused(answer) == "rule-not-overridden"
    assert "RK04" in answer.json()["detail"]
    assert depart(lenders.blocks, blocked["score_id"], **{**DECLINE, "decision": "REFER"})
    assert seen(lenders.blocks, blocked["score_id"]).standing.amount_minor is None


def test_rules_of_drawdown_still_run_on_what_a_person_approved(lenders: Lenders) -> None:
    lender = lenders.refers
    score = lender.asked(300_000, "I-5").json()["score_id"]
    assert depart(lender, score, **APPROVE).status_code == 200
    paid = {"happened_at": MORNING, "payer": "B", "payee": "S", "currency": "CNY"}
    row = {**paid, "ref": "p5", "paid_on": TODAY, "amount_minor": FACE, "receivable": "I-5"}
    put(lender.engine, {"payment": [row]})

    assert refused(lender.act("drawdown", score, 300_000)) == "drawdown-blocked"


def test_no_more_than_was_asked_for_and_not_without_an_amount(lenders: Lenders) -> None:
    lender = lenders.refers
    score = lender.asked(300_000, "I-6").json()["score_id"]
    less = {**APPROVE, "decision": "APPROVE_REDUCED", "currency": "CNY"}
    for amount in (300_000, 300_001):
        answer = depart(lender, score, **less, amount_minor=amount)
        assert refused(answer) == "beyond-offer"
        assert answer.json()["errors"][0]["pointer"] == "/amount_minor"
    assert depart(lender, score, **less, amount_minor=299_999).status_code == 200
    assert refused(depart(lender, score, **less, amount_minor=299_999)) == "nothing-overridden"
    bare = lender.asked(None, "I-6").json()["score_id"]
    assert refused(depart(lender, bare, **APPROVE)) == "nothing-offered"


def test_who_asked_does_not_ease_the_answer_alone(lenders: Lenders) -> None:
    lender = lenders.refers
    by_owner = lender.asked(300_000, "I-7").json()["score_id"]
    assert refused(depart(lender, by_owner, **{**APPROVE, "by": "owner"})) == "own-score"
    with calling(lender, "origination", "scorer", "approver"):
        score = lender.asked(300_000, "I-7").json()["score_id"]
        assert refused(depart(lender, score, **unsigned(APPROVE))) == "own-score"
        assert (
            depart(lender, score, **unsigned(DECLINE)).status_code == 200
        )  # to be stricter takes one
        assert (
            refused(depart(lender, score, **{**unsigned(DECLINE), "decision": "REFER"}))
            == "own-score"
        )
    with calling(lender, "credit", "approver"):
        assert refused(depart(lender, score, **APPROVE)) == "invalid-request"  # by Zhang Wei
        answer = depart(lender, score, **unsigned(APPROVE))
        assert (answer.status_code, answer.json()["by"]) == (200, "credit")
        assert lender.client.get(f"/scores/{score}").status_code == 200
    with calling(lender, "origination", "scorer"):
        assert refused(depart(lender, score, **unsigned(DECLINE))) == "forbidden"
        assert lender.act("drawdown", score, 300_000).status_code == 200


def test_an_old_score_is_not_approved_and_may_be_declined(
    lenders: Lenders, monkeypatch: pytest.MonkeyPatch
) -> None:
    lender = lenders.refers
    score = lender.asked(300_000, "I-8").json()["score_id"]
    late = datetime.now(UTC) + timedelta(days=8)
    clock = SimpleNamespace(now=lambda _tz: late)
    monkeypatch.setattr("service.drawdown_routes.datetime", clock)

    assert refused(depart(lender, score, **APPROVE)) == "offer-expired"
    assert depart(lender, score, **DECLINE).status_code == 200


def test_the_same_key_gives_the_same_bytes_and_departs_once(lenders: Lenders) -> None:
    lender = lenders.approves
    score = lender.score(300_000, "I-9")
    first = depart(lender, score, "o-1", **DECLINE)
    assert depart(lender, score, "o-1", **DECLINE).content == first.content
    assert refused(depart(lender, score, "o-1", **APPROVE)) == "key-reused"
    assert len(seen(lender, score).overrides) == 1


def test_an_override_between_look_and_lock_stops_a_drawdown(
    lenders: Lenders, monkeypatch: pytest.MonkeyPatch
) -> None:
    lender = lenders.approves
    score = lender.score(300_000, "I-10")

    def meanwhile(*args: Any, **more: Any) -> Any:
        assert depart(lender, score, **DECLINE).status_code == 200
        return look(*args, **more)

    look = offer_lookup.look
    monkeypatch.setattr("service.drawdown_desk.look", meanwhile)

    assert refused(lender.act("drawdown", score, 300_000)) == "overridden"
    assert lender.counted(f"SELECT COUNT(*) FROM financing WHERE ref = '{score}'") == 0  # noqa: S608


def test_a_changed_override_is_found(
    small_world: SmallWorld, sqlite_url: str, tmp_path: Path
) -> None:
    with lenders_on(sqlite_url, small_world, tmp_path) as lenders:
        lender = lenders.approves
        score = lender.score(300_000, "I-1")
        assert depart(lender, score, **DECLINE).status_code == 200
        with writing(lender.engine) as connection:
            remove(connection)
            connection.execute(text("UPDATE score_override SET decision = 'APPROVE'"))
            install(connection)

        found = verify(lender.engine, DEFAULT_TENANT).findings

        assert [one.kind for one in found] == ["score_override"]


def test_words_about_a_natural_person_go_with_the_person(
    small_world: SmallWorld, sqlite_url: str, tmp_path: Path
) -> None:
    folder = tmp_path / "p"
    folder.mkdir()
    secret = "5" * 64
    with (
        a_book(sqlite_url, claim("I-1")) as engine,
        a_lender(small_world, engine, a_pack(folder), person_secret=secret) as lender,
    ):
        person = {"ref": "S", "name": "王小明", "person_linked": True}
        reply = lender.asked(300_000, "I-1", supplier=person).json()
        assert reply["circumstances"]["supplier"]["person_linked"] is True
        score = reply["score_id"]
        said = {**DECLINE, "words": "王小明 was arrested"}
        assert depart(lender, score, "k", **said).json()["words"] == said["words"]
        with writing(engine) as connection:
            kept = connection.execute(text("SELECT words FROM score_override")).scalar_one()
            assert "王小明" not in kept
        assert seen(lender, score).overrides[0].words == said["words"]
        with writing(engine) as connection:
            erase(connection, OWNER, "S", datetime.now(UTC))
        assert seen(lender, score).overrides[0].words is None
        assert verify(engine, DEFAULT_TENANT).ok
