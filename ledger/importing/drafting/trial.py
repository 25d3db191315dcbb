"""A trial of a draft: the importer's own checks on the first rows, without a ledger."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from ledger.checking import check_rows
from ledger.importing.file_plans import plan_file
from ledger.importing.mapping import Mapping as WholeMapping
from ledger.importing.source_files import SourceFile
from ledger.importing.source_rows import SourceRow, source_rows
from ledger.kinds import kind_of

Cause = tuple[str, str]
"""Where (a column, or ``kind.field``) and what kind of wrong."""


@dataclass(frozen=True)
class Trial:
    """What the draft would do with the first rows.

    Attributes
    ----------
    rows, good : int
        Rows that were tried, and those that would load as far as can be told without a ledger.
    causes : mapping
        Why the others wouldn't: how many rows, by place and fault.
    """

    rows: int
    good: int
    causes: Mapping[Cause, int]


def try_draft(mapping: WholeMapping, path: Path, most: int, recorded_at: datetime) -> Trial:
    """Make the facts of the first rows and check each by itself and against its twins."""
    rule = mapping.file[0]
    found = SourceFile(path, rule, "/file/0", path.stat().st_size)
    with found.opened() as file:
        plan = plan_file(rule, found.place, path.name, file, mapping.source)
        rows = list(islice(source_rows(plan, file), most))
    causes: Counter[Cause] = Counter()
    for row in rows:
        causes.update({(one.column or one.field, one.fault) for one in row.findings})
    refused = dict(_refused(rows, mapping.source.currency, recorded_at))
    causes.update(refused.values())
    bad = sum(bool(row.findings) or place in refused for place, row in enumerate(rows))
    return Trial(len(rows), len(rows) - bad, causes)


def _refused(
    rows: list[SourceRow], currency: str, recorded_at: datetime
) -> Iterator[tuple[int, Cause]]:
    """Rows with a fact that the ledger refuses, and the first cause of each."""
    facts: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        for fact in row.facts:
            facts[fact.plan.kind].append(fact.row)
            places[fact.plan.kind].append(place)
    seen: set[int] = set()
    for kind, said in facts.items():
        for fault in check_rows(kind_of(kind), said, currency, recorded_at).faults:
            place = places[kind][fault.index]
            if place not in seen:
                seen.add(place)
                yield place, (f"{kind}.{fault.field}".rstrip("."), "ledger")
