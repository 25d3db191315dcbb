"""What an applicant may change of a request.

Structure (amount, tenor, recourse, notification, account, cover) and evidence (confirmation,
acceptance, registry search): nothing else can be said here. What the trade data shows isn't among
it, so that no advice can dress it up (domain.md section 3.9). Nor is a source that is authorised:
what it would tell isn't known, so that nothing can be scored again.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

SIGNED = 3
"""Level of a confirmation that an officer of the buyer signed."""

CARRIED = 2
"""Level of an acceptance with its papers."""


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
        the registry with nothing new found.
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

    @property
    def of_request(self) -> dict[str, Any]:
        """Fields of the request that change, and their new values."""
        return {name: value for name, value in self._said() if name in OF_REQUEST}

    @property
    def evidence(self) -> Change:
        """What of it is no field of the request: what becomes facts."""
        return replace(Change(), **dict(one for one in self._said() if one[0] not in OF_REQUEST))

    def and_also(self, other: Change) -> Change:
        """Both changes; of a field that both change, the other's."""
        return replace(self, **dict(other._said()))

    def _said(self) -> list[tuple[str, Any]]:
        named = [(one.name, getattr(self, one.name), one.default) for one in fields(self)]
        return [(name, value) for name, value, unchanged in named if value != unchanged]


OF_REQUEST = ("amount_requested_minor", "tenor_days", "recourse", "notified", "account")
"""Fields of a change that a request has under the same name."""
