"""The waterfall: by hand, beside a plain second way, and what no source may do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending.loss_rules import CAUSES, Cause
from lending.recovery import (
    Collateral,
    Guarantee,
    Insurance,
    PaidBy,
    Promised,
    Security,
    losses_given,
    recover,
)
from tests.lending.financings import NEVER_FLOORED, TERMS, plain_lgd, securities, security, shares

RULES = TERMS.loss


@given(cause=st.sampled_from(CAUSES), ead=st.integers(1, 10**9), behind=securities, rate=shares)
def test_the_waterfall_is_the_plain_one(
    cause: Cause, ead: int, behind: Security, rate: float
) -> None:
    promised = Promised.by(behind)
    found = recover(cause, ead, promised, rate, RULES).lgd_share

    assert found == pytest.approx(plain_lgd(cause, ead, behind, rate), abs=1e-9)
    assert losses_given([cause], ead, promised, rate, RULES) == {cause: found}


def test_a_buyer_s_default_by_hand() -> None:
    """EAD 80, claim 100 x .98 x .35 = 34.3; no interest, so no discount: 45.7 / 80 + .05."""
    found = recover("BUYER_CREDIT", 80_000_000, Promised.by(security()), 0.0, RULES)

    assert found.lgd_share == pytest.approx(0.62125, abs=1e-12)
    assert found.shares[PaidBy.BUYER] == pytest.approx(0.42875, abs=1e-12)


def test_the_sources_pay_in_their_order() -> None:
    """Of 100: buyer 35, reserve 5, recourse .25 x 65; a guarantor half of 43.75, and so on."""
    behind = security(
        face_minor=100,
        dilution_share=0.0,
        reserve_minor=5,
        recourse_share=1.0,
        guarantees=(Guarantee("g", 0.5, default_share=0.2, pays_share=0.75),),
        insurances=(Insurance("i", 0.8, deductible_share=0.25, limit_minor=20),),
        collaterals=(Collateral("c", 40, haircut_share=0.25, perfection_share=0.5),),
    )
    found = recover("BUYER_CREDIT", 100, Promised.by(behind), 0.0, NEVER_FLOORED)

    assert [round(100 * part, 9) for part in found.shares.values()] == [
        35.0,
        5.0,
        16.25,
        13.125,
        12.0,
        15.0,
    ]
    assert list(found.shares) == list(PaidBy)
    assert found.lgd_share == pytest.approx(0.03625, abs=1e-12)


@pytest.mark.parametrize("cause", CAUSES)
def test_insurance_pays_for_no_dispute_and_no_fraud(cause: Cause) -> None:
    behind = security(face_minor=0, insurances=(Insurance("i", 1.0),))
    paid = recover(cause, 100, Promised.by(behind), 0.0, RULES).shares[PaidBy.INSURANCE]

    assert paid == (0.0 if cause == "DISPUTE" or cause.startswith("FRAUD") else 1.0)


@given(cause=st.sampled_from(CAUSES), ead=st.integers(1, 10**9), behind=securities)
def test_no_more_comes_back_than_was_lent(cause: Cause, ead: int, behind: Security) -> None:
    found = recover(cause, ead, Promised.by(behind), 0.05, RULES)

    assert all(0.0 <= part <= 1.0 for part in found.shares.values())
    assert sum(found.shares.values()) <= 1.0 + 1e-12
    assert RULES.floor_share <= found.lgd_share <= 1.0
