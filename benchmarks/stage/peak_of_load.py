"""How much memory a load takes at most: ``python -m benchmarks.stage.peak_of_load ROWS URL``."""

from __future__ import annotations

import resource
import subprocess
import sys

from benchmarks.stage.many_invoices import load_invoices, open_book


def peak_mib(rows: int, url: str) -> float:
    """Peak of resident memory (MiB) of a process that loads so many invoices into a new ledger."""
    command = [sys.executable, "-m", "benchmarks.stage.peak_of_load", str(rows), url]
    told = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    return float(told.stdout)


def main() -> None:
    """Load, and print the peak."""
    rows, url = int(sys.argv[1]), sys.argv[2]
    engine = open_book(url)
    assert load_invoices(engine, 0, rows) == rows
    engine.dispose()
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)  # Linux counts in KiB


if __name__ == "__main__":
    main()
