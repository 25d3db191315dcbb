"""The desk of what-if questions: scored by the whole path, and nothing is recorded. Blocking."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, Engine

from ledger.books import ScoreRecord
from ledger.clocks import day_of
from ledger.database import reading
from ledger.faults import Fault, UnknownParty, UnknownReceivable
from ledger.principals import Principal
from ledger.records import read_record
from ledger.tenants import Book, book
from lending.pack import Pack, load_pack
from lending.pack_faults import PackRefused
from scoring.asking import Mode
from scoring.brought import require_currency
from scoring.history import Write
from scoring.memory import Memory
from scoring.recorded import request_of
from scoring.replaying import Parts
from scoring.reply import as_text
from scoring.seen_json import seen_from_json
from scoring.what_if import Asked, Trial, Tried, try_out
from scoring.what_if_sheet import answer_sheet, differences_sheet
from service.composition import Composition
from service.desk import request_at
from service.pointers import pointer
from service.refusals import Flaw, InvalidRequest
from service.what_if_bodies import NamedChange, WhatIf, WhatIfRequest, unknown_refs


@dataclass(frozen=True)
class _Case:
    """What changes are tried on, and how it is looked up."""

    engine: Engine
    asked: Asked
    write: Write
    memory: Memory | None = None


def what_if(composition: Composition, principal: Principal, asked: WhatIf, now: datetime) -> bytes:
    """Answer a what-if question: JSON in UTF-8.

    Parameters
    ----------
    now : datetime
        The server's clock, aware.

    Raises
    ------
    Fault
        See ``problems.STATUS``.
    """
    case = _case(composition, principal, asked, now)
    require_currency(case.asked.book, asked.currency, "/currency")
    receivables = case.asked.request.receivables
    flaws = [Flaw(pointer(at), *said) for at, *said in unknown_refs(asked.changes, receivables)]
    if flaws:
        raise InvalidRequest("changes don't fit the request", remedy="see errors", flaws=flaws)
    day = day_of(case.asked.request.as_of, case.asked.book.tz)
    trials = [_trial(one, at, day) for at, one in enumerate(asked.changes)]
    base, *tried = _tried(case, [Trial(), *trials], asked)
    return as_text(_told(case, asked, base, tried)).encode()


def _case(composition: Composition, principal: Principal, asked: WhatIf, now: datetime) -> _Case:
    with reading(composition.ledger()) as connection:
        opened = book(connection, principal.tenant)
        record = None
        if asked.score is not None:
            record = read_record(connection, principal.tenant, asked.score)
        then = record is not None and asked.at == "then"
        if record is not None and then:
            parts = composition.archive.parts_of(connection, principal.tenant, record)
            return _as_it_was(composition.ledger(), opened, record, parts)
    serving = composition.scoring(day_of(now, opened.tz))
    if record is not None:
        request = replace(request_of(record, seen_from_json(record.circumstances)), as_of=now)
    else:
        request = request_at(_requested(asked), _as_of(_requested(asked), now))
        require_currency(opened, _requested(asked).currency, "/request/currency")

    def keep(work: Callable[[Connection], object]) -> None:
        serving.committer.submit(work, opened.tenant)  # history that was worked out, no score

    parts = Parts(serving.bundle, serving.parties, serving.pack)
    whole = Asked(opened, replace(request, mode=Mode.WHAT_IF), parts)
    return _Case(serving.engine, whole, keep, serving.memory)


def _as_it_was(engine: Engine, opened: Book, record: ScoreRecord, parts: Parts) -> _Case:
    """A recorded score at its own instant, over the ledger as it was; as a replay reads it."""
    request = request_of(record, seen_from_json(record.circumstances))
    whole = Asked(replace(opened, last_seq=record.cut_seq), request, parts)
    return _Case(engine, whole, lambda _work: None)


def _requested(asked: WhatIf) -> WhatIfRequest:
    if asked.request is None:  # the body has one of the two
        raise TypeError("neither a score nor a request")
    return asked.request


def _as_of(request: WhatIfRequest, now: datetime) -> datetime:
    if request.as_of is not None and request.as_of > now:
        flaw = Flaw("/request/as_of", "an instant in the future", "give one that has passed")
        raise InvalidRequest("as_of is in the future", flaws=[flaw])
    return request.as_of or now


def _trial(one: NamedChange, at: int, day: date) -> Trial:
    return Trial(one.change(), one.without, None if one.pack is None else _pack(one.pack, at, day))


def _pack(name: str, at: int, day: date) -> Pack:
    pack = load_pack(name)
    if not pack.in_force(day):
        raise _wrong_pack(at, f"{pack.id} is not in force on {day}")
    return pack


def _wrong_pack(at: int, fault: str) -> InvalidRequest:
    flaw = Flaw(f"/changes/{at}/pack", fault, "name another pack, or leave it out")
    return InvalidRequest("a pack can't decide this request", flaws=[flaw])


def _tried(case: _Case, trials: list[Trial], asked: WhatIf) -> list[Tried]:
    try:
        return try_out(case.engine, case.asked, trials, write=case.write, memory=case.memory)
    except (UnknownParty, UnknownReceivable) as fault:
        if asked.request is None:
            raise
        raise _below("/request", fault) from fault
    except PackRefused as fault:
        named = [at for at, one in enumerate(asked.changes) if one.pack is not None]
        if not named:
            raise
        raise _wrong_pack(named[0], fault.message) from fault


def _below(place: str, fault: UnknownParty | UnknownReceivable) -> Fault:
    return type(fault)(fault.message, field=place + fault.field, remedy=fault.remedy)


def _told(case: _Case, asked: WhatIf, base: Tried, tried: list[Tried]) -> dict[str, Any]:
    bundle, currency = case.asked.parts.bundle, case.asked.book.base_currency
    sheet = partial(answer_sheet, bundle=bundle, currency=currency)
    cut, first = base.scored.cut, sheet(base)
    changes = []
    for one, found in zip(asked.changes, tried, strict=True):
        after = sheet(found)
        changes.append({"name": one.name, "answer": after, **differences_sheet(first, after)})
    return {
        "score": asked.score,
        "request_id": base.scored.request.request_id,
        "as_of": _iso(cut.live_through),
        "history_through": _iso(cut.history_before),
        "ledger_seq": cut.ledger_seq,
        "currency": currency,
        "bundle": bundle.id,
        "base": first,
        "changes": changes,
    }


def _iso(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")
