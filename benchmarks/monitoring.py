"""The monitor on worlds whose change is known: silent in usual times, quick where it is planted."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress as Bar
from rich.table import Table

from benchmarks.stage.watched_world import (
    FromOnset,
    WatchedWorld,
    false_alarms,
    from_onset,
    watched_world,
)
from simulator.scenario import size_of
from training.recipe import read_recipe

ROOT = Path(__file__).resolve().parent.parent
WITHIN_MONTHS = 2


def main(
    seed: Annotated[int, typer.Option(min=0, help="of the first world")] = 21,
    worlds: Annotated[int, typer.Option(min=1, help="worlds of each scenario")] = 4,
    size: Annotated[str, typer.Option(help="of a world: ci or bench; others end too soon")] = "ci",
    scenario: Annotated[
        list[str] | None, typer.Option(help="worlds to watch; else baseline and stress")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON for a program")] = False,
) -> None:
    """Train before the last year of worlds, and watch that year month by month."""
    recipe = read_recipe(ROOT / "recipes" / "default.toml")
    found: list[WatchedWorld] = []
    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("worlds", total=None)

        def update(text: str, done: int, steps: int) -> None:
            bar.update(task, description=text, completed=done, total=steps)

        for name in scenario or ["baseline", "stress"]:
            for one in range(seed, seed + worlds):
                with TemporaryDirectory() as folder:
                    found.append(
                        watched_world(name, size_of(size), one, recipe, Path(folder), update)
                    )
    if as_json:
        typer.echo(
            json.dumps(
                {
                    "benchmark": "monitoring",
                    "size": size,
                    "worlds": [
                        {
                            **asdict(one),
                            "from_onset": asdict(from_onset(one)),
                            "false_alarms": false_alarms(one),
                        }
                        for one in found
                    ],
                }
            )
        )
    else:
        _show(found)


def _show(found: list[WatchedWorld]) -> None:
    screen = Console(highlight=False)
    titles = ("scenario", "seed", "onset", "first alarm since", "in month", "forecast / truth")
    table = Table(*titles, "alerts in all")
    for world in found:
        since = from_onset(world)
        table.add_row(
            world.scenario,
            f"{world.seed}",
            world.onset or "none",
            since.month or "none",
            "" if since.after_months is None else f"{since.after_months}",
            f"{world.forecast_over_truth:.2f}",
            _alerts(world),
        )
    screen.print(table)
    calm = [world for world in found if world.onset is None]
    planted = [world for world in found if world.onset is not None]
    if calm:
        no_alarm = sum(not false_alarms(world) for world in calm)
        silent = sum(not world.alerts for world in calm)
        screen.print(
            f"usual times: {no_alarm} of {len(calm)} worlds without an alarm (red) in a year, "
            f"{silent} without any alert"
        )
    if planted:
        quick = sum(_quick(from_onset(world)) for world in planted)
        early = sum(bool(false_alarms(world)) for world in planted)
        screen.print(
            f"planted: {quick} of {len(planted)} worlds with an alarm (red) within "
            f"{WITHIN_MONTHS} months of the onset, {early} with one before it"
        )


def _quick(since: FromOnset) -> bool:
    return since.after_months is not None and since.after_months <= WITHIN_MONTHS


def _alerts(world: WatchedWorld) -> str:
    return "; ".join(
        f"{alert['month']} {alert['level']} {alert['code']} {alert['about']} "
        f"{alert['figure']:.2f}".replace("  ", " ")
        for alert in world.alerts
    )


if __name__ == "__main__":
    typer.run(main)
