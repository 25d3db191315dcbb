"""All that was found out about a file, before it is written down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ledger.importing.drafting.column_looks import ColumnLook
from ledger.importing.drafting.decisions import Decision
from ledger.importing.drafting.drafted_facts import DraftedFact, DraftedRow, DraftedSource
from ledger.importing.drafting.field_matching import Matches
from ledger.importing.drafting.file_writing import FileWriting
from ledger.importing.drafting.first_rows import Sample
from ledger.importing.drafting.sureness import Guess


@dataclass(frozen=True)
class Findings:
    """What was found out about a file.

    Attributes
    ----------
    sample : Sample
        Its first rows.
    looks : tuple of ColumnLook
        Its columns.
    writing : FileWriting
        How it writes numbers, days and blanks.
    kind : Guess of str
        What kind of fact its rows are; empty where nothing says so.
    matches : Matches or None
        Which column fills which field of it; None where there is no kind.
    source : DraftedSource
        Where it comes from.
    decisions : tuple of Decision
        What was asked and answered.
    row : DraftedRow
        What a row tells.
    """

    sample: Sample
    looks: tuple[ColumnLook, ...]
    writing: FileWriting
    kind: Guess[str]
    matches: Matches | None
    source: DraftedSource
    decisions: tuple[Decision, ...]
    row: DraftedRow

    @property
    def uses(self) -> Mapping[str, tuple[str, ...]]:
        """For each column that is read, the fields it fills as ``kind.field``."""
        found: dict[str, tuple[str, ...]] = {}
        for fact in self.row.facts:
            for one in fact.fields.values():
                if one.rule is None or one.off:
                    continue
                for value in one.rule.values():
                    if value in self.row.columns and not isinstance(value, int):
                        found[value] = (*found.get(value, ()), f"{fact.kind}.{one.name}")
        return found

    @property
    def lacking(self) -> tuple[str, ...]:
        """Fields that the ledger needs and for which nothing was found, as ``kind.field``."""
        return tuple(f"{fact.kind}.{name}" for fact in self.row.facts for name in fact.lacking)

    @property
    def undecided(self) -> tuple[str, ...]:
        """What must be decided before the mapping is used, in the order of the draft."""
        clear = {"kind"} if self.kind.sure == "sure" else set()
        left = [one for one in self.decisions if not one.taken and one.question.name not in clear]
        answers = [f"{one.question.text} ({one.answer}: {one.question.why})" for one in left]
        return (*answers, *(ask for fact in self.facts for ask in _asks(fact)))

    @property
    def facts(self) -> Sequence[DraftedFact]:
        """The constant facts and those of a row."""
        return (*self.row.constants, *self.row.facts)


def _asks(fact: DraftedFact) -> list[str]:
    whole = [f"{fact.kind}: {ask}" for ask in fact.asks]
    return whole + [
        f"{fact.kind}.{one.name}: {ask}" for one in fact.fields.values() for ask in one.asks
    ]
