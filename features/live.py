"""Circumstances: what the live facts say of this very request, beside the features.

Rules see nothing else. They are stored with the score record, so that a decision is a function of
what was recorded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Circumstances:
    """Live facts of one request.

    Attributes
    ----------
    face_minor : int or None
        Sum of the faces asked for, in minor units; None where one is not known.
    amount_requested_minor : int or None
        Amount asked for; None where the request names none.
    days_past_due : int
        Days since the earliest due date among the receivables; 0 where none is past due.
    settled_claims : int
        Receivables of the request known to be settled.
    claims_of_others : int
        Receivables of the request whose supplier or buyer are not the request's.
    buyer_claims_known : int
        Claims on the buyer whose payment or lateness is known.
    evidence : tuple of str
        Ids of the facts this rests on.
    """

    face_minor: int | None
    amount_requested_minor: int | None
    days_past_due: int
    settled_claims: int
    claims_of_others: int
    buyer_claims_known: int
    evidence: tuple[str, ...]


def circumstances(
    *,
    supplier: str,
    buyer: str,
    day: int,
    amount_requested_minor: int | None,
    claims: Sequence[Mapping[str, Any]],
    payments: Sequence[Mapping[str, Any]],
    buyer_claims_known: int,
) -> Circumstances:
    """Sum up the live facts of a request.

    Parameters
    ----------
    day : int
        as_of's day in the tenant's time zone, days since 1970-01-01.
    claims, payments : sequences of rows of `ledger.reader`
        The receivables asked for and the payments that name them, as visible at the live cut.
    buyer_claims_known : int
        Claims on the buyer that have fallen due in the history.
    """
    faces = [claim["face_minor"] for claim in claims]
    return Circumstances(
        face_minor=None if None in faces else sum(faces),
        amount_requested_minor=amount_requested_minor,
        days_past_due=max((max(0, day - claim["due_on"]) for claim in claims), default=0),
        settled_claims=sum(is_settled(claim, payments) for claim in claims),
        claims_of_others=sum(
            (claim["supplier"], claim["buyer"]) != (supplier, buyer) for claim in claims
        ),
        buyer_claims_known=buyer_claims_known,
        evidence=tuple(sorted(fact["id"] for fact in (*claims, *payments))),
    )


def is_settled(claim: Mapping[str, Any], payments: Sequence[Mapping[str, Any]]) -> bool:
    """Whether payments cover a claim, as ``known_claim`` has it: all but 2 % of its face."""
    amounts = [row["amount_minor"] for row in payments if row["receivable"] == claim["ref"]]
    if claim["face_minor"] is None or None in amounts:
        return bool(amounts)
    return sum(amounts) * 100 >= claim["face_minor"] * 98 and bool(amounts)
