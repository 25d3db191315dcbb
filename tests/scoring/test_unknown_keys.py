"""What the ledger doesn't have is named where it stands in the request, with what to do."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from ledger.faults import UnknownParty, UnknownReceivable
from models.bundle import Bundle
from scoring.asking import Request
from scoring.batch import replies
from tests.scoring.asked import PACK, opened, request, served
from tests.worlds import SmallWorld


@pytest.fixture
def asked(small_world: SmallWorld) -> Request:
    claims = [dict(row) for row in small_world.rows["receivable"]]
    return request(claims[:1])


@pytest.mark.parametrize("field", ["supplier", "buyer"])
def test_an_unknown_party_is_pointed_at(
    engine: Engine, bundle: Bundle, asked: Request, field: str
) -> None:
    stranger = Request(**{**vars(asked), field: "nobody"})

    with pytest.raises(UnknownParty, match="'nobody' is not in the ledger") as refused:
        served(engine, bundle, stranger)
    assert refused.value.field == f"/{field}"
    assert refused.value.remedy


def test_an_unknown_receivable_is_pointed_at(
    engine: Engine, bundle: Bundle, asked: Request
) -> None:
    with pytest.raises(UnknownReceivable, match="'none'") as refused:
        served(engine, bundle, replace(asked, receivables=(*asked.receivables, "none")))
    assert refused.value.field == "/receivables/1"
    assert refused.value.remedy


def test_a_receivable_is_unknown_until_the_ledger_knew_it(
    engine: Engine, bundle: Bundle, asked: Request, small_world: SmallWorld
) -> None:
    (claim,) = (row for row in small_world.rows["receivable"] if row["ref"] in asked.receivables)
    first = claim.get("known_at") or claim["happened_at"]

    served(engine, bundle, replace(asked, as_of=first))
    with pytest.raises(UnknownReceivable):
        served(engine, bundle, replace(asked, as_of=first - timedelta(microseconds=1)))


@pytest.mark.parametrize("count", [3, 70])
def test_one_unknown_key_among_many_requests_stops_all_before_the_first_reply(
    engine: Engine, bundle: Bundle, asked: Request, count: int
) -> None:
    """Also where so many are asked that the whole book is read."""
    many = [asked] * (count - 1) + [replace(asked, buyer="nobody")]

    with pytest.raises(UnknownParty):
        next(replies(engine, opened(engine), many, bundle, PACK))


def test_parties_that_never_traded_are_known_and_told_as_others(
    engine: Engine, bundle: Bundle, asked: Request, small_world: SmallWorld
) -> None:
    traded = {row["supplier"] for row in small_world.rows["receivable"]}
    other = next(
        row["ref"]
        for row in small_world.rows["party"]
        if row["ref"] in traded and row["ref"] != asked.supplier
    )

    answer = served(engine, bundle, replace(asked, supplier=other))

    assert [claim.of_others for claim in answer.seen.claims] == [True]
    assert [rule.code for rule in answer.offer.rules if rule.code == "K05"] == ["K05"]
    assert answer.offer.decision.value == "DECLINE"
