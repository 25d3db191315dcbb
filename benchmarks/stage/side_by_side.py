"""Times taken in turns, and the table of their ratios."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from time import perf_counter
from typing import Any

import typer
from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Ratio:
    """What was measured, against what.

    Attributes
    ----------
    what, against : str
        The two ways, in words.
    ratio : float
        The first over the second.
    goal : str
        What the design asks of it; empty where nothing.
    """

    what: str
    against: str
    ratio: float
    goal: str = ""


def seconds(step: Callable[[], object], clock: Callable[[], float] = perf_counter) -> float:
    """Seconds that one call takes."""
    begin = clock()
    step()
    return clock() - begin


CALLS = 20
"""So many calls of a way that takes microseconds are one turn: each way finds its own data near."""


def often(step: Callable[[], object]) -> Callable[[], None]:
    """`CALLS` of a step as one turn."""

    def turn() -> None:
        for _ in range(CALLS):
            step()

    return turn


def in_turns(
    steps: Mapping[str, Callable[[], object]],
    rounds: int,
    clock: Callable[[], float] = perf_counter,
) -> dict[str, float]:
    """Call each step once a round, in turns, and return the median of each in seconds.

    What slows the machine for a while slows all of them. The first round warms up and isn't
    counted. ``process_time`` as the clock leaves out what others do meanwhile.
    """
    taken: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(rounds + 1):
        for name, step in steps.items():
            taken[name].append(seconds(step, clock))
    return {name: median(times[1:]) for name, times in taken.items()}


def tell(
    title: str,
    sizes: Mapping[str, int],
    ratios: Sequence[Ratio],
    *,
    as_json: bool,
    loads: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Print the ratios: a table for people, one JSON object for programs.

    ``loads`` are rows of what they were made of, all of the same columns; most have none.
    """
    if as_json:
        told = {"benchmark": title, "sizes": dict(sizes), "ratios": [asdict(r) for r in ratios]}
        typer.echo(json.dumps({**told, **({"loads": list(loads)} if loads else {})}))
        return
    size = ", ".join(f"{count:,} {name}" for name, count in sizes.items())
    table = Table("ratio", "", "against", "goal", title=f"{title}: {size}", title_justify="left")
    for one in ratios:
        table.add_row(f"{one.ratio:.3g}", one.what, one.against, one.goal)
    console = Console(highlight=False)
    console.print(table)
    if loads:
        table = Table(*loads[0])
        for row in loads:
            table.add_row(
                *(f"{cell:.4g}" if isinstance(cell, float) else str(cell) for cell in row.values())
            )
        console.print(table)
