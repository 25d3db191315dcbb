"""The simulator: what a world costs by the number of its trading pairs, in time and memory."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Annotated

import typer

from benchmarks.stage.cost_of_world import Cost, cost
from benchmarks.stage.side_by_side import Ratio, tell

GROWTH = 4
"""Times the pairs of the small world in the large one."""


def main(
    times: Annotated[
        int, typer.Option(min=1, max=16, help="suppliers of the small world, in times of size ci")
    ] = 1,
    rounds: Annotated[int, typer.Option(min=1)] = 3,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON for a program")] = False,
) -> None:
    """Make worlds of a size and of four times as many pairs, each in a process of its own."""
    taken = [(cost(times), cost(GROWTH * times)) for _ in range(rounds)]
    small, large = (_typical(costs) for costs in zip(*taken, strict=True))
    more = large.pairs / small.pairs
    ratios = [
        Ratio(
            f"time for each pair of a world ({1e6 * large.seconds_a_pair:,.0f} µs)",
            f"of one with {more:.1f} times fewer ({1e6 * small.seconds_a_pair:,.0f} µs)",
            large.seconds_a_pair / small.seconds_a_pair,
            "1.2 (goal 1): linear",
        ),
        Ratio(
            f"peak memory ({large.peak_mib:,.0f} MiB)",
            f"of the small world ({small.peak_mib:,.0f} MiB)",
            large.peak_mib / small.peak_mib,
            f"at most {more:.1f}: linear",
        ),
    ]
    sizes = {"pairs": small.pairs, "pairs when grown": large.pairs}
    tell("simulator", sizes, ratios, as_json=as_json)


def _typical(costs: Sequence[Cost]) -> Cost:
    """Median time and memory of the same world."""
    assert len({each.pairs for each in costs}) == 1, "the same world has the same pairs"
    return Cost(
        costs[0].pairs,
        median(each.seconds for each in costs),
        median(each.peak_mib for each in costs),
    )


if __name__ == "__main__":
    typer.run(main)
