"""Capital: every vector of domain.md section 3.4, scipy's normal law, the integral, laws."""

from dataclasses import replace
from math import nan, sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from lending.bounds import WrongTerms
from lending.capital import (
    LEAST_PD,
    Debtor,
    Guarantor,
    capital_of,
    capital_share,
    correlation,
    dilution_capital,
    floored,
    maturity_slope,
    maturity_years,
    pool_debtor,
    standardised_share,
    substituted,
)
from lending.terms import Maturity
from tests.lending.financings import TERMS, shares

RULES = TERMS.capital
SMALL = RULES.small

pds = st.floats(0.0005, 0.25)
sizes = st.none() | st.floats(0, 100)
maturities = st.floats(0.1, 5)
debtors = st.builds(Debtor, pds, shares, maturities, sizes)


@pytest.mark.parametrize(
    ("pd", "lgd", "years", "large", "small"),
    [
        (0.01, 0.45, 2.5, "92.32", "72.39"),
        (0.0003, 0.45, 2.5, "14.44", "11.30"),
        (0.01, 0.40, 1.0, "65.14", "51.08"),
        (0.01, 0.40, 0.25, "56.67", None),
        (0.05, 0.40, 1.0, "117.24", "87.83"),
    ],
)
def test_risk_weights(pd: float, lgd: float, years: float, large: str, small: str | None) -> None:
    told = {None: large, 5.0: small} if small else {None: large}
    for sales, weight in told.items():
        found = capital_share(Debtor(pd, lgd, years, sales), SMALL)
        assert f"{1250 * found:.2f}" == weight


def test_the_parts_of_one_of_them() -> None:
    assert f"{capital_share(Debtor(0.01, 0.4, 1.0), SMALL):.7f}" == "0.0521091"
    assert f"{correlation(0.01, None, SMALL):.7f}" == "0.1927837"
    assert f"{maturity_slope(0.01):.7f}" == "0.1374861"


@pytest.mark.parametrize(("dilution", "weight"), [(0.01, "162.84"), (0.02, "212.82")])
def test_risk_weights_of_dilution(dilution: float, weight: str) -> None:
    assert f"{1250 * dilution_capital(dilution, RULES):.2f}" == weight


def test_a_receivable_that_has_no_dilution_needs_no_capital_for_it() -> None:
    assert dilution_capital(0.0, RULES) == 0.0
    assert dilution_capital(1e-6, RULES) == dilution_capital(0.0005, RULES) > 0.0


def test_default_and_dilution_of_the_worked_price() -> None:
    buyer = Debtor(0.02418329, 0.40, 1.0, 5.0)
    alone = capital_of(buyer, None, 0.01, RULES)
    covered = capital_of(buyer, Guarantor(0.8, Debtor(0.0005, 0.40, 1.0), 0.40), 0.01, RULES)

    assert f"{alone.default_share:.7f}" == "0.0556412"
    assert f"{alone.dilution_share:.7f}" == "0.1302727"
    assert alone.total_share == alone.default_share + alone.dilution_share
    assert alone.risk_weight == 12.5 * alone.total_share
    assert f"{covered.default_share:.7f}" == "0.0175097"
    assert covered.dilution_share == alone.dilution_share


def test_cre34_takes_dilution_off_the_exposure_where_the_rules_say_so() -> None:
    to_the_letter = RULES.model_copy(update={"exposure_less_dilution": True})
    found = capital_of(Debtor(0.02418329, 0.40, 1.0, 5.0), None, 0.01, to_the_letter)

    assert f"{found.total_share:.6f}" == f"{0.0556412 * (1 - 0.1302727) + 0.1302727:.6f}"


@given(one=debtors)
def test_scipy_has_the_same_normal_law(one: Debtor) -> None:
    pd = one.pd_12m
    common = correlation(pd, one.sales, SMALL)
    worst = (stats.norm.ppf(pd) + sqrt(common) * stats.norm.ppf(0.999)) / sqrt(1 - common)
    slope = (0.11852 - 0.05478 * np.log(pd)) ** 2
    longer = (1 + (one.maturity_years - 2.5) * slope) / (1 - 1.5 * slope)
    theirs = one.lgd_share * (stats.norm.cdf(worst) - pd) * longer

    assert capital_share(one, SMALL) == pytest.approx(theirs, rel=1e-11, abs=1e-15)


@pytest.mark.parametrize("pd", [0.0005, 0.01, 0.2])
def test_the_function_is_the_worst_of_a_thousand_years_of_one_factor(pd: float) -> None:
    """Vasicek's portfolio: over the factor the mean of its conditional PD is PD."""
    common = correlation(pd, None, SMALL)
    states = np.linspace(-12, 12, 200_001)
    chance = stats.norm.cdf((stats.norm.ppf(pd) + sqrt(common) * states) / sqrt(1 - common))
    mean = np.trapezoid(chance * stats.norm.pdf(states), states)
    worst = np.interp(stats.norm.ppf(0.999), states, chance)

    assert mean == pytest.approx(pd, rel=1e-6)
    # at 2.5 years the numerator of the adjustment is 1
    needed = (worst - pd) / (1 - 1.5 * maturity_slope(pd))
    assert capital_share(Debtor(pd, 1.0, 2.5), SMALL) == pytest.approx(needed, rel=1e-6)


@given(one=debtors, other=pds)
def test_capital_rises_with_the_probability(one: Debtor, other: float) -> None:
    """Up to a PD of 25 %: beyond, more of the loss is expected and less is not."""
    low, high = sorted((one.pd_12m, other))
    less, more = (capital_share(replace(one, pd_12m=pd), SMALL) for pd in (low, high))

    assert less <= more + 1e-15
    assert less < more or one.lgd_share < 1e-9 or high - low < 1e-9


def test_capital_and_expected_loss_never_fall_together() -> None:
    grid = np.linspace(0.0005, 0.999, 2_000)
    for sales in (None, 5.0, 20.0):
        both = [capital_share(Debtor(pd, 1.0, 1.0, sales), SMALL) + pd for pd in grid.tolist()]
        assert (np.diff(both) > 0).all()


@given(one=debtors, lgd=shares, years=maturities, sales=st.floats(0, 100))
def test_capital_rises_with_loss_maturity_and_size(
    one: Debtor, lgd: float, years: float, sales: float
) -> None:
    size = 50.0 if one.sales is None else one.sales
    changes = {
        "lgd_share": (one.lgd_share, lgd),
        "maturity_years": (one.maturity_years, years),
        "sales": (size, sales),
    }
    for field, pair in changes.items():
        told: list[dict[str, Any]] = [{field: at} for at in sorted(pair)]
        less, more = (capital_share(replace(one, **change), SMALL) for change in told)
        assert less <= more + 1e-15


def test_a_firm_is_small_below_the_highest_sales_only() -> None:
    whole_firm = correlation(0.01, None, SMALL)

    assert correlation(0.01, 50.0, SMALL) == correlation(0.01, 900.0, SMALL) == whole_firm
    assert correlation(0.01, 0.0, SMALL) == correlation(0.01, 5.0, SMALL)
    assert whole_firm - correlation(0.01, 5.0, SMALL) == pytest.approx(0.04, abs=1e-15)


def test_china_s_rule_for_small_firms_has_its_own_unit() -> None:
    """``R - .04 (1 - (S - 3) / 27)``, S in 10 million yuan: at 12, by 0.0266667."""
    china = RULES.model_copy(update={"rule_book": "china"}).small
    less = correlation(0.01, None, china) - correlation(0.01, 12.0, china)

    assert less == pytest.approx(0.04 * (1 - 9 / 27), abs=1e-15)
    assert correlation(0.01, 30.0, china) == correlation(0.01, None, china)
    assert correlation(0.01, 1.0, china) == correlation(0.01, 3.0, china)


@pytest.mark.parametrize(
    ("kind", "weight"),
    [
        ("small_and_medium", 0.85),
        ("micro", 0.75),
        ("corporate", 1.0),
        ("investment_grade", 0.75),
    ],
)
def test_standardised_weights_of_china(kind: str, weight: float) -> None:
    assert standardised_share(kind, RULES) == pytest.approx(0.08 * weight, abs=1e-15)


@given(pd=st.floats(0, 1))
def test_the_probability_has_a_floor(pd: float) -> None:
    assert floored(pd, RULES) == max(pd, 0.0005)


@pytest.mark.parametrize(
    ("treatment", "liquidating", "days", "years"),
    [
        ("fixed_2_5", True, 90, 2.5),
        ("floor_1y", True, 90, 1.0),
        ("floor_1y", False, 730, 2.0),
        ("floor_1y", False, 3650, 5.0),
        ("actual_if_self_liquidating", True, 73, 0.2),
        ("actual_if_self_liquidating", False, 73, 1.0),
        ("actual_if_self_liquidating", True, 3650, 5.0),
        ("actual_if_self_liquidating", True, 1, 1 / 365),
    ],
)
def test_maturity(treatment: str, liquidating: bool, days: int, years: float) -> None:
    found = maturity_years(days, self_liquidating=liquidating, treatment=Maturity(treatment))

    assert found == years
    assert capital_share(Debtor(0.01, 0.4, found), SMALL) > 0


# --- guarantors


def test_the_covered_part_is_never_below_a_direct_claim_on_the_guarantor() -> None:
    weak = Debtor(0.05, 0.45, 1.0)
    secured = Debtor(0.001, 0.10, 1.0)
    found = substituted(capital_share(weak, RULES.small), Guarantor(1.0, secured, 0.45), RULES)

    assert found == capital_share(Debtor(0.001, 0.45, 1.0), SMALL)
    assert found > capital_share(secured, SMALL)


def test_a_guarantor_who_is_worse_changes_nothing() -> None:
    own = Debtor(0.001, 0.45, 1.0)

    assert substituted(
        capital_share(own, RULES.small), Guarantor(0.5, Debtor(0.2, 0.45, 1.0), 0.45), RULES
    ) == pytest.approx(capital_share(own, SMALL), rel=1e-15)


def test_a_government_s_guarantee_weighs_what_the_rules_say_for_its_share() -> None:
    own = Debtor(0.05, 0.45, 1.0)
    guarantor = Guarantor(0.8, Debtor(0.001, 0.45, 1.0), 0.45, government=True)
    found = substituted(capital_share(own, RULES.small), guarantor, RULES)

    assert 12.5 * found == pytest.approx(
        0.2 * 12.5 * capital_share(own, SMALL) + 0.8 * 0.20, rel=1e-12
    )


@given(one=debtors, guarantor=debtors, direct=shares, low=shares, high=shares, state=st.booleans())
def test_more_cover_never_raises_capital(
    *, one: Debtor, guarantor: Debtor, direct: float, low: float, high: float, state: bool
) -> None:
    low, high = sorted((low, high))
    none, less, more = (
        substituted(
            capital_share(one, RULES.small), Guarantor(part, guarantor, direct, state), RULES
        )
        for part in (0.0, low, high)
    )

    assert more <= less + 1e-15 <= none + 2e-15
    assert none == capital_share(one, SMALL)


# --- pools


def test_a_pool_is_told_by_its_expected_loss() -> None:
    senior = pool_debtor(0.008, 1.0, RULES, senior=True)
    other = pool_debtor(0.008, 1.0, RULES, senior=False)

    assert (senior.pd_12m, senior.lgd_share) == (0.02, 0.40)
    assert (other.pd_12m, other.lgd_share) == (0.008, 1.0)
    assert pool_debtor(0.0, 1.0, RULES, senior=True).pd_12m == 0.0005


# --- what can't be right


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("pd_12m", lambda: Debtor(0.0, 0.4, 1.0)),
        ("pd_12m", lambda: Debtor(LEAST_PD / 2, 0.4, 1.0)),
        ("pd_12m", lambda: Debtor(1.0, 0.4, 1.0)),
        ("pd_12m", lambda: Debtor(nan, 0.4, 1.0)),
        ("lgd_share", lambda: Debtor(0.01, 1.1, 1.0)),
        ("maturity_years", lambda: Debtor(0.01, 0.4, 0.0)),
        ("maturity_years", lambda: Debtor(0.01, 0.4, 5.1)),
        ("sales", lambda: Debtor(0.01, 0.4, 1.0, nan)),
        ("covered_share", lambda: Guarantor(1.1, Debtor(0.01, 0.4, 1.0), 0.4)),
        ("direct_lgd_share", lambda: Guarantor(0.1, Debtor(0.01, 0.4, 1.0), nan)),
        ("dilution_share", lambda: dilution_capital(-0.1, RULES)),
        (
            "remaining_days",
            lambda: maturity_years(0, self_liquidating=True, treatment=RULES.maturity),
        ),
        ("kind", lambda: standardised_share("firms", RULES)),
    ],
)
def test_what_can_t_be_right_is_refused(field: str, wrong: Any) -> None:
    with pytest.raises(WrongTerms) as refused:
        wrong()
    assert refused.value.field == field
    assert refused.value.remedy
