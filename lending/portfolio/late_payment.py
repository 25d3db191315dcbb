"""Late payment to small firms under 保障中小企业款项支付条例, and the interest that it carries.

The rule protects a small or medium firm against a large one and against a public body; sizes are
those at signing (domain.md section 6).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from lending.bounds import up_minor, whole
from lending.policy.claim_rules import SMALL
from lending.portfolio.portfolio_rules import LatePaymentRules, Regime


class Payer(StrEnum):
    """Who the rule binds."""

    PUBLIC = "public"
    LARGE = "large"


def bound(supplier_size: str | None, buyer_size: str | None, *, public: bool) -> Payer | None:
    """Whether the rule binds the buyer towards the supplier; None where it doesn't.

    A size that isn't told binds nobody: the caller counts those apart.
    """
    if supplier_size not in SMALL:
        return None
    if public:
        return Payer.PUBLIC
    return Payer.LARGE if buyer_size == "large" else None


@dataclass(frozen=True)
class Terms:
    """When a claim is to be paid.

    Attributes
    ----------
    payer : Payer
    signed_on : date
        Of the contract; the day the claim arose where none is told.
    delivered_on : date
        Of the delivery; the day the claim arose where none is told.
    due_on : date
        As agreed.
    legal_due_on : date or None
        Where the source says it.
    """

    payer: Payer
    signed_on: date
    delivered_on: date
    due_on: date
    legal_due_on: date | None = None


@dataclass(frozen=True)
class LegalTerm:
    """What the law makes of agreed terms.

    Attributes
    ----------
    due_on : date
        Late is what is paid after it.
    excess_days : int
        By which the agreed days from delivery pass those of the law, 0 or more. A large firm may
        agree on more where that is reasonable and usual (art. 9); it has to show so.
    daily_rate : float
    """

    due_on: date
    excess_days: int
    daily_rate: float


def legal_term(terms: Terms, rules: LatePaymentRules) -> LegalTerm | None:
    """When the claim is late; None where it was signed before the first regime.

    A public body can't agree on more than the law's most days; a large firm's agreed day holds.
    """
    regime = rules.on(terms.signed_on)
    if regime is None:
        return None
    agreed = (terms.due_on - terms.delivered_on).days
    most = _most_days(terms.payer, regime)
    due = terms.due_on
    if terms.payer is Payer.PUBLIC:
        due = min(due, terms.delivered_on + timedelta(days=regime.public_most_days))
    if terms.legal_due_on is not None:
        due = terms.legal_due_on
    return LegalTerm(due, max(0, agreed - most) if most else 0, regime.daily_rate)


def _most_days(payer: Payer, regime: Regime) -> int:
    return regime.public_most_days if payer is Payer.PUBLIC else regime.large_days


def statutory_interest(minor: int, days: int, daily_rate: float) -> int:
    """Interest in minor units, rounded up: ``amount x days x rate``, not compounded."""
    whole("minor", minor)
    whole("days", days)
    return up_minor(minor * days * daily_rate)
