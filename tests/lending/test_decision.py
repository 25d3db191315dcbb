"""A decision follows from the probability, the circumstances and the pack alone."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.live import Circumstances
from lending.decision import Decision, decide
from lending.pack import PackRefused, load_pack
from lending.rules import fired
from tests.lending.offers import (
    APPROVE_BELOW,
    DECLINE_FROM,
    DEFAULT,
    LATE,
    assessed,
    pack,
    seen,
)

PACK = pack()
SOFTEST_FIRST = (Decision.APPROVE, Decision.APPROVE_REDUCED, Decision.REFER, Decision.DECLINE)
CHANCES = st.floats(0, 1) | st.sampled_from([APPROVE_BELOW, DECLINE_FROM, 0.0, 1.0])

circumstances: st.SearchStrategy[Circumstances] = st.builds(
    seen,
    face_minor=st.none() | st.integers(0, 10**15),
    amount_requested_minor=st.none() | st.integers(1, 10**15),
    days_past_due=st.sampled_from([0, 0, 0, 1, 40]),
    settled_claims=st.sampled_from([0, 0, 0, 1]),
    claims_of_others=st.sampled_from([0, 0, 0, 2]),
    buyer_claims_known=st.sampled_from([0, 2, 3, 100]),
)


def plainly(probability: float, about: Circumstances) -> Decision:
    """The decision by the words of the policy, spelt out."""
    severities = [rule.severity.value for rule in fired(about, PACK.policy.limits)]
    if "BLOCK" in severities:
        return Decision.DECLINE
    if probability >= DECLINE_FROM:
        return Decision.DECLINE
    if "REFER" in severities:
        return Decision.REFER
    if probability >= APPROVE_BELOW:
        return Decision.REFER
    if "COUNTER" in severities:
        return Decision.APPROVE_REDUCED
    return Decision.APPROVE


@given(probability=CHANCES, about=circumstances)
def test_a_decision_is_what_the_policy_says(probability: float, about: Circumstances) -> None:
    offer = decide(assessed(probability), LATE, about, PACK)

    assert offer.decision is plainly(probability, about)
    assert offer.rules == fired(about, PACK.policy.limits)


@given(probability=CHANCES, about=circumstances)
def test_the_same_inputs_decide_the_same(probability: float, about: Circumstances) -> None:
    assert decide(assessed(probability), LATE, about, PACK) == decide(
        assessed(probability), LATE, about, pack()
    )


@given(first=CHANCES, second=CHANCES, about=circumstances)
def test_more_risk_never_decides_softer_nor_advances_more(
    first: float, second: float, about: Circumstances
) -> None:
    low, high = (decide(assessed(p), LATE, about, PACK) for p in sorted((first, second)))

    assert SOFTEST_FIRST.index(low.decision) <= SOFTEST_FIRST.index(high.decision)
    assert (high.advance_minor or 0) <= (low.advance_minor or 0)


@given(probability=CHANCES, about=circumstances)
def test_an_advance_is_within_what_is_asked_and_within_the_cap(
    probability: float, about: Circumstances
) -> None:
    offer = decide(assessed(probability), LATE, about, PACK)

    if offer.advance_minor is None:
        assert offer.decision in SOFTEST_FIRST[2:] or None in (
            about.amount_requested_minor,
            about.face_minor,
        )
    else:
        assert about.face_minor is not None
        assert about.amount_requested_minor is not None
        assert offer.decision in SOFTEST_FIRST[:2]
        assert offer.advance_minor == min(
            about.amount_requested_minor, about.face_minor * 80 // 100
        )


@given(face=st.integers(0, 10**12), more=st.integers(0, 10**12), asked=st.integers(1, 10**12))
def test_a_larger_face_never_lowers_the_advance(face: int, more: int, asked: int) -> None:
    less, larger = (
        decide(assessed(0.01), LATE, seen(face_minor=f, amount_requested_minor=asked), PACK)
        for f in (face, face + more)
    )

    assert (less.advance_minor or 0) <= (larger.advance_minor or 0)


@pytest.mark.parametrize(
    ("probability", "about", "decision", "advance"),
    [
        (0.05, {}, "APPROVE", 70_000),
        (0.0999999, {}, "APPROVE", 70_000),
        (0.1, {}, "REFER", None),
        (0.2999999, {}, "REFER", None),
        (0.3, {}, "DECLINE", None),
        (1.0, {}, "DECLINE", None),
        (0.05, {"amount_requested_minor": 80_000}, "APPROVE", 80_000),
        (0.05, {"amount_requested_minor": 80_001}, "APPROVE_REDUCED", 80_000),
        (0.05, {"amount_requested_minor": None}, "APPROVE", None),
        (0.05, {"face_minor": 99_999, "amount_requested_minor": 90_000}, "APPROVE_REDUCED", 79_999),
        (0.2, {"amount_requested_minor": 90_000}, "REFER", None),
        (0.05, {"buyer_claims_known": 2}, "REFER", None),
        (0.3, {"buyer_claims_known": 2}, "DECLINE", None),
        (0.05, {"buyer_claims_known": 2, "amount_requested_minor": 90_000}, "REFER", None),
        (0.05, {"days_past_due": 1}, "DECLINE", None),
        (0.05, {"days_past_due": 1, "buyer_claims_known": 0}, "DECLINE", None),
    ],
)
def test_decisions_worked_by_hand(
    probability: float, about: dict[str, Any], decision: str, advance: int | None
) -> None:
    offer = decide(assessed(probability), LATE, seen(**about), PACK)

    assert (offer.decision.value, offer.advance_minor) == (decision, advance)


def test_each_event_has_cut_offs_of_its_own() -> None:
    late, default = (decide(assessed(0.06), event, seen(), PACK) for event in (LATE, DEFAULT))

    assert (late.decision, default.decision) == (Decision.APPROVE, Decision.DECLINE)


def test_loss_price_and_grade_are_refused_for_lateness_and_not_for_default() -> None:
    late, default = (
        decide(assessed(0.01), event, seen(), load_pack()) for event in (LATE, DEFAULT)
    )

    assert LATE.en in late.terms_refused
    assert "probability of default" in late.terms_refused
    assert default.terms_refused == ""


def test_a_pack_without_cut_offs_for_the_event_can_t_decide() -> None:
    only_late = pack(cut_offs={"late": {"approve_below": 0.1, "decline_from": 0.2}})

    with pytest.raises(PackRefused, match="default"):
        decide(assessed(0.01), DEFAULT, seen(), only_late)
