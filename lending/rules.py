"""Rules: what is refused, referred or reduced whatever the model says (domain.md section 3.7).

They are in ``policy.rulebook``, run in that order, and see nothing but the circumstances.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from features.circumstances.claim_seen import AskedClaim
from features.circumstances.request_seen import Circumstances
from lending.pack import InForce, ReadyRule
from lending.policy.outcomes import Scope, Severity
from lending.policy.rule import UNKNOWN, Dated, Finding, Grain, Rule, Unit, Unknown
from lending.policy.wording import in_chinese, in_english

Hit = tuple[ReadyRule, InForce, int, Finding | Unknown]
"""Rule, entry, which of the things it is asked of, and what it found."""

OF_THE_REQUEST = (Grain.REQUEST, Grain.SUPPLIER, Grain.BUYER)

NAMED_MOST = 3
"""So many receivables are named of which the same isn't known."""


@dataclass(frozen=True)
class Fired:
    """A rule that fired.

    Attributes
    ----------
    code, case : str
        Its code in the catalogue, told with the prefix R; which of its cases.
    severity : Severity
    scope : Scope
    about : str
        Key of the receivable or collateral, ``supplier``, ``buyer`` or ``request``.
    en, zh : str
        What is wrong, with its numbers.
    observed, threshold : str, int, float or None
    basis : str
        Law or practice.
    known : bool
        False where it fired because what it needs isn't known.
    internal : bool
        Kept from the applicant.
    most_minor, most_days : int or None
        What it would let pass.
    """

    code: str
    case: str
    severity: Severity
    scope: Scope
    about: str
    en: str
    zh: str
    observed: str | float | None
    threshold: str | float | None
    basis: str
    known: bool = True
    internal: bool = False
    most_minor: int | None = None
    most_days: int | None = None


def fired(seen: Circumstances, rules: Sequence[ReadyRule]) -> tuple[Fired, ...]:
    """What rules find, in their order; of ``Pack.at_request``, ``at_drawdown`` or ``easing``.

    Where the same isn't known of several things, they are told as one.
    """
    things = _things(seen)
    hits: list[Hit] = []
    for ready in rules:
        asked = things[ready.grain]
        if ready.by_thing:
            for at, thing in enumerate(asked):
                entry = ready.on(_day(ready.rule.dated, thing, seen))
                if entry is not None:
                    found = ready.check(thing, seen, entry.given)
                    if found is not None:
                        hits.append((ready, entry, at, found))
            continue
        entry = ready.always or ready.on(seen.day)
        if entry is not None:
            check, given = ready.check, entry.given
            for at, thing in enumerate(asked):
                found = check(thing, seen, given)
                if found is not None:
                    hits.append((ready, entry, at, found))
    return tuple(_told(hits, things, seen)) if hits else ()


def _things(seen: Circumstances) -> tuple[Sequence[Any], ...]:
    """What rules are asked of, in the order of `Grain`."""
    supplier, buyer, claims = seen.supplier, seen.buyer, seen.claims
    papers = any(claim.instrument != "receivable" for claim in claims)
    return (
        (seen,),
        (supplier,),
        (buyer,),
        (supplier, buyer),
        claims,
        [one for one in claims if one.instrument == "e_certificate"] if papers else (),
        [one for one in claims if one.instrument == "bill"] if papers else (),
        seen.collaterals,
    )


def _day(dated: Dated, claim: AskedClaim, seen: Circumstances) -> date:
    """The day that says whether a rule is in force for a receivable; today where none is known."""
    if dated is Dated.CONTRACT:
        return claim.contract_signed_on or seen.day
    return claim.instrument_opened_on or seen.day


def _about(grain: Grain, at: int, asked: Sequence[Any]) -> str:
    """The name under which a thing is told."""
    if grain is Grain.PARTY:
        return ("supplier", "buyer")[at]
    return grain.value if grain in OF_THE_REQUEST else str(asked[at].ref)


def _told(
    hits: Sequence[Hit], things: Sequence[Sequence[Any]], seen: Circumstances
) -> Iterator[Fired]:
    not_known: dict[int, list[int]] = {}
    for _, entry, at, found in hits:
        if found is UNKNOWN and entry.when_unknown is not None:
            not_known.setdefault(id(entry), []).append(at)
    for ready, entry, at, found in hits:
        rule, asked = ready.rule, things[ready.grain]
        if isinstance(found, Finding):
            yield _broken(rule, entry, _about(rule.grain, at, asked), found, seen)
        elif places := not_known.pop(id(entry), None):
            named = [_about(rule.grain, one, asked) for one in places[:NAMED_MOST]]
            yield _not_known(rule, entry, named, len(places))


def _broken(rule: Rule, entry: InForce, about: str, found: Finding, seen: Circumstances) -> Fired:
    observed, threshold = found.observed, found.threshold

    def words(template: str, told: Callable[[str | float | None, Unit, str], str]) -> str:
        values = (told(value, rule.unit, seen.currency) for value in (observed, threshold))
        return template.format_map(
            dict(zip(("observed", "threshold"), values, strict=True))
            | {"about": told(about, Unit.WORD, "")}
        )

    return Fired(
        code=rule.code,
        case=rule.case,
        severity=entry.severity,
        scope=entry.scope,
        about=about,
        en=words(rule.en, in_english),
        zh=words(rule.zh, in_chinese),
        observed=observed,
        threshold=threshold,
        basis=entry.basis,
        internal=rule.internal,
        most_minor=found.most_minor,
        most_days=found.most_days,
    )


def _not_known(rule: Rule, entry: InForce, named: Sequence[str], count: int) -> Fired:
    """One for all of which the same isn't known, the first of them named."""
    more = count - len(named)
    about = ", ".join(named) + (f" +{more}" if more else "")
    zh = "、".join(in_chinese(one, Unit.WORD, "") for one in named)
    return Fired(
        code=rule.code,
        case=rule.case,
        severity=entry.when_unknown or entry.severity,
        scope=entry.scope,
        about=about,
        en=f"Not known: {rule.subject_en} ({about})",
        zh=f"{rule.subject_zh}未知（{zh}{f'等{count}项' if more else ''}）",
        observed=None,
        threshold=None,
        basis=entry.basis,
        known=False,
        internal=rule.internal,
    )
