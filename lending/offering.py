"""A request answered with its terms: from risk and live facts to a decision, in one call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from features.circumstances.request_seen import Circumstances
from lending.decision import Estimates, Offer, decide
from lending.default_risk import NoTerms, Risk
from lending.frozen import frozen
from lending.limit import Lines
from lending.offer_terms import OfferTerms, terms_of
from lending.pack import Pack
from lending.policy.outcomes import Decision
from models.assessment import Assessment
from models.event import Event
from models.facility import Facility

NOBODY: Mapping[str, float] = {}


@frozen
class Offered:
    """A decision with the terms behind it.

    Attributes
    ----------
    offer : Offer
    terms : OfferTerms or None
        Of what is offered, or would be but for its price; else of what is asked for. None where the
        event is no default, or there is no amount to work them out for.
    """

    offer: Offer
    terms: OfferTerms | None


def offered(
    assessment: Assessment,
    event: Event,
    facility: Facility | None,
    seen: Circumstances,
    pack: Pack,
    *,
    parties_pd_12m: Mapping[str, float] = NOBODY,
) -> Offered:
    """Decide on a request and work out its terms, from these arguments alone.

    Parameters
    ----------
    facility : Facility or None
        The financing's probabilities of default; None where the event is no default.
    parties_pd_12m : mapping of str to float
        Under ``buyer`` and ``supplier``, by models of theirs.

    Raises
    ------
    PackRefused
        Where the pack's matrix has no bands for the event's kind.
    """
    if facility is None:
        return Offered(decide(assessment, event, seen, pack, _beside(assessment)), None)
    risk = Risk(
        event,
        facility.pd_maturity,
        facility.pd_12m,
        facility.horizon_days,
        parties_pd_12m.get("buyer"),
        parties_pd_12m.get("supplier"),
    )
    terms = _terms(risk, seen, pack)
    beside = _beside(assessment, facility, terms)
    offer = decide(assessment, event, seen, pack, beside)
    if terms is not None and offer.decision is Decision.APPROVE_REDUCED:
        # rules may cap amount and tenor below the limit: terms, and whether they pay for the risk,
        # are those of what is offered
        terms = _terms(risk, _countered(seen, offer), pack)
        gap_rate = None if terms is None else terms.price.gap_rate
        if gap_rate != beside.gap_rate:
            offer = decide(assessment, event, seen, pack, replace(beside, gap_rate=gap_rate))
    return Offered(offer, terms)


def _beside(
    assessment: Assessment, facility: Facility | None = None, terms: OfferTerms | None = None
) -> Estimates:
    """Of the interval the end that more examples would move: the rest of it is the same for all."""
    interval = assessment.interval
    return Estimates(
        upper=None if interval is None else interval.learned_high,
        pd_12m=None if facility is None else facility.pd_12m,
        limit_minor=None if terms is None else _most_minor(terms),
        gap_rate=None if terms is None else terms.price.gap_rate,
    )


def _terms(risk: Risk, seen: Circumstances, pack: Pack) -> OfferTerms | None:
    try:
        return terms_of(risk, seen, pack.terms.table, _lines(pack, seen))
    except NoTerms:
        return None


def _most_minor(terms: OfferTerms) -> int:
    """The limit; nothing where no day is left to lend over."""
    return terms.amount.limit.amount_minor if terms.amount.tenor.days else 0


def _lines(pack: Pack, seen: Circumstances) -> Lines:
    lines = pack.policy.lines
    return Lines(
        buyer_minor=lines.of_buyer(seen.buyer.ref),
        group_minor=lines.group_minor,
        single_name_minor=lines.single_name_minor,
    )


def _countered(seen: Circumstances, offer: Offer) -> Circumstances:
    """The request as it is answered."""
    return replace(
        seen,
        amount_requested_minor=offer.advance_minor,
        tenor_days=seen.tenor_days if offer.tenor_days is None else offer.tenor_days,
    )
