"""What the live facts say of a request itself: faces, lateness, settlement, whose it is."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from features.live import Circumstances, circumstances
from models.bundle import Bundle
from tests.scoring.asked import request, served, tell
from tests.worlds import LAST_DAY, RECORDED_AT, SmallWorld

DAY = 20_000
LATER = RECORDED_AT + timedelta(hours=1)


def claim(ref: str = "I-1", **other: Any) -> dict[str, Any]:
    return {
        "ref": ref,
        "id": f"id-{ref}",
        "supplier": "S",
        "buyer": "B",
        "due_on": DAY + 10,
        "face_minor": 10_000,
        **other,
    }


def paid(amount: int | None, receivable: str = "I-1", number: int = 0) -> dict[str, Any]:
    return {"id": f"id-P{number}", "receivable": receivable, "amount_minor": amount}


def found(claims: list[dict[str, Any]], payments: list[dict[str, Any]]) -> Circumstances:
    return circumstances(
        supplier="S",
        buyer="B",
        day=DAY,
        amount_requested_minor=None,
        claims=claims,
        payments=payments,
        buyer_claims_known=7,
    )


@pytest.mark.parametrize(
    ("amounts", "settled"),
    [
        ([], 0),
        ([0], 0),
        ([9_799], 0),
        ([9_800], 1),  # short by 2 % settles, as in the history
        ([10_000], 1),
        ([5_000, 4_799], 0),
        ([5_000, 4_800], 1),
        ([1] * 9_800, 1),
        ([None], 1),  # a source that says only: settled in full
        ([100, None], 1),
    ],
)
def test_payments_settle_a_claim_when_they_cover_it(
    amounts: list[int | None], settled: int
) -> None:
    payments = [paid(amount, number=number) for number, amount in enumerate(amounts)]

    assert found([claim()], payments).settled_claims == settled


def test_a_claim_without_a_face_is_settled_by_any_payment() -> None:
    assert found([claim(face_minor=None)], []).settled_claims == 0
    assert found([claim(face_minor=None)], [paid(1)]).settled_claims == 1


def test_a_payment_settles_only_the_claim_it_names() -> None:
    seen = found([claim("I-1"), claim("I-2")], [paid(10_000, "I-2"), paid(9_000, "I-1", 1)])

    assert seen.settled_claims == 1


def test_faces_add_up_unless_one_is_unknown() -> None:
    assert found([claim("I-1"), claim("I-2", face_minor=5)], []).face_minor == 10_005
    assert found([claim("I-1"), claim("I-2", face_minor=None)], []).face_minor is None


@pytest.mark.parametrize(("due_on", "days"), [(DAY + 1, 0), (DAY, 0), (DAY - 1, 1), (DAY - 9, 9)])
def test_days_past_due_are_those_of_the_earliest_due_date(due_on: int, days: int) -> None:
    """On the due date itself nothing is late."""
    assert found([claim(), claim("I-2", due_on=due_on)], []).days_past_due == days


@pytest.mark.parametrize("other", [{"supplier": "X"}, {"buyer": "X"}, {"supplier": "B"}])
def test_claims_between_other_parties_are_counted(other: dict[str, str]) -> None:
    assert found([claim(), claim("I-2", **other)], []).claims_of_others == 1


@given(order=st.permutations(range(4)))
def test_the_order_of_the_facts_does_not_matter(order: list[int]) -> None:
    claims = [claim(f"I-{at}", face_minor=at, due_on=DAY - at) for at in range(4)]
    payments = [paid(at, f"I-{at}", at) for at in range(4)]

    assert found([claims[at] for at in order], [payments[at] for at in order]) == found(
        claims, payments
    )


def test_part_payments_settle_a_claim_step_by_step(
    own_engine: Engine, bundle: Bundle, small_world: SmallWorld
) -> None:
    """From the ledger: each payment is seen at once, and is evidence."""
    (row,) = (
        dict(row) for row in small_world.rows["receivable"] if row["ref"] == small_world.receivable
    )
    settled, evidence = [], []
    for number, share in enumerate((40, 57, 1)):
        at = LATER + timedelta(minutes=number)
        part = {
            "ref": f"P-new-{number}",
            "happened_at": at,
            "known_at": at,
            "payer": row["buyer"],
            "payee": row["supplier"],
            "paid_on": LAST_DAY,
            "amount_minor": -(-row["face_minor"] * share // 100),
            "currency": "CNY",
            "receivable": row["ref"],
        }
        tell(own_engine, {"payment": [part]}, at, old=False)
        seen = served(own_engine, bundle, request([row], at)).seen
        settled.append(seen.settled_claims)
        evidence.append(len(seen.evidence))

    assert settled == [0, 0, 1]
    assert evidence == [2, 3, 4]


def test_a_correction_is_evidence_instead_of_what_it_corrects(
    own_engine: Engine, bundle: Bundle, small_world: SmallWorld
) -> None:
    (row,) = (
        dict(row) for row in small_world.rows["receivable"] if row["ref"] == small_world.receivable
    )
    before = served(own_engine, bundle, request([row], LATER)).seen
    tell(own_engine, {"receivable": [{**row, "face_minor": 123}]}, LATER, old=False)

    after = served(own_engine, bundle, request([row], LATER)).seen

    assert (before.face_minor, after.face_minor) == (row["face_minor"], 123)
    assert len(before.evidence) == len(after.evidence) == 1
    assert before.evidence != after.evidence
