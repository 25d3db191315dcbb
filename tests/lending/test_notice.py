"""Two views of one answer: the lender's has everything, the applicant's what may be told."""

import json
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending.actions import Action
from lending.advice import Option, Outcome
from lending.changes import Change
from lending.eligible import Ineligible
from lending.limit import Lines, Term
from lending.notice import Answer, for_applicant, may_be_told
from lending.notice_words import ACTION_WORDS, DECISIONS, INELIGIBLE_WORDS, LIMIT_WORDS
from lending.offer_sheet import option_sheet, outcome_sheet, terms_sheet
from lending.offer_terms import terms_of
from lending.policy.outcomes import Decision
from tests.lending.asked_terms import asked, claim, requests, risk
from tests.lending.financings import TERMS


@dataclass(frozen=True)
class Rule:
    code: str
    en: str
    zh: str
    severity: str = "REFER"
    internal: bool = False


PAST_DUE = Rule("K17", "A receivable is past due", "应收账款已逾期", "BLOCK")
FRAUD = Rule("K24", "Fraud score", "欺诈评分", internal=True)
WARNED = Rule("K07", "Terms are long", "账期较长", "WARN")
SLOW = Rule("RD04", "Buyer pays late", "买方付款延迟")
BARE = Rule("RO03", "Receivable not confirmed by the buyer", "应收账款未经核心企业确认")
TERMS_OF = terms_of(risk(), asked(), TERMS)
OPTION = Option(
    ("confirmation",),
    Change(confirmed=("c",)),
    Outcome("APPROVE", 0, 0.01, 0.02, 80_000_000, 0.05),
    5,
    "Have the receivable confirmed; about 5 days",
    "请买方确认；约需5天",
)


def answer(decision: str = "DECLINE", **other: Any) -> Answer:
    return Answer(decision, **{"terms": TERMS_OF, **other})


def codes(told: Answer) -> list[str]:
    return [one["code"] for one in for_applicant(told)["reasons"]]


# --- reasons


def test_rules_come_first_then_the_reasons_of_the_model() -> None:
    told = answer(rules=[PAST_DUE], reasons=[SLOW, BARE], model_adverse=True)

    assert codes(told) == ["K17", "RD04", "RO03"]


def test_no_more_than_four_are_told_and_none_twice() -> None:
    many = [replace(PAST_DUE, code=f"K0{at}", en=f"Rule {at % 5}") for at in range(1, 9)]

    assert codes(answer(rules=many)) == ["K01", "K02", "K03", "K04"]
    assert codes(answer(rules=[PAST_DUE, replace(PAST_DUE, code="K18")])) == ["K17"]


def test_reasons_of_the_model_are_told_only_where_the_model_would_not_approve() -> None:
    assert codes(answer(rules=[PAST_DUE], reasons=[SLOW])) == ["K17"]


def test_warnings_are_no_reason() -> None:
    assert codes(answer(rules=[WARNED, PAST_DUE])) == ["K17"]


def test_who_is_approved_is_given_no_reason() -> None:
    assert codes(answer("APPROVE", reasons=[SLOW], model_adverse=True, rules=[WARNED])) == []


@pytest.mark.parametrize(
    ("code", "internal", "told"),
    [
        ("K17", False, True),
        ("K17", True, False),
        ("K24", False, False),
        ("RK24", False, False),
        ("F01", False, False),
        ("RF01*", False, False),
        ("F2", False, False),
        ("RS01", False, True),
        ("RN01", False, True),
    ],
)
def test_fraud_and_what_is_internal_is_never_told(*, code: str, internal: bool, told: bool) -> None:
    assert may_be_told(code, internal=internal) is told
    rule = Rule(code, "secret", "秘密", internal=internal)
    assert ("secret" in json.dumps(for_applicant(answer(rules=[rule])))) is told
    if not internal:  # which only a rule can be
        heard = for_applicant(answer(reasons=[rule], model_adverse=True))
        assert ("secret" in json.dumps(heard)) is told


def test_where_fraud_alone_led_to_it_no_other_reason_is_made_up() -> None:
    told = for_applicant(answer("REFER", rules=[FRAUD], reasons=[SLOW]))

    assert told["reasons"] == []
    assert told["decision"]["en"] == DECISIONS["REFER"][0]


def test_each_reason_says_what_can_be_done_about_it() -> None:
    told = for_applicant(answer(reasons=[SLOW, BARE], model_adverse=True, rules=[PAST_DUE]))

    assert [one["change"] and one["change"]["en"] for one in told["reasons"]] == [
        None,
        ACTION_WORDS[Action.BUYER][0],
        ACTION_WORDS[Action.EVIDENCE][0],
    ]


def test_a_reduced_amount_says_what_holds_it_down() -> None:
    disputed = asked(claims=(claim(disputed_minor=40_000_000, contra_minor=10_000_000),))
    terms = terms_of(risk(), disputed, TERMS)
    limited = Rule("limited", "Less than asked for", "低于申请金额")
    told = answer("APPROVE_REDUCED", terms=terms, because=[limited])

    assert codes(told) == ["L_receivables", "L_disputed"]
    lined = terms_of(risk(), asked(), TERMS, Lines(buyer_minor=1))
    assert codes(replace(told, terms=lined)) == ["L_buyer"]
    assert codes(replace(told, decision="DECLINE")) == ["limited"]
    assert codes(replace(told, terms=None)) == ["limited"]


# --- what is offered, and what isn't told


def test_what_is_offered_is_told_in_full() -> None:
    told = for_applicant(answer("APPROVE", advance_minor=80_000_000))

    assert told["offer"] == {
        "amount_minor": 80_000_000,
        "tenor_days": 90,
        "rate": TERMS_OF.price.quoted_rate,
    }
    assert for_applicant(answer("DECLINE", advance_minor=80_000_000))["offer"] is None
    counter = for_applicant(answer("APPROVE_REDUCED", advance_minor=1, tenor_days=60))
    assert counter["offer"]["tenor_days"] == 60


def test_without_terms_an_offer_has_no_rate() -> None:
    told = answer("APPROVE", terms=None, advance_minor=5)

    assert for_applicant(told)["offer"] == {"amount_minor": 5, "tenor_days": None, "rate": None}


OWN = ("lgd", "capital", "pd", "risk_weight", "gap", "technical", "funding", "limit", "internal")


@given(seen=requests(), decision=st.sampled_from(list(Decision)))
def test_no_figure_of_the_lender_is_told(seen: Any, decision: Decision) -> None:
    """Names of the lender's figures appear in its own view, and nowhere in the applicant's."""
    terms = terms_of(risk(), seen, TERMS)
    told = answer(
        decision.value,
        rules=[FRAUD, PAST_DUE],
        terms=terms,
        options=[OPTION],
        advance_minor=1,
    )
    applicant = for_applicant(told)
    lender = {"terms": terms_sheet(terms, TERMS), "advice": [option_sheet(OPTION)]}

    assert not {name for name in _names(applicant) if name.split("_")[0] in OWN}
    assert {name for name in _names(lender) if name.split("_")[0] in OWN}
    assert FRAUD.en not in json.dumps(applicant)


def test_what_would_help_is_a_preview() -> None:
    told = for_applicant(answer(options=[OPTION]))

    assert told["what_would_help"] == [
        {
            "en": OPTION.en,
            "zh": OPTION.zh,
            "days": 5,
            "decision": "APPROVE",
            "amount_minor": 80_000_000,
            "rate": 0.05,
        }
    ]
    assert "no promise" in told["preview"]["en"]
    assert "preview" not in for_applicant(answer())
    assert for_applicant(answer(options=[OPTION], rules=[FRAUD]))["what_would_help"] == []


@pytest.mark.parametrize(("linked", "right"), [(True, True), (None, True), (False, False)])
def test_a_person_may_ask_for_a_person(*, linked: bool | None, right: bool) -> None:
    assert ("review" in for_applicant(answer(person_linked=linked))) is right


# --- words, and the lender's view


def test_there_are_words_for_all_that_may_be_said() -> None:
    assert set(LIMIT_WORDS) == set(Term)
    assert set(INELIGIBLE_WORDS) == set(Ineligible)
    assert set(ACTION_WORDS) == set(Action)
    assert {one.value for one in Decision} <= set(DECISIONS)
    every = [*LIMIT_WORDS.values(), *INELIGIBLE_WORDS.values(), *DECISIONS.values()]
    assert all(en.isascii() and not zh.isascii() for en, zh in every)


@given(seen=requests())
def test_the_lender_s_view_is_json_and_adds_up(seen: Any) -> None:
    terms = terms_of(risk(), seen, TERMS)
    sheet = json.loads(json.dumps(terms_sheet(terms, TERMS), allow_nan=False))

    assert sheet["amount"]["offered_minor"] == terms.amount.offered_minor
    assert sheet["amount"]["eligible_minor"] == sum(
        one["eligible_minor"] for one in sheet["amount"]["claims"]
    )
    assert sheet["price"]["technical_rate"] == terms.price.technical_rate
    by_cause = sheet["loss"]["by_cause"]
    assert {cause: one["lgd_share"] for cause, one in by_cause.items()} == dict(
        terms.acting.loss.given_default.by_cause
    )
    assert all(sum(one["paid_share"].values()) <= 1 + 1e-9 for one in by_cause.values())


def test_the_lender_sees_all_of_an_option() -> None:
    told = json.loads(json.dumps(option_sheet(OPTION)))

    assert set(told) == {
        "levers",
        "days",
        "en",
        "zh",
        "peers_share",
        *outcome_sheet(OPTION.outcome),
    }
    assert (told["levers"], told["pd"], told["rate"]) == ([*OPTION.levers], 0.01, 0.05)


def _names(told: Any) -> set[str]:
    if isinstance(told, dict):
        return set(told).union(*(_names(one) for one in told.values()))
    if isinstance(told, list):
        return set().union(*(_names(one) for one in told))
    return set()
