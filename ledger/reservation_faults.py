"""What can be wrong with a reservation."""

from __future__ import annotations

from ledger.faults import Fault


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


class BuyerLimitExceeded(Fault):
    """More on a buyer than its ceiling.

    Parameters
    ----------
    buyer : str
        Key of the buyer.
    limit_minor, held_minor, asked_minor : int
        Its ceiling, what is held on it and what is asked for, in minor units.
    """

    code = "buyer-limit-exceeded"

    def __init__(
        self, *, buyer: str, limit_minor: int, held_minor: int, asked_minor: int, field: str = ""
    ) -> None:
        super().__init__(
            f"on buyer {buyer!r} {held_minor} of {limit_minor} are held, "
            f"{asked_minor} more are asked for",
            field=field,
            remedy=f"ask for at most {max(0, limit_minor - held_minor)} on this buyer",
        )
        self.buyer = buyer
        self.limit_minor = limit_minor
        self.held_minor = held_minor
        self.asked_minor = asked_minor
