"""Reject inference: three ways to learn from what a lender let in, judged on all who ask later."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.progress import Progress as Bar
from rich.table import Column, Table

from benchmarks.stage.credit_steps import Gain, gained
from benchmarks.stage.judged_model import against_truth
from benchmarks.stage.selected_world import WAYS, SelectedWorld, pooled, selected_world
from features.pipeline import silent
from models.event import Event
from models.trees import Vector
from simulator.report.discrimination import expected_auc
from simulator.scenario import read_scenario, size_of
from training.champion import fit_champion
from training.fitting import Fitter, raw
from training.metrics import Flags, log_odds, sigmoid
from training.recipe import Recipe, read_recipe
from training.reject_inference import Way

ROOT = Path(__file__).resolve().parent.parent
GROUPS = ("accepted", "rejected", "all")


@dataclass(frozen=True)
class Judged:
    """What one way is worth on one group of later requests, by their true chances.

    Attributes
    ----------
    n : int
    truth : float
        Mean true chance.
    level : float
        Mean forecast over it; 1 is right.
    intercept, slope : float
        Calibration of the log-odds against true chances; 0 and 1 are right.
    auc, auc_of_truth : float
        Expected areas under the ROC curve: of the way, and of the true chances. Areas of two groups
        can't be compared: selection takes the easy cases out of one.
    more_than_naive : Gain
        In area, with an interval that draws suppliers.
    """

    n: int
    truth: float
    level: float
    intercept: float
    slope: float
    auc: float
    auc_of_truth: float
    more_than_naive: Gain


def main(  # noqa: PLR0917 - the options of a command
    seed: Annotated[int, typer.Option(min=0, help="of the first world")] = 1,
    worlds: Annotated[int, typer.Option(min=1, help="worlds that are pooled")] = 4,
    size: Annotated[str, typer.Option(help="of a world: ci or bench; others end too soon")] = "ci",
    approved: Annotated[
        float, typer.Option(min=0.05, max=1.0, help="share that the old scorecard approves")
    ] = 0.5,
    by_lot: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="share approved whatever it says")
    ] = 0.03,
    recipe: Annotated[Path, typer.Option(help="whose first event is default")] = ROOT
    / "recipes"
    / "default.toml",
    as_json: Annotated[bool, typer.Option("--json", help="print JSON for a program")] = False,
) -> None:
    """Learn from accepted requests in three ways, and judge each on accepted, rejected and all."""
    # a long-run rate is that of accepted financings of the usual policy: here it would hide levels
    what = read_recipe(recipe).model_copy(update={"long_run_rate": {}, "bags": None})
    event = what.events[0]
    scenario = replace(
        read_scenario("baseline"), approved_share=approved, random_approval_share=by_lot
    )
    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("worlds", total=worlds)

        def one(at: int) -> SelectedWorld:
            bar.update(task, description=f"world {at + 1} of {worlds}", completed=at)
            return selected_world(scenario, size_of(size), seed + at, what, event)

        world = pooled([one(at) for at in range(worlds)])
        scores: dict[Way, Vector] = {}
        for way in WAYS:
            bar.update(task, description=f"learning: {way}")
            scores[way] = log_odds_by(way, world, what, event)
        bar.update(task, description="judging")
        found = judged(world, scores)
    if as_json:
        told = {way: {group: asdict(one) for group, one in of.items()} for way, of in found.items()}
        learned = {
            "rows": len(world.judged.contest.learn),
            "events": int(world.judged.contest.learn_event.sum()),
            "weights": world.told,
        }
        typer.echo(json.dumps({"benchmark": "rejects", "learned": learned, "found": told}))
    else:
        _show(world, found)


def log_odds_by(way: Way, world: SelectedWorld, recipe: Recipe, event: Event) -> Vector:
    """Log-odds of the later requests by a champion that learned in one way."""
    contest = world.contest(way)
    fitter = Fitter.of(recipe, event, contest.learn_event, threads=1)
    champion = fit_champion(
        fitter,
        contest.known,
        contest.rehearsed,
        (contest.learn, contest.learn_event),
        silent,
    )
    said = raw(champion.additive, world.rows) + raw(champion.cross, world.rows)
    return champion.calibration.apply(said)


def judged(world: SelectedWorld, scores: Mapping[Way, Vector]) -> dict[Way, dict[str, Judged]]:
    """Judge every way on every group."""
    groups = {
        "accepted": world.accepted,
        "rejected": ~world.accepted,
        "all": np.ones(len(world.accepted), dtype=np.bool_),
    }
    return {
        way: {
            name: _judged(world, group, score[group], scores["naive"][group])
            for name, group in groups.items()
        }
        for way, score in scores.items()
    }


def _judged(world: SelectedWorld, group: Flags, logit: Vector, naive: Vector) -> Judged:
    chance = world.chance[group]
    intercept, slope = against_truth(logit, chance)
    suppliers = [world.suppliers[at] for at in np.flatnonzero(group).tolist()]
    return Judged(
        n=len(chance),
        truth=float(chance.mean()),
        level=float(sigmoid(logit).mean() / chance.mean()),
        intercept=intercept,
        slope=slope,
        auc=expected_auc(logit, chance),
        auc_of_truth=expected_auc(log_odds(chance), chance),
        more_than_naive=gained(suppliers, logit, naive, chance),
    )


def _show(world: SelectedWorld, found: Mapping[Way, Mapping[str, Judged]]) -> None:
    screen, contest = Console(highlight=False), world.judged.contest
    screen.print(
        f"Learned from {len(contest.learn):,} accepted financings "
        f"({int(contest.learn_event.sum()):,} in default), judged on {len(world.chance):,} later "
        "requests by their true chances."
    )
    for group in GROUPS:
        naive = found["naive"][group]
        table = Table(
            *("learned by", "level", "intercept", "slope", "AUC"),
            Column("more than naive, 95 %", no_wrap=True),
            title=f"{group}: {naive.n:,} requests, true PD {naive.truth:.2%}, "
            f"AUC of the truth {naive.auc_of_truth:.4f}",
            title_justify="left",
        )
        for way in WAYS:
            one = found[way][group]
            gain = one.more_than_naive
            table.add_row(
                way,
                f"{one.level:.2f}",
                f"{one.intercept:+.2f}",
                f"{one.slope:.2f}",
                f"{one.auc:.4f}",
                "" if way == "naive" else f"{gain.gain:+.4f} ({gain.low:+.4f} to {gain.high:+.4f})",
            )
        screen.print(table)
    screen.print(
        "Level is the mean forecast over the mean true chance. Areas of two groups can't be "
        "compared: selection takes the easy cases out of one."
    )
    for at, told in enumerate(world.told):
        for way in WAYS[1:]:
            if of := told[way]:
                screen.print(
                    f"World {at + 1}, {way}: {of['accepted']} accepted ({of['explored']} by lot, "
                    f"{of['explored_events']} in default), "
                    f"{of['declined']} declined; weights {of['least_weight']:.2f} to "
                    f"{of['most_weight']:.2f}, as much as {of['effective_rows']:.0f} rows with "
                    f"{of['effective_events']:.1f} events."
                )


if __name__ == "__main__":
    typer.run(main)
