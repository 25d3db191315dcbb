"""What can't be an override is refused by its field, and another lender's score isn't there."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.service.departing import (
    APPROVE,
    DECLINE,
    Lenders,
    calling,
    depart,
    lenders_on,
    refused,
    seen,
)
from tests.worlds import SmallWorld


@pytest.fixture(scope="module")
def lenders(small_world: SmallWorld, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lenders]:
    folder = tmp_path_factory.mktemp("overrides")
    with lenders_on(f"sqlite:///{folder / 'ledger.db'}", small_world, folder) as made:
        yield made


BODIES: list[tuple[dict[str, Any], str]] = [
    ({**DECLINE, "decision": "CANNOT_SCORE"}, "/decision"),
    ({**DECLINE, "decision": "decline"}, "/decision"),
    ({**DECLINE, "reason": "whim"}, "/reason"),
    ({**DECLINE, "words": ""}, "/words"),
    ({**DECLINE, "words": "   "}, "/words"),
    ({**DECLINE, "words": "a\nb"}, "/words"),
    ({**DECLINE, "words": "x" * 301}, "/words"),
    ({**DECLINE, "words": "~person1~abc"}, "/words"),
    ({**DECLINE, "by": ""}, "/by"),
    ({**DECLINE, "by": None}, "/by"),
    ({**DECLINE, "amount_minor": 5, "currency": "CNY"}, "/amount_minor"),
    ({**DECLINE, "rate_ppm": 5}, "/rate_ppm"),
    ({**DECLINE, "note": "x"}, "/note"),
    ({**APPROVE, "decision": "APPROVE_REDUCED"}, "/amount_minor"),
    ({**APPROVE, "decision": "APPROVE_REDUCED", "amount_minor": 5}, "/currency"),
    (
        {**APPROVE, "decision": "APPROVE_REDUCED", "amount_minor": 1.5, "currency": "CNY"},
        "/amount_minor",
    ),
    (
        {**APPROVE, "decision": "APPROVE_REDUCED", "amount_minor": 5, "currency": "USD"},
        "/currency",
    ),
    ({**APPROVE, "rate_ppm": -1}, "/rate_ppm"),
    ({name: said for name, said in DECLINE.items() if name != "reason"}, "/reason"),
]


@pytest.mark.parametrize(("body", "place"), BODIES)
def test_a_wrong_body_is_refused_by_its_field(
    lenders: Lenders, body: dict[str, Any], place: str
) -> None:
    score = scored_once(lenders)
    answer = depart(lenders.approves, score, **body)
    assert answer.status_code == 422, answer.text
    assert place in [one["pointer"] for one in answer.json()["errors"]]
    assert seen(lenders.approves, score).overrides == ()


SCORED: list[str] = []


def scored_once(lenders: Lenders) -> str:
    """One score that nobody departs from."""
    if not SCORED:
        SCORED.append(lenders.approves.score(300_000, "I-11"))
    return SCORED[0]


def test_another_lender_and_an_unknown_score_are_404(lenders: Lenders) -> None:
    lender, score = lenders.approves, scored_once(lenders)
    assert refused(depart(lender, "x", **DECLINE)) == "unknown-record"
    assert refused(lender.client.get("/scores/x/overrides")) == "unknown-record"
    with calling(lender, "x", "approver", tenant="other"):
        answer = lender.client.get(f"/scores/{score}/overrides")
        assert (answer.status_code, refused(answer)) == (404, "unknown-record")
