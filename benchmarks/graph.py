"""Measures of the graph of trade: a night of them against a plain scan of its invoices."""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from typing import Annotated

import duckdb
import typer

from benchmarks.stage.side_by_side import Ratio, in_turns, tell
from benchmarks.stage.trade_network import DAY, Size, network_facts
from features.graph.measuring import Measured, measures_of
from features.graph.trade_graph import graph_of, graphs

AMONG_ALL = 1.0
ROUNDS = 2


def main(
    buyers: Annotated[int, typer.Option(min=1, help="core enterprises")] = 200,
    suppliers: Annotated[int, typer.Option(min=100)] = 20_000,
    invoices: Annotated[int, typer.Option(min=100)] = 100_000,
    growth: Annotated[int, typer.Option(min=2, help="times the small network")] = 4,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON for a program")] = False,
) -> None:
    """Measure nights in DuckDB, with one thread; 2,000, 200,000 and 1,000,000 is a large bank."""
    size = Size(buyers, suppliers, invoices)
    with ExitStack() as stack:
        small = stack.enter_context(graphs(network_facts(size), "UTC"))
        large = stack.enter_context(graphs(network_facts(size.times(growth)), "UTC"))
        round_about = stack.enter_context(graphs(network_facts(size, AMONG_ALL), "UTC"))
        _check(small)
        taken = in_turns(
            {
                "small": partial(_night, small),
                "scan": partial(_scan, small),
                "large": partial(_night, large),
                "round about": partial(_night, round_about),
            },
            ROUNDS,
        )
    ratios = [
        Ratio("all measures of a night", "a scan of its invoices", taken["small"] / taken["scan"]),
        Ratio(
            f"a network {growth} times as large",
            "the small one",
            taken["large"] / taken["small"],
            f"{growth}",
        ),
        Ratio(
            "as many invoices, all among suppliers",
            "a tenth of them among suppliers",
            taken["round about"] / taken["small"],
        ),
    ]
    sizes = {"buyers": buyers, "suppliers": suppliers, "invoices": invoices}
    tell("graph", sizes | {"ms a night": round(1_000 * taken["small"])}, ratios, as_json=as_json)


def _night(connection: duckdb.DuckDBPyConnection) -> list[Measured]:
    return list(measures_of(graph_of(connection, DAY)))


def _scan(connection: duckdb.DuckDBPyConnection) -> None:
    """Read every column that the measures read of an invoice."""
    connection.sql(
        "SELECT SUM(gross_minor), MIN(issued_on), MIN(ref), MIN(seller), MIN(buyer), "
        "MIN(from_day), MIN(until_day) FROM known_invoice"
    ).fetchall()


def _check(connection: duckdb.DuckDBPyConnection) -> None:
    """Money isn't lost: the sales of the graph are those of a year's invoices."""
    graph_of(connection, DAY)
    (edges,) = connection.sql("SELECT SUM(year_minor) FROM trade").fetchall()
    plain = connection.sql(
        f"SELECT SUM(gross_minor) FROM known_invoice "  # noqa: S608 - a number of ours
        f"WHERE from_day <= {DAY} AND issued_on > {DAY - 365}"
    ).fetchall()
    assert [edges] == plain


if __name__ == "__main__":
    typer.run(main)
