"""What a world costs, measured in a process of its own.

``python -m benchmarks.stage.cost_of_world TIMES`` makes a world of so many times the suppliers of
size ``ci``, writes it to Parquet, and prints its `Cost` as JSON.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from dataclasses import asdict, dataclass, replace
from datetime import date
from math import sqrt
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from simulator.output import write_folder
from simulator.scenario import Size, read_scenario, size_of
from simulator.world import make_world

SEED, LAST_DAY = 1, date(2026, 6, 30)


@dataclass(frozen=True)
class Cost:
    """What a world took.

    Attributes
    ----------
    pairs : int
        Trading pairs, those of every tier.
    seconds : float
    peak_mib : float
        Peak of resident memory (MiB) of the whole process, Python and its packages included.
    """

    pairs: int
    seconds: float
    peak_mib: float

    @property
    def seconds_a_pair(self) -> float:
        """Seconds for each trading pair."""
        return self.seconds / self.pairs


def grown(times: int) -> Size:
    """Size ``ci`` with so many times the suppliers, and so the pairs.

    Core enterprises grow by the root: in a larger world they are more, and each is larger.
    """
    size = size_of("ci")
    second, third = size.upstream
    return replace(
        size,
        core_buyers=round(size.core_buyers * sqrt(times)),
        suppliers=size.suppliers * times,
        upstream=(second * times, third * times),
    )


def made(size: Size) -> int:
    """Make a world and write it to Parquet: all that is measured. Return its trading pairs."""
    world = make_world(read_scenario("baseline"), size, SEED, LAST_DAY)
    with TemporaryDirectory() as folder:
        write_folder(world, Path(folder) / "world", progress=lambda _what, _share: None)
    return len(world.chain.core.pairs) + len(world.chain.upstream.pairs)


def cost(times: int) -> Cost:
    """What a world of so many times size ``ci`` takes, in a new process."""
    command = [sys.executable, "-m", "benchmarks.stage.cost_of_world", str(times)]
    told = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    return Cost(**json.loads(told.stdout))


def main() -> None:
    """Make the world, and print what it took; a small one before it warms up."""
    size = grown(int(sys.argv[1]))
    assert made(size_of("demo")) > 0
    begin = perf_counter()
    pairs = made(size)
    seconds = perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # Linux counts in KiB
    print(json.dumps(asdict(Cost(pairs, seconds, peak))))


if __name__ == "__main__":
    main()
