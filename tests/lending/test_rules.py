"""Each rule fires on one side of its threshold and not on the other."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending.rules import RULES, Severity, fired
from tests.lending.offers import pack, seen

LIMITS = pack().policy.limits


def codes(**circumstances: Any) -> list[str]:
    return [rule.code for rule in fired(seen(**circumstances), LIMITS)]


CASES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("K04", {"settled_claims": 0}, {"settled_claims": 1}),
    ("K05", {"claims_of_others": 0}, {"claims_of_others": 1}),
    ("K17", {"days_past_due": 0}, {"days_past_due": 1}),
    ("K18", {"amount_requested_minor": 80_000}, {"amount_requested_minor": 80_001}),
    ("K18", {"amount_requested_minor": None}, {"face_minor": None}),
    ("K18", {"face_minor": 87_500}, {"face_minor": 87_499}),
    ("K23", {"buyer_claims_known": 3}, {"buyer_claims_known": 2}),
]


@pytest.mark.parametrize(("code", "quiet", "fires"), CASES)
def test_a_rule_fires_on_one_side_of_its_threshold(
    code: str, quiet: dict[str, Any], fires: dict[str, Any]
) -> None:
    assert codes(**quiet) == []
    assert codes(**fires) == [code]


def test_every_rule_has_a_case_above() -> None:
    assert {code for code, _, _ in CASES} == {rule.code for rule in RULES}


def test_no_rule_fires_on_an_ordinary_request() -> None:
    assert codes() == []


def test_rules_fire_together_and_in_their_order() -> None:
    every = codes(
        settled_claims=1,
        claims_of_others=2,
        days_past_due=3,
        face_minor=None,
        buyer_claims_known=0,
    )

    assert every == [rule.code for rule in RULES] == sorted(every)


@given(percent=st.integers(1, 100), face=st.integers(0, 2**53))
def test_the_cap_is_met_to_the_cent(percent: int, face: int) -> None:
    """29 % of 100 is 29, which binary fractions make 28.999...; integers are the oracle."""
    limits = pack(
        limits={"advance_cap_share": percent / 100, "history_claims_least": 0}
    ).policy.limits
    cap = face * percent // 100

    assert not fired(seen(face_minor=face, amount_requested_minor=cap), limits)
    assert [
        rule.code for rule in fired(seen(face_minor=face, amount_requested_minor=cap + 1), limits)
    ] == ["K18"]


def test_rules_are_told_in_both_languages_under_codes_of_their_own() -> None:
    assert len({rule.code for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert rule.en.isascii()
        assert not rule.zh.isascii()
        assert rule.severity in Severity
