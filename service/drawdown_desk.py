"""The desk where offers are held, drawn and given back. Blocking; runs in a thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from ledger.asked_amounts import LONGEST
from ledger.clocks import day_of
from ledger.database import reading
from ledger.idempotency import Given, RequestKey, given_before, once
from ledger.overrides import last_override
from ledger.principals import Principal
from ledger.records import read_record
from ledger.tenants import book
from lending.decision import draw
from lending.policy.outcomes import Decision, Severity
from lending.rules import Fired
from scoring.brought import require_currency
from scoring.drawing import Taken, give_back, hold, pay_out
from scoring.offer_lookup import Looked, look
from scoring.reply import as_text
from scoring.standing_offer import StandingOffer, offer_of
from service.composition import Composition, Paying
from service.drawdown_bodies import DrawdownRequest, ReserveRequest
from service.refusals import DrawdownBlocked, Flaw, InvalidRequest

Json = dict[str, Any]

STOPS = (Severity.BLOCK, Severity.REFER, Severity.COUNTER)
"""What a rule of drawdown may do beside warning."""


@dataclass(frozen=True)
class Errand:
    """What somebody wants done with the offer of a score.

    Attributes
    ----------
    score : str
        Id of its record.
    now : datetime
        The server's clock, aware.
    key : RequestKey or None
        The same request with the same key gets the same bytes again, and nothing is done twice.
    """

    composition: Composition
    principal: Principal
    score: str
    now: datetime
    key: RequestKey | None

    def answered(self) -> bytes | None:
        """What the request was answered before; None where its key is new."""
        if self.key is None:
            return None
        with reading(self.composition.ledger()) as connection:
            before = given_before(connection, self.principal.tenant, self.key)
        return None if before is None else before.encode()

    def offer(self) -> tuple[Paying, StandingOffer]:
        """What the score offers, and what is needed to pay it out."""
        with reading(self.composition.ledger()) as connection:
            opened = book(connection, self.principal.tenant)
            record = read_record(connection, self.principal.tenant, self.score)
            last = last_override(connection, self.principal.tenant, self.score)
        paying = self.composition.paying(day_of(self.now, opened.tz))
        return paying, offer_of(record, opened.tz, last)

    def done(self, work: Callable[[Connection], Json]) -> bytes:
        """Do it and keep its answer in one transaction; or the answer of a twin that was faster."""

        def given(connection: Connection) -> Given:
            return Given(as_text(work(connection)))

        def unit(connection: Connection) -> str:
            if self.key is None:
                return given(connection).reply
            return once(connection, self.principal.tenant, self.key, self.now, given)

        return self.composition.committer().run(unit, self.principal.tenant).encode()


def reserve(errand: Errand, asked: ReserveRequest) -> bytes:
    """Hold an amount of an offer; raises what ``scoring.drawing.hold`` does."""
    if (before := errand.answered()) is not None:
        return before
    paying, offer = errand.offer()
    looked = _looked(errand, paying, offer, asked)
    lasts = LONGEST if asked.minutes is None else timedelta(minutes=asked.minutes)

    def work(connection: Connection) -> Json:
        taken = hold(connection, errand.principal, looked, lasts, errand.now)
        held = {"held_at": _iso(taken.at), "expires_at": _iso(taken.hold.expires_at)}
        return {**_amount(looked, "held"), **held, **_receivables(taken)}

    return errand.done(work)


def drawdown(errand: Errand, asked: DrawdownRequest) -> bytes:
    """Pay an amount of an offer out; raises what ``scoring.drawing.pay_out`` does.

    Raises
    ------
    DrawdownBlocked
        Where a rule of drawdown stops it.
    """
    if (before := errand.answered()) is not None:
        return before
    paying, offer = errand.offer()
    looked = _looked(errand, paying, offer, asked, _product(offer, asked))
    answer = draw(looked.seen, paying.pack)
    if answer.decision is not Decision.APPROVE:
        raise _blocked(answer.rules)

    def work(connection: Connection) -> Json:
        taken = pay_out(connection, errand.principal, looked, errand.now)
        return {
            **_amount(looked, "drawn"),
            "financing": offer.score,
            "drawn_at": _iso(taken.at),
            "drawn_on": day_of(taken.at, looked.tz).isoformat(),
            "matures_on": offer.matures_on.isoformat(),
            "product": looked.product,
            **_receivables(taken),
            "rules": [_told(rule) for rule in answer.rules],
            "pack": paying.pack.id,
        }

    return errand.done(work)


def give_up(errand: Errand) -> bytes:
    """Give back what is held for a score; raises what ``scoring.drawing.give_back`` does."""
    if (before := errand.answered()) is not None:
        return before
    with reading(errand.composition.ledger()) as connection:
        opened = book(connection, errand.principal.tenant)
        read_record(connection, errand.principal.tenant, errand.score)

    def work(connection: Connection) -> Json:
        was, at = give_back(connection, errand.principal, errand.score, errand.now)
        return {
            "score_id": errand.score,
            "state": "released",
            "was": was.state,
            "amount_minor": was.amount_minor,
            "currency": opened.base_currency,
            "released_at": _iso(at),
        }

    return errand.done(work)


def _looked(
    errand: Errand,
    paying: Paying,
    offer: StandingOffer,
    asked: ReserveRequest | DrawdownRequest,
    product: str | None = None,
) -> Looked:
    tenant = errand.principal.tenant
    with reading(paying.engine) as connection:
        require_currency(book(connection, tenant), asked.currency, "/currency")
    return look(
        paying.engine,
        offer,
        asked.amount_minor,
        paying.pack,
        errand.now,
        tenant=tenant,
        product=product,
        write=lambda work: paying.committer.submit(work, tenant),
        memory=paying.memory,
    )


def _product(offer: StandingOffer, asked: DrawdownRequest) -> str:
    """What is lent: as the score has it, or else as the drawing does."""
    scored = offer.request.product
    if scored is None and asked.product is None:
        flaw = Flaw("/product", "neither the score nor this names a product", "name one")
        raise InvalidRequest("no product is named", flaws=[flaw])
    if scored is not None and asked.product not in {None, scored}:
        flaw = Flaw("/product", "another product than was scored", "leave it out, or score anew")
        raise InvalidRequest("another product than was scored", flaws=[flaw])
    return scored or str(asked.product)


def _blocked(rules: Sequence[Fired]) -> DrawdownBlocked:
    flaws = [
        Flaw("", f"R{one.code}: {one.en} / {one.zh}", f"put it right first ({one.basis})")
        for one in rules
        if one.severity in STOPS
    ]
    return DrawdownBlocked(
        "rules of drawdown stop it", remedy="see errors; nothing was paid out", flaws=flaws
    )


def _amount(looked: Looked, state: str) -> Json:
    offer = looked.offer
    return {
        "score_id": offer.score,
        "state": state,
        "amount_minor": looked.amount_minor,
        "currency": offer.currency,
    }


def _receivables(taken: Taken) -> Json:
    parts: Mapping[str, int] = taken.spread.receivables
    told = [{"ref": ref, "amount_minor": parts[ref]} for ref in sorted(parts)]
    return {"receivables": told}


def _told(rule: Fired) -> Json:
    return {
        "code": f"R{rule.code}",
        "severity": rule.severity.value,
        "about": rule.about,
        "en": rule.en,
        "zh": rule.zh,
    }


def _iso(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")
