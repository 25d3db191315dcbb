"""The risk model: the champion of default beside the truth, which only a made-up world knows."""

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

from benchmarks.stage.judged_model import Judged, judge, trained
from benchmarks.stage.judged_world import JudgedWorld, judged_world, together, without_facts
from benchmarks.stage.observed_limit import observed_chance
from simulator.scenario import size_of
from training.recipe import Recipe, read_recipe

ROOT = Path(__file__).resolve().parent.parent

LEAST_GINI = 0.75
MOST_BELOW_OBSERVED = 0.02
SLOPE = (0.9, 1.1)
COVERED = (0.85, 0.95)
MOST_CROSS = 0.20

POOLED = {"ci": 4, "bench": 2}
"""Worlds that are judged together, by size: the economy of a world is one draw, which moves all its
defaults at once, and no number of financings makes up for that. The fewer there are, the more."""


def main(
    seed: Annotated[int, typer.Option(min=0, help="of the first world")] = 1,
    worlds: Annotated[
        int | None,
        typer.Option(min=1, help="worlds whose financings are pooled; 4 of ci, 2 of bench"),
    ] = None,
    size: Annotated[str, typer.Option(help="of a world: ci or bench; others end too soon")] = "ci",
    recipe: Annotated[Path, typer.Option(help="whose first event is default")] = ROOT
    / "recipes"
    / "default.toml",
    as_json: Annotated[bool, typer.Option("--json", help="print JSON for a program")] = False,
) -> None:
    """Train on earlier financings, judge on later ones by their true chances."""
    what = read_recipe(recipe)
    event = what.events[0]
    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("worlds", total=None)

        def update(text: str, done: int, steps: int) -> None:
            bar.update(task, description=text, completed=done, total=steps)

        world = _worlds(size, range(seed, seed + (worlds or POOLED.get(size, 1))), what)
        with TemporaryDirectory() as folder:
            model = trained(world, event, Path(folder), update)
        update("PD_obs", 0, 1)
        observed = observed_chance(world.contest.known.rows, world.chance, world.folds)
        update("judging", 0, 1)
        found = judge(world, model, observed)
    if as_json:
        typer.echo(json.dumps({"benchmark": "risk_model", "size": size, **asdict(found)}))
    else:
        _show(world, found)


def _worlds(size: str, seeds: range, recipe: Recipe) -> JudgedWorld:
    event = recipe.events[0]
    each = (judged_world(size_of(size), seed, recipe, event) for seed in seeds)
    return together([without_facts(world) for world in each])


def _show(world: JudgedWorld, found: Judged) -> None:
    screen = Console(highlight=False)
    learned = len(world.contest.learn), int(world.contest.learn_event.sum())
    title = (
        f"risk model: learned from {learned[0]:,} financings ({learned[1]:,} in default), judged "
        f"on {found.judged:,} later ones by their true chances"
    )
    table = Table("figure", "found", "asked for", title=title, title_justify="left")
    for row in _figures(found):
        table.add_row(*row)
    screen.print(table)
    costs = Table("difference of expected AUC", "", "95 %", title_justify="left")
    for label, gain in found.differences.items():
        costs.add_row(label, f"{gain.gain:+.4f}", f"{gain.low:+.4f} to {gain.high:+.4f}")
    screen.print(costs)
    widths = ", ".join(f"T{tier} -{down} +{up}" for tier, (down, up) in enumerate(found.untold))
    screen.print(f"Intervals are widened by what rehearsals asked for, in log-odds: {widths}.")


def _figures(found: Judged) -> list[tuple[str, str, str]]:
    covered = [
        (
            f"true chances in the interval, {which}",
            f"{one.within:.3f} ({one.below:.3f} below, {one.above:.3f} above)",
            f"{COVERED[0]} to {COVERED[1]}" if which == "all" else "",
        )
        for which, one in found.covered.items()
    ]
    shipped, bags = found.covered_as_shipped, found.observed_by_bags
    return [
        ("AUC of the champion", f"{found.auc:.4f}", f">= {limit_of(found):.4f}"),
        ("AUC of PD_obs", f"{found.auc_observed:.4f}", ""),
        ("AUC of the truth, fraud a chance", f"{found.auc_state:.4f}", ""),
        ("AUC of the truth, frauds known", f"{found.auc_planted:.4f}", ""),
        (
            "Gini over that of the truth, fraud a chance",
            f"{found.gini_ratio:.3f}",
            f">= {LEAST_GINI}",
        ),
        ("Gini over that of the truth, frauds known", f"{found.gini_ratio_planted:.3f}", ""),
        ("Gini over that of PD_obs", f"{found.gini_ratio_observed:.3f}", ""),
        ("calibration slope", f"{found.slope:.3f}", f"{SLOPE[0]} to {SLOPE[1]}"),
        ("calibration intercept", f"{found.intercept:+.3f}", ""),
        ("distance from PD_obs, log-odds", f"{found.rmse_observed:.3f}", ""),
        ("median |cross| / |credits|", f"{found.cross_share:.3f}", f"<= {MOST_CROSS}"),
        *covered,
        ("by the widths of the recipe", f"{shipped.within:.3f}", f"{COVERED[0]} to {COVERED[1]}"),
        ("PD_obs within the bags alone", f"{bags.within:.3f}", ""),
    ]


def limit_of(found: Judged) -> float:
    """The area that the champion must reach beside ``PD_obs``."""
    return found.auc_observed - MOST_BELOW_OBSERVED


if __name__ == "__main__":
    typer.run(main)
