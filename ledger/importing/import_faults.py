"""What stops an import before anything is loaded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.faults import Fault


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong in a mapping.

    Attributes
    ----------
    place : str
        JSON pointer into the mapping, counted from 0: ``/file/0/fact/1/fields/ref``.
    message, remedy : str
        What is wrong there, and what would be right.
    """

    place: str
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.place or '/'}: {self.message} ({self.remedy})"


class WrongMapping(Fault):
    """A mapping that can't be followed; ``problems`` lists all that is wrong with it."""

    code = "wrong-mapping"

    def __init__(self, problems: Sequence[Problem]) -> None:
        first = problems[0]
        super().__init__(
            "; ".join(f"{p.place or '/'}: {p.message}" for p in problems),
            field=first.place,
            remedy=first.remedy,
        )
        self.problems = tuple(problems)


class MissingFile(Fault):
    """A folder or file that the mapping or the caller names and that isn't there."""

    code = "missing-file"


class UnreadableFile(Fault):
    """A file that can't be read at all: no text, no gzip, no Parquet, or too many rows."""

    code = "unreadable-file"


class WrongHeader(Fault):
    """A file whose header can't be trusted: missing, or with a name that occurs twice."""

    code = "wrong-header"


class UnwritableFile(Fault):
    """A file that can't be written: a draft, a list of rejects."""

    code = "unwritable-file"
