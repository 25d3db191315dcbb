"""Exposure, loss given default by the waterfall, expected loss: vectors, a plain way, laws."""

from dataclasses import replace
from fractions import Fraction
from math import ceil, inf, nan
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending.bounds import WrongTerms
from lending.loss import (
    Exposure,
    Stage,
    dilution_loss,
    expected_loss,
    exposure_at_default,
    loss_given_default,
    provision_days,
)
from lending.loss_rules import Cause
from lending.recovery import Collateral, Guarantee, Insurance, Security
from tests.lending.financings import (
    EVEN,
    NEVER_FLOORED,
    TERMS,
    amounts,
    collaterals,
    exposure,
    exposures,
    guarantees,
    insurances,
    mixtures,
    plain_lgd,
    securities,
    security,
    shares,
)

RULES = TERMS.loss
pds = st.floats(0, 1)


# --- exposure


def test_interest_runs_until_default() -> None:
    """80 m at 6 % for 90 + 90 days of 360: 2.4 m."""
    assert exposure_at_default(exposure(), RULES) == 82_400_000


@pytest.mark.parametrize(("cancellable", "more"), [(True, 1_000_000), (False, 4_000_000)])
def test_what_is_undrawn_counts_in_part(cancellable: bool, more: int) -> None:
    line = exposure(undrawn_minor=10_000_000, cancellable=cancellable)

    assert exposure_at_default(line, RULES) == 82_400_000 + more


@given(lent=exposures)
def test_exposure_is_rounded_up(lent: Exposure) -> None:
    """Exact fractions are the oracle; a millionth of a minor unit is noise of binary numbers."""
    part = Fraction(1, 10) if lent.cancellable else Fraction(4, 10)
    days = Fraction(lent.tenor_days + 90, 360)
    exact = lent.advance_minor * Fraction(lent.contract_rate) * days + part * lent.undrawn_minor

    found = exposure_at_default(lent, RULES) - lent.advance_minor
    assert exact - Fraction(1, 10**5) <= found < exact + 1 + Fraction(1, 10**5)


# --- loss given default


@given(ead=st.integers(1, 10**9), behind=securities, chances=mixtures)
def test_the_mixture_lies_between_its_causes(
    ead: int, behind: Security, chances: dict[Cause, float]
) -> None:
    found = loss_given_default(chances, ead, behind, 0.05, RULES)
    each = list(found.by_cause.values())

    assert min(each) - 1e-12 <= found.lgd_share <= max(each) + 1e-12
    assert found.lgd_share == pytest.approx(
        sum(p * plain_lgd(cause, ead, behind, 0.05) for cause, p in chances.items()), abs=1e-9
    )
    assert found.downturn_share == min(1.0, found.lgd_share + 0.08)
    assert set(found.by_cause) == {cause for cause, chance in chances.items() if chance > 0}


MORE: dict[str, st.SearchStrategy[Any]] = {
    "guarantees": guarantees,
    "insurances": insurances,
    "collaterals": collaterals,
}


@given(lent=exposures, behind=securities, chances=mixtures, pd=pds, data=st.data())
@pytest.mark.parametrize("kind", MORE)
def test_one_more_mitigant_never_raises_the_loss(
    *,
    kind: str,
    lent: Exposure,
    behind: Security,
    chances: dict[Cause, float],
    pd: float,
    data: st.DataObject,
) -> None:
    another = replace(data.draw(MORE[kind]), ref="another")
    there = getattr(behind, kind)
    first = data.draw(st.booleans())
    all_of_them: dict[str, Any] = {kind: (another, *there) if first else (*there, another)}
    more = replace(behind, **all_of_them)

    assert _lgd(pd, lent, more, chances) <= _lgd(pd, lent, behind, chances) + 1e-12


@given(
    lent=exposures,
    behind=securities,
    chances=mixtures,
    pd=pds,
    extra=amounts,
    share=shares,
)
@pytest.mark.parametrize("what", ["face_minor", "reserve_minor", "recourse_share"])
def test_more_of_the_others_never_raises_it_either(
    *,
    what: str,
    lent: Exposure,
    behind: Security,
    chances: dict[Cause, float],
    pd: float,
    extra: int,
    share: float,
) -> None:
    old = getattr(behind, what)
    more = replace(behind, **{what: max(old, share) if what == "recourse_share" else old + extra})

    assert _lgd(pd, lent, more, chances) <= _lgd(pd, lent, behind, chances) + 1e-12


def _lgd(pd: float, lent: Exposure, behind: Security, chances: dict[Cause, float]) -> float:
    loss = expected_loss(pd, lent, behind, chances, NEVER_FLOORED)
    assert loss.expected_minor == ceil(round(pd * loss.given_default.lgd_share * loss.ead_minor, 6))
    return loss.given_default.lgd_share


# --- expected loss


@given(lent=exposures, behind=securities, chances=mixtures, low=pds, high=pds)
def test_loss_rises_with_the_probability(
    lent: Exposure, behind: Security, chances: dict[Cause, float], low: float, high: float
) -> None:
    low, high = sorted((low, high))
    less, more = (expected_loss(pd, lent, behind, chances, RULES) for pd in (low, high))

    assert less.expected_minor <= more.expected_minor <= more.ead_minor
    assert more.expected_minor > less.expected_minor or (high - low) * 0.1 * more.ead_minor < 1


def test_dilution_is_kept_apart_and_borne_without_recourse_only() -> None:
    diluted = security(dilution_share=0.013)
    without = expected_loss(0.012, exposure(), diluted, EVEN, RULES)
    with_it = expected_loss(0.012, exposure(), replace(diluted, recourse_share=0.5), EVEN, RULES)

    assert (without.dilution_minor, with_it.dilution_minor) == (1_300_000, 0)
    assert dilution_loss(security(face_minor=1, dilution_share=0.013)) == 1
    assert without.expected_minor == ceil(0.012 * without.given_default.lgd_share * 82_400_000)


@pytest.mark.parametrize(
    ("stage", "life", "days"),
    [
        (Stage.PERFORMING, 180, 180),
        (Stage.PERFORMING, 720, 365),
        (Stage.RISEN, 180, 180),
        (Stage.RISEN, 720, 720),
        (Stage.IMPAIRED, 720, 720),
    ],
)
def test_stage_one_provides_for_a_year_at_most(stage: Stage, life: int, days: int) -> None:
    assert provision_days(stage, life) == days


# --- what can't be right


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("advance_minor", lambda: exposure(advance_minor=0)),
        ("advance_minor", lambda: exposure(advance_minor=1.5)),
        ("advance_minor", lambda: exposure(advance_minor=True)),
        ("tenor_days", lambda: exposure(tenor_days=0)),
        ("undrawn_minor", lambda: exposure(undrawn_minor=-1)),
        ("contract_rate", lambda: exposure(contract_rate=nan)),
        ("contract_rate", lambda: exposure(contract_rate=-0.01)),
        ("face_minor", lambda: security(face_minor=-1)),
        ("dilution_share", lambda: security(dilution_share=1.01)),
        ("recourse_share", lambda: security(recourse_share=inf)),
        ("guarantee.covered_share", lambda: Guarantee("g", 1.2)),
        ("guarantee.cap_minor", lambda: Guarantee("g", 1.0, cap_minor=-1)),
        ("insurance.deductible_share", lambda: Insurance("i", 1.0, deductible_share=nan)),
        ("collateral.haircut_share", lambda: Collateral("c", 1, -0.1, 1.0)),
        ("guarantees", lambda: security(guarantees=(Guarantee("g", 0.5), Guarantee("g", 0.5)))),
        ("insurances", lambda: security(insurances=(Insurance("i", 0.5), Insurance("i", 0.4)))),
        (
            "collaterals",
            lambda: security(collaterals=(Collateral("c", 1, 0, 1), Collateral("c", 1, 0, 1))),
        ),
        ("ead_minor", lambda: loss_given_default(EVEN, 0, security(), 0.0, RULES)),
        ("chances", lambda: loss_given_default({}, 1, security(), 0.0, RULES)),
        ("chances", lambda: loss_given_default({"DISPUTE": 0.9}, 1, security(), 0.0, RULES)),
        (
            "chances.DISPUTE",
            lambda: loss_given_default(
                {"DISPUTE": 1.5, "DILUTION": -0.5}, 1, security(), 0.0, RULES
            ),
        ),
        ("pd_horizon", lambda: expected_loss(nan, exposure(), security(), EVEN, RULES)),
        ("life_days", lambda: provision_days(Stage.RISEN, 0)),
    ],
)
def test_what_can_t_be_right_is_refused(field: str, wrong: Any) -> None:
    with pytest.raises(WrongTerms) as refused:
        wrong()
    assert refused.value.field == field
    assert field in refused.value.message
    assert refused.value.remedy


def test_an_unknown_cause_is_refused() -> None:
    with pytest.raises(WrongTerms, match="'BAD_LUCK'") as refused:
        loss_given_default({"BAD_LUCK": 1.0}, 1, security(), 0.0, RULES)  # type: ignore[dict-item]
    assert "OPERATIONAL" in refused.value.remedy
