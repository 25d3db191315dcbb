"""Features: building them for every receivable against a plain scan of the same facts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import duckdb
import pyarrow.parquet as pq
import typer

from benchmarks.stage.cost_of_invoices import cost_of
from benchmarks.stage.lender_world import requests_of, world_of, write_book
from benchmarks.stage.side_by_side import Ratio, in_turns, tell
from features.engine import session
from scoring.asking import Request
from scoring.gather import Gathered
from scoring.path import describe
from simulator.world import World


def main(
    requests: Annotated[int, typer.Option(min=1, help="requests in one build")] = 500,
    growth: Annotated[int, typer.Option(min=2, help="times the data of the small world")] = 3,
    invoices: Annotated[int, typer.Option(min=1_000, help="invoices of a book without else")] = (
        200_000
    ),
    rounds: Annotated[int, typer.Option(min=1)] = 2,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON for a program")] = False,
) -> None:
    """Measure builds in DuckDB, with one thread."""
    with TemporaryDirectory() as folder:
        small = _book(world_of(), Path(folder) / "small")
        large = _book(world_of(growth), Path(folder) / "large")
        deep = _book(world_of(orders=growth), Path(folder) / "deep")
        asked = requests_of(small)
        some = _spread(asked, requests)
        files = _parquet(large, Path(folder))
        every, deeper = requests_of(large), requests_of(deep)
        with session(threads=1) as connection:
            taken = in_turns(
                {
                    "one": lambda: describe(small, some[:1]),
                    "some": lambda: describe(small, some),
                    "small": lambda: describe(small, asked),
                    "large": lambda: describe(large, every),
                    "deep": lambda: describe(deep, deeper),
                    "scan": lambda: _scan(connection, files),
                },
                rounds,
            )
    sizes = {"receivables": len(asked), "receivables when grown": len(every)}
    more, denser = len(every) / len(asked), len(deeper) / len(asked)
    ratios = [
        Ratio(
            "all features of all receivables, grown",
            "a DuckDB scan that sums every column of the same Parquet",
            taken["large"] / taken["scan"],
            "40 (goal 8), at millions of rows",
        ),
        Ratio(
            f"time for {more:.1f} times the parties, as busy as before",
            "the small world",
            taken["large"] / taken["small"],
            f"{1.2 * more:.1f} (goal {more:.1f})",
        ),
        Ratio(
            f"time for {denser:.1f} times the receivables of the same parties",
            "the small world",
            taken["deep"] / taken["small"],
            f"{1.2 * denser:.1f} (goal {denser:.1f})",
        ),
        Ratio(
            f"{len(some)} requests", "one request", taken["some"] / taken["one"], f"< {len(some)}"
        ),
        *_of_invoices(invoices),
    ]
    tell("features", sizes, ratios, as_json=as_json)


def _of_invoices(count: int) -> list[Ratio]:
    """Invoice features of a book of so many invoices, and of one of a tenth."""
    some, many = cost_of(count // 10), cost_of(count)
    return [
        Ratio(
            f"invoice features of {count:,} invoices, a request a supplier ({many.build_s:.1f} s)",
            "a DuckDB scan that sums every column of the invoices",
            many.build_s / many.scan_s,
            "40 (goal 8), at millions of invoices",
        ),
        Ratio(
            "time for 10 times the invoices", "a tenth of them", many.build_s / some.build_s, "11"
        ),
        Ratio(
            f"peak memory of the build, facts included ({many.peak_gib:.2f} GiB)",
            "8 GiB",
            many.peak_gib / 8.0,
            "1 at 10 million",
        ),
    ]


def _book(world: World, folder: Path) -> Gathered:
    folder.mkdir()
    _, engine, gathered = write_book(world, folder)
    engine.dispose()
    return gathered


def _spread(requests: Sequence[Request], count: int) -> Sequence[Request]:
    """So many requests, evenly over time."""
    step = max(1, len(requests) // count)
    return requests[::step][:count]


def _parquet(gathered: Gathered, folder: Path) -> list[Path]:
    files = []
    for kind, facts in gathered.facts.items():
        files.append(folder / f"{kind}.parquet")
        pq.write_table(facts, files[-1])
    return files


def _scan(connection: duckdb.DuckDBPyConnection, files: Sequence[Path]) -> None:
    """Read every column of every file: what no build can do without."""
    for file in files:
        columns = pq.read_schema(file).names
        sums = ", ".join(f"SUM(hash({column}))" for column in columns)
        connection.execute(f"SELECT {sums} FROM read_parquet(?)", [str(file)]).fetchall()  # noqa: S608


if __name__ == "__main__":
    typer.run(main)
