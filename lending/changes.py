"""What an applicant may change of a request, and a request's circumstances with it changed.

Structure (amount, tenor, recourse, notification, account, cover) and evidence (confirmation,
acceptance, registry search, a source that is authorised): nothing else can be said here. What the
trade data shows isn't among it, so that no advice can dress it up (domain.md section 3.9).
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

from features.circumstances.claim_seen import AskedClaim
from features.circumstances.cover_seen import Guarantor, Insured
from features.circumstances.request_seen import Circumstances

SIGNED = 3
"""Level of a confirmation that an officer of the buyer signed."""

CARRIED = 2
"""Level of an acceptance with its papers."""

ADVISED = "advised"
"""Ref of a guarantee or insurance that isn't there yet."""


@dataclass(frozen=True)
class Change:
    """What is changed; None or empty where nothing is.

    Attributes
    ----------
    amount_requested_minor, tenor_days, recourse, notified, account : optional
        Fields of the request.
    guaranteed_share, insured_share : float or None
        Of a new joint guarantee, or a new credit insurance.
    confirmed, accepted, searched : tuple of str
        Keys of receivables: confirmed by an officer of the buyer, acceptance uploaded, searched in
        the registry.
    authorised : tuple of (str, str)
        Party and source that is authorised to tell.
    """

    amount_requested_minor: int | None = None
    tenor_days: int | None = None
    recourse: bool | None = None
    notified: bool | None = None
    account: str | None = None
    guaranteed_share: float | None = None
    insured_share: float | None = None
    confirmed: tuple[str, ...] = ()
    accepted: tuple[str, ...] = ()
    searched: tuple[str, ...] = ()
    authorised: tuple[tuple[str, str], ...] = ()

    @property
    def of_request(self) -> dict[str, Any]:
        """Fields of the request that change, and their new values."""
        return {name: value for name, value in self._said() if name in OF_REQUEST}

    def and_also(self, other: Change) -> Change:
        """Both changes; of a field that both change, the other's."""
        return replace(self, **dict(other._said()))

    def _said(self) -> list[tuple[str, Any]]:
        named = [(one.name, getattr(self, one.name), one.default) for one in fields(self)]
        return [(name, value) for name, value, unchanged in named if value != unchanged]


OF_REQUEST = ("amount_requested_minor", "tenor_days", "recourse", "notified", "account")
"""Fields of a change that a request has under the same name."""


def changed(seen: Circumstances, change: Change) -> Circumstances:
    """Circumstances as rules and terms would see them after the change; features are the caller's.

    What a source that is authorised would tell isn't known, and stays so.
    """
    guarantees, insurances = seen.guarantees, seen.insurances
    if change.guaranteed_share is not None:
        guarantees += (Guarantor(ADVISED, "", "joint", change.guaranteed_share),)
    if change.insured_share is not None:
        insurances += (Insured(ADVISED, change.insured_share),)
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
    return replace(claim, **known) if known else claim
