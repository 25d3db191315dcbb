"""A score sees history before its day, live facts at its instant, and nothing recorded later."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from ledger.clocks import day_of, zone
from models.bundle import Bundle
from scoring.asking import Request
from simulator.observation.view import TIME_ZONE
from tests.scoring.asked import (
    features_told,
    opened,
    request,
    served,
    settled,
    tell,
    together,
    told,
)
from tests.worlds import RECORDED_AT, SmallWorld

AS_OF = datetime.fromisoformat("2026-03-10T05:30:00+00:00")  # 13:30 in Shanghai
MIDNIGHT = datetime.fromisoformat("2026-03-09T16:00:00+00:00")  # 10 March in Shanghai
SHANGHAI = zone(TIME_ZONE)
LATER = RECORDED_AT + timedelta(days=2)


def claims(small_world: SmallWorld) -> list[dict[str, Any]]:
    return [dict(row) for row in small_world.rows["receivable"]]


@pytest.fixture(scope="module")
def asked(small_world: SmallWorld) -> Request:
    """A request about a claim that was open on the day, on a buyer that others sell to as well."""
    open_then = [
        claim
        for claim in claims(small_world)
        if claim["issued_on"] < date(2026, 3, 1) and claim["due_on"] > date(2026, 3, 20)
    ]
    return request(open_then[:1], AS_OF, amount=open_then[0]["face_minor"] // 2)


def payment(
    claim: dict[str, Any], at: datetime, ref: str = "P-new", **other: Any
) -> dict[str, Any]:
    return {
        "ref": ref,
        "happened_at": at,
        "known_at": at,
        "payer": claim["buyer"],
        "payee": claim["supplier"],
        "paid_on": day_of(at, SHANGHAI),
        "amount_minor": claim["face_minor"],
        "currency": "CNY",
        "receivable": claim["ref"],
        **other,
    }


def news(small_world: SmallWorld, asked: Request, at: datetime) -> dict[str, list[dict[str, Any]]]:
    """Facts of every kind about the parties of a request, all happening at an instant."""
    mine = [claim for claim in claims(small_world) if claim["ref"] in asked.receivables]
    theirs = [
        claim
        for claim in claims(small_world)
        if claim["buyer"] == asked.buyer and claim["issued_on"] < date(2026, 3, 1)
    ]
    on = day_of(at, SHANGHAI)
    new = {
        **mine[0],
        "ref": "AR-new",
        "happened_at": at,
        "known_at": at,
        "issued_on": on,
        "due_on": on + timedelta(days=30),
    }
    stamp = {"happened_at": at, "known_at": at}
    return {
        "party": [{"ref": asked.buyer, **stamp, "country": "BR", "person_linked": True}],
        "party_profile": [
            {"ref": "profile-new", **stamp, "party": asked.buyer, "size_class": "micro"}
        ],
        "party_report": [
            {
                "ref": "report-new",
                **stamp,
                "party": asked.buyer,
                "period_start": date(2026, 1, 1),
                "period_end": date(2026, 2, 1),
                "turnover_minor": 1,
                "currency": "CNY",
                "employees": 1,
            }
        ],
        "receivable": [new, {**mine[0], **stamp, "face_minor": 2 * mine[0]["face_minor"]}],
        "payment": [
            payment(claim, at, f"P-new-{number}")
            for number, claim in enumerate([*mine, *theirs[-5:]])
        ],
    }


@pytest.fixture
def before(own_engine: Engine, bundle: Bundle, asked: Request) -> dict[str, str]:
    """The answer before anything was added."""
    return told(served(own_engine, bundle, asked))


def both(engine: Engine, bundle: Bundle, asked: Request) -> Iterator[dict[str, str]]:
    """The answer alone and from the whole book."""
    yield told(served(engine, bundle, asked))
    yield told(together(engine, bundle, [asked])[0])


def test_what_happens_after_an_earlier_as_of_changes_nothing(
    own_engine: Engine,
    bundle: Bundle,
    small_world: SmallWorld,
    asked: Request,
    before: dict[str, str],
) -> None:
    tell(own_engine, news(small_world, asked, AS_OF + timedelta(seconds=1)), LATER, old=True)

    for after in both(own_engine, bundle, asked):
        assert after == before


def test_live_facts_count_from_when_the_ledger_had_them(
    own_engine: Engine,
    bundle: Bundle,
    small_world: SmallWorld,
    asked: Request,
    before: dict[str, str],
) -> None:
    """They happened before as_of, but were told after it."""
    tell(own_engine, news(small_world, asked, AS_OF - timedelta(days=3)), LATER, old=False)

    for after in both(own_engine, bundle, asked):
        assert after == before
    now = served(own_engine, bundle, replace(asked, as_of=LATER))
    assert settled(now) == 1


def test_what_is_told_later_of_earlier_days_is_ignored_at_the_earlier_head(
    own_engine: Engine,
    bundle: Bundle,
    small_world: SmallWorld,
    asked: Request,
    before: dict[str, str],
) -> None:
    """A replay sees the ledger as it was, whatever clock a later batch claims."""
    head = opened(own_engine).last_seq
    old = news(small_world, asked, AS_OF - timedelta(days=3))
    for kind in ("party", "receivable"):  # these revise facts: their clocks stay possible
        for row in old[kind]:
            row["happened_at"] = row["known_at"] = AS_OF - timedelta(days=3)

    new_head = tell(own_engine, old, LATER, old=True)

    replayed = served(own_engine, bundle, asked, seq=head)
    assert told(replayed) == before
    assert replayed.cut.ledger_seq == head < new_head
    after = served(own_engine, bundle, asked)
    assert after.cut.ledger_seq == new_head
    changed = {
        name
        for name, value in features_told(after).items()
        if value != features_told(replayed)[name]
    }
    assert len(changed) > 10
    assert settled(after) == 0  # paid, but only half of the face as it now is
    assert after.seen.face_minor == 2 * (replayed.seen.face_minor or 0)


@pytest.mark.parametrize("seconds", [-1, 0, 1, 3600])
def test_history_ends_at_midnight_in_the_books_time_zone_and_live_facts_at_the_instant(
    own_engine: Engine,
    bundle: Bundle,
    small_world: SmallWorld,
    asked: Request,
    seconds: int,
) -> None:
    """A payment of the day settles the claim at once, and is history from the next day on."""
    before = served(own_engine, bundle, asked)
    (claim,) = (one for one in claims(small_world) if one["ref"] in asked.receivables)
    paid = payment(claim, MIDNIGHT + timedelta(seconds=seconds))

    tell(own_engine, {"payment": [paid]}, LATER, old=True)

    after = served(own_engine, bundle, asked)
    assert (settled(before), settled(after)) == (0, 1)
    same = features_told(after) == features_told(before)
    assert same is (seconds >= 0)
    next_day = served(own_engine, bundle, replace(asked, as_of=AS_OF + timedelta(days=1)))
    open_buyer = [name for name in before.features if name.startswith("buyer_open")]
    assert [next_day.features[name] for name in open_buyer] != [
        before.features[name] for name in open_buyer
    ]


@pytest.mark.parametrize("seconds", [-1, 0, 1])
def test_a_live_fact_is_seen_from_its_very_instant_on(
    own_engine: Engine, bundle: Bundle, small_world: SmallWorld, asked: Request, seconds: int
) -> None:
    (claim,) = (one for one in claims(small_world) if one["ref"] in asked.receivables)
    tell(own_engine, {"payment": [payment(claim, AS_OF)]}, LATER, old=True)

    answer = served(own_engine, bundle, replace(asked, as_of=AS_OF + timedelta(seconds=seconds)))

    assert settled(answer) == int(seconds >= 0)


def test_a_request_all_through_a_day_has_one_history(
    engine: Engine, bundle: Bundle, asked: Request
) -> None:
    first, last = (
        served(engine, bundle, replace(asked, as_of=MIDNIGHT + timedelta(seconds=at)))
        for at in (0, 86_399)
    )

    assert first.cut.history_before == last.cut.history_before == MIDNIGHT
    assert features_told(first) == features_told(last)


def test_a_payment_moved_to_another_claim_settles_that_one(
    own_engine: Engine, bundle: Bundle, small_world: SmallWorld, asked: Request
) -> None:
    """Booked on the wrong claim and corrected: of another pair, whose facts are not keyed."""
    (mine,) = (one for one in claims(small_world) if one["ref"] in asked.receivables)
    other = next(
        one
        for one in claims(small_world)
        if one["buyer"] != mine["buyer"]
        and one["supplier"] != mine["supplier"]
        and one["issued_on"] < date(2026, 3, 1)
    )
    at = AS_OF - timedelta(days=5)
    before = served(own_engine, bundle, asked)
    tell(own_engine, {"payment": [payment(mine, at)]}, LATER, old=True)
    assert settled(served(own_engine, bundle, asked)) == 1

    moved = payment(mine, at, receivable=other["ref"])
    tell(own_engine, {"payment": [moved]}, LATER + timedelta(days=1), old=True)

    alone, among = both(own_engine, bundle, asked)
    assert alone == among == told(before)


def test_a_payment_that_turns_out_to_settle_nothing_settles_nothing(
    own_engine: Engine, bundle: Bundle, small_world: SmallWorld, asked: Request
) -> None:
    (mine,) = (one for one in claims(small_world) if one["ref"] in asked.receivables)
    at = AS_OF - timedelta(days=5)
    before = served(own_engine, bundle, asked)
    tell(own_engine, {"payment": [payment(mine, at)]}, LATER, old=True)

    unclear = payment(mine, at, receivable=None)
    tell(own_engine, {"payment": [unclear]}, LATER + timedelta(days=1), old=True)

    alone, among = both(own_engine, bundle, asked)
    assert alone == among
    assert features_told(served(own_engine, bundle, asked)) == features_told(before)
    assert settled(served(own_engine, bundle, asked)) == 0


def test_a_claim_moved_to_another_buyer_is_no_history_of_the_first(
    own_engine: Engine, bundle: Bundle, small_world: SmallWorld, asked: Request
) -> None:
    at = AS_OF - timedelta(days=60)
    known = [one for one in claims(small_world) if one["supplier"] != asked.supplier]
    wrong = next(one for one in known if one["buyer"] == asked.buyer)
    other = next(one["buyer"] for one in known if one["buyer"] != asked.buyer)
    new = {**wrong, "ref": "AR-new", "happened_at": at, "known_at": at}
    new |= {"issued_on": date(2026, 1, 5), "due_on": date(2026, 2, 1)}
    before = served(own_engine, bundle, asked)
    tell(own_engine, {"receivable": [new]}, LATER, old=True)
    assert features_told(served(own_engine, bundle, asked)) != features_told(before)

    tell(own_engine, {"receivable": [{**new, "buyer": other}]}, LATER + timedelta(days=1), old=True)

    alone, among = both(own_engine, bundle, asked)
    assert alone == among
