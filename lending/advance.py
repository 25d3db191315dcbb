"""Advance rate: the part of an eligible receivable that is advanced, and what holds it down.

Reserves as rating agencies set them (domain.md section 3.6, decisions 7 and 8). The rate is exact
to six decimals, rounded down, for it meets money.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum

from lending.bounds import share, up_minor, whole, within
from lending.eligible import Counted, Receivable
from lending.frozen import frozen
from lending.terms import AdvanceRules

MILLION = 1_000_000
LEAST_DILUTION = 0.001
"""Below it a mean is too near 0 to divide by."""


class Bound(StrEnum):
    """What sets the advance rate."""

    CAP = "cap"
    RESERVES = "reserves"


@frozen
class Past:
    """How receivables of this pair went, as shares 0-1.

    Attributes
    ----------
    dilution_share, peak_dilution_share : float
        Mean dilution of 12 months and the highest of three months (ED, DS).
    default_share : float or None
        Highest default ratio of three months; None where it isn't known.
    dilution_horizon, loss_horizon : float
        Sales over the horizon in which dilution, and loss, shows, by the eligible balance (DHR,
        LHR); 0-10.
    """

    dilution_share: float
    peak_dilution_share: float
    default_share: float | None
    dilution_horizon: float = 1.0
    loss_horizon: float = 1.0

    def __post_init__(self) -> None:
        share("dilution_share", self.dilution_share)
        share("peak_dilution_share", self.peak_dilution_share)
        if self.default_share is not None:
            share("default_share", self.default_share)
        within("dilution_horizon", self.dilution_horizon, 0.0, 10.0)
        within("loss_horizon", self.loss_horizon, 0.0, 10.0)


@frozen
class AdvanceRate:
    """How much of what counts is advanced.

    Attributes
    ----------
    share_ppm : int
        In millionths.
    cap_share : Decimal
        The cap that applied.
    dilution_reserve, loss_reserve, fee_reserve : float
        Shares taken off; those of an unknown past are the rules' own.
    bound : Bound
    past_known : bool
    """

    share_ppm: int
    cap_share: Decimal
    dilution_reserve: float
    loss_reserve: float
    fee_reserve: float
    bound: Bound
    past_known: bool

    @property
    def share(self) -> Decimal:
        """0-1, six decimals."""
        return Decimal(self.share_ppm) / MILLION


def dilution_reserve(past: Past, stress_factor: float) -> float:
    """``(SF x ED + max(0, DS - ED) x DS / max(ED, .001)) x DHR``."""
    mean, peak = past.dilution_share, past.peak_dilution_share
    swing = max(0.0, peak - mean) * peak / max(mean, LEAST_DILUTION)
    return (stress_factor * mean + swing) * past.dilution_horizon


def advance_rate(
    past: Past | None,
    *,
    confirmation: int,
    cash_control: int,
    fee_reserve: float,
    rules: AdvanceRules,
) -> AdvanceRate:
    """The rate for one receivable: ``min(cap, 1 - dilution - loss - fee reserves)``, at least 0.

    Parameters
    ----------
    past : Past or None
        None where too little is known; the cap is then the ordinary one, the reserves the rules',
        as the loss reserve is where only the default ratio isn't known.
    confirmation : int
        Its own, 0-4: by the weakest of a request, splitting one would raise what it carries.
    cash_control : int
        0 none, 1 an agreed account, 2 the lender's own.
    fee_reserve : float
        Interest and fees to come, as a share of the receivable, 0-1; the same for all of a pair,
        for the same reason.
    """
    share("fee_reserve", fee_reserve)
    whole("confirmation", confirmation)
    whole("cash_control", cash_control)
    diluted, lost = rules.unknown_dilution_reserve_share, rules.unknown_loss_reserve_share
    if past is not None:
        diluted = dilution_reserve(past, rules.stress_factor)
        if past.default_share is not None:
            lost = rules.stress_factor * past.default_share * past.loss_horizon
    cap = _cap(past, confirmation, cash_control, rules)
    reserved = up_minor((diluted + lost + fee_reserve) * MILLION)
    left, most = max(0, MILLION - reserved), int(cap * MILLION)
    return AdvanceRate(
        share_ppm=min(most, left),
        cap_share=cap,
        dilution_reserve=diluted,
        loss_reserve=lost,
        fee_reserve=fee_reserve,
        bound=Bound.CAP if most <= left else Bound.RESERVES,
        past_known=past is not None,
    )


def advance_rates(
    receivables: Sequence[Receivable],
    past: Past | None,
    *,
    cash_control: int,
    fee_reserve: float,
    rules: AdvanceRules,
) -> tuple[AdvanceRate, ...]:
    """`advance_rate` of each receivable, in the order given."""
    least = rules.confirmed_from  # what is below it is all alike
    levels = [least if one.confirmation >= least else 0 for one in receivables]
    by_level = {
        level: advance_rate(
            past,
            confirmation=level,
            cash_control=cash_control,
            fee_reserve=fee_reserve,
            rules=rules,
        )
        for level in set(levels)
    }
    return tuple(by_level[level] for level in levels)


def base_minor(
    receivables: Sequence[Receivable],
    counted: Counted,
    rates: Sequence[AdvanceRate],
    uncovered_minor: int = 0,
) -> int:
    """What the receivables carry: ``E x adv - outstanding``, in minor units, at least 0.

    Rounded down and reduced by what is financed receivable by receivable, so that a request that is
    split carries what the whole carries, and not more.

    Parameters
    ----------
    rates : sequence of AdvanceRate
        One for each receivable: `advance_rates`.
    uncovered_minor : int
        What the supplier owes beyond what its other receivables carry, such as on one that was
        disputed after it was financed.
    """
    whole("uncovered_minor", uncovered_minor)
    each = zip(receivables, counted.amounts_minor, rates, strict=True)
    left = [amount * rate.share_ppm // MILLION - one.financed_minor for one, amount, rate in each]
    carried = sum([minor for minor in left if minor > 0])
    return max(0, carried - uncovered_minor)


def _cap(past: Past | None, confirmation: int, cash_control: int, rules: AdvanceRules) -> Decimal:
    if confirmation >= rules.confirmed_from and cash_control >= rules.controlled_from:
        return rules.cap_controlled_share
    if past is not None and past.dilution_share <= rules.low_dilution_share:
        return rules.cap_low_dilution_share
    return rules.cap_share
