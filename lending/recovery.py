"""The recovery waterfall: who pays after a default, in order, and each no more than what is left.

Recoveries are shares of the exposure at default, before discounting. Every source of one cause is
discounted over the same days: with days of their own a slow source in front of a quick one would
make cover cost money, and the law that more cover never raises the loss would not hold. A payer who
is slower than the cause's days belongs into its recovery share.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from math import inf, pow

from lending.bounds import once, share, whole
from lending.frozen import frozen
from lending.loss_rules import Cause, CauseRates, LossRules


class PaidBy(StrEnum):
    """Who pays, in the order of the waterfall (domain.md section 3.3)."""

    BUYER = "buyer"
    RESERVE = "reserve"
    RECOURSE = "recourse"
    GUARANTEE = "guarantee"
    INSURANCE = "insurance"
    COLLATERAL = "collateral"


@frozen
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


@frozen
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


@frozen
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


@frozen
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
        once("guarantees", [one.ref for one in self.guarantees])
        once("insurances", [one.ref for one in self.insurances])
        once("collaterals", [one.ref for one in self.collaterals])

    def without(self, guarantee: str) -> Security:
        """The same but for that guarantee."""
        return Security(
            self.face_minor,
            self.dilution_share,
            self.reserve_minor,
            self.recourse_share,
            tuple([one for one in self.guarantees if one.ref != guarantee]),
            self.insurances,
            self.collaterals,
        )


@frozen
class Recovery:
    """What comes back after a default of one cause.

    Attributes
    ----------
    parts : tuple of float
        Of the exposure at default, undiscounted, what each `PaidBy` pays, in their order; together
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
    def shares(self) -> dict[PaidBy, float]:
        """`parts` by name."""
        return dict(zip(PaidBy, self.parts, strict=True))


@frozen
class Promised:
    """What a security promises, worked out once for all causes; floats, for they are expectations.

    Attributes
    ----------
    claim, reserve, collateral : float
        The claim after dilution, cash, and collateral after haircut as far as perfected.
    recourse_share : float
    guarantees, insurances : tuple of (float, float)
        Of what is left up to the first, the second as a share.
    """

    claim: float
    reserve: float
    recourse_share: float
    guarantees: tuple[tuple[float, float], ...]
    insurances: tuple[tuple[float, float], ...]
    collateral: float

    @classmethod
    def by(cls, security: Security) -> Promised:
        """What it promises."""
        guarantees = [
            (
                inf if one.cap_minor is None else float(one.cap_minor),
                one.covered_share * (1.0 - one.default_share) * one.pays_share,
            )
            for one in security.guarantees
        ]
        insurances = [
            (
                inf if one.limit_minor is None else float(one.limit_minor),
                one.insured_share * (1.0 - one.deductible_share),
            )
            for one in security.insurances
        ]
        things = [
            one.value_minor * (1.0 - one.haircut_share) * one.perfection_share
            for one in security.collaterals
        ]
        claim = security.face_minor * (1.0 - security.dilution_share)
        return cls(
            claim,
            float(security.reserve_minor),
            security.recourse_share,
            tuple(guarantees),
            tuple(insurances),
            sum(things),
        )


def recover(
    cause: Cause, ead_minor: int, promised: Promised, contract_rate: float, rules: LossRules
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
    paid = _in_order(ead_minor, promised, rates, insured=cause not in rules.insurance_excludes)
    discount = pow(1.0 + contract_rate, -rates.recover_days / 365.0)
    lost = 1.0 - sum(paid) / ead_minor * discount + rules.workout_share
    lgd = min(1.0, max(rules.floor_share, lost))
    return Recovery(tuple(amount / ead_minor for amount in paid), discount, lgd)


def losses_given(
    causes: Iterable[Cause],
    ead_minor: int,
    promised: Promised,
    contract_rate: float,
    rules: LossRules,
) -> dict[Cause, float]:
    """Loss given default of each cause; of `recover` what is needed every time."""
    growth, excluded = 1.0 + contract_rate, rules.insurance_excludes
    least, workout, every = rules.floor_share, rules.workout_share, rules.causes
    found = {}
    for cause in causes:
        rates = every[cause]
        paid = _in_order(ead_minor, promised, rates, insured=cause not in excluded)
        discount = pow(growth, -rates.recover_days / 365.0)
        lost = 1.0 - sum(paid) / ead_minor * discount + workout
        found[cause] = 1.0 if lost > 1.0 else lost if lost > least else least
    return found


def _in_order(
    ead: float, promised: Promised, rates: CauseRates, *, insured: bool
) -> tuple[float, ...]:
    """What each source pays, in minor units.

    Runs nine times for an offer: what is left is compared in place, without a call.
    """
    buyer = promised.claim * rates.buyer_share
    if buyer >= ead:
        return float(ead), 0.0, 0.0, 0.0, 0.0, 0.0
    left = ead - buyer
    reserve = promised.reserve if promised.reserve < left else left
    recourse = promised.recourse_share * left * rates.supplier_share
    left -= reserve
    recourse = recourse if recourse < left else left
    left -= recourse
    guaranteed = insurance = 0.0
    for most, part in promised.guarantees:
        pays = part * (most if most < left else left)
        guaranteed += pays
        left -= pays
    for most, part in promised.insurances if insured else ():
        pays = part * (most if most < left else left)
        insurance += pays
        left -= pays
    collateral = promised.collateral if promised.collateral < left else left
    return buyer, reserve, recourse, guaranteed, insurance, collateral
