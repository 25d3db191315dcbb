"""Watch a model: what drifted month by month, what came of it, and what is to be done.

``python -m training.monitor --db URL --bundle FOLDER --out FOLDER [--from 2026-01 --to 2026-06]``
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from sqlalchemy import Engine

from ledger.database import open_database, reading, require_current
from ledger.faults import Fault
from ledger.principals import DEFAULT_TENANT
from ledger.tenants import book
from models.bundle import Bundle, load
from scoring.gather import Gathered, gather
from scoring.model_registry import load_holder
from scoring.path import relations_for, with_sources
from training.default_examples import with_lending
from training.monitor.alert_rules import read_rules
from training.monitor.given_overrides import departures
from training.monitor.given_scores import given_scores
from training.monitor.monitor_words import words_of
from training.monitor.spans import months_to_watch
from training.monitor.watch_files import require_folder, write_watch
from training.monitor.watched_months import Watch, watched
from training.printed import bar, console

DUE = 1
"""Status where the model has to be trained again."""


class NoBundleNamed(Fault):
    """Neither a bundle nor the folder in which the champion's lies."""

    code = "no-bundle-named"


def main(  # noqa: PLR0917 - the options of a command
    db: Annotated[str, typer.Option(help="URL of the ledger", envvar="TRICREDIT_DB")],
    out: Annotated[Path, typer.Option(help="folder for pages, figures and gauges")],
    bundle: Annotated[
        str | None, typer.Option(help="folder or URL of the bundle; else the champion's")
    ] = None,
    bundles: Annotated[
        str | None,
        typer.Option(
            help="folder or URL in which the champion's bundle lies", envvar="TRICREDIT_BUNDLES"
        ),
    ] = None,
    trust: Annotated[
        Path | None,
        typer.Option(
            help="public key, or folder of those, that may sign; else the local one",
            envvar="TRICREDIT_TRUST",
        ),
    ] = None,
    since: Annotated[
        str | None, typer.Option("--from", help="first month (YYYY-MM); else that after the cut")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--to", help="last month; else the last that is over")
    ] = None,
    rules: Annotated[
        Path | None, typer.Option(help="thresholds, a TOML file; else those of the project")
    ] = None,
    tenant: Annotated[str, typer.Option(help="whose book: key of the lender")] = DEFAULT_TENANT,
) -> None:
    """Watch a bundle as it ages. Status 1: it has to be trained again. 2: wrong use."""
    screen = console()
    try:
        thresholds = read_rules(rules)
        engine = open_database(db)
        require_current(engine)
        model = _model(engine, tenant, bundle, bundles, trust)
        with bar(screen) as progress:
            gathered = _gathered(engine, tenant, model)
            months = months_to_watch(gathered, model, since, until)
            require_folder(out)
            given = given_scores(engine, gathered.book, model)
            people = departures(engine, gathered.book, model)
            found = watched(Watch(gathered, model, given, thresholds, progress, people), months)
            progress("pages", 0, 1)
            paths = write_watch(out, found)
    except Fault as fault:
        told = f"[red]{fault.code}[/]: {escape(fault.message)}\n  {escape(fault.remedy)}"
        screen.print(told, highlight=False, soft_wrap=True)
        raise typer.Exit(2) from fault
    _show(screen, found)
    for path in paths:
        typer.echo(path)
    if found["retraining"]["due"]:
        raise typer.Exit(DUE)


def _model(
    engine: Engine, tenant: str, bundle: str | None, bundles: str | None, trust: Path | None
) -> Bundle:
    if bundle is not None:
        return load(bundle, trust)
    if bundles is None:
        raise NoBundleNamed(
            "no bundle is named, nor where the champion's lies",
            field="bundle",
            remedy="name --bundle FOLDER, or --bundles FOLDER to watch the champion",
        )
    return load_holder(engine, tenant, "champion", bundles, trust=trust)


def _gathered(engine: Engine, tenant: str, bundle: Bundle) -> Gathered:
    """The whole book, as far as the bundle and outcomes need it."""
    with reading(engine) as connection:
        at_head = book(connection, tenant)
    relations = with_sources(relations_for(bundle))
    gathered = gather(engine, at_head, at_head.last_seq, relations=relations)
    return with_lending(engine, gathered)


def _show(screen: Console, found: dict[str, Any]) -> None:
    words = words_of("en")
    first, last = found["months"]
    screen.print(f"[bold]{found['bundle']}[/]: {found['event']['en']}; {first} to {last}")
    table = Table("month", "requests", "drift of the score", "expected", "observed / forecast", "")
    for month in found["by_month"]:
        table.add_row(*_row(month))
    screen.print(table)
    for alert in found["alerts"]:
        colour = "red" if alert["level"] == "red" else "yellow"
        what = words[f"alert_{alert['code']}"].format(**alert)
        todo = words[f"do_{alert['code']}"]
        screen.print(
            f"[{colour}]{alert['level']}[/] {alert['month']} {escape(what)}: {todo}",
            highlight=False,
            soft_wrap=True,
        )
    if found["retraining"]["due"]:
        due = words["due"].format(**found["rules"]["retraining"])
        screen.print(f"[red]{due}[/]", soft_wrap=True)


def _row(month: dict[str, Any]) -> tuple[str, ...]:
    score, expected, known = month["score"], month["expected"], month["so_far"]
    return (
        month["month"],
        f"{month['requests']:,}",
        "-" if score is None else f"{score['psi']:.3f}",
        "-" if expected is None else f"{expected['rate']['value']:.2%}",
        f"{known['events']} / {known['expected']:.1f} ({known['open']:,} open)",
        month["level"],
    )
