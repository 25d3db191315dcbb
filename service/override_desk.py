"""The desk where people depart from decisions, and see who did. Blocking; runs in a thread."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from ledger.database import reading
from ledger.override_table import ScoreOverride
from ledger.overrides import overrides_of
from ledger.pack_texts import kept_pack
from ledger.persons import shown
from ledger.principals import OWNER, Principal
from ledger.records import read_record
from ledger.tenants import book
from lending.override_reasons import REASON_WORDS, OverrideReason
from lending.pack import pack_of
from scoring.brought import require_currency
from scoring.overriding import WORDS, Case, override, standing_of
from scoring.reply import as_text
from service.composition import Composition
from service.drawdown_desk import Errand
from service.override_bodies import OverrideRequest
from service.refusals import Flaw, InvalidRequest

Json = dict[str, Any]


def depart(errand: Errand, asked: OverrideRequest) -> bytes:
    """Write down what a person decides in place of a score; raises what ``override`` does.

    Raises
    ------
    UnknownRecord, UnknownPack, PackRefused, WrongCurrency
    InvalidRequest
        Where it is said to be by somebody else than the caller.
    """
    by = _person(errand.principal, asked.by)
    if (before := errand.answered()) is not None:
        return before
    tenant = errand.principal.tenant
    with reading(errand.composition.ledger()) as connection:
        require_currency(book(connection, tenant), asked.currency, "/currency")
        record = read_record(connection, tenant, errand.score)
        case = Case(record, pack_of(*kept_pack(connection, tenant, record.pack)))

    def work(connection: Connection) -> Json:
        made = override(connection, errand.principal, case, asked.wanted(by), errand.now)
        return _told(connection, tenant, made)

    return errand.done(work)


def _person(caller: Principal, named: str | None) -> str:
    """Who decides: the caller, by its key or token; of a service without keys who is named."""
    if caller == OWNER:
        if named is None:
            raise _of_by("missing", "name the person who decides")
        return named
    if named not in {None, caller.name}:
        raise _of_by("not the name of the caller's key or token", "leave it out")
    return caller.name


def _of_by(fault: str, remedy: str) -> InvalidRequest:
    return InvalidRequest(
        "who decides can't be told", remedy="see errors", flaws=[Flaw("/by", fault, remedy)]
    )


def departures(composition: Composition, principal: Principal, score: str) -> bytes:
    """What people decided in place of a score, and what holds; raise `UnknownRecord`."""
    tenant = principal.tenant
    with reading(composition.ledger()) as connection:
        record = read_record(connection, tenant, score)
        made = overrides_of(connection, tenant, score)
        told = [_told(connection, tenant, one) for one in made]
    reply = json.loads(record.reply)
    holds = standing_of(reply, made[-1] if made else None)
    return as_text(
        {
            "score_id": record.id,
            "scored": reply["decision"],
            "standing": {
                "decision": holds.decision.value,
                "by_a_person": bool(made),
                "amount_minor": holds.amount_minor,
                "valid_until": None if holds.valid_until is None else _iso(holds.valid_until),
            },
            "overrides": told,
        }
    ).encode()


def _told(connection: Connection, tenant: str, one: ScoreOverride) -> Json:
    words = (
        one.words if one.about is None else shown(connection, tenant, one.about, WORDS, one.words)
    )
    reason = OverrideReason(one.reason)
    return {
        "id": one.id,
        "score_id": one.score,
        "number": one.number,
        "by": one.by,
        "signed_by": one.signed_by,
        "recorded_at": _iso(one.recorded_at),
        "before": one.before,
        "decision": one.decision,
        "amount_minor": one.amount_minor,
        "rate_ppm": one.rate_ppm,
        "tenor_days": one.tenor_days,
        "valid_until": None if one.valid_until is None else _iso(one.valid_until),
        "reason": {"code": reason.value, **vars(REASON_WORDS[reason])},
        "words": words,
        "ledger_seq": one.seq,
    }


def _iso(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")
