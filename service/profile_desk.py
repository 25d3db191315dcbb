"""The desk where an enterprise is looked up in its three credits. Blocking; runs in a thread."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Connection

from ledger.clocks import Cut
from ledger.database import reading
from ledger.enterprise import Enterprise, enterprise
from ledger.facts import checked_key
from ledger.faults import Fault, UnknownEnterprise, WrongKey
from ledger.principals import Principal
from ledger.records import records_of
from ledger.seen_facts import instant_text, told
from ledger.tenants import Book, book
from scoring.kept_values import LASTS_DAYS, value_with_buyers
from scoring.party_models import NO_PARTIES, PartyModels
from scoring.party_profile import party_profile
from scoring.party_profile_sheet import credits_sheet, scores_sheet
from scoring.value_page import told_value
from service.composition import Composition
from service.load_desk import dumped

LATEST = 20
"""Facts of each part that are shown."""

MOST_SCORES = 10
"""Recorded scores that are shown."""

NO_VALUE = {
    "en": f"no commercial value is kept from the {LASTS_DAYS} days before: it is worked out for "
    "suppliers that trade, by tricredit value refresh",
    "zh": f"此前{LASTS_DAYS}天内没有商业价值估计：由 tricredit value refresh 对有交易的供应商计算",
}


def profile(composition: Composition, principal: Principal, ref: str, as_of: datetime) -> bytes:
    """What is known of an enterprise at an instant: JSON in UTF-8.

    Raises
    ------
    UnknownEnterprise, UnknownTenant
    """
    try:
        checked_key(ref, "id")
    except WrongKey as error:  # the stores differ in what they make of it
        raise UnknownEnterprise(
            "it can't be a key", field="id", remedy="name a party of the ledger"
        ) from error
    with reading(composition.ledger()) as connection:
        opened = book(connection, principal.tenant)
        outline = _outline(connection, opened, ref, as_of)
    described = party_profile(
        composition.ledger(),
        opened,
        ref,
        as_of,
        _models(composition),
        write=_keeping(composition, opened),
        memory=composition.memory,
    )
    return dumped({**outline, **credits_sheet(described)})


def _outline(connection: Connection, opened: Book, ref: str, as_of: datetime) -> dict[str, Any]:
    """All but the three credits."""
    tenant, cut = opened.tenant, Cut.at(as_of, opened.tz, opened.last_seq)
    found = enterprise(connection, tenant, ref, cut, most=LATEST)
    (party,) = told(connection, tenant, "party", [found.party])
    latest = told(connection, tenant, "party_profile", found.profile)
    value = value_with_buyers(connection, tenant, ref, cut)
    scores = records_of(connection, tenant, ref, as_of, most=MOST_SCORES)
    return {
        "id": ref,
        "as_of": instant_text(as_of),
        "history_through": instant_text(cut.history_before),
        "ledger_seq": opened.last_seq,
        "currency": opened.base_currency,
        "party": party,
        "profile": latest[0] if latest else None,
        "value": None if value is None else told_value(value),
        "value_missing": NO_VALUE if value is None else None,
        "scores": scores_sheet((id, json.loads(reply)) for id, reply in scores),
        "parts": list(_parts(connection, tenant, found, ref, as_of)),
    }


def _models(composition: Composition) -> PartyModels:
    """The models of parties; none where one is refused: what is known can be told without."""
    with suppress(Fault):
        return composition.parties()
    return NO_PARTIES


def _keeping(
    composition: Composition, opened: Book
) -> Callable[[Callable[[Connection], object]], None]:
    def keep(work: Callable[[Connection], object]) -> None:
        composition.committer().submit(work, opened.tenant)  # history that was worked out

    return keep


def _parts(
    connection: Connection, tenant: str, found: Enterprise, ref: str, as_of: datetime
) -> Iterator[dict[str, Any]]:
    for part, facts in found.facts.items():
        wanted = urlencode({part.field: ref, "as_of": instant_text(as_of)})
        yield {
            "kind": part.kind,
            "field": part.field,
            "count": found.counts[part],
            "latest": told(connection, tenant, part.kind, facts),
            "all": f"/facts/{part.kind}?{wanted}",
        }
