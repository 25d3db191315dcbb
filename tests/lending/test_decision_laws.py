"""A decision is a function of its recorded inputs alone, and what it can't do."""

import json
from dataclasses import asdict, replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from features.circumstances.request_seen import Circumstances
from lending.decision import Estimates, decide
from lending.pack import Pack
from lending.policy.outcomes import HARDNESS, Decision, Severity
from lending.rules import fired
from tests.lending.asked_circumstances import FAULTS, circumstances
from tests.lending.golden_rules import LINES
from tests.lending.offers import (
    APPROVE_BELOW,
    DECLINE_FROM,
    LATE,
    assessed,
    bands,
    content,
    pack,
    pack_of,
    seen,
)

CN, CN_ANEW = (pack("cn", lines=LINES) for _ in range(2))
GENERIC = pack()
CHANCES = st.floats(0, 1) | st.sampled_from([APPROVE_BELOW, DECLINE_FROM, 0.0, 1.0])
ESTIMATES = st.builds(
    Estimates,
    upper=st.none() | st.floats(0, 1),
    pd_12m=st.none() | st.floats(0, 1),
    limit_minor=st.none() | st.integers(0, 10**12),
    gap_rate=st.none() | st.floats(-0.1, 0.1),
)
READ = TypeAdapter(Circumstances)


def plainly(probability: float, about: Circumstances, policy: Pack, beside: Estimates) -> str:
    """The decision by the words of the policy, spelt out."""
    rules = [one for one in fired(about, policy.at_request) if one.scope != "source"]
    does = {one.severity.value for one in rules}
    asked, limit = about.amount_requested_minor, beside.limit_minor
    left = [one.most_minor for one in rules if one.severity == "COUNTER"] + [limit, asked]
    unsure = beside.upper is not None and beside.upper > 3.0 * probability
    dear = beside.gap_rate is not None and beside.gap_rate > 0.0
    if not about.claims or all(one.face_minor is None for one in about.claims):
        return "CANNOT_SCORE"
    if any(one.other_currency for one in about.claims):
        return "CANNOT_SCORE"
    if "BLOCK" in does or probability >= DECLINE_FROM:
        return "REFER" if fired(about, policy.easing) else "DECLINE"
    if "REFER" in does or probability >= APPROVE_BELOW or unsure or dear:
        return "REFER"
    if "COUNTER" in does or (limit is not None and asked is not None and limit < asked):
        nothing = asked is not None and 0 in left
        return "REFER" if nothing else "APPROVE_REDUCED"
    return "APPROVE"


@given(probability=CHANCES, about=circumstances, beside=ESTIMATES)
@pytest.mark.parametrize("policy", [CN, GENERIC], ids=["cn", "generic"])
def test_a_decision_is_what_the_policy_says(
    policy: Pack, probability: float, about: Circumstances, beside: Estimates
) -> None:
    offer = decide(assessed(probability), LATE, about, policy, beside)

    assert offer.decision.value == plainly(probability, about, policy, beside)


@given(probability=CHANCES, about=circumstances, beside=ESTIMATES)
def test_what_is_recorded_decides_the_same_again(
    probability: float, about: Circumstances, beside: Estimates
) -> None:
    """From the JSON of a record and a pack that is read anew."""
    recorded = READ.validate_json(json.dumps(asdict(about), default=str))

    assert recorded == about
    assert decide(assessed(probability), LATE, recorded, CN_ANEW, beside) == decide(
        assessed(probability), LATE, about, CN, beside
    )


@given(
    probability=CHANCES,
    about=circumstances.filter(lambda one: len(one.claims) > 0),
    fault=st.sampled_from(FAULTS),
    at=st.integers(0, 2),
)
@pytest.mark.parametrize("policy", [CN, GENERIC], ids=["cn", "generic"])
def test_a_fault_of_a_receivable_never_softens_the_decision(
    policy: Pack, probability: float, about: Circumstances, fault: dict[str, Any], at: int
) -> None:
    claims = list(about.claims)
    at %= len(claims)
    claims[at] = replace(claims[at], **fault)
    worse = replace(about, claims=tuple(claims))

    before, after = (decide(assessed(probability), LATE, one, policy) for one in (about, worse))

    assert HARDNESS[before.decision] <= HARDNESS[after.decision]
    assert (after.advance_minor or 0) <= (before.advance_minor or 0)


@given(first=CHANCES, second=CHANCES, about=circumstances)
def test_more_risk_never_decides_softer_nor_advances_more(
    first: float, second: float, about: Circumstances
) -> None:
    low, high = (decide(assessed(p), LATE, about, CN) for p in sorted((first, second)))

    assert HARDNESS[low.decision] <= HARDNESS[high.decision]
    assert (high.advance_minor or 0) <= (low.advance_minor or 0)
    assert low.rules == high.rules or high.decision is Decision.REFER  # eased
    assert low.by_rules is high.by_rules


@pytest.mark.parametrize("probability", [0.05, 0.2, 0.9])
def test_a_harder_severity_never_decides_softer(probability: float) -> None:
    order = [Severity.REPORT, Severity.WARN, Severity.COUNTER, Severity.REFER, Severity.BLOCK]
    made = []
    for severity in order:
        said = content(matrix=bands((APPROVE_BELOW, DECLINE_FROM), (0.02, 0.05)))
        (rule,) = (one for one in said["rules"] if one.get("case") == "amount")
        rule["severity"] = severity.value
        asked = seen(amount_requested_minor=90_000)
        made.append(decide(assessed(probability), LATE, asked, pack_of(said)))

    assert all(HARDNESS[a.decision] <= HARDNESS[b.decision] for a, b in pairwise(made))


@given(probability=CHANCES, about=circumstances, beside=ESTIMATES)
def test_an_advance_is_within_what_is_asked_the_cap_and_the_limit(
    probability: float, about: Circumstances, beside: Estimates
) -> None:
    offer = decide(assessed(probability), LATE, about, CN, beside)

    if offer.advance_minor is None:
        asked = about.amount_requested_minor
        assert offer.decision not in (Decision.APPROVE, Decision.APPROVE_REDUCED) or asked is None
        return
    asked = about.amount_requested_minor
    assert asked is not None
    assert 0 < offer.advance_minor <= asked
    assert (offer.decision is Decision.APPROVE) <= (offer.advance_minor == asked)
    assert beside.limit_minor is None or offer.advance_minor <= beside.limit_minor
    owed = [one.face_minor if one.owed_minor is None else one.owed_minor for one in about.claims]
    assert offer.advance_minor <= sum(one or 0 for one in owed)
