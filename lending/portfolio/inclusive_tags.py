"""Tags of inclusive finance: whether a financing has each, hasn't, or nobody told.

Of 首贷、信用贷、无还本续贷、随借随还、专精特新、绿色 (domain.md section 3.11). What isn't told is
unknown, and never counted as no.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

SPECIALISED_FROM = 2
"""Innovation tier from which a firm is 专精特新 (domain.md E02)."""

BY_PRODUCT_SECURED = frozenset(
    (
        *("factoring", "reverse_factoring", "e_certificate", "bill_discount"),
        *("receivable_pledge", "inventory_finance", "receipt_finance", "dynamic_discounting"),
    )
)
"""Products that rest on a claim, paper or goods: none of them is an unsecured loan."""


class Tag(StrEnum):
    """A tag of inclusive finance."""

    FIRST_LOAN = "first_loan"
    UNSECURED = "unsecured"
    RENEWAL = "renewal"
    REVOLVING = "revolving"
    SPECIALISED = "specialised"
    GREEN = "green"


@dataclass(frozen=True)
class TagFacts:
    """What is known of a financing that tags go by; None is not told.

    Attributes
    ----------
    first_loan, renewal, revolving : bool or None
        As its request says.
    borrowed_before : bool
        The book knows an earlier financing of the supplier, here or elsewhere.
    product : str
    covered : bool
        A guarantee, insurance or collateral stands behind it.
    innovation_tier : int or None
    innovation_until : date or None
        The tier ends on this day.
    environmental : bool
        An environmental right stands behind it.
    """

    first_loan: bool | None
    renewal: bool | None
    revolving: bool | None
    borrowed_before: bool
    product: str
    covered: bool
    innovation_tier: int | None
    innovation_until: date | None
    environmental: bool


def tags_of(facts: TagFacts, day: date) -> Mapping[Tag, bool | None]:
    """Whether each tag holds; None where it can't be told."""
    return {
        Tag.FIRST_LOAN: False if facts.borrowed_before else facts.first_loan,
        Tag.UNSECURED: not (facts.covered or facts.product in BY_PRODUCT_SECURED),
        Tag.RENEWAL: facts.renewal,
        Tag.REVOLVING: facts.revolving,
        Tag.SPECIALISED: _specialised(facts, day),
        Tag.GREEN: True if facts.environmental else None,
    }


def _specialised(facts: TagFacts, day: date) -> bool | None:
    if facts.innovation_tier is None:
        return None
    ended = facts.innovation_until is not None and facts.innovation_until <= day
    return facts.innovation_tier >= SPECIALISED_FROM and not ended
