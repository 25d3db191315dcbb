"""Whether a mapping makes sense against the kinds of the ledger.

Every check yields all the problems it finds, each with its place and its remedy; nothing is loaded
while there is one. ``file_plans`` checks it against the files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime

from ledger.facts import midnight
from ledger.importing.column_types import BaseColumn, EnumColumn
from ledger.importing.field_rules import ColumnRule, ConstantRule, FieldRule
from ledger.importing.field_types import (
    OF_COLUMN,
    REMEDY,
    TAKES,
    field_type,
    given_type,
    needed_types,
    refusal,
)
from ledger.importing.field_values import columns_of
from ledger.importing.import_faults import Problem, WrongMapping
from ledger.importing.mapping import ConstantFact, FactRule, FileRule, Requirement
from ledger.importing.mapping import Mapping as WholeMapping
from ledger.kinds import BY_NAME, Kind


def check_mapping(mapping: WholeMapping) -> None:
    """Raise `WrongMapping` with every problem of the mapping that shows without its files."""
    problems = [
        problem
        for index, fact in enumerate(mapping.fact)
        for problem in _fact_problems(fact, f"/fact/{index}", {}, frozenset())
    ]
    for index, file in enumerate(mapping.file):
        problems.extend(_file_problems(file, f"/file/{index}"))
    if problems:
        raise WrongMapping(problems)


def _file_problems(file: FileRule, place: str) -> Iterator[Problem]:
    for name, columns in file.keys.items():
        yield from _unknown(columns, file.columns, f"{place}/keys/{name}")
        if name in file.columns or not columns:
            remedy = "give the key a name of its own, and at least one column"
            yield Problem(f"{place}/keys/{name}", f"the key {name!r} can't be told apart", remedy)
    for index, fact in enumerate(file.fact):
        at = f"{place}/fact/{index}"
        yield from _unknown(fact.when, file.columns, f"{at}/when")
        yield from _fact_problems(fact, at, file.columns, frozenset(file.keys))
    for index, requirement in enumerate(file.require):
        yield from _requirement_problems(requirement, f"{place}/require/{index}", file.columns)


def _fact_problems(
    fact: FactRule | ConstantFact,
    place: str,
    columns: Mapping[str, BaseColumn],
    keys: frozenset[str],
) -> Iterator[Problem]:
    kind = BY_NAME.get(fact.kind)
    if kind is None:
        yield Problem(
            f"{place}/kind", f"{fact.kind!r} is no kind of fact", f"use one of {', '.join(BY_NAME)}"
        )
        return
    fields = kind.row.model_fields
    for name in fields:
        if fields[name].is_required() and name not in fact.fields:
            remedy = f"say how it follows, under {place}/fields/{name}"
            yield Problem(f"{place}/fields", f"{kind.name}.{name} is required", remedy)
    for name, rule in fact.fields.items():
        yield from _field_problems(kind, name, rule, f"{place}/fields/{name}", columns, keys=keys)


def _field_problems(
    kind: Kind,
    name: str,
    rule: FieldRule,
    place: str,
    columns: Mapping[str, BaseColumn],
    *,
    keys: frozenset[str],
) -> Iterator[Problem]:
    if name not in kind.row.model_fields:
        remedy = f"a {kind.name} has {', '.join(kind.row.model_fields)}"
        yield Problem(place, f"a {kind.name} has no field {name!r}", remedy)
        return
    strangers = list(_unknown(columns_of(rule), {**columns, **dict.fromkeys(keys)}, place))
    yield from strangers
    if strangers:
        return
    yield from _type_problems(rule, place, columns)
    wanted, given = field_type(kind.row, name), given_type(rule, columns)
    if given not in TAKES[wanted]:
        message = f"{kind.name}.{name} takes {wanted}, not {given}"
        yield Problem(place, message, REMEDY[wanted])
        return
    yield from _value_problems(kind, name, rule, place, columns)


def _type_problems(
    rule: FieldRule, place: str, columns: Mapping[str, BaseColumn]
) -> Iterator[Problem]:
    for column, types in needed_types(rule).items():
        found = _type_of(columns, column)
        if found not in types:
            message = f"{column} is {found}, not {' or '.join(types)}"
            yield Problem(place, message, f"declare {column} as {types[0]} under columns")


def _value_problems(
    kind: Kind, name: str, rule: FieldRule, place: str, columns: Mapping[str, BaseColumn]
) -> Iterator[Problem]:
    values: tuple[object, ...] = ()
    if isinstance(rule, ConstantRule):
        said = rule.constant
        if type(said) is date and field_type(kind.row, name) == "instant":
            values = (midnight(said),)
        else:
            values = (said,)
    elif isinstance(rule, ColumnRule) and isinstance(columns.get(rule.column), EnumColumn):
        values = tuple(dict.fromkeys(columns[rule.column].values.values()))  # type: ignore[attr-defined]
    for value in values:
        reason = refusal(kind.row, name, value)
        if reason:
            message = f"{kind.name}.{name} can't be {value!r}: {reason}"
            yield Problem(place, message, "correct the constant, or the values of the column")


def _requirement_problems(
    requirement: Requirement, place: str, columns: Mapping[str, BaseColumn]
) -> Iterator[Problem]:
    names = [name for name in (requirement.column, requirement.other) if name is not None]
    strangers = list(_unknown(names, columns, place))
    yield from strangers
    if strangers:
        return
    left = _compared(_type_of(columns, requirement.column))
    if requirement.other is not None:
        right = _compared(_type_of(columns, requirement.other))
    else:
        right = _compared_constant(requirement.value)
    if left != right:
        remedy = "compare numbers with numbers, days with days, instants with instants, or texts"
        yield Problem(place, f"{requirement.column} is {left} and is compared with {right}", remedy)


def _compared_constant(value: object) -> str:
    names = {int: "number", str: "text", datetime: "instant", date: "day"}
    return next(name for kind, name in names.items() if isinstance(value, kind))


def _unknown(names: Iterable[str], columns: Mapping[str, object], place: str) -> Iterator[Problem]:
    for name in names:
        if name not in columns:
            known = ", ".join(columns) or "none"
            yield Problem(place, f"{name!r} is no column that is read", f"declared are: {known}")


def _type_of(columns: Mapping[str, BaseColumn], name: str) -> str:
    return getattr(columns.get(name), "type", "key")


def _compared(column_type: str) -> str:
    given = OF_COLUMN.get(column_type, "text")
    return "number" if given in ("integer", "decimal") else given
