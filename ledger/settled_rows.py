"""What a chunk of rows changes in the ledger, before it is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from ledger.checking import Checked
from ledger.faults import RowFault
from ledger.kinds import Kind


class Change(NamedTuple):
    """A row that says something new: revision 0, or a later one that supersedes a fact."""

    kind: Kind
    row: Checked
    digest: bytes
    revision: int
    supersedes: str | None


@dataclass(frozen=True)
class Settled:
    """What is to be done with a chunk.

    Attributes
    ----------
    changes : list of Change
        What says something new, in the order in which it will be written.
    unchanged : int
        Rows that say nothing new.
    faults : tuple of RowFault
        Rows that can't be right, with their index in the chunk.
    """

    changes: list[Change]
    unchanged: int
    faults: tuple[RowFault, ...]
