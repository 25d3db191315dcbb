"""Which receivables count for an advance, and why the others don't (domain.md section 3.6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from lending.bounds import once, whole
from lending.frozen import frozen
from lending.terms import AdvanceRules


class Ineligible(StrEnum):
    """Why a receivable, or a part of it, doesn't count; in the order of looking."""

    SETTLED = "settled"
    OF_OTHERS = "of_others"
    VOID = "void_invoice"
    CROSS_AGED = "cross_aged"
    RELATED = "related"
    PAST_DUE = "past_due"
    AGED = "aged"
    UNCONFIRMED = "unconfirmed"
    DISPUTED = "disputed"
    CONTRA = "contra"
    GROWN = "grown_after_financing"
    CONCENTRATION = "concentration"


@frozen
class Receivable:
    """One receivable as a lender sees it.

    Attributes
    ----------
    ref : str
        Its key.
    face_minor : int
        What the buyer still owes of it, in minor units.
    due_on : date or None
        None where the due date is unknown; then age counts.
    issued_on : date or None
        Day of the invoice; None where unknown.
    confirmation : int
        0 none, 1 tacit, 2 by click, 3 signed by an officer, 4 court or notary.
    related : bool
        Buyer and supplier have a link of control.
    disputed_minor, contra_minor : int
        Parts in dispute, and parts that the buyer may set off.
    financed_minor : int
        Already advanced against it and not repaid, by whomever.
    face_financed_minor : int or None
        What was owed of it when it was financed; None where it wasn't. What the face grew by since
        doesn't count.
    out : Ineligible or None
        Why it is out whatever else it is; None where nothing says so.
    """

    ref: str
    face_minor: int
    due_on: date | None
    issued_on: date | None
    confirmation: int = 0
    related: bool = False
    disputed_minor: int = 0
    contra_minor: int = 0
    financed_minor: int = 0
    face_financed_minor: int | None = None
    out: Ineligible | None = None

    def __post_init__(self) -> None:
        whole("receivables.face_minor", self.face_minor)
        whole("receivables.confirmation", self.confirmation)
        whole("receivables.disputed_minor", self.disputed_minor)
        whole("receivables.contra_minor", self.contra_minor)
        whole("receivables.financed_minor", self.financed_minor)
        whole("receivables.face_financed_minor", self.face_financed_minor)


@frozen
class Book:
    """What else is owed, by the ledger and not by the request: splitting one changes nothing.

    Attributes
    ----------
    buyer_open_minor, buyer_past_due_minor : int
        All open claims of the supplier on this buyer, and those past due by more than the rules
        allow.
    buyer_eligible_minor : int
        Eligible claims on this buyer that are in the pool already, without the request's.
    others_eligible_minor : int or None
        Eligible claims on other buyers in the pool; None where the pool isn't known: then there is
        no cap on concentration.
    """

    buyer_open_minor: int = 0
    buyer_past_due_minor: int = 0
    buyer_eligible_minor: int = 0
    others_eligible_minor: int | None = 0

    def __post_init__(self) -> None:
        whole("book.buyer_open_minor", self.buyer_open_minor)
        whole("book.buyer_past_due_minor", self.buyer_past_due_minor)
        whole("book.buyer_eligible_minor", self.buyer_eligible_minor)
        whole("book.others_eligible_minor", self.others_eligible_minor)


@frozen
class Left:
    """An amount of a receivable that doesn't count, and why."""

    ref: str
    reason: Ineligible
    amount_minor: int


@frozen
class Counted:
    """What counts.

    Attributes
    ----------
    amounts_minor : tuple of int
        Eligible part of each receivable, in the order given.
    ineligible : tuple of Left
        What doesn't count, with its reason; with the eligible parts it adds up to the faces.
    """

    amounts_minor: tuple[int, ...]
    ineligible: tuple[Left, ...]


def eligible(
    receivables: Sequence[Receivable], book: Book, as_of: date, rules: AdvanceRules
) -> Counted:
    """Split the faces of receivables on one buyer into what counts and what doesn't.

    A receivable that is out as a whole has one reason, the first that is found. Concentration
    takes from the last receivables first.

    Raises
    ------
    WrongTerms
        Where a receivable is named twice.
    """
    once("receivables", [one.ref for one in receivables])
    room = _room(book, rules)
    cross_aged = _cross_aged(book, rules)
    amounts: list[int] = []
    ineligible: list[Left] = []
    for one in receivables:
        reason = one.out or (Ineligible.CROSS_AGED if cross_aged else _out(one, as_of, rules))
        left = 0 if reason is not None else one.face_minor
        if reason is not None and one.face_minor:
            ineligible.append(Left(one.ref, reason, one.face_minor))
        elif one.disputed_minor or one.contra_minor or one.face_financed_minor is not None:
            for why, part in _parts(one):
                taken = min(left, part)
                left -= taken
                if taken:
                    ineligible.append(Left(one.ref, why, taken))
        if room is not None:
            over = max(0, left - room)
            left -= over
            room -= left
            if over:
                ineligible.append(Left(one.ref, Ineligible.CONCENTRATION, over))
        amounts.append(left)
    return Counted(tuple(amounts), tuple(ineligible))


def _out(one: Receivable, as_of: date, rules: AdvanceRules) -> Ineligible | None:
    """Why a receivable is out as a whole; None where it isn't."""
    if one.related:
        return Ineligible.RELATED
    if one.due_on is not None and (as_of - one.due_on).days > rules.past_due_days:
        return Ineligible.PAST_DUE
    if one.due_on is None and _aged(one, as_of, rules):
        return Ineligible.AGED
    if rules.confirmation_required and one.confirmation < rules.confirmed_from:
        return Ineligible.UNCONFIRMED
    return None


def _aged(one: Receivable, as_of: date, rules: AdvanceRules) -> bool:
    """Whether a claim without a due date is too old; one without any date can't be shown young."""
    return one.issued_on is None or (as_of - one.issued_on).days > rules.aged_days


def _parts(one: Receivable) -> list[tuple[Ineligible, int]]:
    known = one.face_minor if one.face_financed_minor is None else one.face_financed_minor
    return [
        (Ineligible.GROWN, max(0, one.face_minor - known)),
        (Ineligible.DISPUTED, one.disputed_minor),
        (Ineligible.CONTRA, one.contra_minor),
    ]


def _cross_aged(book: Book, rules: AdvanceRules) -> bool:
    """Whether so much of the buyer's claims is past due that none of them counts."""
    past = book.buyer_past_due_minor
    return past > 0 and past >= rules.cross_aging_share * book.buyer_open_minor


def _room(book: Book, rules: AdvanceRules) -> int | None:
    """What may still be counted of the buyer: ``c / (1 - c)`` of the others; None without a cap."""
    most, others = rules.concentration_share, book.others_eligible_minor
    if most is None or others is None:
        return None
    allowed = int(others * most / (1 - most))  # the product first: exact
    return max(0, allowed - book.buyer_eligible_minor)
