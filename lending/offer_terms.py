"""The terms of an offer: everything of this room put together, from risk and live facts alone."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from itertools import compress

from features.circumstances.request_seen import Circumstances
from lending.capital import Capital
from lending.cause_shares import cause_shares
from lending.cover_acting import Acting, covers_of, fees_rate, least_loss, security_of
from lending.default_risk import NoTerms, Risk
from lending.frozen import frozen
from lending.limit import Lines
from lending.loss import Exposure, exposure_at_default
from lending.loss_rules import Cause
from lending.obligor import Obligor, is_purchase, least_capital, obligor_of
from lending.offer_amount import Amount, amount_of
from lending.offered_claims import cash_control
from lending.price import Price, Priced, price
from lending.terms import TermsTable
from models.facility import over_days

NO_LINES = Lines()


class Assumed(StrEnum):
    """What wasn't known, so that the rules stand in."""

    RECOURSE = "recourse"
    PRODUCT = "product"
    CONTROL = "notification_and_account"
    FACE = "face"
    DUE_DATES = "due_dates"
    PAST = "past_of_the_pair"
    DELAY = "delay_of_the_buyer"
    CAUSES = "causes_of_default"
    OBLIGOR = "pd_of_the_obligor"
    SALES = "sales_of_the_obligor"


ASSUMED = tuple(Assumed)


@frozen
class OfferTerms:
    """What could be lost, what that ties up, what it costs, how much and for how long.

    Attributes
    ----------
    amount : Amount
    priced_minor : int
        What loss, capital and price are of: the amount offered; where that is 0, what is asked
        for, else the claims, so that a reader sees why.
    pd_horizon : float
        Probability of default until 90 days after the maturity offered, 0-1.
    exposure : Exposure
    acting : Acting
        The expected loss, and how cover acts on it.
    obligor : Obligor
    capital : Capital
    capital_by : str or None
        Ref of the guarantor in the debtor's place in capital.
    price : Price
    assumed : tuple of Assumed
    """

    amount: Amount
    priced_minor: int
    pd_horizon: float
    exposure: Exposure
    acting: Acting
    obligor: Obligor
    capital: Capital
    capital_by: str | None
    price: Price
    assumed: tuple[Assumed, ...]


def terms_of(
    risk: Risk,
    seen: Circumstances,
    table: TermsTable,
    lines: Lines = NO_LINES,
) -> OfferTerms:
    """The terms of one request.

    The exposure's interest and the discount of recoveries are at the reference rate: the price
    isn't known yet.

    Parameters
    ----------
    lines : Lines
        Lines of the buyer, its group and the supplier.

    Raises
    ------
    NoTerms
        Where no amount is asked for and no face is known.
    """
    amount = amount_of(seen, table, lines)
    priced, rules = _priced_minor(amount), table.loss
    days = max(1, amount.tenor.days)
    horizon = days + rules.days_to_default
    free = amount.free_minor
    pd_horizon = over_days(risk.pd_maturity, risk.horizon_days, horizon)
    diluted = rules.unknown_dilution_share if amount.past is None else amount.past.dilution_share
    exposure = Exposure(priced, days, table.price.reference_rate)
    ead = exposure_at_default(exposure, rules)
    acting = least_loss(
        pd_horizon,
        exposure,
        security_of(seen, free, diluted, horizon, rules),
        _chances(risk, seen, amount, table),
        instead=covers_of(seen.guarantees, horizon, ead, rules),
        rules=rules,
    )
    own = _own_pd(risk, seen, purchased=is_purchase(seen, table.capital))
    obligor = obligor_of(
        seen,
        pd_12m=risk.pd_12m if own is None else own,
        tenor_days=days,
        ead_minor=ead,
        claims_minor=free,
        table=table,
    )
    capital, capital_by = least_capital(seen, obligor, diluted, ead, table)
    asked = Priced(
        amount_minor=priced,
        tenor_days=days,
        pd_horizon=pd_horizon,
        lgd_share=acting.loss.given_default.lgd_share,
        capital_share=min(1.0, capital.total_share),
        dilution_minor=acting.loss.dilution_minor,
        cover=acting.cover,
        premium_rate=fees_rate(seen.guarantees),
        in_lgd=tuple(one.ref for one in acting.security.guarantees),
    )
    return OfferTerms(
        amount=amount,
        priced_minor=priced,
        pd_horizon=pd_horizon,
        exposure=exposure,
        acting=acting,
        obligor=obligor,
        capital=capital,
        capital_by=capital_by,
        price=price(asked, table.price, table.capital.capital_ratio),
        assumed=_assumed(risk, seen, amount, obligor),
    )


def _priced_minor(amount: Amount) -> int:
    priced = amount.offered_minor or amount.asked_minor
    priced = priced or sum(one.face_minor for one in amount.claims)
    if priced <= 0:
        raise NoTerms(
            "no amount is asked for, and no face is known",
            field="amount_requested_minor",
            remedy="ask for an amount, or tell the faces of the receivables",
        )
    return priced


def _chances(
    risk: Risk, seen: Circumstances, amount: Amount, table: TermsTable
) -> Mapping[Cause, float]:
    """Those of the model, else the shares of practice."""
    if risk.causes is not None:
        return risk.causes
    least, claims = table.advance.confirmed_from, amount.claims
    owed = sum([one.face_minor for one in claims])
    confirmed = sum([one.face_minor for one in claims if one.confirmation >= least])
    return cause_shares(
        table.loss.cause_shares,
        recourse=seen.recourse is True,
        confirmed_share=confirmed / owed if owed else 0.0,
        controlled=_controlled(seen),
    )


def _controlled(seen: Circumstances) -> bool:
    return seen.notified is True or cash_control(seen.account) > 0


def _own_pd(risk: Risk, seen: Circumstances, *, purchased: bool) -> float | None:
    """The obligor's own probability, by its model, else its rating."""
    if purchased:
        return seen.buyer.pd_12m if risk.buyer_pd_12m is None else risk.buyer_pd_12m
    return seen.supplier.pd_12m if risk.supplier_pd_12m is None else risk.supplier_pd_12m


def _assumed(
    risk: Risk, seen: Circumstances, amount: Amount, obligor: Obligor
) -> tuple[Assumed, ...]:
    found = (
        seen.recourse is None,
        seen.product is None,
        seen.notified is None and seen.account is None,
        any(one.face_minor is None and one.owed_minor is None for one in seen.claims),
        all(one.due_on is None for one in amount.claims),
        amount.past is None,
        seen.pair.delay_p75_days is None,
        risk.causes is None,
        _own_pd(risk, seen, purchased=obligor.buyer) is None,
        obligor.debtor.sales is None,
    )
    return tuple(compress(ASSUMED, found))
