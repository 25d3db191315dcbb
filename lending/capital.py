"""Regulatory capital: the Basel IRB function and what is put into it.

Formulas of domain.md section 3.4 (CRE31, CRE32, CRE34). Capital is a share of the exposure: the 8 %
minimum; the price multiplies by what the lender aims at. The floor of the PD is the caller's
(`floored`), never inside `capital_share`.
"""

from __future__ import annotations

from math import exp, log, sqrt
from statistics import NormalDist

from lending.bounds import WrongTerms, finite, share, whole, within
from lending.frozen import frozen
from lending.terms import CapitalRules, Maturity, SmallFirms

NORMAL = NormalDist()
WORST = NORMAL.inv_cdf(0.999)
LEAST_PD = 1e-5
"""Below it the maturity adjustment has no sense: ``1 - 1.5 b`` nears 0."""


@frozen
class Debtor:
    """Who must pay, as the capital function sees it.

    Attributes
    ----------
    pd_12m : float
        Probability of default within 12 months, after `floored`; from 0.001 % to below 1.
    lgd_share : float
        Regulatory loss given default, 0-1.
    maturity_years : float
        Effective maturity, by `maturity_years`; above 0, at most 5.
    sales : float or None
        Sales of the group in the unit of the rules for small firms; None for a large firm, or where
        sales are unknown.
    """

    pd_12m: float
    lgd_share: float
    maturity_years: float
    sales: float | None = None

    def __post_init__(self) -> None:
        within("pd_12m", self.pd_12m, LEAST_PD, 1.0 - LEAST_PD)
        share("lgd_share", self.lgd_share)
        within("maturity_years", self.maturity_years, 1.0 / 366.0, 5.0)
        if self.sales is not None:
            finite("sales", self.sales)


@frozen
class Guarantor:
    """Who pays instead, for a share.

    Attributes
    ----------
    covered_share : float
        Share of the exposure whose risk the guarantor really bears, 0-1.
    debtor : Debtor
        The guarantor, with the LGD of the guaranteed claim.
    direct_lgd_share : float
        LGD of a direct claim on the guarantor: the covered part is never below it.
    government : bool
        A government's guarantee company: the covered part has the rules' risk weight.
    """

    covered_share: float
    debtor: Debtor
    direct_lgd_share: float
    government: bool = False

    def __post_init__(self) -> None:
        share("covered_share", self.covered_share)
        share("direct_lgd_share", self.direct_lgd_share)


@frozen
class Capital:
    """Capital of a purchased receivable or a loan, as shares of the exposure.

    Attributes
    ----------
    default_share, dilution_share : float
        Of the default risk and of the dilution risk.
    total_share : float
        What is held: their sum, or as CRE34 has it, default capital on the exposure less dilution.
    """

    default_share: float
    dilution_share: float
    total_share: float

    @property
    def risk_weight(self) -> float:
        """12.5 times the capital; 1.0 is 100 %."""
        return 12.5 * self.total_share


def floored(pd_12m: float, rules: CapitalRules) -> float:
    """The PD that capital is computed with: at least the floor."""
    return max(pd_12m, rules.pd_floor)


def correlation(pd_12m: float, sales: float | None, small: SmallFirms) -> float:
    """Asset correlation of companies, lower for small ones (CRE31.5, 31.8).

    ``R = .12 w + .24 (1 - w)``, ``w = (1 - e^(-50 PD)) / (1 - e^-50)``, less
    ``reduction x (1 - (S - lowest) / (highest - lowest))`` with S clipped to the two.
    """
    weight = (1.0 - exp(-50.0 * pd_12m)) / (1.0 - exp(-50.0))
    whole_firm = 0.12 * weight + 0.24 * (1.0 - weight)
    if sales is None:
        return whole_firm
    size = min(max(sales, small.lowest_sales), small.highest_sales)
    place = (size - small.lowest_sales) / (small.highest_sales - small.lowest_sales)
    return whole_firm - small.reduction * (1.0 - place)


def maturity_slope(pd_12m: float) -> float:
    """``b = (.11852 - .05478 ln PD)^2`` (CRE31.5)."""
    root = 0.11852 - 0.05478 * log(pd_12m)
    return root * root


def capital_share(debtor: Debtor, small: SmallFirms) -> float:
    """Capital for unexpected loss, as a share of the exposure (CRE31.5).

    ``K = LGD [N((G(PD) + sqrt(R) G(.999)) / sqrt(1 - R)) - PD] (1 + (M - 2.5) b) / (1 - 1.5 b)``.
    Falls again where default is likely, from a PD of about 27 %: what is expected isn't unexpected;
    where maturity is a year, capital and expected loss together never fall.
    """
    pd = debtor.pd_12m
    common = correlation(pd, debtor.sales, small)
    worst = (NORMAL.inv_cdf(pd) + sqrt(common) * WORST) / sqrt(1.0 - common)
    slope = maturity_slope(pd)
    longer = (1.0 + (debtor.maturity_years - 2.5) * slope) / (1.0 - 1.5 * slope)
    return debtor.lgd_share * (NORMAL.cdf(worst) - pd) * longer


def maturity_years(remaining_days: int, *, self_liquidating: bool, treatment: Maturity) -> float:
    """Effective maturity in years, at most 5 (CRE32.46-32.55).

    Parameters
    ----------
    remaining_days : int
        To maturity, 1 or more; of a revolving line, to the contract's end.
    self_liquidating : bool
        A short-term trade transaction that its own receivable repays: the floor of one year doesn't
        apply to it under ``actual_if_self_liquidating``.
    """
    whole("remaining_days", remaining_days, 1)
    if treatment is Maturity.FIXED_2_5:
        return 2.5
    years = min(remaining_days / 365.0, 5.0)
    if treatment is Maturity.ACTUAL_IF_SELF_LIQUIDATING and self_liquidating:
        return years
    return max(years, 1.0)


def substituted(own_share: float, guarantor: Guarantor, rules: CapitalRules) -> float:
    """Capital with a guarantor instead of the debtor on the covered share, only where it is lower.

    ``K = (1 - g) K(debtor) + g K(guarantor)``; the second never below a direct exposure to the
    guarantor, and no credit for both having to default.

    Parameters
    ----------
    own_share : float
        The debtor's own: `capital_share`.
    """
    covered = min(own_share, _covered(guarantor, rules))
    return (1.0 - guarantor.covered_share) * own_share + guarantor.covered_share * covered


def dilution_capital(dilution_share: float, rules: CapitalRules) -> float:
    """Capital for dilution: PD := expected dilution of a year, LGD 100 %, maturity 1 year (CRE34).

    Expected dilution of 0 needs none; above 0 the floor of the PD applies.
    """
    share("dilution_share", dilution_share)
    if dilution_share == 0.0:
        return 0.0
    return capital_share(Debtor(floored(dilution_share, rules), 1.0, 1.0), rules.small)


def capital_of(
    debtor: Debtor, guarantor: Guarantor | None, dilution_share: float, rules: CapitalRules
) -> Capital:
    """Capital of default and dilution together.

    Parameters
    ----------
    debtor : Debtor
        The buyer where the receivable was purchased; the supplier where it is collateral.
    guarantor : Guarantor or None
        Covers default, not dilution.
    dilution_share : float
        Expected dilution of a year as a share of the receivables; 0 where it is not material.
    """
    default = capital_share(debtor, rules.small)
    if guarantor is not None:
        default = substituted(default, guarantor, rules)
    return with_dilution(default, dilution_capital(dilution_share, rules), rules)


def with_dilution(default_share: float, dilution_share: float, rules: CapitalRules) -> Capital:
    """Capital of both risks from that of each."""
    exposed = 1.0 - dilution_share if rules.exposure_less_dilution else 1.0
    return Capital(default_share, dilution_share, default_share * exposed + dilution_share)


def pool_debtor(
    expected_loss_share: float, years: float, rules: CapitalRules, *, senior: bool
) -> Debtor:
    """A pool whose PD and LGD can't be told apart (CRE34): from its expected loss of a year.

    Senior claims on companies: LGD 40 % and ``PD = EL / LGD``; else ``PD = EL`` and LGD 100 %.
    """
    share("expected_loss_share", expected_loss_share)
    lgd = rules.pool_lgd_share if senior else 1.0
    return Debtor(floored(expected_loss_share / lgd, rules), lgd, years)


def standardised_share(kind: str, rules: CapitalRules) -> float:
    """Capital of the standardised approach: 8 % of the risk weight of that kind of debtor."""
    weight = rules.standardised_china.get(kind)
    if weight is None:
        raise WrongTerms(
            f"debtors of kind {kind!r} have no standardised risk weight",
            field="kind",
            remedy=f"take one of {', '.join(rules.standardised_china)}",
        )
    return weight / 12.5


def _covered(guarantor: Guarantor, rules: CapitalRules) -> float:
    if guarantor.government:
        return rules.government_risk_weight / 12.5
    one = guarantor.debtor
    lgd = max(one.lgd_share, guarantor.direct_lgd_share)  # capital is proportional to it
    return capital_share(Debtor(one.pd_12m, lgd, one.maturity_years, one.sales), rules.small)
