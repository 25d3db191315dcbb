"""What an open financing may lose, from what is seen of it today.

The same waterfall as at the offer (`lending.offer_terms`), for what is still out: a limit that is
lower today doesn't make smaller what was lent, and the claims that this financing itself was drawn
on stand behind it.
"""

from __future__ import annotations

from dataclasses import dataclass

from features.circumstances.request_seen import Circumstances
from lending.cause_shares import cause_shares
from lending.cover_acting import covers_of, least_loss, security_of
from lending.loss import Exposure, Loss, exposure_at_default
from lending.loss_rules import LossRules
from lending.offered_claims import cash_control, past_of, receivables_of
from lending.price import Cover
from lending.terms import TermsTable


@dataclass(frozen=True)
class StillOut:
    """What is out of a financing.

    Attributes
    ----------
    out_minor : int
        Not repaid, above 0.
    days_left : int
        To maturity; 0 where it has passed.
    rate : float or None
        Of its contract, for a year; None takes the reference rate.
    """

    out_minor: int
    days_left: int
    rate: float | None


def in_life_loss(seen: Circumstances, out: StillOut, pd_maturity: float, table: TermsTable) -> Loss:
    """Expected loss of what is out.

    Parameters
    ----------
    seen : Circumstances
        Of the financing's own receivables, today.
    pd_maturity : float
        Probability of default until 90 days past maturity, 0-1; 1 in default.
    """
    rules = table.loss
    claims = receivables_of(seen)
    owed = sum(one.face_minor for one in claims if one.out is None)
    days = max(1, out.days_left)
    horizon = days + rules.days_to_default
    rate = table.price.reference_rate if out.rate is None else min(out.rate, 1.0)
    exposure = Exposure(out.out_minor, days, rate)
    past = past_of(seen.pair, table.advance)
    diluted = rules.unknown_dilution_share if past is None else past.dilution_share
    confirmed = sum(
        one.face_minor for one in claims if one.confirmation >= table.advance.confirmed_from
    )
    faces = sum(one.face_minor for one in claims)
    chances = cause_shares(
        rules.cause_shares,
        recourse=seen.recourse is True,
        confirmed_share=confirmed / faces if faces else 0.0,
        controlled=seen.notified is True or cash_control(seen.account) > 0,
    )
    return least_loss(
        pd_maturity,
        exposure,
        security_of(seen, owed, diluted, horizon, rules),
        chances,
        instead=_covers(seen, horizon, exposure, rules),
        rules=rules,
    ).loss


def _covers(seen: Circumstances, horizon: int, exposure: Exposure, rules: LossRules) -> list[Cover]:
    return covers_of(seen.guarantees, horizon, exposure_at_default(exposure, rules), rules)
