"""Models looked at: the registry, one bundle, what scored along, what was seen. Blocking."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from ledger.clocks import day_of
from ledger.database import reading
from ledger.faults import Fault
from ledger.principals import Principal
from ledger.records import read_record
from ledger.registry import every_registered
from ledger.shadow_scores import shadows_of
from ledger.shadow_table import ShadowScore
from ledger.tenants import book
from scoring.model_pages import every_model, moves_told, named_bundle, one_model
from scoring.recorded_span import recorded_span
from scoring.shadow_compare import compared
from service.composition import Composition

Json = dict[str, Any]
Days = Callable[[date], tuple[date, date]]
"""First and last day of a span, given today."""


def models_told(composition: Composition, principal: Principal) -> Json:
    """Every registered bundle, what serves and what scores along."""
    try:
        serves = composition.bundle().id
    except Fault:
        serves = None
    with reading(composition.ledger()) as connection:
        known = {one.id for one in every_registered(connection, principal.tenant)}
        return {
            "serves": serves,
            "registered": serves in known,
            "along": {alias: one.id for alias, one in composition.along.bundles().items()},
            "models": every_model(connection, principal.tenant, composition.cards),
            "moves": moves_told(connection, principal.tenant),
        }


def model_told(composition: Composition, principal: Principal, named: str) -> Json:
    """One bundle, by its id or alias; raise `UnknownBundle` where there is none."""
    with reading(composition.ledger()) as connection:
        return one_model(connection, principal.tenant, named, composition.cards)


def comparison_told(composition: Composition, principal: Principal, named: str) -> Json:
    """A bundle against those that answered; raise `UnknownBundle` where there is none."""
    with reading(composition.ledger()) as connection:
        entry = named_bundle(connection, principal.tenant, named)
        found = compared(connection, principal.tenant, entry.id)
    return {"bundle": entry.id, "against": found}


def shadows_told(composition: Composition, principal: Principal, score_id: str) -> Json:
    """What others would have said of a score; raise `UnknownRecord` where there is none."""
    with reading(composition.ledger()) as connection:
        record = read_record(connection, principal.tenant, score_id)
        found = shadows_of(connection, principal.tenant, record.id)
    return {"score_id": record.id, "shadows": [_said(one) for one in found]}


def span_told(composition: Composition, principal: Principal, days: Days, now: datetime) -> Json:
    """What was recorded on some days of the book's time zone."""
    with reading(composition.ledger()) as connection:
        opened = book(connection, principal.tenant)
        first, last = days(day_of(now, opened.tz))
        since, until = (
            datetime.combine(day, time.min, opened.tz) for day in (first, last + timedelta(days=1))
        )
        found = recorded_span(connection, principal.tenant, since, until)
    head = {"first_day": str(first), "last_day": str(last), "time_zone": opened.tz.key}
    return {**head, **found}


def _said(one: ShadowScore) -> Json:
    return {
        "bundle": one.bundle,
        "alias": one.alias,
        "pack": one.pack,
        "number": one.number,
        "recorded_at": one.recorded_at.isoformat().replace("+00:00", "Z"),
        "code": one.code,
        "digest": one.digest.hex(),
        "features": json.loads(one.features),
        "reply": json.loads(one.reply),
    }
