"""A row of a file becomes facts, or findings that say why it can't."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

from ledger.importing.cell_faults import CellError
from ledger.importing.file_plans import COMPARE, FactPlan, FilePlan
from ledger.importing.mapping import Requirement
from ledger.importing.occurrence_keys import OccurrenceKey
from ledger.importing.opened_file import OpenedFile, Record

ROWS_A_BLOCK = 4_000
"""Rows whose keys are numbered together."""

REMEMBERED_FACTS = 1 << 16
"""Facts of a plan that are kept in memory, because further rows may say them again."""


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
    """A fact as it will be handed to the writer; rows that say the same may share one.

    Attributes
    ----------
    plan : FactPlan
        By which it was made.
    row : dict
        Its fields; those that are missing are left out.
    noted, written : bool
        Whether its claim was taken down (``torn_keys``), and whether the writer has taken it.
    """

    plan: FactPlan
    row: dict[str, Any]
    noted: bool = False
    written: bool = False


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


class _ReadRow(NamedTuple):
    """A row whose cells were read: values by column and key, or findings."""

    line: int
    values: dict[str, Any]
    findings: list[Finding]


def source_rows(plan: FilePlan, file: OpenedFile) -> Iterator[SourceRow]:
    """Read a file from its beginning to its end, once; rows come in the order of the file."""
    keys = {name: OccurrenceKey(columns) for name, columns in plan.keys.items()}
    makers = [_FactMaker(fact, frozenset(keys)) for fact in plan.facts]
    records = iter(file.records(plan.columns))
    while block := [_read(plan, record) for record in islice(records, ROWS_A_BLOCK)]:
        for name, key in keys.items():
            _number(name, key, plan.keys[name], block)
        for row in block:
            yield _made(plan, makers, row)


def _read(plan: FilePlan, record: Record) -> _ReadRow:
    if record.wrong is not None:
        return _ReadRow(record.line, {}, [Finding("", "", record.wrong.fault, record.wrong.reason)])
    values = dict(plan.given)
    findings: list[Finding] = []
    for (name, parse), cell in zip(plan.parsers.items(), record.cells, strict=True):
        try:
            values[name] = parse(cell)
        except CellError as wrong:
            findings.append(Finding("", name, wrong.fault, wrong.reason))
    return _ReadRow(record.line, values, findings)


def _number(name: str, key: OccurrenceKey, columns: Sequence[str], block: list[_ReadRow]) -> None:
    """Give the rows of a block their keys.

    Also where one will be rejected for another column, so that its equals keep their numbers when
    it is corrected.
    """
    said = [row.values for row in block if all(column in row.values for column in columns)]
    for values, made in zip(said, key.of(said), strict=True):
        values[name] = made


def _made(plan: FilePlan, makers: Sequence[_FactMaker], row: _ReadRow) -> SourceRow:
    line, values, findings = row
    if not findings and plan.require:
        findings = [_broken(check) for check in plan.require if not _holds(check, values)]
    if findings:
        return SourceRow(line, [], findings)
    facts = [maker.make(values, findings) for maker in makers if maker.applies(values)]
    return SourceRow(line, [] if findings else facts, findings)


def _holds(check: Requirement, values: Mapping[str, Any]) -> bool:
    left = values[check.column]
    right = check.value if check.other is None else values[check.other]
    return left is None or right is None or COMPARE[check.op](left, right)


def _broken(check: Requirement) -> Finding:
    columns = f"{check.column} {check.other}" if check.other else check.column
    return Finding("", columns, "requirement", check.reason)


class _FactMaker:
    """Makes the facts of a plan; one that rows say again and again is made, and written, once.

    A fact that holds a key of its row is another in each row, and none is remembered; nor where
    the first many turn out to be all different.
    """

    def __init__(self, plan: FactPlan, keys: frozenset[str]) -> None:
        self._plan = plan
        self._reads = tuple(
            dict.fromkeys(column for field in plan.fields for column in field.columns)
        )
        self._steps = tuple((field.name, field.required, field.follow) for field in plan.fields)
        self._made: dict[Hashable, MadeFact] = {}
        self._remembers = keys.isdisjoint(self._reads)
        self._again = 0

    def applies(self, values: Mapping[str, Any]) -> bool:
        """Whether a row of these values yields the fact."""
        return all(values[column] is not None for column in self._plan.when)

    def make(self, values: Mapping[str, Any], findings: list[Finding]) -> MadeFact:
        """The fact of a row; why it can't be made is added to ``findings``."""
        if not self._remembers:
            return self._fresh(values, findings)
        said = tuple([values[column] for column in self._reads])
        if (fact := self._made.get(said)) is not None:
            self._again += 1
            return fact
        fact = self._fresh(values, findings)
        if not findings:
            self._keep(said, fact)
        return fact

    def _keep(self, said: Hashable, fact: MadeFact) -> None:
        if len(self._made) == REMEMBERED_FACTS:
            self._remembers = self._again > REMEMBERED_FACTS
            self._made.clear()
            self._again = 0
        self._made[said] = fact

    def _fresh(self, values: Mapping[str, Any], findings: list[Finding]) -> MadeFact:
        row = dict(self._plan.constants)
        for name, required, follow in self._steps:
            try:
                value = follow(values)
            except CellError as wrong:
                findings.append(self._at(name, wrong.fault, wrong.reason))
                continue
            if value is not None:
                row[name] = value
            elif required:
                reason = "there is no value, and the ledger needs one"
                findings.append(self._at(name, "blank", reason))
        return MadeFact(self._plan, row)

    def _at(self, field: str, fault: str, reason: str) -> Finding:
        return Finding(f"{self._plan.kind}.{field}", self._plan.column_of(field), fault, reason)
