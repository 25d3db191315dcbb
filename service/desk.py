"""The desk: one request answered from first fact to stored record. Blocking; runs in a thread."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection

from ledger.clocks import day_of
from ledger.database import reading
from ledger.idempotency import Given, RequestKey, given_before, once
from ledger.ids import new_id
from ledger.pack_texts import keep_pack
from ledger.principals import Principal
from ledger.records import append_record, read_record
from ledger.tenants import Book, book, lock_book
from scoring.asking import Mode, Request
from scoring.brought import bring, require_currency
from scoring.in_life import in_life
from scoring.path import Scored
from scoring.recorded import Provenance
from scoring.reply import as_text, reply
from scoring.serving import Served, serve
from service.composition import Composition, Scoring
from service.discretion import discreet
from service.refusals import Flaw, InvalidRequest
from service.restating import Asking, answer_still, remember
from service.schemas import ScoreRequest
from service.shadowing import Answered

Json = dict[str, Any]


def answer(
    composition: Composition,
    principal: Principal,
    asked: ScoreRequest,
    body: str,
    now: datetime,
    *,
    key: RequestKey | None = None,
) -> bytes:
    """Answer a request.

    Facts brought along are written before the score, in one transaction; a decision is recorded
    after it, in another, and only then given. A score that fails in between leaves the facts,
    which are true without it: the same request, sent again, adds none.

    Parameters
    ----------
    body : str
        The request as received; kept in the record, without the names of natural persons.
    now : datetime
        The server's clock, aware.
    key : RequestKey or None
        The same request with the same key gets the same bytes again, without a second score.

    Returns
    -------
    bytes
        The reply as recorded: JSON in UTF-8.

    Raises
    ------
    Fault
        See ``problems.STATUS``.
    """
    with reading(composition.ledger()) as connection:
        opened = book(connection, principal.tenant)
        before = given_before(connection, principal.tenant, key) if key else None
    if before is not None:
        return before.encode()
    parts = composition.scoring(day_of(now, opened.tz))
    asking = Asking(principal, asked, body, now, key)
    again = answer_still(parts, asking)
    if again is not None:
        return again
    require_currency(opened, asked.currency, "/currency")
    as_of = instant_of(parts, principal, asked, now)
    with reading(parts.engine) as connection:
        opened = book(connection, principal.tenant)
        request = in_life(connection, opened, request_at(asked, as_of))
    served = _served(parts, opened, request, advice=asked.advice)
    scored = served.scored
    decided = asked.why is Mode.DECISION
    told = reply(
        scored,
        parts.bundle,
        parts.pack,
        score_id=new_id() if decided else None,
        currency=opened.base_currency,
    )
    parts.meters.scored(told)
    if decided:
        kept = partial(discreet, tenant=principal.tenant, asked=asked, body=body)
        work = recording(parts, principal, scored, request=kept, reply=told, now=now)
        given = _written(parts, principal, work, now, key)
        parts.packs_kept.add((principal.tenant, parts.pack.id))
        if given == as_text(told).encode():  # and not that of a twin
            record, by = told["score_id"], parts.bundle.id
            parts.shadows.take(Answered(record, by, scored, opened, parts.pack, now))
        remember(parts, asking, served, told)
        return given
    if key is not None:
        return _written(parts, principal, replying(as_text(told)), now, key)
    return as_text(told).encode()


def stored_reply(composition: Composition, principal: Principal, score_id: str) -> bytes:
    """The reply of a recorded score, byte for byte; raise `UnknownRecord` where there is none."""
    with reading(composition.ledger()) as connection:
        return read_record(connection, principal.tenant, score_id).reply.encode()


def instant_of(
    parts: Scoring, principal: Principal, asked: ScoreRequest, now: datetime
) -> datetime:
    """The instant to score for, after the facts of the request are in the ledger."""
    if asked.as_of is not None:
        if asked.as_of > now:
            flaw = Flaw("/as_of", "an instant in the future", "give one that has passed")
            raise InvalidRequest("as_of is in the future", flaws=[flaw])
        return asked.as_of
    if not asked.brought().anything:
        return now
    return parts.committer.run(
        lambda connection: bring(connection, principal, asked.brought(), now), principal.tenant
    )


def request_at(asked: ScoreRequest, as_of: datetime) -> Request:
    """What is asked, at its instant, as the path takes it."""
    return Request(
        request_id=asked.request_id,
        supplier=asked.supplier.ref,
        buyer=asked.buyer.ref,
        receivables=tuple(receivable.ref for receivable in asked.receivables),
        as_of=as_of,
        amount_requested_minor=asked.amount_requested_minor,
        mode=asked.why,
        product=asked.product,
        tenor_days=asked.tenor_days,
        recourse=asked.recourse,
        notified=asked.notified,
        account=asked.account,
        channel_collects=asked.channel_collects,
        link_disclosed=asked.link_disclosed,
        instrument_reviewed=asked.instrument_reviewed,
        financing=asked.financing,
    )


def _served(parts: Scoring, opened: Book, request: Request, *, advice: bool) -> Served:
    def write(work: Callable[[Connection], object]) -> None:
        parts.committer.submit(work, opened.tenant)  # not waited for: a score needs nothing of it

    return serve(
        parts.engine,
        opened,
        request,
        parts.bundle,
        parts.pack,
        parties=parts.parties,
        write=write,
        memory=parts.memory,
        advice=advice,
    )


def recording(
    parts: Scoring,
    principal: Principal,
    scored: Scored,
    *,
    request: Callable[[Connection], str],
    reply: Json,
    now: datetime,
) -> Callable[[Connection], Given]:
    """A unit of work that puts the reply on record."""
    append = partial(
        append_record,
        principal=principal,
        recorded_at=max(now, scored.cut.live_through),
        bundle=parts.bundle.id,
        pack=parts.pack.id,
        as_of=scored.cut.live_through,
        history_before=scored.cut.history_before,
        cut_seq=scored.cut.ledger_seq,
        features=as_text(reply["features"]),
        circumstances=as_text(reply["circumstances"]),
        reply=as_text(reply),
        provenance=Provenance.of(scored).as_text(),
        supplier=scored.request.supplier,
        id=reply["score_id"],
    )

    def work(connection: Connection) -> Given:
        _keep_pack(connection, parts, principal.tenant, now)
        record = append(connection, request=request(connection))
        return Given(record.reply, record.id)

    return work


def _keep_pack(connection: Connection, parts: Scoring, tenant: str, now: datetime) -> None:
    """Keep the texts of the pack that decides, so that the decision can be made again."""
    pack = parts.pack
    if pack.text is not None and (tenant, pack.id) not in parts.packs_kept:
        lock_book(connection, tenant)
        keep_pack(connection, tenant, pack.id, pack.text, pack.terms.text, now)


def replying(reply: str) -> Callable[[Connection], Given]:
    """A unit of work that writes nothing beside the key of its request."""
    return lambda _connection: Given(reply)


def _written(
    parts: Scoring,
    principal: Principal,
    work: Callable[[Connection], Given],
    now: datetime,
    key: RequestKey | None,
) -> bytes:
    """The reply, once it is on record: this one, or that of a twin who was faster."""

    def unit(connection: Connection) -> str:
        if key is None:
            return work(connection).reply
        return once(connection, principal.tenant, key, now, work)

    return parts.committer.run(unit, principal.tenant).encode()
