"""Policy packs: what a lender allows, as dated data with a digest that goes into each decision."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any, Self

from lending.pack_faults import PackFault, PackRefused
from lending.policy.outcomes import Scope, Severity
from lending.policy.pack_checks import policy_of
from lending.policy.rule import Check, Dated, Grain, Rule
from lending.policy.rule_parameters import Parameters
from lending.policy.rulebook import BY_NAME, RULES
from lending.policy.tables import PolicyPack, RuleEntry
from lending.terms import SHIPPED as SHIPPED_TERMS
from lending.terms import Terms, load_terms, terms_of

DEFAULT_PACK = "generic"
SHIPPED = ("generic", "cn")
"""Packs that ship with the service, by name."""


@dataclass(frozen=True, eq=False)
class InForce:
    """A rule's entry, ready to run.

    Attributes
    ----------
    given : Parameters or PolicyPack
        What the rule is called with.
    severity : Severity
    when_unknown : Severity or None
    scope : Scope
    basis : str
    first, end : date
        In force from the first day to the day before the end.
    """

    given: Parameters | PolicyPack
    severity: Severity
    when_unknown: Severity | None
    scope: Scope
    basis: str
    first: date
    end: date


@dataclass(frozen=True, eq=False)
class ReadyRule:
    """A rule with its entries in one scope, by day.

    Attributes
    ----------
    rule : Rule
    entries : tuple of InForce
    always : InForce or None
        The entry, where there is but one and it has no dates.
    check, grain, by_thing : Check, int, bool
        Of the rule: what it does, the place of its grain, and whether each receivable has a day of
        its own; at hand, for a rule runs often.
    """

    rule: Rule
    entries: tuple[InForce, ...]
    always: InForce | None
    check: Check
    grain: int
    by_thing: bool

    def on(self, day: date) -> InForce | None:
        """The entry in force on a day."""
        for entry in self.entries:
            if entry.first <= day < entry.end:
                return entry
        return None


@dataclass(frozen=True)
class Pack:
    """A pack ready to decide with.

    Attributes
    ----------
    id : str
        Name, version and twelve digits of the SHA-256 of what it says, its terms included; how it
        is written (order of keys and rules, comments) doesn't count.
    policy : PolicyPack
    terms : Terms
        Figures of loss, capital, price, advance and limit.
    at_request, at_drawdown : tuple of ReadyRule
        Rules that decide on a request, its sources and channel; and those at drawdown.
    easing : tuple of ReadyRule
        Rules that only stop a machine from declining by itself.
    text : str or None
        The TOML that its policy was read from; None where it was put together otherwise.
    """

    id: str
    policy: PolicyPack
    terms: Terms
    at_request: tuple[ReadyRule, ...] = field(compare=False, repr=False)
    at_drawdown: tuple[ReadyRule, ...] = field(compare=False, repr=False)
    easing: tuple[ReadyRule, ...] = field(compare=False, repr=False)
    text: str | None = field(default=None, compare=False, repr=False)

    @classmethod
    def of(cls, policy: PolicyPack, terms: Terms, text: str | None = None) -> Self:
        """Make a pack of tables that `pack_faults` finds nothing wrong with."""
        deciding = [rule for rule in RULES if not rule.eases]
        return cls(
            id=f"{policy.name}-{policy.version}-{_digest(policy, terms)}",
            policy=policy,
            terms=terms,
            at_request=_ready(policy, deciding, (Scope.REQUEST, Scope.SOURCE, Scope.CHANNEL)),
            at_drawdown=_ready(policy, deciding, (Scope.DRAWDOWN,)),
            easing=_ready(policy, [rule for rule in RULES if rule.eases], (Scope.REQUEST,)),
            text=text,
        )

    def in_force(self, on: date) -> bool:
        """Whether the pack holds on that day."""
        policy = self.policy
        return policy.valid_from <= on and (policy.valid_to is None or on < policy.valid_to)


def load_pack(source: str | Path | None = None) -> Pack:
    """Load a pack by its shipped name or the path of its file; the default one where None.

    Raises
    ------
    PackRefused
        Where the file is missing or says something a pack can't; ``faults`` has all of it.
    """
    path = path_of(source)
    pack, faults = read_pack(path)
    if pack is None:
        first, more = faults[0], len(faults) - 1
        others = f", and {more} more: see tricredit policy check {path}" if more else ""
        raise PackRefused(
            f"{path} is not a policy pack: {first.message}{others}",
            field=first.field,
            remedy=first.remedy,
            faults=faults,
        )
    return pack


def read_pack(path: Path) -> tuple[Pack | None, tuple[PackFault, ...]]:
    """Read a pack from a file, or else tell all that is wrong with it.

    Raises
    ------
    PackRefused
        Where the file can't be read or is no TOML.
    """
    try:
        text = path.read_bytes().decode()
        content = tomllib.loads(text, parse_float=Decimal)
    except (OSError, ValueError) as error:
        raise PackRefused(
            f"{path} is not a policy pack: {error}",
            field=str(path),
            remedy="start from lending/packs/generic.toml",
        ) from error
    policy, faults = policy_of(content)
    terms, refused = _terms(path, content.get("terms", SHIPPED_TERMS))
    every = (*faults, *refused)
    if policy is None or terms is None or every:
        return None, every
    return Pack.of(policy, terms, text), ()


def pack_of(text: str, terms_text: str) -> Pack:
    """A pack from the texts of its policy and terms, as they were once read.

    Raises
    ------
    PackRefused
        Where they say something that a pack, or a rule of this version, can't.
    """
    try:
        policy, faults = policy_of(tomllib.loads(text, parse_float=Decimal))
        terms = terms_of(terms_text)
    except ValueError as error:
        raise PackRefused(f"this is no policy pack: {error}", field="pack") from error
    if policy is None or faults:
        raise PackRefused(faults[0].message, field=faults[0].field, faults=faults)
    return Pack.of(policy, terms, text)


def path_of(source: str | Path | None) -> Path:
    """The file of a pack: a shipped name wins over a file of that name."""
    name = DEFAULT_PACK if source is None else str(source)
    return shipped(name) if name in SHIPPED else Path(name)


def shipped(name: str) -> Path:
    """The file of a pack or table of terms that ships."""
    return Path(str(files("lending.packs").joinpath(f"{name}.toml")))


def _terms(path: Path, named: object) -> tuple[Terms | None, tuple[PackFault, ...]]:
    """The terms that a pack names: those that ship, or a file beside the pack."""
    try:
        return load_terms(None if named == SHIPPED_TERMS else path.parent / str(named)), ()
    except PackRefused as refused:
        return None, (PackFault("terms", refused.message, refused.remedy),)


def _ready(
    policy: PolicyPack, rules: Sequence[Rule], scopes: Sequence[Scope]
) -> tuple[ReadyRule, ...]:
    found = []
    for rule in rules:
        entries = tuple(
            InForce(
                given=policy if rule.by_policy else rule.parameters.model_validate(one.parameters),
                severity=one.severity,
                when_unknown=one.when_unknown,
                scope=one.scope,
                basis=one.basis,
                first=one.valid_from or date.min,
                end=one.valid_to or date.max,
            )
            for one in policy.rules
            if one.name == rule.name and one.scope in scopes
        )
        if entries:
            dateless = (entries[0].first, entries[0].end) == (date.min, date.max)
            found.append(
                ReadyRule(
                    rule,
                    entries,
                    always=entries[0] if dateless else None,
                    check=rule.check,
                    grain=list(Grain).index(rule.grain),
                    by_thing=rule.dated is not Dated.REQUEST and not dateless,
                )
            )
    return tuple(found)


def _digest(policy: PolicyPack, terms: Terms) -> str:
    content = {
        "policy": policy.model_dump(exclude_defaults=True),
        "terms": terms.table.model_dump(exclude_defaults=True),
    }
    content["policy"]["rules"] = sorted(
        (_said(one) for one in policy.rules),
        key=lambda one: json.dumps(one, sort_keys=True, default=_plain),
    )
    text = json.dumps(
        content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain
    )
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _said(entry: RuleEntry) -> dict[str, Any]:
    """An entry with its parameters as they are understood: 1 and 1.0 are one."""
    rule = BY_NAME[entry.name]
    given = rule.parameters.model_validate(entry.parameters)
    return entry.model_dump(exclude_defaults=True) | {"parameters": given.model_dump()}


def _plain(value: object) -> object:
    """What JSON has no word for: days, exact numbers (0.80 is 0.8), sets."""
    if isinstance(value, Decimal):
        return float(value)
    return sorted(value) if isinstance(value, frozenset) else str(value)
