"""Past requests answered twice: by the bundle and pack of one side, and by those of the other.

Each is scored as it would have been at its own instant, by the call that answers every request.
Exposures are those of the past as it really was, not as the other policy would have made it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine

from features.catalogue import relations_of
from features.pipeline import Progress, silent
from ledger.faults import Fault
from ledger.tenants import Book
from lending.decision import Estimates, band_of
from lending.default_risk import NoTerms, terms_refused
from lending.offer_terms import OfferTerms
from lending.pack import Pack
from lending.policy.outcomes import Decision, Scope, Severity
from models.bundle import Bundle
from scoring.asking import Request
from scoring.batch import SHOW_EVERY
from scoring.gather import gather
from scoring.path import MEASURED_BY, Scored, describe, score, with_sources

APPROVED = (Decision.APPROVE, Decision.APPROVE_REDUCED)
ACTING = (Severity.BLOCK, Severity.REFER, Severity.COUNTER)


class OtherEvent(Fault):
    """Two bundles that foresee different events: their probabilities can't be compared."""

    code = "other-event"


@dataclass(frozen=True)
class Side:
    """What answers: a bundle of default, and a policy pack."""

    bundle: Bundle
    pack: Pack


@dataclass(frozen=True)
class Earning:
    """What an advance brings by the pack's own terms, in minor units; all 0 where nothing is lent.

    Attributes
    ----------
    income : float
        ``amount x (offered rate + subsidy) x days / 365``.
    funding, costs : float
        The same of the funding rate with its liquidity, and of the rates of costs and of cover.
    expected_loss : float
        Of default and of dilution, as the price counts them.
    given_default : float
        What would be lost if it defaulted.
    capital : float
        The charge for capital; not part of the profit.
    """

    income: float = 0.0
    funding: float = 0.0
    costs: float = 0.0
    expected_loss: float = 0.0
    given_default: float = 0.0
    capital: float = 0.0


NOTHING = Earning()


@dataclass(frozen=True)
class Answer:
    """One side's answer to a request.

    Attributes
    ----------
    decision, by_band : Decision
        The answer, and what the band of the probability answers by itself.
    pd_maturity, pd_12m : float
    grade : str
    amount_minor : int
        What would be advanced; 0 where nothing would.
    rate : float or None
        Offered for a year; None where nothing is.
    days : int
        Tenor of the terms.
    earning : Earning
    rules : frozenset of (str, Severity)
        Names of the rules that act on the request, as ``RK05.disputed``.
    because : tuple of str
        Codes of what else made the answer.
    reasons : tuple of str
        Families that raise the risk most, the first the most.
    """

    decision: Decision
    by_band: Decision
    pd_maturity: float
    pd_12m: float
    grade: str
    amount_minor: int
    rate: float | None
    days: int
    earning: Earning
    rules: frozenset[tuple[str, Severity]]
    because: tuple[str, ...]
    reasons: tuple[str, ...]

    @property
    def approves(self) -> bool:
        """Whether the machine lends, in full or less."""
        return self.decision in APPROVED


def answers(
    engine: Engine,
    book: Book,
    requests: Sequence[Request],
    sides: tuple[Side, Side],
    progress: Progress = silent,
) -> Iterator[tuple[Answer, Answer]]:
    """Yield both sides' answers to each request, in order.

    Raises
    ------
    NoTerms
        Where a bundle's event is no default.
    OtherEvent
        Where the bundles foresee different events.
    UnknownParty, UnknownReceivable
    """
    _require_comparable(sides)
    relations = relations_of({name for side in sides for name in side.bundle.feature_names})
    every = with_sources(relations, MEASURED_BY)
    gathered = gather(engine, book, book.last_seq, requests, relations=every)
    described = describe(
        gathered, requests, relations=relations, also=MEASURED_BY, progress=progress
    )
    both = (score(gathered, described, side.bundle, side.pack) for side in sides)
    for done, pair in enumerate(zip(*both, strict=True)):
        if done % SHOW_EVERY == 0:
            progress("both sides", done, len(requests))
        first, second = (answer_of(one, side) for one, side in zip(pair, sides, strict=True))
        yield first, second


def _require_comparable(sides: tuple[Side, Side]) -> None:
    for side, field in zip(sides, ("bundle", "other_bundle"), strict=True):
        if refused := terms_refused(side.bundle.card.event):
            raise NoTerms(
                refused, field=field, remedy="name a bundle whose event is of kind default"
            )
    base, other = (side.bundle.card.event for side in sides)
    if base.days != other.days:
        raise OtherEvent(
            f"one bundle foresees that {base.en} ({base.days} days), the other that {other.en} "
            f"({other.days} days)",
            field="other_bundle",
            remedy="name two bundles of the same event",
        )


def answer_of(scored: Scored, side: Side) -> Answer:
    """What a score says, as far as sides are compared by it."""
    offer, terms, risk = scored.offer, scored.terms, scored.facility
    if risk is None:  # refused before
        raise NoTerms("the bundle tells no default", field="bundle")
    matrix, event = side.pack.policy.matrix, side.bundle.card.event
    band = band_of(matrix, scored.assessment.probability, event, Estimates(pd_12m=risk.pd_12m))
    amount = offer.advance_minor or 0
    lends = terms is not None and amount > 0
    return Answer(
        decision=offer.decision,
        by_band=matrix.bands[band].nothing,
        pd_maturity=risk.pd_maturity,
        pd_12m=risk.pd_12m,
        grade=risk.grade.name,
        amount_minor=amount,
        rate=terms.price.offered_rate if terms is not None and lends else None,
        days=0 if terms is None else terms.amount.tenor.days,
        earning=earning_of(terms, amount) if terms is not None and lends else NOTHING,
        rules=frozenset(
            (f"R{rule.code}.{rule.case}" if rule.case else f"R{rule.code}", rule.severity)
            for rule in offer.rules
            if rule.severity in ACTING and rule.scope is not Scope.SOURCE
        ),
        because=tuple(why.code for why in offer.because),
        reasons=tuple(reason.code for reason in scored.adverse),
    )


def earning_of(terms: OfferTerms, amount_minor: int) -> Earning:
    """What an advance brings by its terms."""
    price = terms.price
    over = amount_minor * terms.amount.tenor.days / 365.0
    return Earning(
        income=over * (price.offered_rate + price.subsidy_rate),
        funding=over * price.funding_rate,
        costs=over * (price.cost_rate + price.fee_rate),
        expected_loss=over * (price.loss_rate + price.dilution_rate),
        given_default=amount_minor * terms.acting.loss.given_default.lgd_share,
        capital=over * price.capital_rate,
    )
