"""Route of enterprises: what is known of one as of an instant."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response
from sqlalchemy import Connection

from ledger.clocks import Cut
from ledger.database import reading
from ledger.enterprise import Enterprise, enterprise
from ledger.facts import checked_key
from ledger.faults import UnknownEnterprise, WrongKey
from ledger.principals import Principal
from ledger.seen_facts import instant_text, told
from ledger.tenants import book
from service.access import AVisit
from service.composition import Composition
from service.fact_pages import IN_THE_FUTURE
from service.intake import require_json_accepted
from service.load_desk import dumped
from service.parameters import Parameters, an_instant

LATEST = 20
"""Facts of each part that are shown."""


def get_enterprise(id: str, request: Request, visit: AVisit) -> Response:
    """Show what is known of an enterprise as of an instant, and what names it.

    查询企业在某一时点的已知信息。

    The party, its latest profile, and for each part that it has in other facts (`buyer` of
    `receivable`, `party` of `rating`, ...) how many there are and the 20 recorded last. A fact
    counts in the latest revision that was visible at `as_of`.
    """
    require_json_accepted(request.headers.get("accept"))
    now = datetime.now(UTC)
    given = Parameters(request.query_params)
    as_of = given.one("as_of", an_instant, now)
    if as_of > now:
        given.wrong("as_of", *IN_THE_FUTURE)
    given.refuse_others()
    shown = _shown(visit.composition, visit.principal, id, as_of)
    return Response(shown, media_type="application/json")


def _shown(composition: Composition, principal: Principal, ref: str, as_of: datetime) -> bytes:
    try:
        checked_key(ref, "id")
    except WrongKey as error:  # the stores differ in what they make of it
        raise UnknownEnterprise(
            "it can't be a key", field="id", remedy="name a party of the ledger"
        ) from error
    with reading(composition.ledger()) as connection:
        opened = book(connection, principal.tenant)
        cut = Cut.at(as_of, opened.tz, opened.last_seq)
        found = enterprise(connection, principal.tenant, ref, cut, most=LATEST)
        (party,) = told(connection, principal.tenant, "party", [found.party])
        profile = told(connection, principal.tenant, "party_profile", found.profile)
        parts = list(_parts(connection, principal.tenant, found, ref, as_of))
    return dumped(
        {
            "id": ref,
            "as_of": instant_text(as_of),
            "ledger_seq": opened.last_seq,
            "party": party,
            "profile": profile[0] if profile else None,
            "parts": parts,
        }
    )


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
