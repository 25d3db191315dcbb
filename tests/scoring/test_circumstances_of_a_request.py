"""Faces, payments and corrections of the receivables that a request names."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from features.circumstances.claim_seen import AskedClaim
from features.circumstances.request_seen import Circumstances
from features.live_claims import is_settled
from models.bundle import Bundle
from tests.scoring.asked import request, served, tell
from tests.worlds import LAST_DAY, RECORDED_AT, SmallWorld

LATER = RECORDED_AT + timedelta(hours=1)
AMOUNTS: list[tuple[list[int | None], bool]] = [
    ([], False),
    ([0], False),
    ([9_799], False),
    ([9_800], True),  # short by 2 % settles, as in the history
    ([10_000], True),
    ([5_000, 4_799], False),
    ([5_000, 4_800], True),
    ([1] * 9_800, True),
    ([None], True),  # a source that says only: settled in full
    ([100, None], True),
]


@pytest.mark.parametrize(("amounts", "settled"), AMOUNTS)
def test_payments_settle_a_claim_when_they_cover_it(
    amounts: list[int | None], settled: bool
) -> None:
    payments = [{"amount_minor": amount} for amount in amounts]

    assert is_settled({"face_minor": 10_000}, payments) is settled


def test_a_claim_without_a_face_is_settled_by_any_payment() -> None:
    assert not is_settled({"face_minor": None}, [])
    assert is_settled({"face_minor": None}, [{"amount_minor": 1}])


def test_faces_add_up_unless_one_is_unknown() -> None:
    def face(*faces: int | None) -> int | None:
        claims = tuple(AskedClaim(ref=str(at), face_minor=face) for at, face in enumerate(faces))
        return Circumstances(day=LAST_DAY, claims=claims).face_minor

    assert (face(10_000, 5), face(10_000, None), face()) == (10_005, None, None)


def test_part_payments_settle_a_claim_step_by_step(
    own_engine: Engine, bundle: Bundle, small_world: SmallWorld
) -> None:
    """From the ledger: each payment is seen at once."""
    (row,) = (
        dict(row) for row in small_world.rows["receivable"] if row["ref"] == small_world.receivable
    )
    states = []
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
        (claim,) = served(own_engine, bundle, request([row], at)).seen.claims
        states.append((claim.settled, claim.owed_minor))

    face = row["face_minor"]
    left = [face - -(-face * share // 100) for share in (40, 57)]
    assert states == [(False, left[0]), (False, left[0] + left[1] - face), (True, 0)]


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
    assert len(before.evidence) == len(after.evidence)
    assert len({*before.evidence} - {*after.evidence}) == 1
