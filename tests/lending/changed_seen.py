"""Circumstances after a change, in plain words: what the facts of the change must come to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from features.circumstances.claim_seen import AskedClaim
from features.circumstances.cover_seen import Guarantor, Insured
from features.circumstances.request_seen import Circumstances
from lending.changes import CARRIED, SIGNED, Change


def changed(seen: Circumstances, change: Change) -> Circumstances:
    """Circumstances as rules and terms would see them after the change."""
    guarantees, insurances = seen.guarantees, seen.insurances
    if change.guaranteed_share is not None:
        guarantees += (Guarantor("advised", "", "joint", change.guaranteed_share),)
    if change.insured_share is not None:
        insurances += (Insured("advised", change.insured_share),)
    return replace(
        seen,
        claims=tuple(_claim(claim, change, seen) for claim in seen.claims),
        guarantees=guarantees,
        insurances=insurances,
        **change.of_request,
    )


def _claim(claim: AskedClaim, change: Change, seen: Circumstances) -> AskedClaim:
    known: dict[str, Any] = {}
    if claim.ref in change.confirmed:
        owed = claim.face_minor if claim.owed_minor is None else claim.owed_minor
        known |= {"confirmation_level": SIGNED, "confirmed_minor": owed, "consented": True}
    if claim.ref in change.accepted:
        known |= {"evidence_level": CARRIED, "delivered": True}
    if claim.ref in change.searched:
        known |= {"searched_on": seen.day, "earlier_overlap": claim.earlier_overlap or "none"}
        known |= {"registered": claim.registered is True}
    return replace(claim, **known) if known else claim
