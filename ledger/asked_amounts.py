"""What a reservation may ask for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from ledger.facts import checked_key
from ledger.money import LARGEST_MINOR
from ledger.reservation_faults import Line, WrongReservation

MOST_INVOICES = 10_000
LONGEST = timedelta(days=366)

_A_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class InvoiceAmount:
    """What is to be held of one invoice, in minor units of the book.

    Attributes
    ----------
    canonical_hash : str
        64 hexadecimal digits (``ledger.canonical``).
    face_minor : int
        Its face, 1 or more. Where holders disagree, the least counts.
    amount_minor : int
        What is to be financed of it, 1 or more.
    """

    canonical_hash: str
    face_minor: int
    amount_minor: int


@dataclass(frozen=True)
class Ceiling:
    """What may be out at once, held and financed.

    Attributes
    ----------
    of : str
        On the ``buyer``, on its ``group``, or to the supplier as a ``single_name``.
    limit_minor : int
    buyers : tuple of str
        The members of a group, the buyer among them; of the other two nothing is said.
    out_minor : int
        What is out by the facts up to ``through_seq``, and so isn't read from reservations.
    through_seq : int
        Reservations drawn up to there are facts by then; those drawn later count, and all pending
        ones. 0 counts every reservation.
    """

    of: Line
    limit_minor: int
    buyers: tuple[str, ...] = ()
    out_minor: int = 0
    through_seq: int = 0


@dataclass(frozen=True)
class Asked:
    """What is to be held, and for what.

    Attributes
    ----------
    score : str
        Id of the score that it is for.
    buyer : str
        Key of the party that owes the invoices.
    supplier : str
        Key of the party that gets the money.
    invoices : tuple of InvoiceAmount
        1 to 10,000, each invoice once.
    lasts : timedelta
        How long; more than nothing and up to 366 days.
    ceilings : tuple of Ceiling
        Each of another line; none sets no limit.
    """

    score: str
    buyer: str
    supplier: str
    invoices: tuple[InvoiceAmount, ...]
    lasts: timedelta
    ceilings: tuple[Ceiling, ...] = ()

    @property
    def amount_minor(self) -> int:
        """All of it."""
        return sum(one.amount_minor for one in self.invoices)

    @property
    def buyer_limit_minor(self) -> int | None:
        """The ceiling of the buyer; None where there is none."""
        return next((one.limit_minor for one in self.ceilings if one.of == "buyer"), None)


def require_sound(asked: Asked) -> None:
    """Refuse what can't be held, whatever the ledger says.

    Raises
    ------
    WrongReservation, WrongKey
    """
    checked_key(asked.score, "/score")
    checked_key(asked.buyer, "/buyer")
    checked_key(asked.supplier, "/supplier")
    if not 1 <= len(asked.invoices) <= MOST_INVOICES:
        raise _wrong("/invoices", f"{len(asked.invoices)} invoices", f"name 1 to {MOST_INVOICES}")
    if not timedelta(0) < asked.lasts <= LONGEST:
        raise _wrong("/lasts", f"{asked.lasts} is no time", "hold for up to 366 days")
    seen: set[str] = set()
    for at, one in enumerate(asked.invoices):
        field = f"/invoices/{at}"
        if not _A_HASH.fullmatch(one.canonical_hash) or one.canonical_hash in seen:
            remedy = "name each invoice once, by 64 hexadecimal digits in lower case"
            raise _wrong(f"{field}/canonical_hash", "no hash, or one named before", remedy)
        seen.add(one.canonical_hash)
        _require_amount(one.face_minor, f"{field}/face_minor")
        _require_amount(one.amount_minor, f"{field}/amount_minor")
    _require_amount(asked.amount_minor, "/invoices")
    lines = [one.of for one in asked.ceilings]
    for at, ceiling in enumerate(asked.ceilings):
        _require_amount(ceiling.limit_minor, f"/ceilings/{at}/limit_minor", least=0)
        if lines.index(ceiling.of) != at:
            raise _wrong(f"/ceilings/{at}/of", f"{ceiling.of} twice", "set each line once")


def _require_amount(value: Any, field: str, least: int = 1) -> None:
    if type(value) is not int or not least <= value <= LARGEST_MINOR:
        remedy = f"give a whole number of minor units from {least} to {LARGEST_MINOR}"
        raise _wrong(field, "no amount that can be held", remedy)


def _wrong(field: str, message: str, remedy: str) -> WrongReservation:
    return WrongReservation(message, field=field, remedy=remedy)
