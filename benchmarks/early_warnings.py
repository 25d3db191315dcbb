"""Early warnings against defaults, month by month, in made-up worlds in stress and in usual times.

A buyer defaults where its credit brings a financing of ours 90 days past due; of suppliers every
other default counts. A default is preceded where a warning was in force on one of the monthly days
from half a year to a month before it. A party's warned month is a false alarm where no default of
it comes in the next half-year. Thresholds were set on worlds 101-112; those judged here are others.

    python -m benchmarks.early_warnings [--json] [--seeds 12] [--first 201] [--size ci]
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from math import isnan

from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.stage.warned_world import Watched, warned_world
from lending.portfolio.portfolio_rules import load_portfolio_rules
from simulator.chances import DEFAULT_DAYS
from simulator.scenario import size_of

GATE = 0.5
SCENARIOS = ("stress", "baseline")
ROLES = ("buyer", "supplier")
ANY = "any"
TITLES = {
    "defaults": "defaults",
    "before_default": "a month before",
    "others": "others then",
    "in_stress": "in the stress",
    "before_due": "before due",
    "before_stop": "before stop",
    "warned_share": "months warned",
    "false_alarm_share": "false",
    "lift": "lift",
}


def report(worlds: Sequence[Watched]) -> dict[str, dict[str, float]]:
    """Figures by kind of warning, and of any: see `figures`."""
    kinds = sorted({kind for world in worlds for kind in world.warned})
    return {ANY: figures(worlds), **{kind: figures(worlds, kind) for kind in kinds}}


def figures(worlds: Sequence[Watched], kind: str | None = None) -> dict[str, float]:
    """Shares of defaults that were preceded, and of warned months that were false alarms.

    Returns
    -------
    dict of str to float
        ``defaults`` that could be preceded. Shares with a warning a month before:
        ``before_default``; ``others``, of other parties with money out in the same months, which
        is what warning at random would reach; ``in_stress``, of those that stopped in the stress;
        ``before_due``, of the payment that was missed; ``before_stop``, of the day from which the
        buyer paid nothing, which nobody can see. ``warned_share`` of the months of parties with
        money out, ``false_alarm_share`` of these, and ``lift``: how many times as often as after
        any month a default comes after a warned one. NaN where there is nothing to share.
    """
    found = {
        "before_default": [
            world.preceded(world.of(kind), one.party, one.defaulted)
            for world in worlds
            for one in world.defaults
            if world.judges(one.defaulted)
        ],
        "others": [
            world.preceded(world.of(kind), other, one.defaulted)
            for world in worlds
            for one in world.defaults
            if world.judges(one.defaulted)
            for other in world.others(one.party)
        ],
        "in_stress": [
            world.preceded(world.of(kind), one.party, one.defaulted)
            for world in worlds
            for one in world.defaults
            if world.judges(one.defaulted) and world.stress_from <= one.stopped <= one.due
        ],
        "before_due": [
            world.preceded(world.of(kind), one.party, one.due)
            for world in worlds
            for one in world.defaults
            if world.judges(one.due)
        ],
        "before_stop": [
            world.preceded(world.of(kind), one.party, one.stopped)
            for world in worlds
            for one in world.defaults
            if world.judges(one.stopped)
        ],
    }
    shares = {name: _share(sum(hits), len(hits)) for name, hits in found.items()}
    return {"defaults": len(found["before_default"]), **shares, **_alarms(worlds, kind)}


def _alarms(worlds: Sequence[Watched], kind: str | None) -> dict[str, float]:
    """Of the months of parties with money out: warned, falsely, and against the others."""
    months = [
        ((party, day) in warned, world.followed(party, day))
        for world in worlds
        for warned in [world.of(kind)]
        for party, day in world.exposed
        # what would mature after the last day isn't all lent yet
        if day <= world.days[-1] - DEFAULT_DAYS
    ]
    warned = [bad for said, bad in months if said]
    usual = _share(sum(bad for _, bad in months), len(months))
    right = _share(sum(warned), len(warned))
    return {
        "warned_share": _share(len(warned), len(months)),
        "false_alarm_share": 1 - right,
        "lift": right / usual if usual > 0 else float("nan"),
    }


def _share(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--seeds", type=int, default=12)
    parser.add_argument("--first", type=int, default=201)
    parser.add_argument("--size", default="ci")
    given = parser.parse_args()
    rules, size = load_portfolio_rules().warnings, size_of(given.size)
    seeds = range(given.first, given.first + given.seeds)
    screen = Console(stderr=True)
    worlds = {
        scenario: [
            warned_world(size, seed, rules, scenario=scenario)
            for seed in track(seeds, scenario, console=screen, transient=True)
        ]
        for scenario in SCENARIOS
    }
    found = {
        f"{scenario}, {role}s": report([world[role] for world in worlds[scenario]])
        for scenario in SCENARIOS
        for role in ROLES
    }
    if given.json:
        print(json.dumps(found, indent=1))
        return
    for name, kinds in found.items():
        table = Table("", *TITLES.values(), title=name, title_justify="left")
        for kind, told in kinds.items():
            table.add_row(kind, *(_written(column, told[column]) for column in TITLES))
        Console(width=130).print(table)
    reached = found["stress, buyers"][ANY]["before_default"]
    print(f"stress: {reached:.0%} of buyer defaults warned of a month before; {GATE:.0%} is asked")


def _written(column: str, value: float) -> str:
    if isnan(value):
        return "-"
    if column == "defaults":
        return f"{value:,.0f}"
    return f"{value:.1f} x" if column == "lift" else f"{value:.0%}"


if __name__ == "__main__":
    main()
