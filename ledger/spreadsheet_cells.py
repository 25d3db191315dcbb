"""Cells of a CSV that a spreadsheet shows and never runs."""

from __future__ import annotations

from typing import TypeVar

Cell = TypeVar("Cell")

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is run as a formula by a spreadsheet."""


def shown_only(cell: Cell) -> Cell | str:
    """A cell as it is, or a text behind an apostrophe where it begins as a formula.

    Numbers stay numbers: a negative one is no formula.
    """
    if isinstance(cell, str) and cell.startswith(FORMULA_STARTS):
        return f"'{cell}"
    return cell
