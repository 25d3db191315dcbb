"""Routes of policy packs: which there are, what one says, what another says otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from fastapi import Request, Response
from sqlalchemy import Connection

from ledger.clocks import day_of
from ledger.database import reading
from ledger.faults import Fault
from ledger.pack_texts import UnknownPack, kept_pack, packs_kept
from ledger.principals import Principal
from ledger.tenants import book
from lending.pack import SHIPPED, Pack, load_pack, pack_of
from lending.policy.pack_diff import differences
from lending.policy.rulebook import BY_NAME, RULES
from lending.policy.tables import RuleEntry
from service.access import AVisit
from service.composition import Composition
from service.intake import require_json_accepted
from service.load_desk import dumped
from service.parameters import Parameters, as_it_is
from service.refusals import UnknownPolicy

Json = dict[str, Any]
ORDER = {rule.name: at for at, rule in enumerate(RULES)}


def get_policies(request: Request, visit: AVisit) -> Response:
    """List the packs that ship, the one that decides, and every one that ever decided.

    列出政策包：随附、现行与历史。

    A pack is a file: `TRICREDIT_PACK` names the one that decides, and `tricredit policy check`
    tells what is wrong with a draft. Nothing is changed here.
    """
    _plain(request)
    with reading(visit.composition.ledger()) as connection:
        at_hand = _at_hand(visit.composition)
        today = _today(connection, visit.principal)
        kept = packs_kept(connection, visit.principal.tenant)
    told = {
        "packs": [_line(pack, visit.composition, today) for pack in at_hand.values()],
        "decided": [{"id": id, "kept_at": _iso(at)} for id, at in reversed(kept)],
    }
    return Response(dumped(told), media_type="application/json")


def get_policy(id: str, request: Request, visit: AVisit) -> Response:
    """Tell what a pack says: rules with legal basis and dates, matrix, products, lines, terms.

    查看政策包全文。

    By its id, also of one that decided long ago, or as `generic` or `cn`.
    """
    _plain(request)
    with reading(visit.composition.ledger()) as connection:
        pack = _named(connection, visit.composition, visit.principal, id)
        today = _today(connection, visit.principal)
    return Response(dumped(_whole(pack, visit.composition, today)), media_type="application/json")


def get_policy_diff(id: str, request: Request, visit: AVisit) -> Response:
    """Tell what another pack says otherwise, key by key.

    比较两个政策包。

    The address names the one before, `with` the one after.
    """
    require_json_accepted(request.headers.get("accept"))
    asked = Parameters(request.query_params)
    other = asked.required("with", as_it_is)
    asked.refuse_others()
    with reading(visit.composition.ledger()) as connection:
        before, after = (
            _named(connection, visit.composition, visit.principal, one) for one in (id, other)
        )
    told = {
        "before": before.id,
        "after": after.id,
        "differences": [asdict(one) for one in differences(before, after)],
    }
    return Response(dumped(told), media_type="application/json")


def _plain(request: Request) -> None:
    require_json_accepted(request.headers.get("accept"))
    Parameters(request.query_params).refuse_others()


def _at_hand(composition: Composition) -> dict[str, Pack]:
    """The pack that decides and those that ship, by id."""
    found = {}
    try:
        serves = composition.latest_pack()
        found[serves.id] = serves
    except Fault:
        pass  # none decides; those that ship are told all the same
    for pack in _shipped().values():
        found.setdefault(pack.id, pack)
    return found


@cache
def _shipped() -> Mapping[str, Pack]:
    """The packs that ship, by name: they are part of the code, and read once."""
    return {name: load_pack(name) for name in SHIPPED}


def _named(connection: Connection, composition: Composition, principal: Principal, id: str) -> Pack:
    """A pack by id or shipped name; raise `UnknownPolicy` where none is known."""
    if id in SHIPPED:
        return _shipped()[id]
    at_hand = _at_hand(composition)
    if id in at_hand:
        return at_hand[id]
    try:
        return pack_of(*kept_pack(connection, principal.tenant, id))
    except UnknownPack as fault:
        raise UnknownPolicy(
            "no such policy pack ships or has decided",
            remedy="see GET /policies for those there are",
        ) from fault


def _today(connection: Connection, principal: Principal) -> date:
    return day_of(datetime.now(UTC), book(connection, principal.tenant).tz)


def _line(pack: Pack, composition: Composition, today: date) -> Json:
    policy = pack.policy
    return {
        "id": pack.id,
        "name": policy.name,
        "version": policy.version,
        "jurisdiction": policy.jurisdiction,
        "valid_from": str(policy.valid_from),
        "valid_to": None if policy.valid_to is None else str(policy.valid_to),
        "in_force": pack.in_force(today),
        "serves": pack.id == _serving(composition),
        "ships": pack.id in {one.id for one in _shipped().values()},
        "rules": len(policy.rules),
    }


def _serving(composition: Composition) -> str | None:
    try:
        return composition.latest_pack().id
    except Fault:
        return None


def _whole(pack: Pack, composition: Composition, today: date) -> Json:
    policy = pack.policy.model_dump(mode="json")
    names = ("offer_days", "matrix", "products", "lines", "fraud_points", "left_out")
    return {
        **_line(pack, composition, today),
        **{name: policy[name] for name in names},
        "rules_told": list(_rules(pack)),
        "terms": pack.terms.table.model_dump(mode="json"),
    }


def _rules(pack: Pack) -> Iterator[Json]:
    for entry in sorted(pack.policy.rules, key=lambda one: ORDER[one.name]):
        yield _rule(entry)


def _rule(entry: RuleEntry) -> Json:
    rule = BY_NAME[entry.name]
    said = entry.model_dump(mode="json", exclude={"code", "case"})
    return {
        "code": entry.name,
        **said,
        "looks_at_en": rule.subject_en,
        "looks_at_zh": rule.subject_zh,
        "en": rule.en,
        "zh": rule.zh,
        "internal": rule.internal,
    }


def _iso(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")
