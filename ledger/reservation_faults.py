"""What can be wrong with a reservation."""

from __future__ import annotations

from typing import Literal

from ledger.faults import Fault

Line = Literal["buyer", "group", "single_name"]
"""What a ceiling is of."""


class WrongReservation(Fault):
    """A reservation that asks for what can't be held: no amount, no hash, no time."""

    code = "wrong-reservation"


class UnknownReservation(Fault):
    """A reservation that the tenant's ledger doesn't have."""

    code = "unknown-reservation"


class ReservationOver(Fault):
    """A reservation that was released or has expired: nothing is held any more."""

    code = "reservation-over"


class FaceExceeded(Fault):
    """More of an invoice than its face.

    Parameters
    ----------
    canonical_hash : str
        The invoice.
    face_minor, held_minor, asked_minor : int
        Its face, what others hold of it and what is asked for, in minor units.
    """

    code = "face-exceeded"

    def __init__(
        self,
        *,
        canonical_hash: str,
        face_minor: int,
        held_minor: int,
        asked_minor: int,
        field: str = "",
    ) -> None:
        super().__init__(
            f"of invoice {canonical_hash} {held_minor} of {face_minor} are held, "
            f"{asked_minor} more are asked for",
            field=field,
            remedy=f"ask for at most {max(0, face_minor - held_minor)} of this invoice",
        )
        self.canonical_hash = canonical_hash
        self.face_minor = face_minor
        self.held_minor = held_minor
        self.asked_minor = asked_minor


class LimitExceeded(Fault):
    """More on a buyer, on its group or to a supplier than its line.

    Parameters
    ----------
    of : str
        Which line: ``buyer``, ``group`` or ``single_name``.
    party : str
        Key of the buyer, or of the supplier as a single name.
    limit_minor, held_minor, asked_minor : int
        The line, what is out and held, and what is asked for, in minor units.
    """

    code = "limit-exceeded"

    def __init__(
        self,
        *,
        of: Line,
        party: str,
        limit_minor: int,
        held_minor: int,
        asked_minor: int,
        field: str = "",
    ) -> None:
        super().__init__(
            f"of the {of} line of {party!r} {held_minor} of {limit_minor} are used, "
            f"{asked_minor} more are asked for",
            field=field,
            remedy=f"ask for at most {max(0, limit_minor - held_minor)}: "
            f"the {of} line has no more room",
        )
        self.of = of
        self.party = party
        self.limit_minor = limit_minor
        self.held_minor = held_minor
        self.asked_minor = asked_minor
