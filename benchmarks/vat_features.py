"""Invoice features of real firms: their time against a scan, and where they point."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Annotated

import duckdb
import pyarrow as pa
import typer
from rich.console import Console
from rich.table import Table

from benchmarks.stage.directions import SIGNIFICANT, Direction, direction_of
from benchmarks.stage.side_by_side import Ratio, in_turns, tell
from benchmarks.stage.vat_invoices import TIME_ZONE, Firms, read_firms
from features.catalogue import RELATIONS
from features.engine import session
from features.feature import Feature, Relation
from features.pipeline import FeatureTable, build
from features.sources import Source

SIZE = "supplier_ln_sales_12m"
WIDTH = 110


def main(
    data: Annotated[Path, typer.Option(help="folder of the invoices, not part of the project")] = (
        Path("../shared/data/sme_invoices_cn")
    ),
    rounds: Annotated[int, typer.Option(min=1)] = 1,
    threads: Annotated[int, typer.Option(min=1)] = 2,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON for a program")] = False,
) -> None:
    """Measure a build for every firm, and check directions against the defaults known."""
    if not data.is_dir():
        typer.echo(f"the invoices are not here: {data}")
        return
    firms = read_firms(data)
    with session(threads) as connection:
        taken = in_turns(
            {
                "build": partial(built, firms, threads),
                "scan": partial(scan, connection, firms.facts["invoice"]),
            },
            rounds,
        )
    sizes = {"invoices": firms.invoices, "firms": len(firms.names)}
    seconds = f"{taken['build']:.1f} s, {len(invoice_relations())} relations"
    ratios = [
        Ratio(
            f"invoice features of every firm ({seconds})",
            f"a DuckDB scan that sums every column of the invoices ({taken['scan']:.2f} s)",
            taken["build"] / taken["scan"],
            "60 s in all",
        )
    ]
    directions = directions_of(firms, built(firms, threads))
    if as_json:
        told = {"sizes": sizes, "seconds": taken, "directions": [asdict(d) for d in directions]}
        typer.echo(json.dumps(told))
        return
    tell("vat_features", sizes, ratios, as_json=False)
    _show(firms, directions)


def invoice_relations() -> tuple[Relation, ...]:
    """Relations with a feature that invoices alone give."""
    return tuple(r for r in RELATIONS if any(_of_invoices(r, f) for f in r.features))


def _of_invoices(relation: Relation, feature: Feature) -> bool:
    return relation.needs_of(feature) == (Source.INVOICES,)


def built(firms: Firms, threads: int = 1) -> FeatureTable:
    """Invoice features of every firm."""
    relations = invoice_relations()
    return build(firms.facts, firms.spine, TIME_ZONE, relations=relations, threads=threads)


def directions_of(firms: Firms, table: FeatureTable) -> list[Direction]:
    """What the defaults of the labelled firms say of each feature, the strongest first."""
    risks = {
        feature.name: int(feature.risk)
        for relation in invoice_relations()
        for feature in relation.features
        if _of_invoices(relation, feature)
    }
    rows = firms.labelled
    bad = firms.defaulted[rows]
    size = table.select([SIZE])[rows, 0]
    found = [
        direction_of(name, risk, table.select([name])[rows, 0], size, bad)
        for name, risk in risks.items()
    ]
    return sorted(found, key=lambda one: -abs(one.auc - 0.5) if one.known else 1.0)


def scan(connection: duckdb.DuckDBPyConnection, facts: pa.Table) -> None:
    """Read every column of the facts: what no build can do without."""
    connection.register("scanned", facts)
    sums = ", ".join(f"SUM(hash({column}))" for column in facts.column_names)
    connection.execute(f"SELECT {sums} FROM scanned").fetchall()  # noqa: S608
    connection.unregister("scanned")


def _show(firms: Firms, directions: Sequence[Direction]) -> None:
    bad = int(firms.defaulted[firms.labelled].sum())
    title = f"directions: {int(firms.labelled.sum())} firms, {bad} defaults; the line is {SIZE}"
    table = Table(title=title, title_justify="left")
    for column in ("feature", "firms", "AUC", "expected", "found", "z after size", ""):
        table.add_column(column, no_wrap=True)
    for one in directions:
        table.add_row(
            one.name,
            str(one.known),
            f"{one.auc:.3f}",
            _sign(one.expected),
            _sign(one.auc - 0.5),
            f"{one.z:+.1f}",
            _verdict(one),
        )
    Console(highlight=False, width=WIDTH).print(table)


def _sign(value: float) -> str:
    return "free" if value == 0 else "+" if value > 0 else "-" if value < 0 else "?"


def _verdict(one: Direction) -> str:
    if one.contradicts:
        return "contradicts"
    return "confirmed" if one.expected * one.z > SIGNIFICANT else ""


if __name__ == "__main__":
    typer.run(main)
