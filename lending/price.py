"""Price: what a financing must earn, what it is offered at, and the gap between the two.

Rates are for a year, ACT/365, as shares (0.05 is 5 %). Formula of domain.md section 3.5:
``funding + liquidity + EL + K (ROE / (1 - tax) - funding) + cost + g x fee - subsidy``.
"""

from __future__ import annotations

from lending.bounds import once, share, whole
from lending.frozen import frozen
from lending.terms import PriceRules


@frozen
class Cover:
    """A guarantor who bears part of the expected loss by substitution.

    A guarantee acts once: here, or in the waterfall of `lending.recovery`; both is refused.

    Attributes
    ----------
    ref : str
        Its key.
    covered_share : float
        Share covered, 0-1.
    pd_horizon : float
        The guarantor's probability of default up to the same horizon.
    fee_rate : float
        Its fee for a year, of the covered part.
    """

    ref: str
    covered_share: float
    pd_horizon: float
    fee_rate: float = 0.0

    def __post_init__(self) -> None:
        share("cover.covered_share", self.covered_share)
        share("cover.pd_horizon", self.pd_horizon)
        share("cover.fee_rate", self.fee_rate)

    def borne(self, pd_horizon: float) -> float:
        """The debtor's probability of default, with the guarantor's, if lower, on its part."""
        covered = self.covered_share
        return (1.0 - covered) * pd_horizon + covered * min(pd_horizon, self.pd_horizon)


@frozen
class Priced:
    """What a price rests on.

    Attributes
    ----------
    amount_minor : int
        Advance, in minor units, above 0.
    tenor_days : int
        Maturity less as_of, above 0.
    pd_horizon, lgd_share : float
        Probability of default up to maturity + 90 days, and economic loss given default, 0-1.
    capital_share : float
        Total capital as a share of the exposure (`lending.capital`), with substitution if any.
    dilution_minor : int
        Expected dilution that the lender bears (`lending.loss.Loss`): 0 with recourse.
    cover : Cover or None
    premium_rate : float
        Premiums and fees for a year, of the amount, for cover that acts in the LGD.
    in_lgd : tuple of str
        Refs of the guarantees that the LGD has counted already.
    """

    amount_minor: int
    tenor_days: int
    pd_horizon: float
    lgd_share: float
    capital_share: float
    dilution_minor: int = 0
    cover: Cover | None = None
    premium_rate: float = 0.0
    in_lgd: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        whole("amount_minor", self.amount_minor, 1)
        whole("tenor_days", self.tenor_days, 1)
        whole("dilution_minor", self.dilution_minor)
        share("pd_horizon", self.pd_horizon)
        share("lgd_share", self.lgd_share)
        share("capital_share", self.capital_share)
        share("premium_rate", self.premium_rate)
        if self.cover is not None:
            once("guarantees", (*self.in_lgd, self.cover.ref))


@frozen
class Price:
    """A price and its parts; rates for a year, ACT/365, but for the last two.

    Attributes
    ----------
    funding_rate, loss_rate, dilution_rate, capital_rate, cost_rate, fee_rate, subsidy_rate : float
        ``technical_rate`` is the sum of them, less the subsidy.
    offered_rate : float
        The technical rate within what policy allows.
    gap_rate : float
        Price-to-risk gap, technical less offered. Above 0 the offer doesn't pay for its risk:
        advance less, ask for cover, or decline. Below 0 policy asks for more than the risk.
    quoted_rate : float
        The offered rate in the day count of the quote (ACT/360: x 360 / 365).
    over_reference_bp : float
        The quote over the reference rate (LPR), in hundredths of a percent; not rounded.
    """

    funding_rate: float
    loss_rate: float
    dilution_rate: float
    capital_rate: float
    cost_rate: float
    fee_rate: float
    subsidy_rate: float
    technical_rate: float
    offered_rate: float
    gap_rate: float
    quoted_rate: float
    over_reference_bp: float


def funding_rate(tenor_days: int, rules: PriceRules) -> float:
    """The funds transfer rate for a tenor: linear between the points of the curve, flat outside."""
    below_days, below = rules.funding[0]
    for days, rate in rules.funding:
        if tenor_days <= days:
            if days == below_days:
                return rate
            return below + (rate - below) * (tenor_days - below_days) / (days - below_days)
        below_days, below = days, rate
    return below


def price(asked: Priced, rules: PriceRules, capital_ratio: float = 0.08) -> Price:
    """Price one financing.

    Parameters
    ----------
    capital_ratio : float
        Capital that the lender aims at, of risk-weighted assets; capital of 8 % is scaled by it.
    """
    years = asked.tenor_days / 365.0
    funding = funding_rate(asked.tenor_days, rules)
    held = asked.capital_share * capital_ratio / 0.08
    parts = {
        "funding_rate": funding + rules.liquidity_rate,
        "loss_rate": _loss(asked) / years,
        "dilution_rate": asked.dilution_minor / asked.amount_minor / years,
        "capital_rate": held * (rules.return_on_equity / (1.0 - rules.tax_share) - funding),
        "cost_rate": rules.variable_cost_rate + rules.fixed_cost_minor / asked.amount_minor / years,
        "fee_rate": _fees(asked),
    }
    technical = sum(parts.values()) - rules.subsidy_rate
    offered = technical if rules.lowest_rate is None else max(technical, rules.lowest_rate)
    offered = offered if rules.highest_rate is None else min(offered, rules.highest_rate)
    quoted = offered * rules.quote_year_days / 365.0
    return Price(
        **parts,
        subsidy_rate=rules.subsidy_rate,
        technical_rate=technical,
        offered_rate=offered,
        gap_rate=technical - offered,
        quoted_rate=quoted,
        over_reference_bp=(quoted - rules.reference_rate) * 10_000.0,
    )


def _loss(asked: Priced) -> float:
    """Expected loss up to maturity, of the amount; the guarantor's where that is lower."""
    own, cover = asked.pd_horizon, asked.cover
    return (own if cover is None else cover.borne(own)) * asked.lgd_share


def _fees(asked: Priced) -> float:
    cover = asked.cover
    return asked.premium_rate + (0.0 if cover is None else cover.covered_share * cover.fee_rate)
