"""Advice: what may be tried, what is told, and that each option is what the whole path says."""

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from datetime import timedelta
from math import exp
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.catalogue import BY_NAME, CREDIT_OF
from features.circumstances.cover_seen import Insured
from features.circumstances.request_seen import Circumstances
from features.feature import Credit
from lending.actions import ACTIONS, Action
from lending.advice import Option, Outcome, Rescore, advise
from lending.advice_rules import LeverName
from lending.changes import OF_REQUEST, Change
from lending.levers import LEVERS, Case, steps
from lending.offer_terms import terms_of
from models.families import FAMILIES
from scoring.asking import SAID, Request
from tests.lending.asked_terms import DAY, asked, claim, requests, risk
from tests.lending.changed_seen import changed
from tests.lending.financings import TERMS

RULES = TERMS.advice
CUT = 0.03
BARE = asked(
    recourse=None,
    notified=None,
    account=None,
    tenor_days=120,
    claims=(claim(confirmation_level=None), claim(ref="d", due_on=DAY + timedelta(60))),
)


def case(seen: Circumstances = BARE) -> Case:
    return Case(seen, "CNY")


def path(seen: Circumstances) -> Rescore:
    """A small whole path: log-odds over the changed circumstances, terms, a cut and a limit."""

    return each(lambda change: outcome(changed(seen, change)))


def each(one: Callable[[Change], Outcome]) -> Rescore:
    def rescore(changes: Sequence[Change]) -> list[Outcome]:
        return [one(change) for change in changes]

    return rescore


def outcome(seen: Circumstances) -> Outcome:
    unsigned = sum((one.confirmation_level or 0) < 3 for one in seen.claims)
    odds = -3.6 + 0.5 * (seen.recourse is not True) + 0.4 * (seen.notified is not True)
    odds += 0.3 * unsigned - 0.2 * (seen.account == "locked") - 0.3 * bool(seen.guarantees)
    pd = 1.0 / (1.0 + exp(-odds))
    terms = terms_of(risk(pd), seen, TERMS)
    enough = terms.amount.offered_minor == seen.amount_requested_minor
    rank = 2 if pd >= CUT else int(not enough)
    return Outcome(
        ("APPROVE", "APPROVE_REDUCED", "REFER")[rank],
        rank,
        pd,
        pd * 1.2,
        terms.amount.offered_minor,
        terms.price.quoted_rate,
    )


def advice(seen: Circumstances = BARE, cut: float = CUT * 1.2, **other: Any) -> tuple[Option, ...]:
    rules = RULES.model_copy(update=other)
    return advise(case(seen), outcome(seen), path(seen), cut=cut, rules=rules)


# --- what may be tried


def test_no_lever_touches_what_the_trade_data_shows() -> None:
    """The literal list: only these fields can change, and no reason of data credit is answered."""
    cover, evidence = {"guaranteed_share", "insured_share"}, {"confirmed", "accepted", "searched"}
    asked_for = {"amount_requested_minor", "tenor_days", "recourse", "notified", "account"}
    assert {one.name for one in fields(Change)} == asked_for | cover | evidence
    of_data = {BY_NAME[name].reason for name, credit in CREDIT_OF.items() if credit is Credit.DATA}
    answered = {code for lever in LEVERS for code in lever.answers}
    assert not answered & of_data


def test_levers_answer_only_what_is_structure_or_evidence() -> None:
    for lever in LEVERS:
        for code in lever.answers:
            assert ACTIONS[code] in (Action.STRUCTURE, Action.EVIDENCE), (lever.name, code)


def test_every_family_says_what_can_be_done_about_it() -> None:
    assert set(ACTIONS) == set(FAMILIES)
    assert tuple(lever.name for lever in LEVERS) == get_args(LeverName)


def test_a_change_names_fields_of_a_request() -> None:
    assert set(OF_REQUEST) <= {one.name for one in fields(Request)}
    assert set(OF_REQUEST) <= set(SAID)


@given(seen=requests())
def test_circumstances_change_where_the_change_says_and_nowhere_else(seen: Circumstances) -> None:
    for step in steps(case(seen), RULES):
        after = changed(seen, step.change)
        touched = {
            one.name
            for one in fields(Circumstances)
            if getattr(after, one.name) != getattr(seen, one.name)
        }
        assert touched <= {*OF_REQUEST, "claims", "guarantees", "insurances"}
        assert [one.face_minor for one in after.claims] == [one.face_minor for one in seen.claims]
        assert step.change != Change()
        assert step.en
        assert step.zh
        assert touched


def tried(seen: Circumstances, lever: str) -> list[Change]:
    return [one.change for one in steps(case(seen), RULES) if one.lever == lever]


NOTHING_TO_DO: dict[str, Callable[[], Circumstances]] = {
    "smaller_amount": lambda: asked(amount_requested_minor=None),
    "shorter_tenor": lambda: asked(tenor_days=78),
    "recourse": asked,
    "notification": asked,
    "account": lambda: asked(account="locked"),
    "insurance": lambda: asked(insurances=(Insured("i", 0.9),)),
    "confirmation": lambda: asked(claims=(claim(confirmation_level=3),)),
    "acceptance": lambda: asked(claims=(claim(delivered=False), claim(ref="d", delivered=None))),
    "registry_search": lambda: asked(claims=(claim(searched_on=DAY - timedelta(1)),)),
}


@pytest.mark.parametrize("lever", NOTHING_TO_DO)
def test_what_is_so_already_or_would_not_be_true_is_not_tried(lever: str) -> None:
    assert tried(NOTHING_TO_DO[lever](), lever) == []


def test_what_is_tried_by_hand() -> None:
    assert tried(BARE, "smaller_amount")[0].amount_requested_minor == 72_000_000
    assert tried(BARE, "shorter_tenor") == [Change(tenor_days=78)]
    assert tried(BARE, "account") == [Change(account="supervised"), Change(account="locked")]
    assert tried(BARE, "confirmation") == [Change(confirmed=("c", "d"))]
    assert tried(asked(), "account") == [Change(account="locked")]
    assert tried(asked(claims=(claim(searched_on=DAY - timedelta(2)),)), "registry_search")


def test_only_what_is_delivered_can_be_accepted() -> None:
    both = asked(claims=(claim(delivered=True), claim(ref="d", delivered=None)))

    assert tried(both, "acceptance") == [Change(accepted=("c",))]


def test_a_confirmation_reaches_over_all_that_is_owed() -> None:
    after = changed(BARE, Change(confirmed=("d",), accepted=("c",), searched=("c",)))
    first, second = after.claims

    assert (second.confirmation_level, second.confirmed_minor) == (3, 100_000_000)
    assert first.confirmation_level is None
    assert (first.evidence_level, first.searched_on) == (2, DAY)
    assert first.earlier_overlap == "none"


# --- what is told


def test_each_option_is_what_the_whole_path_says() -> None:
    options = advice()

    assert 1 <= len(options) <= 3
    for option in options:
        again = outcome(changed(BARE, option.change))
        assert option.outcome == again
        assert again.rank < outcome(BARE).rank
        assert again.pd <= outcome(BARE).pd
        assert (again.pd_high or 0.0) < CUT * 1.2


def test_three_levers_are_found_where_two_are_not_enough() -> None:
    assert [len(option.levers) for option in advice(levers_most=2)] == []
    assert {len(option.levers) for option in advice(levers_most=3)} == {3}


def test_the_fewest_come_first_and_none_adds_to_another() -> None:
    options = advice(asked(recourse=None))
    assert len(options) > 1
    levers = [set(option.levers) for option in options]

    assert not any(a < b for a in levers for b in levers)
    assert [len(one) for one in levers] == sorted(len(one) for one in levers)


def test_who_is_approved_needs_no_advice() -> None:
    calls: list[Change] = []

    def rescore(changes: Sequence[Change]) -> list[Outcome]:
        calls.extend(changes)
        return []

    assert advise(case(), Outcome("APPROVE", 0, 0.01), rescore, cut=CUT, rules=RULES) == ()
    assert calls == []


REFERRED = Outcome("REFER", 2, 0.02, 0.025, 10, 0.06)
BETTER = Outcome("APPROVE", 0, 0.02, 0.025, 10, 0.05)


@pytest.mark.parametrize(
    ("after", "told"),
    [
        (BETTER, True),
        (replace(BETTER, rank=1), True),
        (replace(BETTER, rank=2), False),
        (replace(BETTER, pd=0.0201), False),
        (replace(BETTER, pd_high=CUT), False),
        (replace(BETTER, pd_high=None), True),
        (replace(BETTER, pd=0.01, pd_high=None), True),
        (replace(BETTER, peers_share=RULES.peers_share_least), True),
        (replace(BETTER, peers_share=RULES.peers_share_least / 2), False),
    ],
)
def test_an_option_improves_the_answer_and_not_at_the_risk_s_expense(
    *, after: Outcome, told: bool
) -> None:
    found = advise(case(), REFERRED, each(lambda _: after), cut=CUT, rules=RULES)

    assert bool(found) is told
    assert len(found) <= RULES.options_most


def test_a_search_stops_at_its_most_tries() -> None:
    calls: list[Change] = []

    def nothing_helps(change: Change) -> Outcome:
        calls.append(change)
        return REFERRED

    few = RULES.model_copy(update={"tries_most": 30})
    assert advise(case(), REFERRED, each(nothing_helps), cut=CUT, rules=few) == ()
    assert len(calls) == 30 == len(set(calls))


def test_single_levers_are_tried_by_their_cost_then_two_together() -> None:
    every = list(steps(case(), RULES))
    cost = {step.change: step.cost for step in every}
    calls: list[Change] = []

    def nothing_helps(change: Change) -> Outcome:
        calls.append(change)
        return REFERRED

    advise(case(), REFERRED, each(nothing_helps), cut=CUT, rules=RULES)
    singles = calls[: len(every)]

    assert [cost[one] for one in singles] == sorted(cost.values())
    assert not set(calls[len(every) :]) & set(cost)


def test_words_say_what_to_do_and_how_long_it_takes() -> None:
    """A confirmation takes 5 days; with an amount the longer of both counts."""

    def only(change: Change) -> Outcome:
        both = bool(change.confirmed) and change.amount_requested_minor == 72_000_000
        return BETTER if both else REFERRED

    wide = RULES.model_copy(update={"tries_most": 500, "beam": 20, "levers_most": 2})
    (found,) = advise(case(), REFERRED, each(only), cut=CUT, rules=wide)

    assert found.levers == ("smaller_amount", "confirmation")
    assert found.en == (
        "Ask for 720,000.00 CNY and have an officer of the buyer confirm the receivables; "
        "about 5 days"
    )
    assert found.zh == "将申请金额调整为720,000.00 CNY，并请买方有权人签署确认全部应收账款；约需5天"


@given(seen=requests(), cut=st.floats(0.001, 0.2))
def test_whatever_is_advised_would_help(seen: Circumstances, cut: float) -> None:
    now = outcome(seen)
    for option in advice(seen, cut, tries_most=15):
        assert option.outcome == outcome(changed(seen, option.change))
        assert option.outcome.rank < now.rank
        assert option.outcome.pd <= now.pd
