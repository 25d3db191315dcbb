"""Open financings scored again: the same call as at the decision, as of today and as of then.

Both by the same bundle, so that a difference is the credit's and not the model's. Then is the last
instant before the money was drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Engine

from features.pipeline import Progress, silent
from ledger.clocks import start_of_day
from ledger.tenants import Book
from lending.default_risk import NoTerms, terms_refused
from lending.loss import Loss
from lending.pack import Pack
from lending.portfolio.in_life_loss import StillOut, in_life_loss
from models.bundle import Bundle
from models.scale import DEFAULTED, GRADES
from scoring.asking import MOST_RECEIVABLES, Mode, Request
from scoring.gather import gather
from scoring.party_models import NO_PARTIES, PartyModels
from scoring.path import MEASURED_BY, Scored, describe, relations_for, score, with_sources
from scoring.portfolio.open_book import OpenBook, OpenFinancing

ROWS_AT_ONCE = 2_000
"""Requests described together: what memory holds at a time beside the facts."""

DEFAULT_DAYS = 90
MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Scorer:
    """What scores: a bundle of default, a policy pack for its terms, models of the parties."""

    bundle: Bundle
    pack: Pack
    parties: PartyModels = NO_PARTIES


@dataclass(frozen=True)
class Standing:
    """What a score says.

    Attributes
    ----------
    pd_maturity, pd_12m : float
        Until 90 days past maturity, and over twelve months; 1 in default.
    grade : str
        ``1`` to ``16``, or ``D`` from 90 days past maturity on.
    """

    pd_maturity: float
    pd_12m: float
    grade: str

    @property
    def notch(self) -> int:
        """The grade as a number; D is one beyond the last."""
        return GRADES + 1 if self.grade == DEFAULTED else int(self.grade)


@dataclass(frozen=True)
class InLife:
    """A financing as it is seen today, beside what was seen before it was drawn.

    Attributes
    ----------
    current, before : Standing
    loss : Loss
        Expected of what is out.
    buyer_sales_minor : int or None
        Of the last known year.
    """

    current: Standing
    before: Standing
    loss: Loss
    buyer_sales_minor: int | None

    @property
    def fell(self) -> int:
        """Notches by which the grade fell; below 0 where it rose."""
        return self.current.notch - self.before.notch


def rescored(
    engine: Engine, book: Book, opened: OpenBook, scorer: Scorer, progress: Progress = silent
) -> dict[str, InLife]:
    """Score every open financing that names receivables, by its key.

    Left out are those made elsewhere, and those without a receivable that was known when they were
    drawn.

    Raises
    ------
    NoTerms
        Where the bundle's event is no default.
    """
    refused = terms_refused(scorer.bundle.card.event)
    if refused:
        raise NoTerms(
            refused, field="bundle", remedy="name a bundle whose event is of kind default"
        )
    asked = [one for one in opened.financings if _known(one)]
    requests = [_today(one, opened.day, book) for one in asked]
    requests += [_before_drawn(one, book) for one in asked]
    answers = _answers(engine, book, requests, scorer, progress)
    seen = [_seen_today(one, opened.day, next(answers), scorer.pack) for one in asked]
    return {
        one.ref: InLife(current, _standing(then), loss, sales)
        for one, (current, loss, sales), then in zip(asked, seen, answers, strict=True)
    }


def _answers(
    engine: Engine, book: Book, requests: Sequence[Request], scorer: Scorer, progress: Progress
) -> Iterator[Scored]:
    if not requests:
        return
    relations = relations_for(scorer.bundle, scorer.parties)
    every = with_sources(relations, MEASURED_BY)
    gathered = gather(engine, book, book.last_seq, requests, relations=every)
    for start in range(0, len(requests), ROWS_AT_ONCE):
        progress("scoring again", start, len(requests))
        some = requests[start : start + ROWS_AT_ONCE]
        described = describe(gathered, some, relations=relations, also=MEASURED_BY)
        yield from score(gathered, described, scorer.bundle, scorer.pack, scorer.parties)


def _known(one: OpenFinancing) -> bool:
    return 0 < len(_receivables(one)) <= MOST_RECEIVABLES


def _receivables(one: OpenFinancing) -> tuple[str, ...]:
    """Those known before it was drawn."""
    return tuple(key for key, known in one.receivables.items() if known <= one.drawn_on)


def _today(one: OpenFinancing, day: date, book: Book) -> Request:
    return _asked(one, start_of_day(day, book.tz), one.out_minor, (one.matures_on - day).days)


def _before_drawn(one: OpenFinancing, book: Book) -> Request:
    as_of = start_of_day(one.drawn_on, book.tz) - MOMENT
    days = (one.matures_on - one.drawn_on).days
    return _asked(one, as_of, one.principal_minor, days)


def _asked(one: OpenFinancing, as_of: datetime, minor: int, days: int) -> Request:
    return Request(
        request_id=one.ref,
        supplier=one.supplier,
        buyer=one.buyer,
        receivables=_receivables(one),
        as_of=as_of,
        amount_requested_minor=minor,
        mode=Mode.BACKTEST,
        product=one.product,
        tenor_days=max(1, days),
        recourse=one.recourse,
        notified=one.notified,
        account=one.account,
    )


def _seen_today(
    one: OpenFinancing, day: date, scored: Scored, pack: Pack
) -> tuple[Standing, Loss, int | None]:
    """What is seen of it, what it may lose, and its buyer's sales."""
    found = _standing(scored)
    if one.days_past_due(day) >= DEFAULT_DAYS:
        found = Standing(1.0, 1.0, DEFAULTED)
    out = StillOut(one.out_minor, max(0, (one.matures_on - day).days), one.rate)
    loss = in_life_loss(scored.seen, out, found.pd_maturity, pack.terms.table)
    return found, loss, scored.seen.buyer.annual_sales_minor


def _standing(scored: Scored) -> Standing:
    risk = scored.facility
    if risk is None:  # `rescored` refuses such a bundle
        raise NoTerms("the bundle tells no default", field="bundle")
    return Standing(risk.pd_maturity, risk.pd_12m, risk.grade.name)
