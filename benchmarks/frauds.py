"""Planted frauds among the requests that the fraud screen puts first."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.stage.alerts import NOT_YET, SEEN_BEFORE, Caught, caught
from benchmarks.stage.screened_world import Screened, screened_world
from lending.pack import load_pack
from lending.policy.tables import PolicyPack
from simulator.scenario import size_of

ALERTS, LEAST_RECALL = 0.01, 0.60
MARKS = {"F1": "K24.check", "F2": "K24"}


def main(
    seed: Annotated[int, typer.Option(min=0, help="of the first world")] = 1,
    worlds: Annotated[int, typer.Option(min=1, help="worlds whose requests are pooled")] = 4,
    size: Annotated[str, typer.Option(help="of a world: ci or bench; others end too soon")] = "ci",
    scenario: Annotated[str, typer.Option(help="full_view: every source tells")] = "baseline",
    as_json: Annotated[bool, typer.Option("--json", help="print JSON for a program")] = False,
) -> None:
    """Screen what each world asks for after its first years, and look who comes first."""
    policy = load_pack().policy
    console = Console(stderr=True)
    every = [
        one
        for at in track(range(seed, seed + worlds), "worlds", console=console, transient=True)
        for one in screened_world(scenario, size_of(size), at, policy)
    ]
    frauds = [one.fraud for one in every]
    found = caught([one.score for one in every], frauds, ALERTS)
    bare = caught([one.without_round for one in every], frauds, ALERTS)
    by_tier = {
        tier: caught_in(every, found_at(every), tier)
        for tier in sorted({o.tier for o in every if o.fraud in SEEN_BEFORE})
    }
    marks = [at_mark(every, mark, _least(policy, case)) for mark, case in MARKS.items()]
    if as_json:
        told = {
            "benchmark": "fraud",
            "requests": len(every),
            "recall": found.recall(*SEEN_BEFORE),
            "recall_without_round_amounts": bare.recall(*SEEN_BEFORE),
            "precision": found.precision,
            "found": asdict(found),
            "recall_by_tier": by_tier,
            "marks": [asdict(one) for one in marks],
            "not_yet": NOT_YET,
        }
        typer.echo(json.dumps(told))
    else:
        _show(found, bare, by_tier, marks, len(every))


@dataclass(frozen=True)
class AtMark:
    """What lies at a mark of the policy or above.

    Attributes
    ----------
    mark : str
        F1 or F2.
    least : float
        Its score.
    share : float
        Of all requests.
    frauds : int
        How many of them are frauds, of any kind.
    recall : float
        Of the frauds that may leave evidence.
    """

    mark: str
    least: float
    share: float
    frauds: int
    recall: float


def at_mark(every: Sequence[Screened], mark: str, least: float) -> AtMark:
    """Requests with this score or more."""
    there = [one for one in every if one.score >= least]
    planted = sum(one.fraud in SEEN_BEFORE for one in every)
    seen = sum(one.fraud in SEEN_BEFORE for one in there)
    return AtMark(
        mark,
        least,
        len(there) / len(every),
        sum(one.fraud != "none" for one in there),
        seen / planted if planted else float("nan"),
    )


def _least(policy: PolicyPack, case: str) -> float:
    """The score from which a rule K24 of the policy fires."""
    (rule,) = (rule for rule in policy.rules if rule.name == case)
    return float(rule.parameters["least_score"])


def found_at(every: Sequence[Screened]) -> float:
    """The lowest score of an alert."""
    scores = sorted((one.score for one in every), reverse=True)
    return scores[int(ALERTS * len(every))]


def caught_in(every: Sequence[Screened], least: float, tier: int) -> float:
    """Recall among requests of one data tier, at the lowest score of an alert."""
    those = [one for one in every if one.tier == tier and one.fraud in SEEN_BEFORE]
    return sum(one.score > least for one in those) / len(those)


def _show(
    found: Caught,
    bare: Caught,
    by_tier: dict[int, float],
    marks: Sequence[AtMark],
    requests: int,
) -> None:
    table = Table(
        "fraud",
        "planted",
        "among the alerts",
        "recall",
        "without round amounts",
        title=f"{ALERTS:.0%} alerts on {requests:,} requests",
        title_justify="left",
    )
    for kind in SEEN_BEFORE:
        table.add_row(
            kind,
            str(found.count.get(kind, 0)),
            f"{found.caught.get(kind, 0.0):.1f}",
            f"{found.recall(kind):.0%}",
            f"{bare.recall(kind):.0%}",
        )
    table.add_section()
    table.add_row(
        f"these (asked for: >= {LEAST_RECALL:.0%})",
        str(sum(found.count.get(kind, 0) for kind in SEEN_BEFORE)),
        f"{sum(found.caught.get(kind, 0.0) for kind in SEEN_BEFORE):.1f}",
        f"{found.recall(*SEEN_BEFORE):.0%}",
        f"{bare.recall(*SEEN_BEFORE):.0%}",
    )
    table.add_section()
    for kind, why in NOT_YET.items():
        table.add_row(
            f"{kind}: {why}",
            str(found.count.get(kind, 0)),
            f"{found.caught.get(kind, 0.0):.1f}",
            "not yet seen",
            "",
        )
    out = Console(highlight=False)
    out.print(table)
    out.print(
        f"precision {found.precision:.0%} (without round amounts {bare.precision:.0%}); recall by "
        "data tier " + ", ".join(f"T{tier} {share:.0%}" for tier, share in by_tier.items())
    )
    for one in marks:
        out.print(
            f"from {one.mark} ({one.least:g}) on: {one.share:.2%} of the requests, {one.frauds} of "
            f"them frauds, recall {one.recall:.0%}"
        )


if __name__ == "__main__":
    typer.run(main)
