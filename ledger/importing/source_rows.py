"""A row of a file becomes facts, or findings that say why it can't."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ledger.importing.cells import CellError
from ledger.importing.file_plans import COMPARE, FactPlan, FilePlan
from ledger.importing.mapping import Requirement
from ledger.importing.occurrence_keys import OccurrenceKey
from ledger.importing.opened_file import OpenedFile, Record


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a row.

    Attributes
    ----------
    field : str
        ``kind.field`` of the ledger; empty where a cell or the row as a whole is wrong.
    column : str
        The columns at fault, separated by spaces; empty where the row as a whole is wrong.
    fault, reason : str
        What kind of wrong, as a stable word, and in a sentence.
    """

    field: str
    column: str
    fault: str
    reason: str


@dataclass(slots=True)
class MadeFact:
    """A fact as it will be handed to the writer, and the plan it came by."""

    plan: FactPlan
    row: dict[str, Any]


@dataclass(slots=True)
class SourceRow:
    """A row of a file: either its facts or its findings.

    Attributes
    ----------
    line : int
        Where it is (see ``Record``).
    facts : list of MadeFact
        Empty where there are findings.
    findings : list of Finding
        All that is wrong with its cells; or else with its checks; or else with its facts.
    """

    line: int
    facts: list[MadeFact]
    findings: list[Finding]


def source_rows(plan: FilePlan, file: OpenedFile) -> Iterator[SourceRow]:
    """Read a file from its beginning to its end, once; rows come in the order of the file."""
    keys = {name: OccurrenceKey(columns) for name, columns in plan.keys.items()}
    for record in file.records(tuple(plan.parsers)):
        yield _row(plan, keys, record)


def constant_row(plan: FactPlan) -> dict[str, Any]:
    """The fact that a plan without columns makes."""
    return {field.name: field.follow({}) for field in plan.fields}


def _row(plan: FilePlan, keys: dict[str, OccurrenceKey], record: Record) -> SourceRow:
    if record.wrong is not None:
        return SourceRow(
            record.line, [], [Finding("", "", record.wrong.fault, record.wrong.reason)]
        )
    values: dict[str, Any] = {}
    findings: list[Finding] = []
    for (name, parse), cell in zip(plan.parsers.items(), record.cells, strict=True):
        try:
            values[name] = parse(cell)
        except CellError as wrong:
            findings.append(Finding("", name, wrong.fault, wrong.reason))
    _number(plan, keys, values)
    findings = findings or [_broken(check) for check in plan.require if not _holds(check, values)]
    facts = [] if findings else list(_facts(plan, values, findings))
    return SourceRow(record.line, [] if findings else facts, findings)


def _number(plan: FilePlan, keys: dict[str, OccurrenceKey], values: dict[str, Any]) -> None:
    """Give the row its keys.

    Also where it will be rejected for another column, so that its equals keep their numbers when
    it is corrected.
    """
    for name, key in keys.items():
        if all(column in values for column in plan.keys[name]):
            values[name] = key.next(values)


def _holds(check: Requirement, values: dict[str, Any]) -> bool:
    left = values[check.column]
    right = check.value if check.other is None else values[check.other]
    return left is None or right is None or COMPARE[check.op](left, right)


def _broken(check: Requirement) -> Finding:
    columns = f"{check.column} {check.other}" if check.other else check.column
    return Finding("", columns, "requirement", check.reason)


def _facts(plan: FilePlan, values: dict[str, Any], findings: list[Finding]) -> Iterator[MadeFact]:
    for fact in plan.facts:
        if all(values[column] is not None for column in fact.when):
            yield MadeFact(fact, _fields(fact, values, findings))


def _fields(fact: FactPlan, values: dict[str, Any], findings: list[Finding]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for field in fact.fields:
        try:
            value = field.follow(values)
        except CellError as wrong:
            findings.append(_at(fact, field.name, wrong.fault, wrong.reason))
            continue
        if value is None and field.required:
            reason = "there is no value, and the ledger needs one"
            findings.append(_at(fact, field.name, "blank", reason))
        row[field.name] = value
    return row


def _at(fact: FactPlan, field: str, fault: str, reason: str) -> Finding:
    return Finding(f"{fact.kind}.{field}", fact.column_of(field), fault, reason)
