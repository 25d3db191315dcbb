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
from ledger.importing.survey import FactKey, key_of
from ledger.principals import Principal
from ledger.writer import append

Placed = dict[str, list[tuple[SourceRow, MadeFact]]]
"""Facts by kind, in the order in which the writer gets them, each with its row."""


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
    without the party or receivable they name, so it is tried until nothing is refused.

    Returns
    -------
    Counter of str
        Facts of each kind that the writer took, whether they said something new or not.
    """
    while True:
        placed = _placed(rows)
        if not placed:
            return Counter()
        try:
            destination.write({kind: [f.row for _, f in facts] for kind, facts in placed.items()})
        except RejectedRows as rejected:
            _note(placed, rejected.faults)
        else:
            return Counter({kind: len(facts) for kind, facts in placed.items()})


def _placed(rows: Sequence[SourceRow]) -> Placed:
    placed: Placed = {}
    for row in rows:
        if not row.findings:
            for fact in row.facts:
                placed.setdefault(fact.plan.kind, []).append((row, fact))
    return placed


def _note(placed: Placed, faults: Sequence[RowFault]) -> None:
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
        refused.setdefault(key_of(fact), finding)
    _note_twins(placed, refused)


def _note_twins(placed: Placed, refused: Mapping[FactKey, Finding]) -> None:
    """Refuse a fact in every row that repeats it: the writer names the first of equals only."""
    for facts in placed.values():
        for row, fact in facts:
            finding = refused.get(key_of(fact))
            if finding is not None and finding not in row.findings:
                row.findings.append(finding)
