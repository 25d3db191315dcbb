"""Some thousand rows on their way to the writer, each with all its facts or none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from ledger.faults import RejectedRows, RowFault
from ledger.importing.source_rows import Finding, MadeFact, SourceRow
from ledger.principals import Principal
from ledger.writer import append

Placed = dict[str, list[tuple[SourceRow, MadeFact]]]
"""Facts by kind, in the order in which the writer gets them, each with its first row."""

FactKey = tuple[str, str]
"""Kind and ref."""


@dataclass(frozen=True)
class Destination:
    """Where facts go, and what the writer is told about all of them."""

    connection: Connection
    principal: Principal
    source_system: str
    historical: bool
    recorded_at: datetime

    def write(self, rows: dict[str, list[dict[str, Any]]]) -> None:
        """Append the rows, all or none; raise `RejectedRows`."""
        append(
            self.connection,
            self.principal,
            rows,
            source_system=self.source_system,
            historical=self.historical,
            recorded_at=self.recorded_at,
        )


def write_chunk(destination: Destination, rows: Sequence[SourceRow]) -> Counter[str]:
    """Write the facts of those rows that can be written; note in the others why they can't.

    A row of which one fact is refused loses all its facts. That may leave facts of other rows
    without the party or receivable they name, so it is tried until nothing is refused. What was
    written of an earlier row isn't written again.

    Returns
    -------
    Counter of str
        Facts of each kind that the rows said, whether that was something new or not.
    """
    while placed := _placed(good := [row for row in rows if not row.findings]):
        try:
            destination.write({kind: [f.row for _, f in facts] for kind, facts in placed.items()})
        except RejectedRows as rejected:
            _note_twins(good, _note(placed, rejected.faults))
        else:
            break
    for facts in placed.values():
        for _, fact in facts:
            fact.written = True
    return Counter(fact.plan.kind for row in good for fact in row.facts)


def _placed(rows: Sequence[SourceRow]) -> Placed:
    placed: Placed = {}
    seen: set[int] = set()
    for row in rows:
        for fact in row.facts:
            if not fact.written and id(fact) not in seen:
                seen.add(id(fact))
                placed.setdefault(fact.plan.kind, []).append((row, fact))
    return placed


def _note(placed: Placed, faults: Sequence[RowFault]) -> dict[FactKey, Finding]:
    refused: dict[FactKey, Finding] = {}
    for fault in faults:
        row, fact = placed[fault.kind][fault.index]
        finding = Finding(
            f"{fault.kind}.{fault.field}" if fault.field else fault.kind,
            fact.plan.column_of(fault.field),
            "ledger",
            fault.reason,
        )
        row.findings.append(finding)
        refused.setdefault(_key_of(fact), finding)
    return refused


def _note_twins(rows: Sequence[SourceRow], refused: Mapping[FactKey, Finding]) -> None:
    """Refuse a fact in every row that says it: the writer names the first of equals only."""
    for row in rows:
        for fact in row.facts:
            finding = refused.get(_key_of(fact))
            if finding is not None and finding not in row.findings:
                row.findings.append(finding)


def _key_of(fact: MadeFact) -> FactKey:
    return fact.plan.kind, fact.row["ref"]
