"""The answer as it is given and recorded: plain JSON values, the same for every caller."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime, timedelta
from math import isnan
from typing import Any

from features.at_hand import additions
from lending.advice import Advice
from lending.decision import Offer
from lending.notice import Answer, for_applicant
from lending.offer_sheet import option_sheet, outcome_sheet, terms_sheet
from lending.pack import Pack
from lending.policy.outcomes import Decision
from models.bundle import Bundle
from scoring.path import Scored
from scoring.seen_json import seen_as_json


def reply(
    scored: Scored, bundle: Bundle, pack: Pack, *, score_id: str | None, currency: str
) -> dict[str, Any]:
    """Put a score into words and numbers.

    Parameters
    ----------
    score_id : str or None
        Id under which the score is recorded; None where it is not.
    currency : str
        Base currency of the book, in which the amounts are.

    Returns
    -------
    dict
        JSON values only; a missing feature is None, and ``missing`` says why. ``history_through``
        is the instant before which history was seen; ``logit`` is the sum of ``base`` and
        ``parts``; ``default`` and ``terms`` are None where the event isn't the default of a
        financing. ``advice`` is None where nobody asked for it. ``applicant`` is what the supplier
        may be told, all else is the lender's.
    """
    assessment, offer = scored.assessment, scored.offer
    return {
        "score_id": score_id,
        "request_id": scored.request.request_id,
        "mode": scored.request.mode.value,
        "as_of": instant_told(scored.cut.live_through),
        "history_through": instant_told(scored.cut.history_before),
        "ledger_seq": scored.cut.ledger_seq,
        "event": bundle.card.event.model_dump(mode="json"),
        "probability": assessment.probability,
        "logit": assessment.logit,
        "base": assessment.base,
        "parts": dict(assessment.parts),
        "points": assessment.points,
        "part_points": dict(assessment.part_points),
        "default": _default(scored),
        "pd_buyer_12m": _pd_12m(scored, "buyer"),
        "pd_supplier_12m": _pd_12m(scored, "supplier"),
        "party_bundles": {role: risk.bundle for role, risk in scored.parties.items()},
        "decision": offer.decision.value,
        "by_model": offer.by_model.value,
        "by_rules": offer.by_rules.value,
        "because": [asdict(why) for why in offer.because],
        "advance_minor": offer.advance_minor,
        "tenor_days": offer.tenor_days,
        "offer_valid_until": valid_until(scored.offer, scored.cut.live_through, pack),
        "currency": currency,
        "terms": None if scored.terms is None else terms_sheet(scored.terms, pack.terms.table),
        "terms_refused": offer.terms_refused,
        "rules": [
            {
                "code": f"R{rule.code}",
                "severity": rule.severity.value,
                "about": rule.about,
                "en": rule.en,
                "zh": rule.zh,
                "basis": rule.basis,
                "internal": rule.internal,
            }
            for rule in offer.rules
        ],
        "adverse": [asdict(reason) for reason in scored.adverse],
        "favourable": [asdict(reason) for reason in scored.favourable],
        **_advice(scored.advice),
        "applicant": for_applicant(_answer(scored)),
        "features": {
            name: None if isnan(value) else value for name, value in scored.features.items()
        },
        "missing": {
            name: {"source": lack.source, "of": lack.of, "why": lack.why}
            for name, lack in scored.lacks.items()
        },
        "data": {
            "tier": f"T{scored.at_hand.tier}",
            "sources": {
                of: {source.value: state.name for source, state in states.items()}
                for of, states in scored.at_hand.states.items()
            },
            "would_add": [
                {
                    "source": one.source.value,
                    "of": one.of,
                    "why": one.why,
                    "features": list(one.features),
                }
                for one in additions(scored.lacks)
            ],
        },
        "circumstances": seen_as_json(scored.seen),
        "bundle": bundle.id,
        "pack": pack.id,
    }


def _default(scored: Scored) -> dict[str, Any] | None:
    """The financing's PDs, how sure the first of them is, and the grade of the second."""
    told, interval = scored.facility, scored.assessment.interval
    if told is None:
        return None
    return {
        "pd_facility_maturity": told.pd_maturity,
        "horizon_days": told.horizon_days,
        "interval": None if interval is None else asdict(interval),
        "pd_facility_12m": told.pd_12m,
        "grade": asdict(told.grade),
    }


def _advice(advice: Advice | None) -> dict[str, Any]:
    """What would help, and what each amount would bring; None where nobody asked."""
    if advice is None:
        return {"advice": None, "amounts": None}
    return {
        "advice": [option_sheet(one) for one in advice.options],
        "amounts": [
            {"asked_minor": asked, **outcome_sheet(outcome)} for asked, outcome in advice.amounts
        ],
    }


def _answer(scored: Scored) -> Answer:
    offer = scored.offer
    return Answer(
        decision=offer.decision.value,
        rules=offer.rules,
        because=offer.because,
        reasons=scored.adverse,
        model_adverse=offer.by_model is not Decision.APPROVE,
        advance_minor=offer.advance_minor,
        tenor_days=offer.tenor_days,
        terms=scored.terms,
        options=() if scored.advice is None else scored.advice.options,
        person_linked=scored.seen.supplier.person_linked,
    )


def _pd_12m(scored: Scored, role: str) -> float | None:
    return scored.parties[role].pd_12m if role in scored.parties else None


def valid_until(offer: Offer, instant: datetime, pack: Pack) -> str | None:
    """Until when what is offered at an instant may be drawn; None where nothing is."""
    if offer.advance_minor is None:
        return None
    return instant_told(instant + timedelta(days=pack.policy.offer_days))


def instant_told(instant: datetime) -> str:
    """An instant as replies tell it."""
    return instant.isoformat().replace("+00:00", "Z")


def as_text(value: object) -> str:
    """JSON to the character, as replies and records have it."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
