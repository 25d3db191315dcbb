"""The recovery waterfall: who pays after a default, in order, and each no more than what is left.

Recoveries are shares of the exposure at default, before discounting. Every source of one cause is
discounted over the same days: with days of their own a slow source in front of a quick one would
make cover cost money, and the law that more cover never raises the loss would not hold. A payer who
is slower than the cause's days belongs into its recovery share.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import pow

from lending.bounds import once, share, whole
from lending.loss_rules import Cause, CauseRates, LossRules


class Source(StrEnum):
    """Who pays, in the order of the waterfall (domain.md section 3.3)."""

    BUYER = "buyer"
    RESERVE = "reserve"
    RECOURSE = "recourse"
    GUARANTEE = "guarantee"
    INSURANCE = "insurance"
    COLLATERAL = "collateral"


@dataclass(frozen=True)
class Guarantee:
    """A promise to pay a share of what is left, at most the cap.

    Attributes
    ----------
    ref : str
        Its key; a mitigant that is named twice is refused.
    covered_share : float
        Share of the loss covered, 0-1.
    cap_minor : int or None
        At most this much of what is left is shared; None where there is no cap.
    default_share : float
        Probability that the guarantor defaults too, given the default, 0-1.
    pays_share : float
        What a guarantor that hasn't defaulted pays of what it owes, 0-1.
    """

    ref: str
    covered_share: float
    cap_minor: int | None = None
    default_share: float = 0.0
    pays_share: float = 1.0

    def __post_init__(self) -> None:
        share("guarantee.covered_share", self.covered_share)
        share("guarantee.default_share", self.default_share)
        share("guarantee.pays_share", self.pays_share)
        whole("guarantee.cap_minor", self.cap_minor)


@dataclass(frozen=True)
class Insurance:
    """Insurance of what is left: up to the limit, less the deductible, the insured share."""

    ref: str
    insured_share: float
    deductible_share: float = 0.0
    limit_minor: int | None = None

    def __post_init__(self) -> None:
        share("insurance.insured_share", self.insured_share)
        share("insurance.deductible_share", self.deductible_share)
        whole("insurance.limit_minor", self.limit_minor)


@dataclass(frozen=True)
class Collateral:
    """Collateral beside the receivable: value after haircut, as far as it is legally perfected."""

    ref: str
    value_minor: int
    haircut_share: float
    perfection_share: float

    def __post_init__(self) -> None:
        whole("collateral.value_minor", self.value_minor)
        share("collateral.haircut_share", self.haircut_share)
        share("collateral.perfection_share", self.perfection_share)


@dataclass(frozen=True)
class Security:
    """All that stands behind a financing.

    Attributes
    ----------
    face_minor : int
        Receivables assigned, in minor units. What of them was not advanced acts here and only here.
    dilution_share : float
        Of the face, what credits, returns and set-off take away, 0-1.
    reserve_minor : int
        Cash held back in an account of the lender; not the part of the face that wasn't paid out.
    recourse_share : float
        Of what the buyer left, what the supplier must pay; 0 without recourse.
    """

    face_minor: int
    dilution_share: float = 0.0
    reserve_minor: int = 0
    recourse_share: float = 0.0
    guarantees: tuple[Guarantee, ...] = ()
    insurances: tuple[Insurance, ...] = ()
    collaterals: tuple[Collateral, ...] = ()

    def __post_init__(self) -> None:
        whole("face_minor", self.face_minor)
        whole("reserve_minor", self.reserve_minor)
        share("dilution_share", self.dilution_share)
        share("recourse_share", self.recourse_share)
        once("guarantees", (one.ref for one in self.guarantees))
        once("insurances", (one.ref for one in self.insurances))
        once("collaterals", (one.ref for one in self.collaterals))


@dataclass(frozen=True)
class Recovery:
    """What comes back after a default of one cause.

    Attributes
    ----------
    parts : tuple of float
        Of the exposure at default, undiscounted, what each `Source` pays, in their order; together
        at most 1.
    discount : float
        Worth at default of one unit recovered, 0-1.
    lgd_share : float
        Loss given default, from the floor to 1.
    """

    parts: tuple[float, ...]
    discount: float
    lgd_share: float

    @property
    def shares(self) -> dict[Source, float]:
        """`parts` by name."""
        return dict(zip(Source, self.parts, strict=True))


def recover(
    cause: Cause, ead_minor: int, security: Security, contract_rate: float, rules: LossRules
) -> Recovery:
    """Run the waterfall for one cause.

    ``LGD = min(1, max(floor, 1 - sum(R_k) / EAD x (1 + r)^(-days / 365) + workout))``, each ``R_k``
    at most what the sources before it left.

    Parameters
    ----------
    ead_minor : int
        Exposure at default, above 0.
    contract_rate : float
        Rate for a year at which recoveries are discounted, 0 or more.
    """
    rates = rules.causes[cause]
    excluded = cause in rules.insurance_excludes
    parts = _in_order(float(ead_minor), security, rates, insured=not excluded)
    discount = pow(1.0 + contract_rate, -rates.recover_days / 365.0)
    lost = 1.0 - sum(parts) * discount + rules.workout_share
    return Recovery(parts, discount, min(1.0, max(rules.floor_share, lost)))


def _in_order(
    ead: float, security: Security, rates: CauseRates, *, insured: bool
) -> tuple[float, ...]:
    """What each source pays of the exposure, 0-1; expectations, so not rounded."""
    claim = security.face_minor * (1.0 - security.dilution_share)
    buyer = min(ead, claim * rates.buyer_share)
    left = ead - buyer
    reserve = min(left, float(security.reserve_minor))
    recourse = min(left - reserve, security.recourse_share * left * rates.supplier_share)
    left -= reserve + recourse
    after_buyer = left
    for one in security.guarantees:
        promised = left if one.cap_minor is None else min(left, one.cap_minor)
        left -= one.covered_share * promised * (1.0 - one.default_share) * one.pays_share
    guaranteed, after_guarantees = after_buyer - left, left
    for policy in security.insurances if insured else ():
        covered = left if policy.limit_minor is None else min(left, policy.limit_minor)
        left -= policy.insured_share * (1.0 - policy.deductible_share) * covered
    insurance, after_insurance = after_guarantees - left, left
    for thing in security.collaterals:
        left -= min(left, thing.value_minor * (1.0 - thing.haircut_share) * thing.perfection_share)
    collateral = after_insurance - left
    paid = (buyer, reserve, recourse, guaranteed, insurance, collateral)
    return tuple(amount / ead for amount in paid)
