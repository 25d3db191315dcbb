"""Circumstances in the words of the rules, as far as receivables and payments tell them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from features.circumstances.claim_seen import AskedClaim
from features.circumstances.party_seen import PairSeen
from features.circumstances.request_seen import Circumstances
from features.live import is_settled
from ledger.clocks import day_of, from_day_number
from ledger.tenants import Book
from scoring.asking import Request


def as_rules_see(
    request: Request,
    book: Book,
    claims: Sequence[Mapping[str, Any]],
    payments: Sequence[Mapping[str, Any]],
    claims_known: int,
) -> Circumstances:
    """What is known of a request; the rest isn't known.

    Parameters
    ----------
    claims, payments : sequences of rows of `ledger.reader`
        The receivables asked for and the payments that name them, as visible.
    claims_known : int
        Claims on the buyer that have fallen due in the history.
    """
    pair = (request.supplier, request.buyer)
    return Circumstances(
        day=day_of(request.as_of, book.tz),
        currency=book.base_currency,
        amount_requested_minor=request.amount_requested_minor,
        product=request.product,
        tenor_days=request.tenor_days,
        claims=tuple(
            AskedClaim(
                ref=claim["ref"],
                face_minor=claim["face_minor"],
                due_on=from_day_number(claim["due_on"]),
                settled=is_settled(claim, payments),
                of_others=(claim["supplier"], claim["buyer"]) != pair,
            )
            for claim in claims
        ),
        pair=PairSeen(claims_known=claims_known),
    )
