"""Why a cell, or a value made of cells, can't be right."""

from __future__ import annotations

SHOWN = 24
"""Longest part of a cell that a reason repeats; cells of text columns are never repeated."""


class CellError(Exception):
    """A cell, or a value made of cells, that can't be right.

    Parameters
    ----------
    fault : str
        What kind of wrong, as a stable word: ``not-a-date``, ``not-finite`` and so on.
    reason : str
        What is wrong, for people.
    """

    def __init__(self, fault: str, reason: str) -> None:
        super().__init__(reason)
        self.fault = fault
        self.reason = reason


def shown(text: str) -> str:
    """The beginning of a cell, quoted, for a reason."""
    return repr(text if len(text) <= SHOWN else f"{text[:SHOWN]}…")
