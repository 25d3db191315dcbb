"""The service: ``POST /score`` against an echo by the same stack, and MLflow with the same trees.

Real servers in processes of their own, asked by wrk over loopback.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from benchmarks.stage import service_checks as checks
from benchmarks.stage.served import MLFLOW_PYTHON, mlflow, ours
from benchmarks.stage.served_world import ServedWorld, served_world
from benchmarks.stage.service_measures import Ends, Found, Size, measure
from benchmarks.stage.side_by_side import tell
from benchmarks.stage.stack_shares import record_stacks
from benchmarks.stage.wrk import HOW_TO_GET_IT, is_here
from tests.postgres import PostgresServer

NO_MLFLOW = "MLflow is not here: `make mlflow` brings it. Measured without it"
SHARES_TOLD = 60


def main(  # noqa: PLR0917 - typer makes options of them
    seconds: Annotated[int, typer.Option(min=1, help="of each turn of wrk")] = 4,
    rounds: Annotated[int, typer.Option(min=1, help="turns of each load")] = 3,
    connections: Annotated[str, typer.Option(help="numbers of them, with commas")] = "1,8,32",
    storm: Annotated[int, typer.Option(min=0, help="seconds of a cold storm; 0 for none")] = 8,
    scores: Annotated[int, typer.Option(min=1, help="in a row, for the record's share")] = 20,
    warm: Annotated[int, typer.Option(min=1, max=40, help="requests that are asked in turns")] = 40,
    keyed: Annotated[bool, typer.Option(help="a new Idempotency-Key for each request")] = False,
    db: Annotated[
        str | None,
        typer.Option(help="URL of an empty database to throw away; a new SQLite file if none"),
    ] = None,
    postgresql: Annotated[bool, typer.Option(help="on a PostgreSQL of our own")] = False,
    keep: Annotated[
        Path | None, typer.Option(help="folder that keeps the world for other runs of the day")
    ] = None,
    profile: Annotated[
        Path | None, typer.Option(help="only sample stacks of warm scores, into this file")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON for a program")] = False,
) -> None:
    """Measure warm scores at several loads, scores never asked before, and a cold storm."""
    if not is_here():
        typer.echo(HOW_TO_GET_IT)
        return
    counts = tuple(int(count) for count in connections.split(","))
    size = Size(seconds, storm, rounds, counts, scores, keyed)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        db = stack.enter_context(_postgresql()) if postgresql else db
        world = served_world(folder, keep or folder, db)
        ends = stack.enter_context(_serving(world, folder, warm, alone=profile is not None))
        if profile is not None:
            _profile(ends, size, profile)
            return
        found = measure(ends, size)
    _tell(found, size, ends, as_json=as_json)
    if found.wrong:
        typer.echo(f"{found.wrong} requests got no good answer", err=True)
        raise typer.Exit(1)


@contextmanager
def _postgresql() -> Iterator[str]:
    """An empty database of a server that has written what it says it has written."""
    server = PostgresServer(durable=True)
    server.start()
    try:
        yield server.create_database()
    finally:
        server.stop()


@contextmanager
def _serving(world: ServedWorld, folder: Path, warm: int, *, alone: bool) -> Iterator[Ends]:
    """Start the service, and MLflow unless it is to be alone; both have been asked everything."""
    with ExitStack() as stack:
        service = stack.enter_context(ours(world, folder / "service.log"))
        rival = None
        if MLFLOW_PYTHON.exists() and not alone:
            rival = stack.enter_context(mlflow(world, folder))
            checks.predicts_the_same(rival, world)
        elif not alone:
            typer.echo(NO_MLFLOW, err=True)
        ends = Ends(world, world.warm(warm), service, rival)
        checks.warm_up(service, ends.warm)
        yield ends


def _profile(ends: Ends, size: Size, file: Path) -> None:
    """Tell the functions that take most, with all that they call."""
    for name, share in record_stacks(ends.score(size), ends.service.pid, file).most_common(
        SHARES_TOLD
    ):
        typer.echo(f"{share:6.1%}  {name}")


def _tell(found: Found, size: Size, ends: Ends, *, as_json: bool) -> None:
    warm = checks.lines_of(ends.warm)
    sizes = {
        "seconds a turn": size.seconds,
        "turns": size.rounds,
        "requests": len(warm),
        "bytes of the first": len(warm[0]),
    }
    store = "PostgreSQL" if ends.world.db.startswith("postgresql") else "SQLite"
    tell(f"service, {store}", sizes, found.ratios(), as_json=as_json, loads=found.told())


if __name__ == "__main__":
    typer.run(main)
