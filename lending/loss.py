"""Loss: exposure at default, loss given default by cause, expected loss, dilution kept apart.

Formulas of domain.md section 3.3. Amounts are whole minor units, rounded up.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType

from lending.bounds import WrongTerms, share, up_minor, whole, within
from lending.frozen import frozen
from lending.loss_rules import Cause, LossRules
from lending.recovery import Promised, Security, losses_given

SUM_OF_CHANCES = 1e-9
"""By how much chances of causes may miss a sum of 1."""


@frozen
class Exposure:
    """What is lent, and what may still be drawn.

    Attributes
    ----------
    advance_minor : int
        Amount advanced, above 0.
    tenor_days : int
        Maturity less as_of, above 0.
    contract_rate : float
        Rate for a year, 0-1.
    undrawn_minor : int
        What the supplier may still draw.
    cancellable : bool
        The lender may cancel the undrawn part at any time, without a condition.
    """

    advance_minor: int
    tenor_days: int
    contract_rate: float
    undrawn_minor: int = 0
    cancellable: bool = True

    def __post_init__(self) -> None:
        whole("advance_minor", self.advance_minor, 1)
        whole("tenor_days", self.tenor_days, 1)
        whole("undrawn_minor", self.undrawn_minor)
        share("contract_rate", self.contract_rate)


@frozen
class LossGivenDefault:
    """What is lost of the exposure, 0-1.

    Attributes
    ----------
    lgd_share : float
        Mean over the causes.
    downturn_share : float
        The same with the add-on for a downturn, at most 1.
    by_cause : mapping of Cause to float
        Of those causes that have a chance; `lending.recovery.recover` tells who pays.
    """

    lgd_share: float
    downturn_share: float
    by_cause: Mapping[Cause, float]


@frozen
class Loss:
    """What is expected to be lost.

    Attributes
    ----------
    ead_minor : int
        Exposure at default.
    given_default : LossGivenDefault
    expected_minor : int
        ``PD x LGD x EAD`` up to the horizon of the PD.
    dilution_minor : int
        What credits, returns and set-off are expected to take; 0 with recourse, where the supplier
        bears it. Not part of `expected_minor`.
    """

    ead_minor: int
    given_default: LossGivenDefault
    expected_minor: int
    dilution_minor: int


def exposure_at_default(exposure: Exposure, rules: LossRules) -> int:
    """``advance + advance r (tenor + 90) / 360 + CCF undrawn``, in minor units, rounded up."""
    days = exposure.tenor_days + rules.days_to_default
    interest = exposure.advance_minor * exposure.contract_rate * days / rules.interest_year_days
    converted = (
        rules.undrawn_cancellable_share if exposure.cancellable else rules.undrawn_committed_share
    )
    return exposure.advance_minor + up_minor(interest + converted * exposure.undrawn_minor)


def loss_given_default(
    chances: Mapping[Cause, float],
    ead_minor: int,
    security: Security,
    contract_rate: float,
    rules: LossRules,
) -> LossGivenDefault:
    """Mean of the causes' losses, weighted by ``P(cause | default)``.

    Parameters
    ----------
    chances : mapping of Cause to float
        Chances of the causes given default; those left out have none. Sum 1.

    Raises
    ------
    WrongTerms
        Where a cause is unknown, a chance is no probability, or they don't add up to 1.
    """
    whole("ead_minor", ead_minor, 1)
    share("contract_rate", contract_rate)
    _add_up(chances, rules)
    causes = [cause for cause, chance in chances.items() if chance > 0.0]
    by_cause = losses_given(causes, ead_minor, Promised.by(security), contract_rate, rules)
    mean = min(1.0, sum([chances[cause] * lost for cause, lost in by_cause.items()]))
    return LossGivenDefault(mean, min(1.0, mean + rules.downturn_share), MappingProxyType(by_cause))


def expected_loss(
    pd_horizon: float,
    exposure: Exposure,
    security: Security,
    chances: Mapping[Cause, float],
    rules: LossRules,
) -> Loss:
    """Loss of one financing.

    Parameters
    ----------
    pd_horizon : float
        Probability of default up to maturity + 90 days, 0-1; of a bundle whose event is default.

    Raises
    ------
    WrongTerms
    """
    share("pd_horizon", pd_horizon)
    ead = exposure_at_default(exposure, rules)
    given = loss_given_default(chances, ead, security, exposure.contract_rate, rules)
    return Loss(
        ead_minor=ead,
        given_default=given,
        expected_minor=up_minor(pd_horizon * given.lgd_share * ead),
        dilution_minor=dilution_loss(security),
    )


def dilution_loss(security: Security) -> int:
    """Expected dilution of the face in minor units, rounded up; 0 where there is any recourse."""
    if security.recourse_share > 0.0:
        return 0
    return up_minor(security.dilution_share * security.face_minor)


class Stage(IntEnum):
    """IFRS 9 stage: performing, risk risen significantly, credit-impaired."""

    PERFORMING = 1
    RISEN = 2
    IMPAIRED = 3


def provision_days(stage: Stage, life_days: int) -> int:
    """Days over which a provision counts defaults: at most 365 in stage 1, else the whole life.

    For a life of less than a year stage 1 equals the lifetime, as IFRS 9 B5.5.43 has it. In stage 3
    the default has happened: its PD is 1.
    """
    within("life_days", life_days, 1, 36_500)
    return min(365, life_days) if stage is Stage.PERFORMING else life_days


def _add_up(chances: Mapping[Cause, float], rules: LossRules) -> None:
    if not chances.keys() <= rules.causes.keys():
        cause = min(chances.keys() - rules.causes.keys())
        raise WrongTerms(
            f"chances names {cause!r}, which is no cause",
            field=f"chances.{cause}",
            remedy=f"name causes out of {', '.join(rules.causes)}",
        )
    for cause, chance in chances.items():
        if not 0.0 <= chance <= 1.0:
            share(f"chances.{cause}", chance)
    total = sum(chances.values())
    if abs(total - 1.0) > SUM_OF_CHANCES:
        raise WrongTerms(
            f"chances add up to {total}: the causes of a default must add up to 1",
            field="chances",
            remedy="divide each chance by their sum",
        )
