"""What the applicant may be told of an answer; the lender sees all of it (``scoring.reply``).

The applicant is told true and specific reasons, at most four, rules first; never what would warn a
fraudster (codes F and K24, and whatever a rule marks as internal), and none of the lender's own
figures (loss, capital, margins). Each text is in English and Chinese.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from lending.actions import ACTIONS
from lending.advice import Option
from lending.eligible import Ineligible
from lending.limit import Term
from lending.notice_words import (
    ACTION_WORDS,
    DECISIONS,
    INELIGIBLE_WORDS,
    LIMIT_WORDS,
    PREVIEW,
    REVIEW,
    Words,
)
from lending.offer_terms import OfferTerms

MOST = 4
"""More than four principal reasons are unlikely to help (domain.md section 3.8)."""

OFFERED = ("APPROVE", "APPROVE_REDUCED")
SPEAKING = ("BLOCK", "REFER", "COUNTER")
"""Severities that change a decision; warnings and reports are no reason for it."""

UNTOLD = "K24"
"""The rule of the fraud screen."""

LIMITED = "limited"
"""Code of the reason that terms lend less than is asked for; told as what holds them down."""


class Said(Protocol):
    """A reason."""

    @property
    def code(self) -> str:
        """Stable code."""

    @property
    def en(self) -> str:
        """In English."""

    @property
    def zh(self) -> str:
        """In Chinese."""


class RuleSaid(Said, Protocol):
    """A rule that fired."""

    @property
    def severity(self) -> str:
        """What it does: a name of `SPEAKING`, or one that changes no decision."""

    @property
    def internal(self) -> bool:
        """Kept from the applicant."""


@dataclass(frozen=True)
class Answer:
    """What was decided and why.

    Attributes
    ----------
    decision : str
        A name of `notice_words.DECISIONS`.
    rules : sequence of RuleSaid
        Those that fired, in their order.
    because : sequence of Said
        Why else, where no rule says so.
    reasons : sequence of Said
        Of the model, the heaviest first.
    model_adverse : bool
        The model alone would not approve: only then are its reasons reasons of the decision.
    advance_minor : int or None
        Amount that would be advanced.
    tenor_days : int or None
        Tenor of a counter-offer; None takes that of the terms.
    terms : OfferTerms or None
    options : sequence of Option
        What would help.
    person_linked : bool or None
        The applicant is a person, or a firm that is one; None where nobody looked it up.
    """

    decision: str
    rules: Sequence[RuleSaid] = ()
    because: Sequence[Said] = ()
    reasons: Sequence[Said] = ()
    model_adverse: bool = False
    advance_minor: int | None = None
    tenor_days: int | None = None
    terms: OfferTerms | None = None
    options: Sequence[Option] = ()
    person_linked: bool | None = None


def for_applicant(answer: Answer) -> dict[str, Any]:
    """What the applicant may be told, as JSON takes it.

    Where only what is kept from the applicant led to the answer, no reason is given: another would
    not be true.
    """
    options = [] if any(map(_kept_back, answer.rules)) else [_option(one) for one in answer.options]
    told: dict[str, Any] = {
        "decision": _in_words(answer),
        "offer": _offer(answer),
        "reasons": [] if answer.decision == "APPROVE" else list(_reasons(answer)),
        "what_would_help": options,
    }
    if options:
        told["preview"] = _both(PREVIEW)
    if answer.person_linked is not False:
        told["review"] = _both(REVIEW)
    return told


def may_be_told(code: str, *, internal: bool = False) -> bool:
    """Whether a reason may be told to the applicant: no fraud code, and nothing internal."""
    bare = code.removeprefix("R")
    return not internal and not bare.startswith("F") and bare.rstrip("*") != UNTOLD


def _kept_back(rule: RuleSaid) -> bool:
    """Whether a rule speaks that isn't told: what would help against it would tell of it."""
    return str(rule.severity) in SPEAKING and not may_be_told(rule.code, internal=rule.internal)


def _reasons(answer: Answer) -> Iterator[dict[str, Any]]:
    """At most `MOST`, each said once; none where what led to the answer is kept back."""
    speaking = [rule for rule in answer.rules if str(rule.severity) in SPEAKING]
    open_rules = [r for r in speaking if may_be_told(r.code, internal=r.internal)]
    limited = list(_limited(answer))
    because = [one for one in answer.because if not limited or one.code != LIMITED]
    others = [*because, *(answer.reasons if answer.model_adverse else ())]
    told: set[str] = set()
    every: list[Said] = [*open_rules, *limited, *others]
    for one in every:
        if len(told) == MOST:
            return
        if may_be_told(one.code) and one.en not in told:
            told.add(one.en)
            yield _reason(one)


@dataclass(frozen=True)
class _Limited:
    """A reason of the amount."""

    code: str
    en: str
    zh: str


def _limited(answer: Answer) -> Iterator[_Limited]:
    """What holds the amount below what is asked for, and the largest part that doesn't count.

    A reason where the offer is reduced, or nothing is left to offer.
    """
    amount = None if answer.terms is None else answer.terms.amount
    if amount is None or amount.asked_minor is None:
        return
    most, binding = amount.limit.amount_minor, amount.limit.binding
    if most >= amount.asked_minor or (answer.decision != "APPROVE_REDUCED" and most > 0):
        return
    yield _Limited(f"L_{binding.value}", *LIMIT_WORDS[binding])
    if binding is Term.RECEIVABLES:
        parts: dict[Ineligible, int] = {}
        for one in amount.counted.ineligible:
            parts[one.reason] = parts.get(one.reason, 0) + one.amount_minor
        if parts:
            largest = max(parts, key=parts.__getitem__)
            yield _Limited(f"L_{largest.value}", *INELIGIBLE_WORDS[largest])


def _reason(one: Said) -> dict[str, Any]:
    action = ACTIONS.get(one.code)
    return {**_said(one), "change": None if action is None else _both(ACTION_WORDS[action])}


def _offer(answer: Answer) -> dict[str, Any] | None:
    terms = answer.terms
    if answer.decision not in OFFERED or answer.advance_minor is None:
        return None
    return {
        "amount_minor": answer.advance_minor,
        "tenor_days": _tenor(answer),
        "rate": None if terms is None else terms.price.quoted_rate,
    }


def _tenor(answer: Answer) -> int | None:
    terms = answer.terms
    if answer.tenor_days is not None or terms is None:
        return answer.tenor_days
    return terms.amount.tenor.days


def _option(option: Option) -> dict[str, Any]:
    after = option.outcome
    return {
        "en": option.en,
        "zh": option.zh,
        "days": option.days,
        "decision": after.decision,
        "amount_minor": after.amount_minor,
        "rate": after.rate,
    }


def _in_words(answer: Answer) -> dict[str, Any]:
    return {"code": answer.decision, **_both(DECISIONS[answer.decision])}


def _said(one: Said) -> dict[str, Any]:
    return {"code": one.code, "en": one.en, "zh": one.zh}


def _both(words: Words) -> dict[str, str]:
    return {"en": words[0], "zh": words[1]}
