"""Credits: what each adds to the ranking of later requests, where the true chances are known."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.progress import Progress as Bar
from rich.table import Table

from benchmarks.stage.credit_steps import STEPS, Gain, Ranking, columns_of, gain, rank, shuffled
from benchmarks.stage.lent_world import LentWorld, lent_world, pooled
from models.trees import Vector
from simulator.report.discrimination import expected_auc
from simulator.scenario import size_of
from training.fitting import ADDITIVE, FREE


@dataclass(frozen=True)
class Line:
    """A row of the table: how a model ranks, and what it gains on the one before."""

    model: str
    features: int
    by_outcome: float
    by_chance: float
    gain: Gain | None = None


def main(
    seed: Annotated[int, typer.Option(min=0, help="of the first world")] = 1,
    worlds: Annotated[int, typer.Option(min=1, help="worlds whose financings are pooled")] = 3,
    size: Annotated[str, typer.Option(help="of a world: ci or bench; others end too soon")] = "ci",
    shuffles: Annotated[int, typer.Option(min=1, help="shuffles of the outcomes")] = 200,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON for a program")] = False,
) -> None:
    """Learn from earlier financings, rank later ones: by outcomes and by true chances."""
    world = _worlds(seed, worlds, size)
    truth = world.chance[world.tested]
    lines = list(_lines(world))
    areas = shuffled(world, shuffles, truth)
    if as_json:
        typer.echo(json.dumps(_told(world, lines, areas)))
        return
    _show(world, lines, areas)


def _worlds(seed: int, worlds: int, size: str) -> LentWorld:
    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("worlds", total=worlds)
        made = []
        for one in range(seed, seed + worlds):
            made.append(lent_world(size_of(size), one))
            bar.advance(task)
    world = pooled(made)
    if not (world.event[world.learned].any() and world.event[world.tested].any()):
        raise typer.BadParameter("no default to learn from or to test on: make a larger world")
    return world


def _lines(world: LentWorld) -> Iterator[Line]:
    truth = world.chance[world.tested]
    before: Ranking | None = None
    for name, credits in STEPS.items():
        columns = columns_of(world.names, credits)
        found = rank(world, columns)
        step = None if before is None else gain(world, found.score, before.score, truth)
        yield Line(name, len(columns), found.by_outcome, found.by_chance, step)
        before = found
    every = range(len(world.names))
    free = rank(world, every, FREE)
    assert before is not None
    step = gain(world, free.score, before.score, truth)
    yield Line("free of directions and groups", len(every), free.by_outcome, free.by_chance, step)
    late = rank(world, every, ADDITIVE, rows=world.late_rows)
    happened = world.event[world.tested].astype(np.float64)
    leak = gain(world, late.score, before.score, happened)
    yield Line("S+O+D at maturity: a leak", len(every), late.by_outcome, late.by_chance, leak)
    yield Line("the truth itself", 0, expected_auc(truth, happened), expected_auc(truth, truth))


def _told(world: LentWorld, lines: list[Line], areas: Vector) -> dict[str, object]:
    return {
        "benchmark": "credits",
        "learned": int(world.learned.sum()),
        "learned_defaults": int(world.event[world.learned].sum()),
        "tested": int(world.tested.sum()),
        "tested_defaults": int(world.event[world.tested].sum()),
        "models": [
            {**vars(line), "gain": None if line.gain is None else vars(line.gain)} for line in lines
        ],
        "shuffled": {
            "shuffles": len(areas),
            "mean": float(areas.mean()),
            "standard_deviation": float(areas.std()),
        },
    }


def _show(world: LentWorld, lines: list[Line], areas: Vector) -> None:
    learned, tested = int(world.learned.sum()), int(world.tested.sum())
    defaults = int(world.event[world.learned].sum()), int(world.event[world.tested].sum())
    title = (
        f"credits: learned from {learned:,} financings ({defaults[0]:,} in default), "
        f"tested on {tested:,} later ones ({defaults[1]:,})"
    )
    headings = ("model", "features", "AUC by outcome", "AUC by true chance", "gain", "95 %")
    table = Table(*headings, title=title, title_justify="left")
    for line in lines:
        step = line.gain
        table.add_row(
            line.model,
            str(line.features or ""),
            f"{line.by_outcome:.3f}",
            f"{line.by_chance:.3f}",
            "" if step is None else f"{step.gain:+.3f}",
            "" if step is None else f"{step.low:+.3f} to {step.high:+.3f}",
        )
    screen = Console(highlight=False)
    screen.print(table)
    screen.print(
        "The gain is that of the AUC by true chance on the line before; of the leak, by outcome "
        "on S+O+D."
    )
    screen.print(
        f"Outcomes shuffled {len(areas)} times: AUC {areas.mean():.3f} on average, "
        f"{areas.std():.3f} apart."
    )


if __name__ == "__main__":
    typer.run(main)
