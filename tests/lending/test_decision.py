"""Decisions by the policy matrix, worked by hand; counter-offers, persons, sources, reasons."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from lending.decision import Estimates, Offer, decide, draw
from lending.default_risk import Risk
from lending.offer_terms import terms_of
from lending.offering import Offered, offered
from lending.pack import Pack, load_pack
from lending.pack_faults import PackRefused
from lending.policy.outcomes import Decision
from models.facility import facility
from tests.lending.golden_rules import LINES
from tests.lending.offers import (
    APPROVE_BELOW,
    CLAIM,
    DAY,
    DECLINE_FROM,
    DEFAULT,
    LATE,
    TERMS,
    assessed,
    bands,
    names,
    pack,
    seen,
)

HALF = {"any": {"most_advance_share": Decimal("0.5"), "most_tenor_days": 365}}
OWED = ("face_minor", "owed_minor")
CN, GENERIC = pack("cn", lines=LINES), pack()


def said(probability: float, policy: Pack = GENERIC, **change: Any) -> Offer:
    return decide(assessed(probability), LATE, seen(**change), policy)


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
        (
            0.05,
            {"claim": {"owed_minor": 99_999}, "amount_requested_minor": 90_000},
            "APPROVE_REDUCED",
            79_999,
        ),
        (0.2, {"amount_requested_minor": 90_000}, "REFER", None),
        (0.05, {"pair": {"claims_known": 2}}, "REFER", None),
        (0.3, {"pair": {"claims_known": 2}}, "DECLINE", None),
        (0.05, {"claim": {"due_on": DAY - timedelta(1)}}, "DECLINE", None),
        (0.05, {"claim": {"financed_minor": 80_000}, "amount_requested_minor": 9}, "REFER", None),
        (0.05, {"claim": {"face_minor": None, "owed_minor": None}}, "CANNOT_SCORE", None),
        (0.99, {"claims": ()}, "CANNOT_SCORE", None),
        (0.05, {"claim": {"other_currency": True, "settled": True}}, "CANNOT_SCORE", None),
    ],
)
def test_decisions_worked_by_hand(
    probability: float, about: dict[str, Any], decision: str, advance: int | None
) -> None:
    offer = said(probability, **about)

    assert (offer.decision.value, offer.advance_minor) == (decision, advance)


def test_a_counter_offer_has_the_least_amount_and_the_shortest_tenor() -> None:
    about = {"amount_requested_minor": 90_000, "used": {"buyer_minor": 925_000}, "tenor_days": 400}

    offer = said(0.05, CN, **about)

    assert names(offer.rules) == ["K18.amount", "K18.tenor", "K18.buyer_line"]
    assert offer.decision is Decision.APPROVE_REDUCED
    assert (offer.advance_minor, offer.tenor_days) == (75_000, 365)


def test_the_counter_offer_itself_is_approved() -> None:
    first = said(0.05, CN, amount_requested_minor=90_000, tenor_days=400)

    again = said(0.05, CN, amount_requested_minor=first.advance_minor, tenor_days=first.tenor_days)

    assert (again.decision, again.advance_minor) == (Decision.APPROVE, first.advance_minor)


def test_a_line_that_is_used_up_leaves_nothing_to_offer() -> None:
    offer = said(0.05, CN, used={"group_minor": 2_000_000})

    assert offer.decision is Decision.REFER
    assert [why.code for why in offer.because] == ["nothing_left"]


def test_model_and_rules_are_told_apart() -> None:
    """What rules decline is scored all the same, and what the model declines breaks no rule."""
    settled, risky = said(0.05, claim={"settled": True}), said(0.9)

    assert (settled.decision, settled.by_model, settled.by_rules) == (
        Decision.DECLINE,
        Decision.APPROVE,
        Decision.DECLINE,
    )
    assert (risky.decision, risky.by_model, risky.by_rules) == (
        Decision.DECLINE,
        Decision.DECLINE,
        Decision.APPROVE,
    )


@pytest.mark.parametrize(
    ("beside", "decision", "because"),
    [
        (Estimates(upper=0.15), "APPROVE", []),
        (Estimates(upper=0.1500001), "REFER", ["unsure"]),
        (Estimates(gap_rate=0.0), "APPROVE", []),
        (Estimates(gap_rate=0.0001), "REFER", ["underpriced"]),
        (Estimates(limit_minor=70_000), "APPROVE", []),
        (Estimates(limit_minor=69_999), "APPROVE_REDUCED", ["limited"]),
        (Estimates(limit_minor=0), "REFER", ["limited", "nothing_left"]),
        (Estimates(pd_12m=0.9), "APPROVE", []),  # the matrix has no bands of it
    ],
)
def test_doubt_price_and_limit_each_on_both_sides(
    beside: Estimates, decision: str, because: list[str]
) -> None:
    offer = decide(assessed(0.05), LATE, seen(), GENERIC, beside)

    assert offer.decision.value == decision
    assert [why.code for why in offer.because] == because


@pytest.mark.parametrize(
    ("pd_12m", "decision"),
    [(None, "APPROVE"), (0.0799, "APPROVE"), (0.08, "REFER"), (0.16, "DECLINE")],
)
def test_the_riskier_of_two_bands_counts(pd_12m: float | None, decision: str) -> None:
    matrix = bands((APPROVE_BELOW, DECLINE_FROM), (0.02, 0.05))
    for band, end in zip(matrix["bands"], (0.08, 0.16), strict=False):
        band["below"]["pd_12m"] = end

    offer = decide(assessed(0.05), LATE, seen(), pack(matrix=matrix), Estimates(pd_12m=pd_12m))

    assert offer.decision.value == decision


@pytest.mark.parametrize(
    ("person", "cn", "generic"),
    [(False, "DECLINE", "DECLINE"), (True, "REFER", "REFER"), (None, "REFER", "DECLINE")],
)
def test_no_machine_declines_a_natural_person_by_itself(
    person: bool | None, cn: str, generic: str
) -> None:
    """K25; and what isn't known counts as the pack says."""
    for policy, decision in ((CN, cn), (GENERIC, generic)):
        for offer in (
            said(0.9, policy, supplier={"person_linked": person}),
            said(0.05, policy, supplier={"person_linked": person}, claim={"settled": True}),
        ):
            assert offer.decision.value == decision
            assert (names(offer.rules)[-1:] == ["K25"]) is (decision == "REFER")
        kept = said(0.05, policy, supplier={"person_linked": person})
        assert kept.decision is Decision.APPROVE
        assert kept.rules == ()


def test_a_source_that_may_not_be_used_is_no_fault_of_the_request() -> None:
    offer = said(0.05, CN, supplier={"consents": {"bureau": "expired", "tax": "in_force"}})

    assert offer.decision is Decision.APPROVE
    assert offer.blocked_sources == (("supplier", "bureau"),)


def test_fraud_is_kept_from_the_applicant() -> None:
    offer = said(0.05, fraud_score=0.9, pair={"claims_known": 0})

    assert offer.decision is Decision.REFER
    assert names(offer.rules) == ["K23.history", "K24.check", "K24"]
    assert names(offer.for_applicant) == ["K23.history"]


@pytest.mark.parametrize(
    ("claim", "decision"),
    [
        ({}, "APPROVE"),
        ({"searched_on": DAY - timedelta(9)}, "DECLINE"),
        ({"settled": True}, "DECLINE"),
        ({"pay_when_paid": True}, "APPROVE"),
    ],
)
def test_at_drawdown_its_own_rules_decide(claim: dict[str, Any], decision: str) -> None:
    drawn = draw(seen(claim=claim), CN)

    assert drawn.decision.value == decision


def test_reasons_say_their_numbers_in_both_languages() -> None:
    (rule,) = said(0.05, claim={"disputed_minor": 45_000}).rules

    assert rule.en == "Receivable I-1: 45 % of its face is disputed, more than 20 %"
    assert rule.zh == "应收账款I-1：争议金额占面额45 %，超过20 %"


def test_amounts_are_told_in_the_currency_of_the_book() -> None:
    english = [
        said(0.05, amount_requested_minor=9_000_000, currency=currency).rules[0].en.split(" is")[0]
        for currency in ("CNY", "JPY", "")
    ]

    assert english == ["90,000.00 CNY", "9,000,000 JPY", "9,000,000"]


def test_each_event_has_bands_of_its_own() -> None:
    late, default = (decide(assessed(0.06), event, seen(), GENERIC) for event in (LATE, DEFAULT))

    assert (late.decision, default.decision) == (Decision.APPROVE, Decision.DECLINE)


def test_loss_price_and_grade_are_refused_for_lateness_and_not_for_default() -> None:
    late, default = (
        decide(assessed(0.01), event, seen(), load_pack()) for event in (LATE, DEFAULT)
    )

    assert LATE.en in late.terms_refused
    assert "probability of default" in late.terms_refused
    assert default.terms_refused == ""


def test_a_pack_without_bands_for_the_event_can_t_decide() -> None:
    matrix = bands((0.1, 0.2), (0.1, 0.2))
    for band in matrix["bands"][:2]:
        del band["below"]["default"]

    with pytest.raises(PackRefused, match="default"):
        decide(assessed(0.01), DEFAULT, seen(), pack(matrix=matrix))


def test_what_a_rule_leaves_to_lend_must_pay_for_its_risk_too() -> None:
    """A smaller amount bears the same fixed cost: what is enough for all isn't for a part."""
    asked = seen(amount_requested_minor=90_000_000, claim=dict.fromkeys(OWED, 100_000_000))
    risk = facility(DEFAULT, -6.0, 60)

    def answer(highest_rate: float | None) -> Offered:
        figures = TERMS.table.price.model_copy(update={"highest_rate": highest_rate})
        table = TERMS.table.model_copy(update={"price": figures})
        policy = Pack.of(pack(products=HALF).policy, replace(TERMS, table=table))
        return offered(assessed(risk.pd_maturity), DEFAULT, risk, asked, policy)

    free = answer(None)
    assert free.terms is not None
    assert free.offer.decision is Decision.APPROVE_REDUCED
    whole = terms_of(Risk(DEFAULT, risk.pd_maturity, risk.pd_12m, 150), asked, TERMS.table)
    enough, needed = whole.price.technical_rate, free.terms.price.technical_rate
    assert enough < needed
    short = answer((enough + needed) / 2.0)

    assert short.offer.decision is Decision.REFER
    assert "underpriced" in {why.code for why in short.offer.because}
    assert short.terms is not None
    assert short.terms.price.gap_rate == pytest.approx((needed - enough) / 2.0)
    assert answer(needed).offer.decision is Decision.APPROVE_REDUCED


def test_two_halves_of_a_request_are_countered_at_no_more_than_the_whole() -> None:
    claims = tuple(replace(CLAIM, ref=f"I-{at}", owed_minor=33_333 + at) for at in range(4))
    whole = said(0.05, claims=claims, amount_requested_minor=10**6)
    halves = [
        said(0.05, claims=some, amount_requested_minor=10**6) for some in (claims[:2], claims[2:])
    ]

    assert sum(half.advance_minor or 0 for half in halves) <= (whole.advance_minor or 0)
