"""The first reading: every file to its end, before the ledger is locked.

It finds what only the whole shows: a file that breaks off in the middle, and rows that claim the
same key for different content. Which of those is right can't be told, so all of them are rejected;
the order of rows in a file is no order in time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ledger.importing.file_plans import plan_file
from ledger.importing.mapping import Source
from ledger.importing.run_progress import ROWS_A_STEP, Stage
from ledger.importing.source_files import SourceFile
from ledger.importing.source_rows import MadeFact, source_rows

FactKey = tuple[str, str]
"""Kind and ref."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Where a key was first seen, and a hash of what was said under it."""

    file: int
    line: int
    content: int


class Survey:
    """Which keys are claimed for different content; about 200 bytes of memory a fact."""

    def __init__(self) -> None:
        self._first: dict[FactKey, Claim] = {}
        self.torn: dict[FactKey, Claim] = {}

    def note(self, file: int, line: int, fact: MadeFact) -> None:
        """Take down one fact."""
        key, content = key_of(fact), hash(frozenset(fact.row.items()))
        first = self._first.setdefault(key, Claim(file, line, content))
        if first.content != content:
            self.torn.setdefault(key, first)


def key_of(fact: MadeFact) -> FactKey:
    """Kind and ref of a fact."""
    return fact.plan.kind, fact.row["ref"]


def check_files(files: Sequence[SourceFile], source: Source) -> None:
    """Open every file and compare its header with the mapping; read no rows.

    Raises `WrongMapping`, `WrongHeader` or `UnreadableFile` at the first file that is wrong.
    """
    for found in files:
        with found.opened() as file:
            plan_file(found.rule, found.place, found.path.name, file, source)


def survey_files(
    files: Sequence[SourceFile], source: Source, stage: Stage
) -> Mapping[FactKey, Claim]:
    """Read every file to its end.

    Returns the keys that are claimed for different content, with the first row of each. Raises
    `UnreadableFile` where a file breaks off.
    """
    survey = Survey()
    for index, found in enumerate(files):
        with found.opened() as file:
            plan = plan_file(found.rule, found.place, found.path.name, file, source)
            for count, row in enumerate(source_rows(plan, file)):
                for fact in row.facts:
                    survey.note(index, row.line, fact)
                if count % ROWS_A_STEP == 0:
                    stage.tell(index, plan.name, file.share_read())
    return survey.torn
