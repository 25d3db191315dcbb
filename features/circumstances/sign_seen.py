"""Signs that a request may not be what it says, each with the facts that show it.

A sign is no proof, and none is known to any model: it is looked at beside the probability, by the
fraud screen (docs/fraud.md). It is never told to the applicant, whom it would warn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

SignKind = Literal[
    "duplicate",
    "near_duplicate",
    "split",
    "earlier_claim",
    "over_assigned",
    "bad_invoice",
    "impossible_order",
    "no_order",
    "no_delivery",
    "unconfirmed",
    "circular",
    "related",
    "round_amounts",
]
"""Kinds of sign.

duplicate: the same invoice, by its canonical hash, is financed. near_duplicate: a claim that is
financed, or registered for another party, differs by a slip of the number, the date or at most 3 %
of the amount. split: parts add up to a financed claim, or financed parts to this one.
earlier_claim: registered for another party before. over_assigned: more is financed than is owed.
bad_invoice: void, red, abnormal or not found. impossible_order: paid, ordered, delivered and
invoiced in an order that can't be. no_order, no_delivery: nothing behind the invoice. unconfirmed:
the buyer was asked and confirmed nothing. circular: the supplier stands in a ring that passes money
round. related: supplier and buyer. round_amounts: all invoices are of whole ten thousands, and this
supplier's seldom are.
"""

SIGNS: tuple[SignKind, ...] = get_args(SignKind)


@dataclass(frozen=True)
class Sign:
    """One sign.

    Attributes
    ----------
    kind : SignKind
    about : str
        Key of the receivable, or ``request``.
    strength : float
        Above 0, at most 1: how clearly it is seen.
    evidence : tuple of str
        Ids of the facts that show it, sorted.
    """

    kind: SignKind
    about: str
    strength: float
    evidence: tuple[str, ...]
