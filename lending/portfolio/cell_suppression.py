"""Which cells of a table may be told without telling of a single firm.

A cell of few firms is hidden, and one of which a single firm has most. Where that leaves one hidden
cell in a line whose total is told, the total less the others would tell it: then the smallest other
cell of the line is hidden too, and so on until no line has just one. What may be learned from two
months together is not guarded against.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lending.portfolio.portfolio_rules import IndexRules

ALL = None
"""In the place of a row or a column: all of them, a total."""

Place = tuple[str | None, str | None]


@dataclass(frozen=True)
class Weights:
    """Who makes up a cell.

    Attributes
    ----------
    firms : int
    weight : float
        What the cell is an average or a sum of.
    top_share : float
        The largest firm's part of it, 0-1.
    """

    firms: int
    weight: float
    top_share: float


def hidden(cells: Mapping[Place, Weights], rules: IndexRules) -> frozenset[Place]:
    """Places that mustn't be told.

    Parameters
    ----------
    cells : mapping of (row, column) to Weights
        With totals at (row, ALL), (ALL, column) and (ALL, ALL), as far as they exist.
    """
    found = {
        place
        for place, one in cells.items()
        if one.firms < rules.least_firms or one.top_share > rules.top_share
    }
    while True:
        more = set(_told_by_total(cells, found))
        if not more:
            return frozenset(found)
        found |= more


def _told_by_total(cells: Mapping[Place, Weights], found: set[Place]) -> Iterator[Place]:
    """Of each line with a told total and one hidden cell, its smallest told cell or the total."""
    for total, line in _lines(cells):
        out = [place for place in line if place in found]
        if total in found or len(out) != 1:
            continue
        told = [place for place in line if place not in found]
        # nothing else to hide behind: the total itself would tell
        yield min(told, key=lambda place: (cells[place].weight, str(place)), default=total)


def _lines(cells: Mapping[Place, Weights]) -> Iterator[tuple[Place, list[Place]]]:
    """Each total with the cells that add up to it: rows, columns, and the totals of both."""
    for total in cells:
        row, column = total
        if row is not ALL and column is ALL:
            yield total, [one for one in cells if one[0] == row and one[1] is not ALL]
        elif row is ALL and column is not ALL:
            yield total, [one for one in cells if one[1] == column and one[0] is not ALL]
        elif row is ALL:
            yield total, [one for one in cells if one[0] is not ALL and one[1] is ALL]
            yield total, [one for one in cells if one[0] is ALL and one[1] is not ALL]
