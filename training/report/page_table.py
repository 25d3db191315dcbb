"""A table of a page: what its rows are, and how figures stand in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Titles = tuple[str, ...]
Words = dict[str, str]


@dataclass(frozen=True)
class Row:
    """Cells of a row as text; ``bad`` marks what isn't as asked."""

    cells: tuple[str, ...]
    bad: bool = False


Table = Callable[[dict[str, Any], Words], tuple[Titles, list[Row]]]
"""Titles and rows from the report of an event; no rows where there is nothing to tell."""

NO_BREAK = "\N{NO-BREAK SPACE}"

AS_THEY_ARE = ("95 %", "90 %", "")
"""Titles that are the same in every language."""


def titled(words: Words, *names: str) -> Titles:
    """The words of titles."""
    return tuple(name if name in AS_THEY_ARE else words[name] for name in names)


def with_interval(found: Mapping[str, float], digits: int) -> str:
    """A difference and its interval, each with its sign; a line may break between the two."""
    less, low, high = (f"{found[one]:+.{digits}f}" for one in ("difference", "low", "high"))
    return f"{less} [{low},{NO_BREAK}{high}]"


def between(low: float, high: float) -> str:
    """An interval of shares."""
    return f"{low:.2%}{NO_BREAK}–{NO_BREAK}{high:.2%}"


def with_error(auc: float | None, error: float | None) -> str:
    """An area under the curve with half of its 95 % interval; a dash where there is none."""
    return (
        "–" if auc is None or error is None else f"{auc:.3f}{NO_BREAK}±{NO_BREAK}{1.96 * error:.3f}"
    )
