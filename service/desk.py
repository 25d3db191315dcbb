"""The desk: one request answered from first fact to stored record. Blocking; runs in a thread."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from ledger.clocks import day_of
from ledger.database import reading, writing
from ledger.ids import new_id
from ledger.principals import Principal
from ledger.records import append_record, read_record
from ledger.tenants import Book, book
from scoring.asking import Mode, Request
from scoring.brought import bring, require_currency
from scoring.gather import gather
from scoring.path import Scored, describe, score
from scoring.reply import reply
from service.composition import Composition, Scoring
from service.refusals import Flaw, InvalidRequest
from service.schemas import ScoreRequest

Json = dict[str, Any]


def answer(
    composition: Composition, principal: Principal, asked: ScoreRequest, body: str, now: datetime
) -> bytes:
    """Answer a request.

    Facts brought along are written before the score, in one transaction; a decision is recorded
    after it, in another, and only then given. A score that fails in between leaves the facts,
    which are true without it: the same request, sent again, adds none.

    Parameters
    ----------
    body : str
        The request as received; kept in the record.
    now : datetime
        The server's clock, aware.

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
    parts = composition.scoring(day_of(now, opened.tz))
    require_currency(opened, asked.currency, "/currency")
    as_of = _as_of(parts, principal, asked, now)
    with reading(parts.engine) as connection:
        opened = book(connection, principal.tenant)
    scored = _scored(parts, opened, _request(asked, as_of))
    decided = asked.why is Mode.DECISION
    given = reply(
        scored,
        parts.bundle,
        parts.pack,
        score_id=new_id() if decided else None,
        currency=opened.base_currency,
    )
    if not decided:
        return _dumped(given).encode()
    return _recorded(parts, principal, scored, body=body, reply=given, now=now)


def stored_reply(composition: Composition, principal: Principal, score_id: str) -> bytes:
    """The reply of a recorded score, byte for byte; raise `UnknownRecord` where there is none."""
    with reading(composition.ledger()) as connection:
        return read_record(connection, principal.tenant, score_id).reply.encode()


def _as_of(parts: Scoring, principal: Principal, asked: ScoreRequest, now: datetime) -> datetime:
    """The instant to score for, after the facts of the request are in the ledger."""
    if asked.as_of is not None:
        if asked.as_of > now:
            flaw = Flaw("/as_of", "an instant in the future", "give one that has passed")
            raise InvalidRequest("as_of is in the future", flaws=[flaw])
        return asked.as_of
    if not asked.brought().anything:
        return now
    with writing(parts.engine) as connection:
        return bring(connection, principal, asked.brought(), now)


def _request(asked: ScoreRequest, as_of: datetime) -> Request:
    return Request(
        request_id=asked.request_id,
        supplier=asked.supplier.ref,
        buyer=asked.buyer.ref,
        receivables=tuple(receivable.ref for receivable in asked.receivables),
        as_of=as_of,
        amount_requested_minor=asked.amount_requested_minor,
        mode=asked.why,
    )


def _scored(parts: Scoring, opened: Book, request: Request) -> Scored:
    gathered = gather(parts.engine, opened, opened.last_seq, [request])
    described = describe(gathered, [request])
    return next(score(gathered, described, parts.bundle, parts.pack))


def _recorded(
    parts: Scoring, principal: Principal, scored: Scored, *, body: str, reply: Json, now: datetime
) -> bytes:
    """The reply, once it is on record."""
    with writing(parts.engine) as connection:
        record = append_record(
            connection,
            principal,
            recorded_at=max(now, scored.cut.live_through),
            bundle=parts.bundle.id,
            pack=parts.pack.id,
            as_of=scored.cut.live_through,
            history_before=scored.cut.history_before,
            cut_seq=scored.cut.ledger_seq,
            request=body,
            features=_dumped(reply["features"]),
            circumstances=_dumped(reply["circumstances"]),
            reply=_dumped(reply),
            id=reply["score_id"],
        )
    return record.reply.encode()


def _dumped(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
