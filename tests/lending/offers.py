"""Assessments, circumstances and packs for the rules of lending."""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from features.circumstances.claim_seen import AskedClaim
from features.circumstances.cover_seen import Pledged
from features.circumstances.party_seen import PairSeen, PartySeen, Used
from features.circumstances.request_seen import Circumstances
from lending.pack import Pack, shipped
from lending.policy.pack_checks import policy_of
from lending.rules import Fired, fired
from lending.terms import load_terms
from models.assessment import Assessment
from models.event import Event

LATE = Event(name="late5", kind="late", days=5, en="the buyer pays 5 days late", zh="晚付5天")
DEFAULT = Event(name="default", kind="default", days=90, en="the buyer defaults", zh="违约")
APPROVE_BELOW, DECLINE_FROM = 0.1, 0.3
DAY = date(2026, 6, 1)
TERMS = load_terms()
CONSENTS = dict.fromkeys(("bureau", "tax", "personal"), "in_force")

SOUND = PartySeen(
    ref="core-01",
    valid_id=True,
    status="active",
    person_linked=False,
    open_records=(),
    controller_records=(),
    unpaid_certificate=False,
    consents=CONSENTS,  # type: ignore[arg-type]
)
CLAIM = AskedClaim(
    ref="I-1",
    face_minor=100_000,
    owed_minor=100_000,
    issued_on=DAY - timedelta(20),
    due_on=DAY + timedelta(40),
    confirmation_level=3,
    consented=True,
    disputed_minor=0,
    contra_minor=0,
    delivered=True,
    delivered_on=DAY - timedelta(20),
    evidence_level=2,
    invoice_state="valid",
    contract_signed_on=date(2026, 1, 5),
    supplier_size="small",
    buyer_size="large",
    buyer_public=False,
    payment_days=60,
    pay_when_paid=False,
    assignment_prohibited=False,
    earlier_overlap="none",
    registered=True,
    searched_on=DAY,
)
ITEM = Pledged("G-1", "inventory", 50_000, 0.4, DAY, insured=True)


def assessed(probability: float) -> Assessment:
    """An assessment of which only the probability is told."""
    return Assessment(
        probability=probability,
        logit=0.0,
        base=0.0,
        parts={},
        points=374,
        part_points={},
        contributions={},
        values={},
    )


def seen(
    *,
    claim: Mapping[str, Any] | None = None,
    supplier: Mapping[str, Any] | None = None,
    buyer: Mapping[str, Any] | None = None,
    pair: Mapping[str, Any] | None = None,
    used: Mapping[str, Any] | None = None,
    item: Mapping[str, Any] | None = None,
    **request: Any,
) -> Circumstances:
    """Circumstances in which all is known and no rule fires, but for what is named."""
    ordinary = Circumstances(
        day=DAY,
        currency="CNY",
        amount_requested_minor=70_000,
        product="factoring",
        channel_collects=False,
        claims=(replace(CLAIM, **(claim or {})),),
        supplier=replace(SOUND, ref="supplier-06", **(supplier or {})),
        buyer=replace(SOUND, **(buyer or {})),
        pair=replace(PairSeen(linked=False, related_share=0.0, claims_known=50), **(pair or {})),
        used=Used(**(used or {})),
        collaterals=(replace(ITEM, **(item or {})),),
        data_tier=3,
        fraud_score=0.0,
        evidence=("a", "b"),
    )
    return replace(ordinary, **request)


def content(name: str = "generic", **other: Any) -> dict[str, Any]:
    """What the file of a shipped pack says, and what is named."""
    said = tomllib.loads(shipped(name).read_text(encoding="utf-8"), parse_float=Decimal)
    return {**said, **other}


def bands(late: tuple[float, float], default: tuple[float, float]) -> dict[str, Any]:
    """The matrix that ships, with other ends of its bands."""
    matrix = content()["matrix"]
    for at in (0, 1):
        matrix["bands"][at]["below"] = {"late": late[at], "default": default[at]}
    return dict(matrix)


def pack_of(said: Mapping[str, Any]) -> Pack:
    """The pack of what a file would say."""
    policy, faults = policy_of(said)
    assert policy is not None, faults
    return Pack.of(policy, TERMS)


def pack(name: str = "generic", **other: Any) -> Pack:
    """A shipped pack with the bands of these tests, and what is named."""
    matrix = bands((APPROVE_BELOW, DECLINE_FROM), (0.02, 0.05))
    return pack_of(content(name, **{"matrix": matrix, **other}))


def names(rules: tuple[Fired, ...]) -> list[str]:
    """Codes and cases of what fired."""
    return [f"{one.code}.{one.case}" if one.case else one.code for one in rules]


def at_request(about: Circumstances, policy: Pack) -> list[str]:
    """The rules that fire on a request."""
    return names(fired(about, policy.at_request))
