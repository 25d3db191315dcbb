"""What a pack can't say: all of it at once, each with its place and what would be right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby, pairwise
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from lending.pack_faults import PackFault
from lending.policy.outcomes import Severity
from lending.policy.rule import Rule
from lending.policy.rulebook import BY_NAME, RULES
from lending.policy.tables import PolicyPack, RuleEntry

REMEDIES = {
    "extra_forbidden": "correct the name of the key, or leave it out",
    "missing": "add it; docs/policy.md tells what it means",
}
Table = TypeVar("Table", bound=BaseModel)


def policy_of(content: Mapping[str, Any]) -> tuple[PolicyPack | None, tuple[PackFault, ...]]:
    """The tables of a pack; None where there are faults."""
    given = content.get("rules")
    entries, faults = _entries(given if isinstance(given, list) else [])
    head, head_faults = _validated(PolicyPack, {**content, "rules": ()}, "")
    left_out: Sequence[str] = () if head is None else head.left_out
    every = (*head_faults, *faults, *_rule_faults(entries, left_out, complete=not faults))
    if head is None or every:
        return None, every + (() if head is None else tuple(_head_faults(head)))
    policy = head.model_copy(update={"rules": tuple(entries)})
    more = tuple(_head_faults(policy))
    return (None, more) if more else (policy, ())


def _head_faults(policy: PolicyPack) -> Iterator[PackFault]:
    if "any" not in policy.products:
        yield PackFault("products", "there is no product any", "add [products.any]")
    if policy.valid_to is not None and policy.valid_to <= policy.valid_from:
        yield PackFault(
            "valid_to",
            f"{policy.valid_to} is not after valid_from {policy.valid_from}",
            "give the day after the last on which the pack holds",
        )


def _entries(given: Sequence[Any]) -> tuple[list[RuleEntry], list[PackFault]]:
    entries, faults = [], []
    for at, content in enumerate(given):
        entry, wrong = _validated(RuleEntry, content, _place(at, content))
        faults += wrong
        if entry is not None:
            entries.append(entry)
    return entries, faults


def _place(at: int, content: object) -> str:
    """Where a rule stands: by its name if it has one, else by its number from 1."""
    if not isinstance(content, dict) or "code" not in content:
        return f"rules[{at + 1}]"
    case = f".{content['case']}" if content.get("case") else ""
    return f"rules.{content['code']}{case}"


def _rule_faults(
    entries: Sequence[RuleEntry], left_out: Sequence[str], *, complete: bool
) -> Iterator[PackFault]:
    """Faults of entries by themselves and together; missing ones only where all could be read."""
    for entry in entries:
        rule = BY_NAME.get(entry.name)
        if rule is None:
            yield PackFault(
                f"rules.{entry.name}",
                f"there is no rule {entry.name}",
                f"name one of {', '.join(BY_NAME)}",
            )
        else:
            yield from _entry_faults(rule, entry)
    yield from _overlaps(entries)
    yield from _left_out_faults(entries, left_out)
    if complete:
        yield from _missing(entries, left_out)


def _entry_faults(rule: Rule, entry: RuleEntry) -> Iterator[PackFault]:
    place = f"rules.{entry.name}"
    if entry.severity not in rule.severities:
        yield PackFault(
            f"{place}.severity",
            f"{entry.name} can't {entry.severity}",
            f"choose one of {', '.join(rule.severities)}",
        )
    if entry.when_unknown is Severity.COUNTER:
        yield PackFault(
            f"{place}.when_unknown",
            "what isn't known can't be countered",
            "choose one of BLOCK, REFER, WARN, REPORT, or leave it out",
        )
    if entry.scope not in rule.scopes:
        yield PackFault(
            f"{place}.scope",
            f"{entry.name} doesn't act on {entry.scope}",
            f"choose one of {', '.join(rule.scopes)}",
        )
    if entry.valid_from and entry.valid_to and entry.valid_to <= entry.valid_from:
        yield PackFault(
            f"{place}.valid_to",
            f"{entry.valid_to} is not after valid_from {entry.valid_from}",
            "give the day after the last on which the rule holds",
        )
    _, faults = _validated(rule.parameters, entry.parameters, f"{place}.parameters")
    yield from faults


def _overlaps(entries: Sequence[RuleEntry]) -> Iterator[PackFault]:
    """Two entries of one rule, in one scope, on one day."""

    def place(entry: RuleEntry) -> tuple[str, str]:
        return entry.name, entry.scope

    for (name, scope), same in groupby(sorted(entries, key=place), key=place):
        by_day = sorted(same, key=lambda one: one.valid_from or date.min)
        for one, other in pairwise(by_day):
            if (one.valid_to or date.max) > (other.valid_from or date.min):
                yield PackFault(
                    f"rules.{name}.valid_from",
                    f"two entries of {name} ({scope}) hold on one day",
                    "end the earlier one with valid_to on the day on which the later one begins",
                )


def _left_out_faults(entries: Sequence[RuleEntry], left_out: Sequence[str]) -> Iterator[PackFault]:
    there = {name for entry in entries for name in (entry.code, entry.name)}
    known = {name for rule in RULES for name in (rule.code, rule.name)}
    for name in left_out:
        if name not in known:
            yield PackFault("left_out", f"there is no rule {name}", "correct it, or leave it away")
        elif name in there:
            yield PackFault(
                "left_out", f"{name} is left out and stands among the rules", "do one of the two"
            )


def _missing(entries: Sequence[RuleEntry], left_out: Sequence[str]) -> Iterator[PackFault]:
    named = {entry.name for entry in entries} | set(left_out)
    for rule in RULES:
        if rule.name not in named and rule.code not in left_out:
            yield PackFault(
                f"rules.{rule.name}",
                f"the pack says nothing of {rule.name} ({rule.subject_en})",
                f"add it, or name it in left_out: [..., {rule.name!r}]",
            )


def _validated(
    table: type[Table], content: object, place: str
) -> tuple[Table | None, list[PackFault]]:
    try:
        return table.model_validate(content), []
    except ValidationError as error:
        return None, [
            PackFault(
                ".".join(str(part) for part in (place, *fault["loc"]) if part != ""),
                f"{fault['msg']}{_shown(fault)}",
                REMEDIES.get(fault["type"], "correct the value"),
            )
            for fault in error.errors()
        ]


def _shown(fault: Any) -> str:
    """The value at fault, where it is short."""
    if fault["type"] == "missing" or isinstance(fault["input"], (dict, list, tuple, BaseModel)):
        return ""
    return f", not {str(fault['input'])[:64]!r}"
