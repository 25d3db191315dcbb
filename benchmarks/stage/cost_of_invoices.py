"""What the features of a book of invoices cost: ``python -m benchmarks.stage.cost_of_invoices N``.

A process of its own, for the peak of its memory. It holds the facts as well, as any build does.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from dataclasses import asdict, dataclass
from functools import partial

from benchmarks.stage.invoice_world import TIME_ZONE, invoice_world
from benchmarks.stage.side_by_side import seconds
from benchmarks.vat_features import invoice_relations, scan
from features.engine import session
from features.pipeline import build

THREADS = 2


@dataclass(frozen=True)
class Cost:
    """Of one build.

    Attributes
    ----------
    build_s, scan_s : float
        Seconds of the build, and of a scan that sums every column of the invoices.
    peak_gib : float
        Peak of resident memory, facts and their making included.
    """

    build_s: float
    scan_s: float
    peak_gib: float


def cost_of(invoices: int) -> Cost:
    """Measure a build over so many invoices in a new process."""
    command = [sys.executable, "-m", "benchmarks.stage.cost_of_invoices", str(invoices)]
    told = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    return Cost(**json.loads(told.stdout))


def main() -> None:
    """Build, and print the cost."""
    world = invoice_world(int(sys.argv[1]))
    with session(THREADS) as connection:
        scan_s = seconds(partial(scan, connection, world.facts["invoice"]))
    build_s = seconds(
        partial(
            build,
            world.facts,
            world.spine,
            TIME_ZONE,
            relations=invoice_relations(),
            threads=THREADS,
        )
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20  # Linux counts in KiB
    print(json.dumps(asdict(Cost(build_s, scan_s, peak))))


if __name__ == "__main__":
    main()
