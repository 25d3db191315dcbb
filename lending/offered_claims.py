"""What the live facts say of receivables and lines, as eligibility, advance and limit take it.

None is "not known": a face that nobody told carries nothing, a part that nobody told takes nothing
off, a confirmation counts only where it reaches over the whole claim.
"""

from __future__ import annotations

from collections.abc import Sequence

from features.circumstances.claim_seen import AskedClaim
from features.circumstances.party_seen import PairSeen
from features.circumstances.request_seen import Circumstances
from lending.advance import Past
from lending.eligible import Book, Ineligible, Receivable
from lending.limit import Line, Lines, Rooms, Turnover, working_capital_need
from lending.terms import AdvanceRules, LimitRules

WORTHLESS = frozenset({"not_found", "void", "full_red", "abnormal"})
"""States of an invoice under which a receivable is no claim."""

CASH_CONTROL = {"free": 0, "supervised": 1, "locked": 2}
"""Accounts of a request, by how far the lender controls them."""


def receivables_of(seen: Circumstances) -> list[Receivable]:
    """The receivables asked for, with what is still owed of them."""
    related = seen.pair.linked is True
    return [
        Receivable(
            claim.ref,
            _owed(claim),
            claim.due_on,
            claim.issued_on,
            _confirmation(claim),
            related,
            claim.disputed_minor or 0,
            claim.contra_minor or 0,
            claim.financed_minor,
            claim.face_financed_minor,
            _out(claim),
        )
        for claim in seen.claims
    ]


def book_of(pair: PairSeen, claims: Sequence[Receivable]) -> Book:
    """What else the buyer owes; the pool isn't known, so there is no cap on concentration.

    What claims grew by after they were financed is no reason to call the past-due part smaller.
    """
    grown = sum(
        max(0, one.face_minor - one.face_financed_minor)
        for one in claims
        if one.face_financed_minor is not None
    )
    return Book(max(0, pair.open_minor - grown), pair.past_due_minor, 0, None)


def past_of(pair: PairSeen, rules: AdvanceRules) -> Past | None:
    """How receivables of the pair went; None where few have fallen due, or dilution isn't known."""
    mean, peak, lost = pair.dilution_share, pair.peak_dilution_share, pair.loss_share
    if pair.claims_known < rules.past_claims_least or mean is None or peak is None:
        return None
    return Past(min(1.0, mean), min(1.0, peak), None if lost is None else min(1.0, lost))


def cash_control(account: str | None) -> int:
    """From 0, the supplier's own account or nothing said, to 2, the lender's own."""
    return 0 if account is None else CASH_CONTROL.get(account, 0)


def rooms_of(
    seen: Circumstances,
    base_minor: int,
    lines: Lines,
    rules: LimitRules,
) -> Rooms:
    """All that a limit is the least of; what is out and reserved already is taken off."""
    used = seen.used
    return Rooms(
        base_minor=base_minor,
        buyer=_line(lines.buyer_minor, rules.buyer_minor, used.buyer_minor),
        group=_line(lines.group_minor, rules.group_minor, used.group_minor),
        single_name=_line(lines.single_name_minor, rules.single_name_minor, used.supplier_minor),
        need_minor=_need(seen),
        value_p10_minor=seen.value_p10_minor,
        supplier_owes_minor=used.supplier_minor + (used.supplier_elsewhere_minor or 0),
    )


def _owed(claim: AskedClaim) -> int:
    owed = claim.face_minor if claim.owed_minor is None else claim.owed_minor
    return owed or 0


def _confirmation(claim: AskedClaim) -> int:
    """Its level; 0 where nobody told, or less was confirmed than is owed."""
    if claim.confirmation_level is None:
        return 0
    partly = claim.confirmed_minor is not None and claim.confirmed_minor < _owed(claim)
    return 0 if partly else claim.confirmation_level


def _out(claim: AskedClaim) -> Ineligible | None:
    if claim.settled:
        return Ineligible.SETTLED
    if claim.of_others:
        return Ineligible.OF_OTHERS
    return Ineligible.VOID if claim.invoice_state in WORTHLESS else None


def _line(own_minor: int | None, usual_minor: int | None, used_minor: int) -> Line | None:
    most = usual_minor if own_minor is None else own_minor
    return None if most is None else Line(most, used_minor)


def _need(seen: Circumstances) -> int | None:
    """Working capital needed; None where margin, own funds or the days that turn it aren't known.

    What this lender has out is taken off, and what others have by the bureau, else by the accounts.
    Growth, prepayments and advances that aren't known are none.
    """
    told, used = seen.turnover, seen.used
    if told is None or told.margin_share is None or told.own_minor is None:
        return None
    stock, owed, owing = told.inventory_days, told.receivable_days, told.payable_days
    if stock is None or owed is None or owing is None:
        return None
    elsewhere = used.supplier_elsewhere_minor
    return working_capital_need(
        Turnover(
            revenue_minor=told.revenue_minor,
            margin_share=max(-1.0, min(1.0, told.margin_share)),
            growth_share=max(-1.0, min(10.0, told.growth_share or 0.0)),
            inventory_days=stock,
            receivable_days=owed,
            payable_days=owing,
            prepaid_days=told.prepaid_days or 0.0,
            advanced_days=told.advanced_days or 0.0,
            own_minor=max(0, told.own_minor),
            loans_minor=used.supplier_minor,
            other_minor=(told.loans_minor or 0) if elsewhere is None else elsewhere,
        )
    )
