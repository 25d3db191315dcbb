"""Points of signs add up to a score that warns, refers and is told to nobody who asks."""

import json
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.circumstances.request_seen import Circumstances
from features.circumstances.sign_seen import SIGNS, Sign
from lending.decision import decide, draw
from lending.notice import Answer, for_applicant
from lending.pack import SHIPPED, Pack, load_pack
from lending.screening import fraud_score, points_of, screened
from tests.lending.offers import LATE, assessed, seen

GENERIC = load_pack("generic")
POINTS = GENERIC.policy.fraud_points

signs = st.lists(
    st.builds(
        Sign,
        st.sampled_from(SIGNS),
        st.sampled_from(("r0", "r1", "request")),
        st.floats(0.001, 1.0),
        st.just(("fact-0",)),
    ),
    max_size=8,
).map(tuple)


def with_signs(*kinds: str, strength: float = 1.0) -> Circumstances:
    found = tuple(Sign(kind, "r0", strength, ("fact-0",)) for kind in SIGNS if kind in kinds)
    return replace(seen(), signs=found, fraud_score=None)


@given(signs, signs)
def test_a_further_sign_never_lowers_the_score(
    some: tuple[Sign, ...], more: tuple[Sign, ...]
) -> None:
    fewer, all_of_them = fraud_score(some, POINTS), fraud_score((*some, *more), POINTS)

    assert 0.0 <= fewer <= all_of_them <= 1.0
    assert fraud_score(some * 3, POINTS) == fewer  # the same again is nothing more
    assert fraud_score(some[::-1], POINTS) == fewer
    assert fewer == pytest.approx(min(1.0, sum(points_of(some, POINTS).values()) / 100), abs=1e-6)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_pack_that_ships_gives_every_sign_points_and_f1_comes_before_f2(name: str) -> None:
    policy = load_pack(name).policy
    least = [float(rule.parameters["least_score"]) for rule in policy.rules if rule.code == "K24"]

    assert policy.fraud_points.keys() == set(SIGNS)
    assert all(0 < points <= 100 for points in policy.fraud_points.values())
    assert [one < other for one, other in pairwise(least)] == [True]  # F1, F2


@pytest.mark.parametrize(
    ("kinds", "fires"),
    [
        ((), []),
        (("unconfirmed", "related"), []),
        (("round_amounts",), ["K24.check"]),
        (("round_amounts", "no_order"), ["K24.check", "K24"]),
        (("duplicate",), ["K24.check", "K24"]),
    ],
)
def test_f1_warns_and_f2_refers(kinds: tuple[str, ...], fires: list[str]) -> None:
    answer = decide(assessed(0.05), LATE, with_signs(*kinds), GENERIC)

    rules = [rule for rule in answer.rules if rule.code == "K24"]
    assert [f"{rule.code}.{rule.case}".rstrip(".") for rule in rules] == fires
    assert answer.decision.value == ("REFER" if "K24" in fires else "APPROVE")
    assert answer.by_model.value == "APPROVE"  # no probability has changed
    assert all(rule.internal for rule in rules)
    assert not any(rule.code == "K24" for rule in answer.for_applicant)


def test_a_recorded_decision_is_made_again_by_the_points_of_any_policy() -> None:
    once = screened(with_signs("no_order"), GENERIC.policy)
    strict = GENERIC.policy.model_copy(update={"fraud_points": {"no_order": 100}})
    none = GENERIC.policy.model_copy(update={"fraud_points": {}})
    given = replace(once, signs=None, fraud_score=0.9)

    assert once.fraud_score == POINTS["no_order"] / 100
    assert screened(once, GENERIC.policy) == once
    assert screened(once, strict).fraud_score == 1.0
    again = decide(assessed(0.05), LATE, once, Pack.of(strict, GENERIC.terms))
    assert [rule.case for rule in again.rules if rule.code == "K24"] == ["check", ""]
    assert screened(given, GENERIC.policy) == given  # another screen has given it
    assert screened(with_signs("no_order"), none).fraud_score is None
    assert draw(with_signs("duplicate"), GENERIC).rules == ()  # both act on the request here


@given(signs)
def test_nothing_of_the_screen_is_told_to_who_asks(found: tuple[Sign, ...]) -> None:
    bare = replace(seen(), signs=(), fraud_score=None)
    suspected = replace(bare, signs=found)

    def told(one: Circumstances) -> str:
        answer = decide(assessed(0.05), LATE, one, GENERIC)
        return json.dumps(
            for_applicant(
                Answer(
                    answer.decision.value,
                    answer.rules,
                    answer.because,
                    advance_minor=answer.advance_minor,
                    tenor_days=answer.tenor_days,
                )
            ),
            ensure_ascii=False,
        )

    text, plain = told(suspected), told(bare)

    for word in ("K24", "fraud", "Fraud", "欺诈", "可疑", "sign", "fact-0", "screen", *SIGNS):
        assert word not in text
    if decide(assessed(0.05), LATE, suspected, GENERIC).decision.value == "APPROVE":
        assert text == plain
