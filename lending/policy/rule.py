"""A rule: what it looks at, which date counts, when it fires, and its words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from features.circumstances.request_seen import Circumstances
from lending.policy.outcomes import Scope, Severity
from lending.policy.rule_parameters import Parameters


class Grain(StrEnum):
    """What a rule is asked of, one by one; certificates and bills are receivables too."""

    REQUEST = "request"
    SUPPLIER = "supplier"
    BUYER = "buyer"
    PARTY = "party"
    RECEIVABLE = "receivable"
    CERTIFICATE = "certificate"
    BILL = "bill"
    COLLATERAL = "collateral"


class Dated(StrEnum):
    """Which day says whether a rule is in force; where it isn't known, the day of the request."""

    REQUEST = "request"
    CONTRACT = "contract"
    INSTRUMENT = "instrument"


class Unit(StrEnum):
    """What a rule measures in."""

    NONE = "none"
    SHARE = "share"
    MINOR = "minor"
    DAYS = "days"
    COUNT = "count"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class Finding:
    """What made a rule fire.

    Attributes
    ----------
    observed, threshold : str, int, float or None
        What was seen, and the bound that it broke, in the rule's unit.
    most_minor, most_days : int or None
        The largest amount, or longest tenor, that the rule would let pass.
    """

    observed: str | float | None = None
    threshold: str | float | None = None
    most_minor: int | None = None
    most_days: int | None = None


class Unknown:
    """What a rule needs isn't known; the pack says what follows."""


UNKNOWN: Final = Unknown()
Found = Finding | Unknown | None
Check = Callable[[Any, Circumstances, Any], Found]

ANY_BUT_COUNTER = (Severity.BLOCK, Severity.REFER, Severity.WARN, Severity.REPORT)


@dataclass(frozen=True)
class Rule:
    """One rule of the catalogue (domain.md section 3.7).

    Attributes
    ----------
    code, case : str
        Code in the catalogue; which of its cases, empty where it has one.
    grain : Grain
    subject_en, subject_zh : str
        What it looks at; told where that isn't known.
    en, zh : str
        What is wrong, with ``{about}``, ``{observed}`` and ``{threshold}`` filled in.
    check : function of (thing, Circumstances, parameters or policy) to Found
        ``thing`` is of the rule's grain.
    parameters : class
        What a pack sets for it.
    unit : Unit
    dated : Dated
    scopes : sequence of Scope
        Where a pack may have it act.
    severities : sequence of Severity
        What a pack may have it do.
    internal : bool
        Kept from the applicant, whom it would warn.
    by_policy : bool
        Its thresholds are the products and lines of the policy, with which it is called.
    eases : bool
        It only stops a machine from declining by itself.
    """

    code: str
    case: str
    grain: Grain
    subject_en: str
    subject_zh: str
    en: str
    zh: str
    check: Check
    parameters: type[Parameters] = Parameters
    unit: Unit = Unit.NONE
    dated: Dated = Dated.REQUEST
    scopes: Sequence[Scope] = (Scope.REQUEST, Scope.DRAWDOWN)
    severities: Sequence[Severity] = ANY_BUT_COUNTER
    internal: bool = False
    by_policy: bool = False
    eases: bool = False

    @property
    def name(self) -> str:
        """Code and case: ``K09.longest``."""
        return f"{self.code}.{self.case}" if self.case else self.code
