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
from rich.table import Column, Table

from benchmarks.stage.judged_model import trained
from benchmarks.stage.judged_world import judged_world, together
from benchmarks.stage.lending_profit import (
    Earned,
    Share,
    by_limit,
    lend,
    pack_at,
    seen_of,
    share_of,
    undoubted,
)
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
    """Policies at one rate of the market.

    Attributes
    ----------
    champion, observed, truth : Earned
        By the champion's probabilities, by ``PD_obs`` and by the truth, none of them doubted.
    with_doubt : Earned
        By the champion's, and nothing lent where its interval sends a request to a person.
    share, share_with_doubt : Share
        Of the profit with ``PD_obs``.
    """

    rate: float
    champion: Earned
    with_doubt: Earned
    observed: Earned
    truth: Earned
    share: Share
    share_with_doubt: Share


@dataclass(frozen=True)
class Level:
    """Mean probability of the later requests: true, as the champion says, and of ``PD_obs``."""

    truth: float
    champion: float
    observed: float


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
    chance, limited = world.chance[world.judged], limit[world.judged]
    views = {
        "champion": undoubted(ours),
        "with_doubt": ours,
        "observed": by_limit(ours, log_odds(limited)),
        "truth": by_limit(ours, log_odds(np.clip(chance, 1e-6, 1 - 1e-6))),
    }
    suppliers = [world.suppliers[at] for at in world.judged.tolist()]
    found = []
    for rate in map(float, rates.split(",")):
        lent = {
            name: lend(view, seen, event, pack_at(rate), world.causes[world.judged])
            for name, view in views.items()
        }
        observed = lent["observed"]
        found.append(
            Compared(
                rate=rate,
                champion=lent["champion"].earned,
                with_doubt=lent["with_doubt"].earned,
                observed=observed.earned,
                truth=lent["truth"].earned,
                share=share_of(suppliers, lent["champion"], observed),
                share_with_doubt=share_of(suppliers, lent["with_doubt"], observed),
            )
        )
    level = Level(*(float(np.mean(of)) for of in (chance, [a.probability for a in ours], limited)))
    if as_json:
        told = {"requests": len(seen), "level": asdict(level), "found": [asdict(a) for a in found]}
        typer.echo(json.dumps({"benchmark": "profit", **told}))
    else:
        _show(found, level, len(seen))


def _show(found: list[Compared], level: Level, requests: int) -> None:
    screen = Console(highlight=False)
    table = Table(
        "market",
        "decided by",
        "approved",
        "doubted",
        "lost",
        Column("profit", no_wrap=True),
        "of PD_obs's",
        Column("95 %", no_wrap=True),
        title=f"profit of lending to {requests:,} later requests, by their true chances",
        caption=f"asked for: {LEAST_SHARE} of the profit with PD_obs",
        title_justify="left",
    )
    for one in found:
        for name, by, share in (
            ("ours", one.champion, one.share),
            ("ours, doubted", one.with_doubt, one.share_with_doubt),
            ("PD_obs", one.observed, None),
            ("truth", one.truth, None),
        ):
            table.add_row(
                f"{one.rate:.1%}" if by is one.champion else "",
                name,
                f"{by.approved_share:.1%}",
                f"{by.doubted_share:.1%}",
                f"{by.loss_share:.2%}",
                f"{by.profit_minor / 100:,.0f}",
                f"{by.profit_minor / one.observed.profit_minor:.3f}",
                f"{share.low:.3f} to {share.high:.3f}" if share else "",
            )
    screen.print(table)
    screen.print(
        f"Mean probability: true {level.truth:.2%}, ours {level.champion:.2%}, "
        f"PD_obs {level.observed:.2%}."
    )


if __name__ == "__main__":
    typer.run(main)
