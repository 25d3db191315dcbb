"""Price: the worked vectors of domain.md section 3.5 to the digits given, and laws."""

from dataclasses import replace
from math import inf, nan
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lending.bounds import WrongTerms
from lending.capital import Debtor, Guarantor, capital_of
from lending.price import Cover, Price, Priced, funding_rate, price
from models.facility import YEAR_DAYS, over_days
from tests.lending.financings import TERMS, shares

RULES = TERMS.price.model_copy(
    update={"funding": ((90, 0.022),), "fixed_cost_minor": 30_000, "reference_rate": 0.03}
)
BUYER = Debtor(1 - (1 - 0.012) ** (365 / 180), 0.40, 1.0, 5.0)
GUARANTOR = Debtor(0.0005, 0.40, 1.0)

pds = st.floats(0.0005, 0.25)
likely = st.floats(0.0005, 0.9)  # capital falls from a PD of about 27 %, the price does not
priced = st.builds(
    Priced,
    amount_minor=st.integers(1_000, 10**11),
    tenor_days=st.integers(1, 365),
    pd_horizon=shares,
    lgd_share=shares,
    capital_share=shares,
    dilution_minor=st.integers(0, 10**6),
    premium_rate=shares,
)


def worked(capital_share: float, **other: Any) -> Price:
    """800,000 yuan for 90 days, PD 1.2 % to maturity + 90, LGD 35 %; with recourse."""
    good: dict[str, Any] = {
        "amount_minor": 80_000_000,
        "tenor_days": 90,
        "pd_horizon": 0.012,
        "lgd_share": 0.35,
        "capital_share": capital_share,
    }
    return price(Priced(**{**good, **other}), RULES)


def test_the_worked_price() -> None:
    found = worked(capital_of(BUYER, None, 0.01, TERMS.capital).total_share)

    assert f"{100 * BUYER.pd_12m:.6f}" == "2.418329"
    assert f"{found.loss_rate:.7f}" == "0.0170333"
    assert f"{found.capital_rate:.7f}" == "0.0256561"
    assert f"{found.cost_rate:.7f}" == "0.0045208"
    assert f"{100 * found.technical_rate:.4f}" == "6.9210"
    assert found.dilution_rate == 0.0


def test_the_worked_price_with_a_guarantor() -> None:
    capital = capital_of(BUYER, Guarantor(0.8, GUARANTOR, 0.40), 0.01, TERMS.capital)
    cover = Cover("g", 0.8, over_days(0.0005, YEAR_DAYS, 180), fee_rate=0.01)
    found = worked(capital.total_share, cover=cover)

    assert f"{cover.pd_horizon:.8f}" == "0.00024661"
    assert f"{found.loss_rate:.7f}" == "0.0036867"
    assert found.fee_rate == pytest.approx(0.008, abs=1e-15)
    assert f"{100 * found.technical_rate:.6f}" == "5.860150"


def test_the_worked_price_by_the_letter_of_cre34() -> None:
    to_the_letter = TERMS.capital.model_copy(update={"exposure_less_dilution": True})
    found = worked(capital_of(BUYER, None, 0.01, to_the_letter).total_share)

    assert f"{100 * found.technical_rate:.4f}" == "6.8210"


def test_without_recourse_dilution_is_in_the_price() -> None:
    """1 % of a face of 1,000,000 on an advance of 800,000 for 90 days: 1.25 % x 365 / 90."""
    found = worked(0.0, dilution_minor=1_000_000)

    assert found.dilution_rate == pytest.approx(0.0125 * 365 / 90, rel=1e-12)
    assert found.technical_rate == pytest.approx(worked(0.0).technical_rate + found.dilution_rate)


@pytest.mark.parametrize(
    ("low", "high", "offered"),
    [(None, None, 0.0692), (None, 0.06, 0.06), (0.08, None, 0.08), (0.05, 0.10, 0.0692)],
)
def test_the_gap_is_shown(low: float | None, high: float | None, offered: float) -> None:
    rules = RULES.model_copy(update={"lowest_rate": low, "highest_rate": high})
    asked = Priced(80_000_000, 90, 0.012, 0.35, capital_share=0.1859139)
    found = price(asked, rules)

    assert found.technical_rate == pytest.approx(0.0692102, abs=1e-7)
    assert found.offered_rate == pytest.approx(offered, abs=2e-5)
    assert found.gap_rate == found.technical_rate - found.offered_rate
    assert (found.gap_rate > 0) == (high == 0.06)
    assert (found.gap_rate < 0) == (low == 0.08)


def test_a_quote_is_over_the_reference_rate_in_its_own_day_count() -> None:
    rules = RULES.model_copy(update={"lowest_rate": 0.0730, "highest_rate": 0.0730})
    found = price(Priced(80_000_000, 90, 0.012, 0.35, capital_share=0.1), rules)
    in_365 = price(
        Priced(80_000_000, 90, 0.012, 0.35, capital_share=0.1),
        rules.model_copy(update={"quote_year_days": 365}),
    )

    assert found.quoted_rate == pytest.approx(0.0720, abs=1e-15)
    assert found.over_reference_bp == pytest.approx(420.0, abs=1e-9)
    assert in_365.quoted_rate == 0.0730
    assert in_365.over_reference_bp == pytest.approx(430.0)


def test_what_a_lender_holds_beyond_the_minimum_is_priced() -> None:
    asked = Priced(80_000_000, 90, 0.012, 0.35, capital_share=0.1)
    more = price(asked, RULES, capital_ratio=0.12)

    assert more.capital_rate == pytest.approx(1.5 * price(asked, RULES).capital_rate, rel=1e-12)


@pytest.mark.parametrize(
    ("days", "rate"),
    [(1, 0.020), (30, 0.020), (60, 0.021), (90, 0.022), (135, 0.0225), (365, 0.025), (720, 0.025)],
)
def test_funding_is_linear_between_its_points(days: int, rate: float) -> None:
    assert funding_rate(days, TERMS.price) == pytest.approx(rate, abs=1e-15)


@given(asked=priced)
def test_the_rate_is_the_sum_of_its_parts(asked: Priced) -> None:
    """What comes in over the tenor pays for what goes out, counted in money and not in rates."""
    found = price(asked, RULES)
    amount, years = asked.amount_minor, asked.tenor_days / 365
    earned = found.technical_rate * amount * years
    funded = (0.022 + asked.premium_rate + 0.003) * amount * years
    lost = asked.pd_horizon * asked.lgd_share * amount + asked.dilution_minor
    capital = asked.capital_share * amount * (0.12 / 0.75 - 0.022) * years

    assert earned == pytest.approx(funded + lost + capital + 30_000, rel=1e-9)


@given(low=likely, high=likely, lgd=st.floats(0.1, 1), tenor=st.integers(1, 365), dilution=shares)
def test_price_rises_with_the_probability(
    low: float, high: float, lgd: float, tenor: int, dilution: float
) -> None:
    low, high = sorted((low, high))
    assume(high - low > 1e-6)
    less, more = (
        price(
            Priced(
                80_000_000,
                tenor,
                over_days(pd, YEAR_DAYS, tenor + 90),
                lgd,
                capital_of(
                    Debtor(pd, 0.4, 1.0, 5.0), None, dilution * 0.2, TERMS.capital
                ).total_share,
            ),
            RULES,
        ).technical_rate
        for pd in (low, high)
    )

    assert less < more


@given(asked=priced, low=shares, high=shares, pd=shares, own=pds, theirs=pds)
def test_more_cover_never_raises_the_price_before_its_fee(
    *, asked: Priced, low: float, high: float, pd: float, own: float, theirs: float
) -> None:
    low, high = sorted((low, high))
    debtor, guarantor = Debtor(own, 0.4, 1.0), Debtor(theirs, 0.4, 1.0)
    rates = [
        price(
            replace(
                asked,
                capital_share=capital_of(
                    debtor, Guarantor(part, guarantor, 0.4), 0.0, TERMS.capital
                ).total_share,
                cover=Cover("g", part, pd, fee_rate=0.02),
            ),
            RULES,
        )
        for part in (0.0, low, high)
    ]
    before = [one.technical_rate - one.fee_rate for one in rates]

    tolerance = 1e-12 * (1 + before[0])
    assert before[2] <= before[1] + tolerance <= before[0] + 2 * tolerance


def test_a_guarantee_acts_once() -> None:
    with pytest.raises(WrongTerms, match="twice") as refused:
        Priced(1, 1, 0.1, 0.1, 0.1, cover=Cover("g", 0.5, 0.1), in_lgd=("f", "g"))
    assert refused.value.field == "guarantees"
    assert Priced(1, 1, 0.1, 0.1, 0.1, cover=Cover("g", 0.5, 0.1), in_lgd=("f",)).cover


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("amount_minor", {"amount_minor": 0}),
        ("tenor_days", {"tenor_days": 0}),
        ("dilution_minor", {"dilution_minor": -1}),
        ("pd_horizon", {"pd_horizon": nan}),
        ("lgd_share", {"lgd_share": 1.2}),
        ("capital_share", {"capital_share": inf}),
        ("premium_rate", {"premium_rate": -0.1}),
    ],
)
def test_what_can_t_be_priced_is_refused(field: str, wrong: dict[str, Any]) -> None:
    with pytest.raises(WrongTerms) as refused:
        worked(**{"capital_share": 0.1, **wrong})
    assert refused.value.field == field
    assert field in refused.value.remedy


@pytest.mark.parametrize("field", ["covered_share", "pd_horizon", "fee_rate"])
def test_cover_that_can_t_be_is_refused(field: str) -> None:
    told: dict[str, Any] = {"ref": "g", "covered_share": 0.5, "pd_horizon": 0.1, field: 1.1}
    with pytest.raises(WrongTerms) as refused:
        Cover(**told)
    assert refused.value.field == f"cover.{field}"
