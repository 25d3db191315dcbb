"""A receivable of the request as the live facts have it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Overlap = Literal["exact", "description", "floating", "none"]
InvoiceState = Literal["valid", "not_found", "void", "full_red", "part_red", "abnormal"]


@dataclass(frozen=True)
class Rival:
    """Another's right in the same claim.

    Attributes
    ----------
    ref : str
        Key of its registration or assignment.
    registered_at : datetime or None
        When it was registered; None where it isn't.
    notified_on : date or None
        When notice of it reached the buyer; None where none is known.
    amount_minor : int or None
        What it secures, where that is told.
    """

    ref: str
    registered_at: datetime | None = None
    notified_on: date | None = None
    amount_minor: int | None = None


@dataclass(frozen=True)
class AskedClaim:
    """One receivable of the request.

    Attributes
    ----------
    ref : str
        Its key.
    face_minor, owed_minor : int or None
        Amount claimed, and what is left of it after payments, in minor units.
    issued_on, due_on : date or None
    settled : bool
        Known to be paid, written off or cancelled.
    of_others : bool
        Its supplier or buyer are not the request's.
    other_currency : bool
        Its amounts are in another currency than the book's.
    confirmation_level : int or None
        0 none to 4 court or notary, the highest; None where nobody told.
    confirmed_minor : int or None
        Amount confirmed.
    consented : bool or None
        The buyer acknowledged the assignment or confirmed the claim.
    disputed_minor : int or None
        Open disputes over it or its invoices; 0 where the source has told of none.
    contra_minor : int or None
        What the buyer may set off or holds back.
    delivered : bool or None
        Goods or service are delivered or accepted; False where the source has told and there is
        neither.
    delivered_on : date or None
        Delivered or accepted, from which the law counts.
    evidence_level : int or None
        Of the acceptance: 0 none to 3 signed with a carrier's or sensor's proof.
    invoice_state : InvoiceState or None
        The worst of its invoices; None where it names none, ``not_found`` where one that it names
        is not in the tax bureau's answer.
    contract_signed_on : date or None
    supplier_size, buyer_size : str or None
        Size classes at signing, ``micro`` to ``large``; today's where the contract tells none.
    buyer_public : bool or None
        The buyer is a public body.
    payment_days : int or None
        Days to pay by the contract.
    pay_when_paid, assignment_prohibited : bool or None
    instrument : str
        ``receivable``, ``e_certificate`` or ``bill``.
    instrument_opened_on : date or None
        Opened, or accepted.
    instrument_days : int or None
        Its tenor: from there until it falls due.
    instrument_reviewed : bool or None
        A longer tenor was found reasonable, and that is on file.
    earlier_overlap : Overlap or None
        The closest overlap with an earlier registration for another party; None where the registry
        was not asked.
    registered : bool or None
        A registration for the lender of this book covers it.
    registered_at : datetime or None
        When that was registered.
    notified_on : date or None
        Notice of the claim's assignment first reached the buyer.
    rivals : tuple of Rival
        Rights of others that are known, in the order of their keys: registrations that overlap, and
        assignments of other receivables over the same invoice.
    searched_on : date or None
        The registry was last searched for it.
    financed_minor : int
        Advanced against it and not repaid, by whomever, and what is reserved; without this request.
    face_financed_minor : int or None
        Its face when it was financed; None where it wasn't.
    duplicate_of : tuple of str
        Other receivables over the same invoice, by its canonical hash, that are financed.
    """

    ref: str
    face_minor: int | None = None
    owed_minor: int | None = None
    issued_on: date | None = None
    due_on: date | None = None
    settled: bool = False
    of_others: bool = False
    other_currency: bool = False
    confirmation_level: int | None = None
    confirmed_minor: int | None = None
    consented: bool | None = None
    disputed_minor: int | None = None
    contra_minor: int | None = None
    delivered: bool | None = None
    delivered_on: date | None = None
    evidence_level: int | None = None
    invoice_state: InvoiceState | None = None
    contract_signed_on: date | None = None
    supplier_size: str | None = None
    buyer_size: str | None = None
    buyer_public: bool | None = None
    payment_days: int | None = None
    pay_when_paid: bool | None = None
    assignment_prohibited: bool | None = None
    instrument: str = "receivable"
    instrument_opened_on: date | None = None
    instrument_days: int | None = None
    instrument_reviewed: bool | None = None
    earlier_overlap: Overlap | None = None
    registered: bool | None = None
    registered_at: datetime | None = None
    notified_on: date | None = None
    rivals: tuple[Rival, ...] = ()
    searched_on: date | None = None
    financed_minor: int = 0
    face_financed_minor: int | None = None
    duplicate_of: tuple[str, ...] = ()
