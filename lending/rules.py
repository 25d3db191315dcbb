"""Rules: what is refused, referred or reduced whatever the model says (domain.md section 3.7).

They are in ``policy.rulebook``, run in that order, and see nothing but the circumstances.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from features.circumstances.claim_seen import AskedClaim
from features.circumstances.request_seen import Circumstances
from lending.pack import InForce, ReadyRule
from lending.policy.outcomes import Scope, Severity
from lending.policy.rule import UNKNOWN, Dated, Finding, Grain, Rule, Unit, Unknown
from lending.policy.wording import in_chinese, in_english

Thing = tuple[str, object]
"""What a rule is asked of, and the name under which it is told."""

Hit = tuple[ReadyRule, InForce, str, Finding | Unknown]

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
        check, always = ready.rule.check, ready.always
        for about, thing in things[ready.rule.grain]:
            entry = always or ready.on(_day(ready.rule.dated, thing, seen))
            if entry is None:
                continue
            found = check(thing, seen, entry.given)
            if found is not None and (found is not UNKNOWN or entry.when_unknown is not None):
                hits.append((ready, entry, about, found))
    return tuple(_told(hits, seen)) if hits else ()


def _things(seen: Circumstances) -> dict[Grain, list[Thing]]:
    """What rules are asked of, by grain, under the names by which it is told."""
    supplier, buyer = ("supplier", seen.supplier), ("buyer", seen.buyer)
    return {
        Grain.REQUEST: [("request", seen)],
        Grain.SUPPLIER: [supplier],
        Grain.BUYER: [buyer],
        Grain.PARTY: [supplier, buyer],
        Grain.RECEIVABLE: [(claim.ref, claim) for claim in seen.claims],
        Grain.COLLATERAL: [(item.ref, item) for item in seen.collaterals],
    }


def _day(dated: Dated, thing: object, seen: Circumstances) -> date:
    """The day that says whether a rule is in force; today where it isn't known."""
    if isinstance(thing, AskedClaim):
        if dated is Dated.CONTRACT:
            return thing.contract_signed_on or seen.day
        if dated is Dated.INSTRUMENT:
            return thing.instrument_opened_on or seen.day
    return seen.day


def _told(hits: Sequence[Hit], seen: Circumstances) -> Iterator[Fired]:
    told: set[tuple[str, InForce]] = set()
    for ready, entry, about, found in hits:
        if isinstance(found, Finding):
            yield _broken(ready.rule, entry, about, found, seen)
        elif (ready.rule.name, entry) not in told:
            told.add((ready.rule.name, entry))
            yield _not_known(
                ready.rule, entry, [hit[2] for hit in hits if hit[1] is entry and hit[3] is found]
            )


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


def _not_known(rule: Rule, entry: InForce, abouts: Sequence[str]) -> Fired:
    """One for all of which the same isn't known."""
    more = len(abouts) - NAMED_MOST
    about = ", ".join(abouts[:NAMED_MOST]) + (f" +{more}" if more > 0 else "")
    zh = "、".join(in_chinese(one, Unit.WORD, "") for one in abouts[:NAMED_MOST])
    return Fired(
        code=rule.code,
        case=rule.case,
        severity=entry.when_unknown or entry.severity,
        scope=entry.scope,
        about=about,
        en=f"Not known: {rule.subject_en} ({about})",
        zh=f"{rule.subject_zh}未知（{zh}{f'等{len(abouts)}项' if more > 0 else ''}）",
        observed=None,
        threshold=None,
        basis=entry.basis,
        known=False,
        internal=rule.internal,
    )
