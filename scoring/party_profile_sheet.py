"""A profile in the three credits, as plain values: JSON, bounded in size."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from math import isnan
from typing import Any

from features.at_hand import AtHand
from features.catalogue import BY_NAME, RELATION_OF
from features.circumstances.claim_seen import AskedClaim
from features.circumstances.cover_seen import Guarantor, Insured, Pledged
from features.circumstances.party_seen import PartySeen
from features.feature import Grain
from models.reasons import phrase
from models.scale import number_of
from scoring.party_profile import ROLES, PartyProfile, WithPartner

Json = dict[str, Any]
CREDITS = ("subject", "object", "data")


def credits_sheet(profile: PartyProfile) -> Json:
    """Subject, object and data credit of a party."""
    features = {credit: _features(profile, credit) for credit in CREDITS}
    return {
        "subject": {
            "default_risk": [
                {
                    "role": role,
                    "pd_12m": risk.pd_12m,
                    "grade": str(number_of(risk.pd_12m)),
                    "bundle": risk.bundle,
                }
                for role, risk in profile.risks.items()
                if role in profile.roles
            ],
            "standing": _standing(profile.seen.supplier),
            "features": features["subject"],
        },
        "object": {
            **{role: _claims(profile, role) for role in ROLES},
            "features": features["object"],
        },
        "data": {
            "tier": f"T{profile.at_hand.tier}",
            "sources": {
                source.value: state.name
                for source, state in profile.at_hand.states["supplier"].items()
            },
            "features": features["data"],
            "partners": [_partner(one) for one in profile.partners],
        },
    }


def _features(profile: PartyProfile, credit: str) -> list[Json]:
    """Of the roles that it has; of both where it has none."""
    wanted = (
        (name, value)
        for name, value in profile.features.items()
        if RELATION_OF[name].credit.value == credit
        and RELATION_OF[name].grain.value in profile.roles
    )
    return list(_told(wanted, profile.at_hand))


def _told(values: Iterable[tuple[str, float]], at_hand: AtHand) -> Iterable[Json]:
    for name, value in values:
        feature, grain = BY_NAME[name], RELATION_OF[name].grain
        lack = at_hand.lack(name) if isnan(value) else None
        en, zh = phrase(name, value)
        yield {
            "name": name,
            "code": feature.code,
            "of": "pair" if grain is Grain.PAIR else grain.value,
            "value": None if isnan(value) else value,
            "unit": feature.unit,
            "missing": None if lack is None else {"source": lack.source, "why": lack.why},
            "en": en,
            "zh": zh,
        }


def _standing(seen: PartySeen) -> Json:
    """Who it is by what sources have told; None where none has."""
    return {
        "valid_id": seen.valid_id,
        "status": seen.status,
        "open_records": _listed(seen.open_records),
        "controller_records": _listed(seen.controller_records),
        "size_class": seen.size_class,
        "annual_sales_minor": seen.annual_sales_minor,
        "rated_pd_12m": seen.pd_12m,
        "consents": dict(seen.consents),
    }


def _listed(records: tuple[str, ...] | None) -> list[str] | None:
    return None if records is None else list(records)


def _claims(profile: PartyProfile, role: str) -> Json | None:
    """What the receivables that were looked at come to; None where it has no such role."""
    mine = [one for one in profile.partners if one.role == role]
    if not mine:
        return None
    claims = [claim for one in mine for claim in one.seen.claims if not claim.settled]
    day = profile.seen.day
    face = sum(claim.face_minor or 0 for claim in claims)
    confirmed = sum(_confirmed(claim) for claim in claims)
    return {
        "looked_at": profile.looked_at.get(role, 0),
        "open": len(claims),
        "face_minor": face,
        "owed_minor": sum(_owed(claim) for claim in claims),
        "past_due_minor": sum(_owed(claim) for claim in claims if _is_due(claim, day)),
        "confirmed_minor": confirmed,
        "confirmed_share": confirmed / face if face else None,
        "confirmation_unknown": sum(claim.confirmation_level is None for claim in claims),
        "registered": sum(claim.registered is True for claim in claims),
        "registration_unknown": sum(claim.registered is None for claim in claims),
        "disputed_minor": sum(claim.disputed_minor or 0 for claim in claims),
        "disputes_unknown": sum(claim.disputed_minor is None for claim in claims),
        "rivals": sum(bool(claim.rivals) for claim in claims),
        "financed_minor": sum(claim.financed_minor for claim in claims),
        "cover": _cover(mine),
    }


def _confirmed(claim: AskedClaim) -> int:
    if not claim.confirmation_level:
        return 0
    face = claim.face_minor or 0
    return face if claim.confirmed_minor is None else min(face, claim.confirmed_minor)


def _owed(claim: AskedClaim) -> int:
    owed = claim.face_minor if claim.owed_minor is None else claim.owed_minor
    return owed or 0


def _is_due(claim: AskedClaim, day: date) -> bool:
    return claim.due_on is not None and claim.due_on < day


def _cover(mine: Iterable[WithPartner]) -> Json:
    """Guarantees, insurances and collateral in force, each once."""
    guarantees: dict[str, Guarantor] = {}
    insurances: dict[str, Insured] = {}
    collaterals: dict[str, Pledged] = {}
    for one in mine:
        guarantees |= {each.ref: each for each in one.seen.guarantees}
        insurances |= {each.ref: each for each in one.seen.insurances}
        collaterals |= {each.ref: each for each in one.seen.collaterals}
    worth = [each.value_minor for each in collaterals.values() if each.value_minor is not None]
    return {
        "guarantees": len(guarantees),
        "most_guaranteed_share": max(
            (each.covered_share for each in guarantees.values()), default=None
        ),
        "insurances": len(insurances),
        "most_insured_share": max(
            (each.insured_share for each in insurances.values()), default=None
        ),
        "collaterals": len(collaterals),
        "collateral_minor": sum(worth) if worth else None,
    }


def _partner(one: WithPartner) -> Json:
    return {
        "id": one.partner,
        "role": one.role,
        "claims": len(one.seen.claims),
        "features": list(_told(one.features.items(), one.at_hand)),
    }


def scores_sheet(replies: Iterable[tuple[str, Mapping[str, Any]]]) -> list[Json]:
    """Recorded scores with their four parts, as their replies tell them."""
    return [
        {
            "score_id": id,
            **{
                name: reply[name]
                for name in (
                    *("request_id", "as_of", "decision", "probability", "points", "parts"),
                    *("advance_minor", "bundle", "pack"),
                )
            },
            "event": reply["event"]["en"],
            "default": reply["default"],
        }
        for id, reply in replies
    ]
