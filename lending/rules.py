"""Rules: what is refused, referred or reduced whatever the model says (domain.md section 3.7)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from features.live import Circumstances
from lending.pack import Limits


class Severity(StrEnum):
    """What a rule does when it fires, from the hardest to the softest."""

    BLOCK = "BLOCK"
    REFER = "REFER"
    COUNTER = "COUNTER"


@dataclass(frozen=True)
class Rule:
    """A rule and when it fires.

    Attributes
    ----------
    code : str
        Id in the domain catalogue, with the prefix R in front where it is told as a reason.
    severity : Severity
    en, zh : str
        The rule in words.
    fires : function of (Circumstances, Limits) to bool
    """

    code: str
    severity: Severity
    en: str
    zh: str
    fires: Callable[[Circumstances, Limits], bool]


def _settled(seen: Circumstances, _limits: Limits) -> bool:
    return seen.settled_claims > 0


def _past_due(seen: Circumstances, _limits: Limits) -> bool:
    return seen.days_past_due > 0


def _wrong_parties(seen: Circumstances, _limits: Limits) -> bool:
    return seen.claims_of_others > 0


def _more_than_cap(seen: Circumstances, limits: Limits) -> bool:
    asked = seen.amount_requested_minor
    return asked is not None and (
        seen.face_minor is None or asked > seen.face_minor * limits.advance_cap_share
    )


def _little_history(seen: Circumstances, limits: Limits) -> bool:
    return seen.buyer_claims_known < limits.history_claims_least


RULES: tuple[Rule, ...] = (
    Rule(
        "K04",
        Severity.BLOCK,
        "A receivable of the request is already settled",
        "申请中的应收账款已结清",
        _settled,
    ),
    Rule(
        "K05",
        Severity.BLOCK,
        "A receivable of the request is owed between other parties",
        "申请中的应收账款债权人或债务人与申请不符",
        _wrong_parties,
    ),
    Rule(
        "K17",
        Severity.BLOCK,
        "A receivable of the request is already past due",
        "申请中的应收账款已逾期",
        _past_due,
    ),
    Rule(
        "K18",
        Severity.COUNTER,
        "The amount requested is above the advance cap",
        "申请金额超过融资比例上限",
        _more_than_cap,
    ),
    Rule(
        "K23",
        Severity.REFER,
        "Too little is known of this buyer's payments",
        "对该买方的付款记录了解不足",
        _little_history,
    ),
)
"""Every rule, in the order in which they run."""


def fired(seen: Circumstances, limits: Limits) -> tuple[Rule, ...]:
    """The rules that fire, in their order."""
    return tuple(rule for rule in RULES if rule.fires(seen, limits))
