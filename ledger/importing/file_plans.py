"""A rule of a mapping joined with an open file: which cell is read how, which facts follow."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from ledger.clocks import zone
from ledger.importing.cell_faults import CellError
from ledger.importing.cells import Parse, cell_parser
from ledger.importing.column_types import TYPES, BaseColumn
from ledger.importing.field_types import field_type
from ledger.importing.field_values import Follow, columns_of, follow
from ledger.importing.import_faults import Problem, WrongMapping
from ledger.importing.mapping import ConstantFact, FactRule, FileRule, Operator, Requirement, Source
from ledger.importing.opened_file import OpenedFile, Stored
from ledger.kinds import kind_of

COMPARE: Mapping[Operator, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


MOST_NAMED = 50
LONGEST_NAMED = 60
"""Of a header, so much is repeated."""

DIGITS = "write it as text, a day or a decimal; a float loses digits of a key"
ZONED = 'declare it as "instant"; { day = ... } then takes its day in the time zone of the source'
UNREADABLE: Mapping[Stored, Mapping[str, str]] = {
    "float": dict.fromkeys(("text", "date", "month", "instant"), DIGITS),
    "instant": dict.fromkeys(("text", "date", "month", "integer", "decimal", "boolean"), ZONED),
    "day": {"instant": 'declare it as "date"; { day = ... } gives the first instant of a day'},
    "other": dict.fromkeys(TYPES, "write it as text, a number, a day or a time"),
}
"""What can't be read as what, by the way in which a file keeps it, and the remedy."""


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """How one field is made: its name, the columns it reads, whether it may be missing."""

    name: str
    columns: tuple[str, ...]
    required: bool
    follow: Follow


@dataclass(frozen=True, slots=True)
class FactPlan:
    """How one fact is made of a row.

    Attributes
    ----------
    kind : str
        Its kind.
    when : tuple of str
        The columns without which there is none.
    constants : mapping
        The fields that are the same in every row, with their values.
    fields : tuple of FieldPlan
        The others, by name: two plans of one kind write equal content alike.
    """

    kind: str
    when: tuple[str, ...]
    constants: Mapping[str, Any]
    fields: tuple[FieldPlan, ...]

    def column_of(self, field: str) -> str:
        """The columns that a field is made of, for a report."""
        return " ".join(next((plan.columns for plan in self.fields if plan.name == field), ()))


@dataclass(frozen=True)
class FilePlan:
    """How the rows of one file become facts.

    Attributes
    ----------
    name : str
        File name, for the report.
    columns : tuple of str
        The columns of the file that are read, in the order of ``parsers``.
    parsers : dict
        For each column of the mapping that the file holds, the function that reads its cells.
    given : dict
        The values of the columns that follow from the name of the file.
    keys : dict
        Columns of each declared key.
    require : tuple
        Checks of a row.
    facts : tuple of FactPlan
        Facts of a row.
    """

    name: str
    columns: tuple[str, ...]
    parsers: Mapping[str, Parse]
    given: Mapping[str, Any]
    keys: Mapping[str, tuple[str, ...]]
    require: tuple[Requirement, ...]
    facts: tuple[FactPlan, ...]


def plan_file(rule: FileRule, place: str, name: str, file: OpenedFile, source: Source) -> FilePlan:
    """Join a rule with an open file.

    Raises
    ------
    WrongMapping
        Where the file has no such column, or keeps it in a way that can't be read as its type.
    """
    problems = list(_header_problems(rule, place, name, file))
    if problems:
        raise WrongMapping(problems)
    tz = zone(source.time_zone)
    held = {title: one for title, one in rule.columns.items() if one.file_name is None}
    return FilePlan(
        name=name,
        columns=tuple(declared.of or title for title, declared in held.items()),
        parsers={title: cell_parser(one, rule.format, tz) for title, one in held.items()},
        given=_given(rule, place, name, tz),
        keys=rule.keys,
        require=rule.require,
        facts=tuple(plan_fact(fact, rule.columns, source) for fact in rule.fact),
    )


def _given(rule: FileRule, place: str, name: str, tz: ZoneInfo) -> dict[str, Any]:
    """What the name of a file says."""
    given = {}
    for title, declared in rule.columns.items():
        if declared.file_name is None:
            continue
        found = re.fullmatch(declared.file_name, name)
        try:
            if found is None:
                raise CellError("wrong-form", f"the name {name!r} doesn't match")
            given[title] = cell_parser(declared, rule.format, tz)(found[1])
        except CellError as wrong:
            at = f"{place}/columns/{title}/file_name"
            raise WrongMapping(
                [Problem(at, wrong.reason, "correct it, or rename the file")]
            ) from wrong
    return given


def plan_fact(
    fact: FactRule | ConstantFact, columns: Mapping[str, BaseColumn], source: Source
) -> FactPlan:
    """How a fact follows from the columns of a file; of no columns where it is constant."""
    row = kind_of(fact.kind).row
    fields = [
        FieldPlan(
            name=name,
            columns=columns_of(rule),
            required=row.model_fields[name].is_required(),
            follow=follow(rule, columns, source, instant=field_type(row, name) == "instant"),
        )
        for name, rule in sorted(fact.fields.items())
    ]
    return FactPlan(
        kind=fact.kind,
        when=fact.when if isinstance(fact, FactRule) else (),
        constants={field.name: field.follow({}) for field in fields if not field.columns},
        fields=tuple(field for field in fields if field.columns),
    )


def _header_problems(rule: FileRule, place: str, name: str, file: OpenedFile) -> Iterator[Problem]:
    for title, declared in rule.columns.items():
        if declared.file_name is not None:
            continue
        at, column = f"{place}/columns/{title}", declared.of or title
        if column not in file.header:
            has = _listed(file.header)
            yield Problem(at, f"{name} has no column {column!r}", f"its header is: {has}")
            continue
        stored, wanted = file.stored[column], getattr(declared, "type", "")
        remedy = UNREADABLE.get(stored, {}).get(wanted)
        if remedy is not None:
            yield Problem(at, f"{name} keeps {column!r} in a way that is no {wanted}", remedy)


def _listed(header: Sequence[str]) -> str:
    """The first names of a header, for a remedy."""
    first = ", ".join(name[:LONGEST_NAMED] for name in header[:MOST_NAMED])
    return first if len(header) <= MOST_NAMED else f"{first} and {len(header) - MOST_NAMED:,} more"
