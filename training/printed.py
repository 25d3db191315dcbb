"""What a training run shows: a bar while it works, tables when it is done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.panel import Panel
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

import features.pipeline
from training.at_once import ROUNDS

SHOWN = ("champion", "unconstrained", "additive_only")
"""Models that every report has; further ones follow."""

NAMED = 5
"""Columns that are named where there may be many; the JSON file has all."""

NO_MODELS = (
    *("n", "events", "level", "cross_share_median", "against"),
    *("differences", "costs", "described"),
)


def console() -> Console:
    """Where a run writes for people; figures for programs go to the JSON file."""
    return Console(stderr=True)


@contextmanager
def bar(screen: Console) -> Iterator[features.pipeline.Progress]:
    """Show what is being done and for how long, and of a booster its rounds."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description:<32}"),
        BarColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[rounds]}"),
    )
    with Progress(*columns, console=screen, transient=True) as progress:
        task = progress.add_task("reading the ledger", total=None, rounds="")

        def update(what: str, done: int, steps: int) -> None:
            if what == ROUNDS:
                progress.update(task, rounds=f"round {done} of {steps}")
            else:
                progress.update(task, description=what, completed=done, total=steps, rounds="")

        yield update


def show(screen: Console, report: dict[str, Any]) -> None:
    """Print the figures of a report."""
    screen.print(f"[bold]{report['bundle']}[/]: {report['event']['en']}")
    screen.print(
        f"learned from {report['learned']['n']} {report['examples']}, "
        f"{report['learned']['events']} with "
        f"the event, known before {report['train_until']}; {report['features']} features; "
        f"{report['additive_rounds']} of {report['rounds']} rounds additive"
    )
    immature = [f"{n} to {what}" for what, n in report["immature"].items() if n]
    if immature:
        screen.print(f"left out, not old enough for an outcome: {', '.join(immature)}")
    if report["silent"]:
        names = list(report["silent"])
        more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
        screen.print(
            f"{len(names)} columns say nothing, missing or the same in all these rows: "
            f"{', '.join(names[:NAMED])}{more}"
        )
    screen.print(_dial(report))
    if report.get("rejects") is not None:
        screen.print(_rejects(report["rejects"]))
    if report["isotonic"] is not None:
        screen.print(_isotonic(report["isotonic"]))
    if "test" in report:
        screen.print(_figures(report["test"], report["examples"]))
        screen.print(_costs(report["test"]["costs"]))
        share = report["test"]["cross_share_median"]
        screen.print(f"cross block: median |cross| / |credits| {share:.3f} (target <= 0.20)")
        if "logistic" in report["test"]["described"]:
            card = report["test"]["described"]["logistic"]
            screen.print(Panel(card, title="scorecard", expand=False))
    if "validation" in report:
        screen.print(_validation(report["validation"]))
        screen.print(gate_table(report["gates"], report["bundle"]))


def gate_table(gates: Sequence[Mapping[str, Any]], bundle: str) -> Table:
    """Every gate with what was found and asked for."""
    failed = sum(not gate["passed"] for gate in gates)
    told = f"{failed} failed: it can't become champion" if failed else "all passed"
    table = Table("gate", "found", "asked for", "", title=f"gates of {bundle}: {told}")
    for gate in gates:
        mark = "[green]passed[/]" if gate["passed"] else "[red]failed[/]"
        shown = "not told" if gate["found"] is None else f"{gate['found']:.4g}"
        table.add_row(gate["name"], shown, gate["asked"], mark)
    return table


def _dial(report: dict[str, Any]) -> Table:
    table = Table("additive rounds", "log-loss", "over best", "standard error", title="dial")
    for setting in report["dial"]:
        mark = " *" if setting["additive_rounds"] == report["additive_rounds"] else ""
        table.add_row(
            f"{setting['additive_rounds']}{mark}",
            f"{setting['log_loss']:.5f}",
            f"{setting['over_best']:.5f}",
            f"{setting['error']:.5f}",
        )
    return table


def _isotonic(bend: dict[str, float]) -> str:
    return (
        "isotonic calibration, as a diagnostic only: Brier on rehearsals held out "
        f"{bend['brier_isotonic']:.5f} against {bend['brier_affine']:.5f} of the affine one; "
        f"mean distance {bend['distance']:.4f}"
    )


def _rejects(told: Mapping[str, Any]) -> str:
    """How requests that were turned down were accounted for."""
    if told["inference"] == "naive":
        return "requests turned down: not accounted for (naive)"
    by = told["inference"]
    return (
        f"requests turned down: by {by}; {told['accepted']} accepted, {told['explored']} of them "
        f"by lot ({told['explored_events']} in default), {told['declined']} declined, "
        f"{told['undecided']} neither; weights {told['least_weight']:.2f} to "
        f"{told['most_weight']:.2f}, {told['held']} held; as much as "
        f"{told['effective_rows']:.0f} equal rows with {told['effective_events']:.0f} events"
    )


def _figures(test: dict[str, Any], rows: str) -> Table:
    title = f"test period: {test['n']} {rows}, {test['events']} with the event"
    table = Table("", "AUC", "AP", "Brier", "log-loss", "slope", "intercept", title=title)
    for name in (*SHOWN, *(name for name in test if name not in (*SHOWN, *NO_MODELS))):
        table.add_row(name, *(f"{value:.4f}" for value in test[name].values()))
    return table


def _costs(costs: dict[str, Any]) -> Table:
    titles = ("difference", "AUC", "AP", "log-loss", "Brier")
    table = Table(*titles, title="what each constraint costs (95 %)")
    for name, by_measure in costs.items():
        cells = [
            f"{interval['difference']:+.4f} [{interval['low']:+.4f}, {interval['high']:+.4f}]"
            for interval in by_measure.values()
        ]
        table.add_row(name, *cells)
    return table


def _validation(found: dict[str, Any]) -> Table:
    """The measures that a reader asks for first, each with what it should be."""
    ranked, grades, proofs = found["ranking"], found["grades"], found["proofs"]
    low, high = ranked["auc_low"], ranked["auc_high"]
    moved = [name for name, one in found["drift"]["features"].items() if one["state"] == "alarm"]
    stable = found["months"]["stable_gini"]
    table = Table("validation", "found", "asked for", title="validation on the test period")
    table.add_row("AUC (95 %, DeLong)", f"{ranked['auc']:.4f} [{low:.4f}, {high:.4f}]", "")
    table.add_row("Gini", f"{ranked['gini']:.4f}", "")
    table.add_row("Gini less fall and unrest", "-" if stable is None else f"{stable:.4f}", "")
    table.add_row("KS", f"{ranked['ks']:.4f}", "")
    table.add_row("H-measure", f"{ranked['h_measure']:.4f}", "")
    if grades is not None:
        table.add_row("grades that hold", f"{grades['held_share']:.0%}", ">= 90 %")
        table.add_row("concentration of grades", f"{grades['concentration']:.3f}", "< 0.2")
    table.add_row("drift of the score (PSI)", f"{found['drift']['score']['psi']:.3f}", "< 0.1")
    table.add_row("inputs with a drift of 0.25 or more", f"{len(moved)}", "0")
    for one in found["credits"][:-1]:
        less = one["below_all"]
        told = f"{less['difference']:+.4f} [{less['low']:+.4f}, {less['high']:+.4f}]"
        table.add_row(f"AUC with {' and '.join(one['credits'])} alone, less all", told, "")
    table.add_row("AUC of shuffled outcomes", f"{found['shuffled']['auc']:.4f}", "0.5")
    tried = f"{proofs['features']} features at {proofs['values']} values"
    told = ", ".join(proofs["wrong"]) or f"none ({tried})"
    table.add_row("features against their direction", told, "none")
    table.add_row("parts from LightGBM's own sum", f"{proofs['apart']:.1e}", "<= 1e-9")
    return table
