"""What a lender earns with our probabilities, beside what the best that could be known earns."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.progress import Progress as Bar
from rich.table import Table

from benchmarks.stage.judged_model import trained
from benchmarks.stage.judged_world import judged_world, together
from benchmarks.stage.lending_profit import Earned, by_limit, earned, pack_at, seen_of
from benchmarks.stage.observed_limit import observed_chance
from models.assessment import assess
from simulator.scenario import size_of
from training.metrics import log_odds
from training.recipe import read_recipe

RECIPE = Path(__file__).resolve().parent.parent / "recipes" / "default.toml"
"""Its first event is default."""
LEAST_SHARE = 0.90


@dataclass(frozen=True)
class Compared:
    """Policies at one rate of the market."""

    rate: float
    champion: Earned
    observed: Earned
    truth: Earned

    @property
    def share(self) -> float:
        """Profit with the champion's probabilities over that with ``PD_obs``."""
        return self.champion.profit_minor / self.observed.profit_minor


def main(
    seed: Annotated[int, typer.Option(min=0, help="of the first world")] = 1,
    worlds: Annotated[int, typer.Option(min=2, help="worlds whose financings are pooled")] = 4,
    size: Annotated[str, typer.Option(help="of a world: ci or bench; others end too soon")] = "ci",
    rates: Annotated[str, typer.Option(help="rates of the market, for a year")] = "0.06,0.08,0.10",
    as_json: Annotated[bool, typer.Option("--json", help="print JSON for a program")] = False,
) -> None:
    """Train on earlier financings, then lend to later ones through rules, terms and decision."""
    what = read_recipe(RECIPE)
    event = what.events[0]
    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("worlds", total=None)

        def update(text: str, done: int, steps: int) -> None:
            bar.update(task, description=text, completed=done, total=steps)

        each = [judged_world(size_of(size), one, what, event) for one in range(seed, seed + worlds)]
        world = together(each)
        with TemporaryDirectory() as folder:
            model = trained(world, event, Path(folder), update)
        update("PD_obs", 0, 1)
        limit = observed_chance(world.contest.known.rows, world.chance, world.folds)
        update("circumstances", 0, 1)
        seen = [one for part in each for one in seen_of(part)]
    ours = list(assess(model.bundle, world.contest.known.rows[world.judged]))
    causes = world.causes[world.judged]
    views = {
        "champion": ours,
        "observed": by_limit(ours, log_odds(limit[world.judged])),
        "truth": by_limit(ours, log_odds(np.clip(world.chance[world.judged], 1e-6, 1 - 1e-6))),
    }
    found = [
        Compared(
            rate,
            **{
                name: earned(view, seen, event, pack_at(rate), causes)
                for name, view in views.items()
            },
        )
        for rate in map(float, rates.split(","))
    ]
    if as_json:
        told = [asdict(one) | {"share": one.share} for one in found]
        typer.echo(json.dumps({"benchmark": "profit", "requests": len(seen), "found": told}))
    else:
        _show(found, len(seen))


def _show(found: list[Compared], requests: int) -> None:
    table = Table(
        "market's rate",
        "decided by",
        "approved",
        "lost of what is lent",
        "profit",
        "over that of PD_obs",
        title=f"profit of lending to {requests:,} later requests, by their true chances",
        title_justify="left",
    )
    for one in found:
        for name, by in (("ours", one.champion), ("PD_obs", one.observed), ("truth", one.truth)):
            share = by.profit_minor / one.observed.profit_minor
            asked = f" (asked for: >= {LEAST_SHARE})" if name == "ours" else ""
            table.add_row(
                f"{one.rate:.1%}" if name == "ours" else "",
                name,
                f"{by.approved_share:.1%}",
                f"{by.loss_share:.2%}",
                f"{by.profit_minor / 100:,.0f}",
                f"{share:.3f}{asked}",
            )
    Console(highlight=False).print(table)


if __name__ == "__main__":
    typer.run(main)
