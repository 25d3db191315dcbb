"""Assessments, circumstances and packs for the rules of lending."""

from typing import Any

from features.live import Circumstances
from lending.pack import Pack, PolicyPack
from models.assessment import Assessment
from models.event import Event

LATE = Event(name="late5", kind="late", days=5, en="the buyer pays 5 days late", zh="晚付5天")
DEFAULT = Event(name="default", kind="default", days=90, en="the buyer defaults", zh="违约")
APPROVE_BELOW, DECLINE_FROM = 0.1, 0.3


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


def seen(**other: Any) -> Circumstances:
    """Circumstances under which no rule fires."""
    good: dict[str, Any] = {
        "face_minor": 100_000,
        "amount_requested_minor": 70_000,
        "days_past_due": 0,
        "settled_claims": 0,
        "claims_of_others": 0,
        "buyer_claims_known": 50,
        "evidence": ("a", "b"),
    }
    return Circumstances(**{**good, **other})


def policy(**other: Any) -> dict[str, Any]:
    """A policy as its TOML file says it."""
    good: dict[str, Any] = {
        "name": "mine",
        "version": "1",
        "valid_from": "2026-01-01",
        "cut_offs": {
            "late": {"approve_below": APPROVE_BELOW, "decline_from": DECLINE_FROM},
            "default": {"approve_below": 0.02, "decline_from": 0.05},
        },
        "limits": {"advance_cap_share": 0.8, "history_claims_least": 3},
    }
    return {**good, **other}


def pack(**other: Any) -> Pack:
    """A pack, without a file."""
    return Pack("mine-1", PolicyPack.model_validate(policy(**other)))
