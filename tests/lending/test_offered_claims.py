"""From the live facts to receivables, cover, lines and need: None is never "no"."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from features.circumstances.cover_seen import Guarantor, Pledged, Turnover
from features.circumstances.party_seen import PairSeen, Used
from lending.advance import advance_rates, dilution_reserve
from lending.cause_shares import cause_shares
from lending.cover_acting import covered_share, security_of
from lending.eligible import Ineligible, eligible
from lending.limit import Line, Lines
from lending.loss_rules import CAUSES
from lending.offered_claims import book_of, cash_control, past_of, receivables_of, rooms_of
from tests.lending.asked_terms import DAY, asked, claim
from tests.lending.financings import TERMS

PAIR = PairSeen(claims_known=10, dilution_share=0.01, peak_dilution_share=0.02, loss_share=0.0)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"owed_minor": 7}, {"face_minor": 7}),
        ({"owed_minor": None}, {"face_minor": 100_000_000}),
        ({"face_minor": None}, {"face_minor": 0}),
        ({"disputed_minor": None, "contra_minor": 3}, {"disputed_minor": 0, "contra_minor": 3}),
        ({"confirmation_level": None}, {"confirmation": 0}),
        ({"confirmation_level": 3, "confirmed_minor": 99_999_999}, {"confirmation": 0}),
        ({"confirmation_level": 3, "confirmed_minor": 100_000_000}, {"confirmation": 3}),
        ({"confirmation_level": 3, "confirmed_minor": 5, "owed_minor": 5}, {"confirmation": 3}),
        ({"settled": True}, {"out": Ineligible.SETTLED}),
        ({"of_others": True}, {"out": Ineligible.OF_OTHERS}),
        ({"invoice_state": "full_red"}, {"out": Ineligible.VOID}),
        ({"invoice_state": "part_red"}, {"out": None}),
        ({"financed_minor": 4, "face_financed_minor": 9}, {"face_financed_minor": 9}),
    ],
)
def test_a_claim_as_eligibility_takes_it(told: dict[str, Any], expected: dict[str, Any]) -> None:
    (found,) = receivables_of(asked(claims=(claim(**told),)))

    assert {name: getattr(found, name) for name in expected} == expected


def test_what_is_out_counts_for_nothing_and_has_its_own_reason() -> None:
    claims = receivables_of(asked(claims=(claim(), claim(ref="d", of_others=True))))
    counted = eligible(claims, book_of(PairSeen(), claims), DAY, TERMS.advance)

    assert counted.amounts_minor == (100_000_000, 0)
    assert [(one.ref, one.reason) for one in counted.ineligible] == [("d", Ineligible.OF_OTHERS)]


@pytest.mark.parametrize(("linked", "related"), [(True, True), (False, False), (None, False)])
def test_only_a_known_link_relates_the_parties(*, linked: bool | None, related: bool) -> None:
    (found,) = receivables_of(asked(pair=replace(PAIR, linked=linked)))

    assert found.related is related


@pytest.mark.parametrize(
    "less",
    [{"claims_known": 9}, {"dilution_share": None}, {"peak_dilution_share": None}],
)
def test_a_past_is_believed_when_enough_of_it_is_known(less: dict[str, Any]) -> None:
    assert past_of(PAIR, TERMS.advance) is not None
    assert past_of(replace(PAIR, **less), TERMS.advance) is None


def test_without_a_loss_ratio_the_rules_reserve_stands_beside_known_dilution() -> None:
    past = past_of(replace(PAIR, loss_share=None), TERMS.advance)
    assert past is not None
    assert (past.dilution_share, past.default_share) == (PAIR.dilution_share, None)

    (found,) = advance_rates(
        receivables_of(asked()), past, cash_control=0, fee_reserve=0.0, rules=TERMS.advance
    )
    assert found.loss_reserve == TERMS.advance.unknown_loss_reserve_share
    assert found.dilution_reserve == dilution_reserve(past, TERMS.advance.stress_factor)


def test_growth_after_financing_makes_the_past_due_part_no_smaller() -> None:
    grown = receivables_of(asked(claims=(claim(face_financed_minor=60_000_000),)))

    assert book_of(PairSeen(open_minor=140_000_000), grown).buyer_open_minor == 100_000_000


def test_accounts_by_how_far_they_are_controlled() -> None:
    assert [cash_control(kind) for kind in (None, "free", "supervised", "locked")] == [0, 0, 1, 2]


# --- lines and need


def test_lines_of_a_party_count_before_the_usual_ones() -> None:
    usual = TERMS.limit.model_copy(update={"buyer_minor": 50, "single_name_minor": 70})
    seen = asked(used=Used(supplier_minor=1, buyer_minor=2, group_minor=3), value_p10_minor=100)
    found = rooms_of(seen, 9, Lines(buyer_minor=40, group_minor=60), usual)

    assert (found.buyer, found.group) == (Line(40, 2), Line(60, 3))
    assert found.single_name == Line(70, 1)
    assert (found.value_p10_minor, found.supplier_owes_minor) == (100, 1)


BUSINESS = Turnover(
    revenue_minor=1_200_000_000,
    margin_share=0.10,
    growth_share=0.20,
    inventory_days=45,
    receivable_days=75,
    payable_days=40,
    prepaid_days=10,
    own_minor=100_000_000,
    loans_minor=50_000_000,
)


@pytest.mark.parametrize(
    ("told", "used", "need"),
    [
        ({}, Used(), 174_000_000),  # 324 m turned four times a year, less 150 m
        ({}, Used(supplier_minor=4_000_000), 170_000_000),
        ({}, Used(supplier_elsewhere_minor=60_000_000), 164_000_000),
        ({"loans_minor": None}, Used(), 224_000_000),
        ({"growth_share": None}, Used(), 120_000_000),  # 270 m
        ({"own_minor": -5}, Used(), 274_000_000),
        ({"own_minor": None}, Used(), None),
        ({"margin_share": None}, Used(), None),
        ({"payable_days": None}, Used(), None),
    ],
)
def test_working_capital_needed_where_enough_is_known(
    told: dict[str, Any], used: Used, need: int | None
) -> None:
    seen = asked(turnover=replace(BUSINESS, **told), used=used)

    assert rooms_of(seen, 0, Lines(), TERMS.limit).need_minor == need
    assert rooms_of(asked(), 0, Lines(), TERMS.limit).need_minor is None


# --- cover


@pytest.mark.parametrize(
    ("told", "haircut", "perfection"),
    [
        ({}, 0.60, 1.0),
        ({"haircut_share": 0.3}, 0.30, 1.0),
        ({"perfected": None}, 0.60, 0.5),
        ({"perfected": False}, 0.60, 0.0),
        ({"exclusive": False}, 0.60, 0.0),
        ({"exclusive": True}, 0.60, 1.0),
    ],
)
def test_collateral_is_worth_what_is_known_of_it(
    told: dict[str, Any], haircut: float, perfection: float
) -> None:
    thing = Pledged("p", "inventory", value_minor=10, perfected=True)
    seen = asked(collaterals=(replace(thing, **told),))
    (found,) = security_of(seen, 100, 0.0, 180, TERMS.loss).collaterals

    assert (found.haircut_share, found.perfection_share) == (haircut, perfection)
    assert found.value_minor == 10


@pytest.mark.parametrize(("cap", "covered"), [(None, 0.8), (50, 0.5), (90, 0.8), (0, 0.0)])
def test_a_capped_guarantee_covers_what_its_cap_is_of_the_exposure(
    cap: int | None, covered: float
) -> None:
    assert covered_share(Guarantor("g", "G", "joint", 0.8, cap), 100) == covered


# --- causes


@pytest.mark.parametrize("recourse", [True, False])
@pytest.mark.parametrize("confirmed", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("controlled", [True, False])
def test_shares_of_the_causes_add_up(*, recourse: bool, confirmed: float, controlled: bool) -> None:
    found = cause_shares(
        TERMS.loss.cause_shares,
        recourse=recourse,
        confirmed_share=confirmed,
        controlled=controlled,
    )

    assert sum(found.values()) == pytest.approx(1.0, abs=1e-12)
    assert list(found) == [cause for cause in CAUSES if cause in found]


def test_shares_of_the_causes_by_hand() -> None:
    """Uncontrolled, diversion weighs six times: .05 x 6 of 1.25."""
    shares = TERMS.loss.cause_shares
    found = cause_shares(shares, recourse=True, confirmed_share=0.0, controlled=False)
    half = cause_shares(shares, recourse=True, confirmed_share=0.5, controlled=True)

    assert found["DIVERSION"] == pytest.approx(0.30 / 1.25)
    assert found["BUYER_CREDIT"] == pytest.approx(0.21 / 1.25)
    assert half["DISPUTE"] / half["BUYER_CREDIT"] == pytest.approx(0.05 * 0.85 / 0.21)
    assert half["FRAUD_DOUBLE"] / half["BUYER_CREDIT"] == pytest.approx(0.12 * 0.7 / 0.21)


def test_due_dates_are_kept() -> None:
    (found,) = receivables_of(asked())

    assert found.due_on == DAY + timedelta(78)
