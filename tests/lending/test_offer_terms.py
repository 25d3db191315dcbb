"""The terms of one request: the worked price through the whole path, and single cases by hand."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from features.circumstances.cover_seen import Guarantor, Insured
from features.circumstances.party_seen import PairSeen, PartySeen
from lending.decision import TERMS_REFUSED
from lending.default_risk import NoTerms, Risk, terms_refused
from lending.eligible import Ineligible
from lending.limit import Lines, Term
from lending.loss_rules import Cause
from lending.offer_terms import Assumed, OfferTerms, terms_of
from lending.terms import Maturity
from models.facility import over_days
from tests.lending.asked_terms import DAY, DEFAULT, asked, claim, risk
from tests.lending.financings import TERMS
from tests.lending.offers import LATE

BUYER: dict[Cause, float] = {"BUYER_CREDIT": 1.0}
WORKED_PD = 1 - (1 - 0.012) ** (365 / 180)
WORKED = TERMS.model_copy(
    update={
        "loss": TERMS.loss.model_copy(update={"floor_share": 0.35}),
        "capital": TERMS.capital.model_copy(update={"maturity": Maturity.FLOOR_1Y}),
    }
)
"""A loss of 35 % is the floor: insurance pays for all of it."""

INSURED = asked(
    buyer=PartySeen(annual_sales_minor=5 * 780_000_000), insurances=(Insured("i", 1.0),)
)
JOINT = Guarantor("g", "G", "joint", covered_share=0.8, fee_rate=0.01, pd_12m=0.0005)


def worked(**other: Any) -> OfferTerms:
    """800,000 yuan for 90 days at a PD of 1.2 % to maturity + 90 (domain.md section 3.5)."""
    return terms_of(risk(WORKED_PD, causes=BUYER), replace(INSURED, **other), WORKED)


# --- the worked vectors, through the whole path


def test_the_worked_price_comes_out_of_the_whole_path() -> None:
    found = worked()

    assert (found.amount.offered_minor, found.amount.tenor.days) == (80_000_000, 90)
    assert found.pd_horizon == pytest.approx(0.012, abs=1e-12)
    assert found.acting.loss.given_default.lgd_share == 0.35
    assert f"{found.capital.default_share:.7f}" == "0.0556412"
    assert f"{found.capital.dilution_share:.7f}" == "0.1302727"
    assert f"{100 * found.price.technical_rate:.4f}" == "6.9210"


def test_the_worked_price_with_a_guarantor_comes_out_too() -> None:
    found = worked(guarantees=(JOINT,))

    assert f"{found.capital.default_share:.7f}" == "0.0175097"
    assert f"{found.price.loss_rate:.7f}" == "0.0036867"
    assert f"{100 * found.price.technical_rate:.6f}" == "5.860150"
    assert found.capital_by == "g"
    assert found.acting.cover is not None
    assert found.acting.security.guarantees == ()


def test_expected_loss_and_loss_in_the_price_are_one() -> None:
    """``EL / EAD`` for a year is what the price asks for, with a guarantor as without."""
    for guarantees in ((), (JOINT,)):
        found = worked(guarantees=guarantees)
        loss = found.acting.loss
        yearly = loss.expected_minor / loss.ead_minor * 365 / 90

        assert yearly == pytest.approx(found.price.loss_rate, rel=1e-4)


# --- what is refused


def test_a_probability_of_lateness_gives_no_terms_and_says_why() -> None:
    with pytest.raises(NoTerms) as refused:
        Risk(LATE, 0.1, 0.2, 95)

    assert refused.value.message == TERMS_REFUSED.format(event=LATE.en)
    assert refused.value.message == terms_refused(LATE)
    assert "kind default" in refused.value.remedy
    assert terms_refused(DEFAULT) == ""


@pytest.mark.parametrize("kind", ["late", "buyer", "supplier"])
def test_only_the_default_of_a_financing_gives_terms(kind: str) -> None:
    with pytest.raises(NoTerms):
        Risk(LATE.model_copy(update={"kind": kind}), 0.1, 0.2, 180)


def test_where_no_amount_and_no_face_is_known_there_is_nothing_to_price() -> None:
    faceless = asked(amount_requested_minor=None, claims=(claim(face_minor=None),))

    with pytest.raises(NoTerms, match="no face is known") as refused:
        terms_of(risk(), faceless, TERMS)
    assert refused.value.field == "amount_requested_minor"


# --- amount and tenor


def test_no_more_is_offered_than_the_limit() -> None:
    """85 % of a million, for little is diluted; a line of the buyer may be less."""
    found = terms_of(risk(), asked(amount_requested_minor=90_000_000), TERMS)
    lined = terms_of(risk(), asked(), TERMS, Lines(buyer_minor=30_000_000))

    assert (found.amount.offered_minor, found.priced_minor) == (85_000_000, 85_000_000)
    assert found.amount.limit.binding is Term.RECEIVABLES
    assert (lined.amount.offered_minor, lined.amount.limit.binding) == (30_000_000, Term.BUYER)


def test_where_no_amount_is_asked_the_limit_is_offered() -> None:
    found = terms_of(risk(), asked(amount_requested_minor=None), TERMS)

    assert found.amount.offered_minor == found.amount.limit.amount_minor == 85_000_000


def test_where_nothing_is_offered_the_price_is_of_what_is_asked() -> None:
    disputed = asked(claims=(claim(disputed_minor=100_000_000),))
    found = terms_of(risk(), disputed, TERMS)

    assert (found.amount.offered_minor, found.priced_minor) == (0, 80_000_000)
    assert [one.reason for one in found.amount.counted.ineligible] == [Ineligible.DISPUTED]
    assert found.acting.loss.expected_minor > 0


def test_where_no_day_is_left_nothing_is_offered() -> None:
    past = asked(claims=(claim(due_on=DAY - timedelta(30)),))
    found = terms_of(risk(), past, TERMS)

    assert (found.amount.tenor.days, found.amount.offered_minor) == (0, 0)
    assert found.amount.limit.amount_minor > 0


@pytest.mark.parametrize(("days", "runs"), [(30, 30), (90, 90), (200, 90), (None, 90)])
def test_a_financing_runs_as_long_as_asked_and_its_claims_allow(
    days: int | None, runs: int
) -> None:
    """78 days to the due date and 12 of the buyer's delay; the hazard is constant."""
    found = terms_of(risk(), asked(tenor_days=days), TERMS)

    assert found.amount.tenor.days == runs
    assert found.pd_horizon == pytest.approx(1 - (1 - 0.024) ** ((runs + 90) / 365), rel=1e-12)


def test_without_a_due_date_it_runs_as_asked_or_as_long_as_policy_allows() -> None:
    undated = (claim(due_on=None),)

    assert terms_of(risk(), asked(claims=undated, tenor_days=60), TERMS).amount.tenor.days == 60
    assert terms_of(risk(), asked(claims=undated), TERMS).amount.tenor.days == 365


def test_certainty_of_default_stays_certain_over_any_time() -> None:
    assert over_days(1.0, 180, 90) == 1.0
    assert terms_of(risk(1.0), asked(), TERMS).pd_horizon == 1.0


# --- cover


def test_a_guarantor_without_a_rating_pays_in_the_waterfall() -> None:
    """A government's may stand in the debtor's place in capital all the same."""
    unrated = replace(JOINT, pd_12m=None)
    joint = terms_of(risk(), asked(guarantees=(unrated,)), TERMS)
    state = terms_of(risk(), asked(guarantees=(replace(unrated, guarantee="government"),)), TERMS)
    bare = terms_of(risk(), asked(), TERMS)

    for found in (joint, state):
        assert found.acting.cover is None
        assert found.acting.loss.expected_minor < bare.acting.loss.expected_minor
    assert joint.capital_by is None
    assert state.capital_by == "g"


@pytest.mark.parametrize("kind", ["counter", "reinsurance"])
def test_who_backs_the_guarantor_owes_the_lender_nothing(kind: str) -> None:
    backed = terms_of(risk(), asked(guarantees=(replace(JOINT, guarantee=kind),)), TERMS)
    bare = terms_of(risk(), asked(), TERMS)

    assert backed.acting.loss == bare.acting.loss
    assert backed.capital == bare.capital
    assert backed.price.fee_rate == pytest.approx(0.008)


def test_a_guarantor_who_is_likelier_to_fail_stands_in_nobody_s_place() -> None:
    poor = terms_of(risk(), asked(guarantees=(replace(JOINT, pd_12m=0.3),)), TERMS)

    assert poor.acting.cover is None
    assert poor.capital_by is None


def test_what_is_financed_already_stands_behind_the_first_financing_only() -> None:
    """40 of the million are advanced: 60 are left to this one."""
    half = asked(claims=(claim(financed_minor=40_000_000),))
    found = terms_of(risk(), half, TERMS)

    assert found.acting.security.face_minor == 60_000_000
    assert found.amount.offered_minor == 45_000_000


# --- what was assumed


def test_what_was_not_known_is_told() -> None:
    bare = asked(
        product=None,
        recourse=None,
        notified=None,
        account=None,
        claims=(claim(), claim(ref="d", face_minor=None, due_on=None)),
        pair=PairSeen(),
    )
    found = terms_of(risk(), bare, TERMS)

    assert set(found.assumed) == set(Assumed) - {Assumed.DUE_DATES}
    assert found.acting.security.recourse_share == 0.0
    assert found.acting.security.dilution_share == TERMS.loss.unknown_dilution_share
    assert found.amount.tenor.grace_days == TERMS.tenor.most_grace_days


def test_nothing_is_assumed_where_all_is_told() -> None:
    told = asked(buyer=PartySeen(pd_12m=0.003, annual_sales_minor=10**10))

    assert terms_of(risk(causes=BUYER), told, TERMS).assumed == ()
    assert terms_of(risk(), told, TERMS).assumed == (Assumed.CAUSES,)


def test_the_causes_of_a_model_count_before_the_shares_of_practice() -> None:
    """A default of the office alone: the buyer pays 90 %, and recourse brings half of the rest."""
    found = terms_of(risk(causes={"OPERATIONAL": 1.0}), asked(), TERMS)

    assert set(found.acting.loss.given_default.by_cause) == {"OPERATIONAL"}
