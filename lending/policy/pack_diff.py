"""What differs between two packs: key by key, rule by rule, parameter by parameter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lending.pack import Pack
from lending.policy.rulebook import RULES
from lending.policy.tables import RuleEntry


@dataclass(frozen=True)
class Difference:
    """One key that two packs say otherwise; None where one says nothing of it.

    Attributes
    ----------
    key : str
        ``products.any.most_advance_share``; of a rule its name, where it has several entries also
        their scope and first day, and the key: ``rules.K09.longest[2025-06-15].severity``.
    before, after : str or None
    """

    key: str
    before: str | None
    after: str | None


def differences(before: Pack, after: Pack) -> tuple[Difference, ...]:
    """What the second pack says otherwise, in the order of the file; empty where they are one."""
    first, second = _flat(before), _flat(after)
    keys = [*first, *(key for key in second if key not in first)]
    return tuple(
        Difference(key, first.get(key), second.get(key))
        for key in sorted(keys, key=_place)
        if first.get(key) != second.get(key)
    )


def _place(key: str) -> tuple[int, str]:
    """Heads in their order by name; rules after them, as they run."""
    if not key.startswith("rules."):
        return -1, key
    return ORDER[key.removeprefix("rules.").split("[")[0]], key


def _flat(pack: Pack) -> dict[str, str]:
    policy = pack.policy
    head = policy.model_dump(exclude={"rules", "terms"}, exclude_none=True)
    head["terms"] = pack.terms.table.model_dump(exclude_none=True)
    bands = head["matrix"].pop("bands")
    head["matrix"] |= {"bands": {band.pop("name"): band for band in bands}}
    found = dict(_leaves("", head))
    for entry in policy.rules:
        place = f"rules.{entry.name}[{_which(entry)}]"
        said = entry.model_dump(exclude={"code", "case", "valid_from"}, exclude_none=True)
        found |= dict(_leaves(place, said))
    return found


def _which(entry: RuleEntry) -> str:
    """Scope and first day: what tells the entries of one rule apart."""
    first = f" from {entry.valid_from}" if entry.valid_from else ""
    return f"{entry.scope}{first}"


def _leaves(place: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(f"{place}.{key}" if place else str(key), inner)
    elif isinstance(value, (list, tuple, set, frozenset)):
        yield place, ", ".join(str(one) for one in value)
    else:
        yield place, str(value)


ORDER = {rule.name: at for at, rule in enumerate(RULES)}
