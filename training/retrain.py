"""Retrain: from a ledger to a bundle, with the figures that say what it is worth.

``python -m training.retrain RECIPE --db URL --out FOLDER [--train-until DATE --test-until DATE]``
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from sqlalchemy import Engine

from features.pipeline import Progress, silent
from ledger.clocks import from_day_number, start_of_day, to_day_number
from ledger.database import open_database, reading, require_current
from ledger.faults import Fault
from ledger.principals import OWNER
from ledger.tenants import book
from models.bundle import load
from models.event import Event
from scoring.gather import Gathered, gather
from training.champion import Champion, fit_champion, save_champion
from training.contest import Contest, hold
from training.examples import Examples, examples, labels, last_day
from training.fitting import Fitter
from training.printed import bar, console, show
from training.recipe import Recipe, read_recipe
from training.rehearsal import both_outcomes, folds, months_before

THREADS = 2


class TooLittleToLearn(Fault):
    """A training period without both outcomes, or without any settled one."""

    code = "too-little-to-learn"


@dataclass(frozen=True)
class Periods:
    """What is learned from and what is tested on.

    Attributes
    ----------
    cut : date
        Nothing known on this day or later is learned from; examples before it.
    test_until : date or None
        The test period is from ``cut`` to before this day; None where there is no test.
    """

    cut: date
    test_until: date | None

    @classmethod
    def last_months(cls, today: date, months: int) -> Periods:
        """Test on the last months before today, learn from what was before them."""
        return cls(months_before(today, months), today)


def read_book(engine: Engine) -> Gathered:
    """Read the whole book of the owner's tenant, up to its head."""
    require_current(engine)
    with reading(engine) as connection:
        at_head = book(connection, OWNER.tenant)
    return gather(engine, at_head, at_head.last_seq)


def retrain(
    gathered: Gathered,
    recipe: Recipe,
    out: Path,
    periods: Periods,
    *,
    threads: int = THREADS,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Train one bundle per event of the recipe.

    Returns
    -------
    dict
        The report of the first event, and those of the others under ``others``; each with the
        bundle's folder, the dial, the calibration and, where there is a test period, ``test``.

    Raises
    ------
    TooLittleToLearn
        Where the training period has no settled outcome of either kind.
    """
    known = examples(gathered, recipe.feature_names, threads=threads, progress=progress)
    reports = [
        _train(gathered, known, recipe, event, out, periods, threads, progress)
        for event in recipe.events
    ]
    return {**reports[0], "others": reports[1:]}


def _train(
    gathered: Gathered,
    known: Examples,
    recipe: Recipe,
    event: Event,
    out: Path,
    periods: Periods,
    threads: int,
    progress: Progress,
) -> dict[str, Any]:
    """Train, test and save the bundle of one event."""
    contest = _contest(gathered, known, recipe, event, periods)
    fitter = Fitter(recipe.feature_names, recipe.trees, recipe.seed, threads)
    champion = fit_champion(fitter, known, contest.rehearsed, contest.learn, progress)
    report = _report(recipe, event, periods, contest, champion)
    cut = start_of_day(periods.cut, gathered.book.tz)
    folder = save_champion(out, champion, recipe, event, cut, {})
    if periods.test_until is not None:
        report["test"] = hold(load(folder), fitter, contest, recipe, progress)
        report["test"]["until"] = periods.test_until.isoformat()
    return {"bundle": folder.name, "folder": str(folder), **report}


def _contest(
    gathered: Gathered, known: Examples, recipe: Recipe, event: Event, periods: Periods
) -> Contest:
    cut = to_day_number(periods.cut)
    then = labels(gathered, known, event, cut)
    learn = np.flatnonzero(then.known & (known.day < cut))
    if not both_outcomes(then.event[learn]):
        raise TooLittleToLearn(
            f"of {len(learn)} receivables settled before {periods.cut}, not both outcomes of "
            f"{event.name} are there",
            field="train_until",
            remedy="choose a later --train-until, or load more history",
        )
    test = np.flatnonzero(np.zeros(len(known.day), dtype=bool))
    finally_known = labels(gathered, known, event, last_day(gathered))
    if periods.test_until is not None:
        until = to_day_number(periods.test_until)
        test = np.flatnonzero(finally_known.known & (known.day >= cut) & (known.day < until))
        if not both_outcomes(finally_known.event[test]):
            raise TooLittleToLearn(
                f"of {len(test)} receivables from {periods.cut} to {periods.test_until}, not both "
                f"outcomes of {event.name} are there",
                field="test_until",
                remedy="choose a longer test period, or load its payments",
            )
    return Contest(
        learn=(known.rows[learn], then.event[learn]),
        test=(known.rows[test], finally_known.event[test]),
        rehearsed=folds(gathered, known, event, periods.cut, recipe.folds),
        every=known.rows,
    )


def _report(
    recipe: Recipe, event: Event, periods: Periods, contest: Contest, champion: Champion
) -> dict[str, Any]:
    return {
        "recipe": recipe.name,
        "event": event.model_dump(mode="json"),
        "train_until": periods.cut.isoformat(),
        "learned": {"n": len(contest.learn[1]), "events": int(contest.learn[1].sum())},
        "features": len(recipe.feature_names),
        "rounds": recipe.trees.rounds,
        "additive_rounds": champion.turned.additive_rounds,
        "dial": [asdict(setting) for setting in champion.turned.settings],
        "calibration": asdict(champion.calibration),
    }


def main(
    recipe: Annotated[Path, typer.Argument(help="the recipe, a TOML file")],
    db: Annotated[str, typer.Option(help="URL of the ledger")],
    out: Annotated[Path, typer.Option(help="folder for the bundles")],
    train_until: Annotated[
        str | None, typer.Option(help="first day not learned from (YYYY-MM-DD); without it all")
    ] = None,
    test_until: Annotated[
        str | None, typer.Option(help="first day after the test period, which begins at the cut")
    ] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="write the figures to this file")
    ] = None,
) -> None:
    """Train the bundles of a recipe from a ledger, and print what they are worth."""
    screen = console()
    try:
        with bar(screen) as progress:
            report = _run(recipe, db, out, train_until, test_until, progress)
    except Fault as fault:
        screen.print(f"[red]{fault.code}[/]: {fault.message}", highlight=False)
        screen.print(f"  {fault.remedy}", highlight=False)
        raise typer.Exit(2) from fault
    for each in (report, *report["others"]):
        show(screen, each)
    if json_file is not None:
        json_file.write_text(json.dumps(report, indent=1) + "\n")
    for each in (report, *report["others"]):
        typer.echo(each["folder"])


def _run(
    recipe_file: Path,
    db: str,
    out: Path,
    train_until: str | None,
    test_until: str | None,
    progress: Progress,
) -> dict[str, Any]:
    recipe = read_recipe(recipe_file)
    gathered = read_book(open_database(db))
    cut = _day(train_until, "train_until") or from_day_number(last_day(gathered))
    periods = Periods(cut, _day(test_until, "test_until"))
    return retrain(gathered, recipe, out, periods, progress=progress)


class WrongDay(Fault):
    """A day that isn't written YYYY-MM-DD."""

    code = "wrong-day"


def _day(text: str | None, field: str) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as error:
        raise WrongDay(
            f"{text!r} is not a day", field=field, remedy="write it as 2021-01-31"
        ) from error


if __name__ == "__main__":
    typer.run(main)
