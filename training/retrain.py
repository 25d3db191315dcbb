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
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from rich.markup import escape
from sqlalchemy import Engine

from features.pipeline import Progress, silent
from ledger.audit.signing_keys import load_private
from ledger.clocks import from_day_number, start_of_day, to_day_number
from ledger.database import open_database, reading, require_current
from ledger.faults import Fault
from ledger.principals import OWNER
from ledger.tenants import book
from models.bundle import load
from models.event import Event
from models.signing import public_of, signing_key
from scoring.gather import Gathered, gather
from training.champion import Champion, fit_champion, save_champion
from training.contest import Contest, hold
from training.examples import Examples, Flags, examples, labels, last_day
from training.fitting import Fitter
from training.printed import bar, console, show
from training.recipe import Recipe, read_recipe
from training.rehearsal import both_outcomes, folds, months_before

THREADS = 1
"""LightGBM's threads wait for each other: on a busy machine two took more than twice as long as
one. The trees are the same."""


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


@dataclass(frozen=True)
class Run:
    """A training run: the facts, the recipe and the periods.

    Attributes
    ----------
    gathered : Gathered
        The whole book.
    recipe : Recipe
    periods : Periods
    known : Examples
        Every receivable, described.
    threads : int
    key : Ed25519PrivateKey or None
        Who signs the bundles; None for the local key.
    version : int or None
        Their number; None for the next.
    """

    gathered: Gathered
    recipe: Recipe
    periods: Periods
    known: Examples
    threads: int
    key: Ed25519PrivateKey | None = None
    version: int | None = None


def retrain(
    gathered: Gathered,
    recipe: Recipe,
    out: Path,
    periods: Periods,
    *,
    threads: int = THREADS,
    key: Ed25519PrivateKey | None = None,
    version: int | None = None,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Train one bundle per event of the recipe.

    Parameters
    ----------
    key, version
        As in ``models.bundle.save``.

    Returns
    -------
    dict
        The report of the first event, and those of the others under ``others``; each with the
        bundle's folder, the dial, the calibration and, where there is a test period, ``test``.

    Raises
    ------
    TooLittleToLearn
        Where a period has not both outcomes.
    """
    known = examples(gathered, recipe.feature_names, threads=threads, progress=progress)
    run = Run(gathered, recipe, periods, known, threads, key, version)
    reports = [_train(run, event, out, progress) for event in recipe.events]
    return {**reports[0], "others": reports[1:]}


def _train(run: Run, event: Event, out: Path, progress: Progress) -> dict[str, Any]:
    """Train, test and save the bundle of one event."""
    recipe, periods = run.recipe, run.periods
    contest = _contest(run, event)
    fitter = Fitter(recipe.feature_names, recipe.trees, recipe.seed, run.threads)
    champion = fit_champion(fitter, run.known, contest.rehearsed, contest.learn, progress)
    report = _report(run, event, contest, champion)
    tz = run.gathered.book.tz
    key = run.key or signing_key(out)
    folder = save_champion(
        out,
        champion,
        recipe,
        event,
        start_of_day(periods.cut, tz),
        trained_from=start_of_day(from_day_number(contest.first_day), tz),
        key=key,
        version=run.version,
    )
    if periods.test_until is not None:
        saved = load(folder, public_of(key))
        report["test"] = hold(saved, fitter, contest, recipe, progress)
    return {"bundle": folder.name, "folder": str(folder), **report}


def _contest(run: Run, event: Event) -> Contest:
    """Pick the rows to learn from and to test on."""
    gathered, known, periods = run.gathered, run.known, run.periods
    cut = to_day_number(periods.cut)
    then = labels(gathered, known, event, cut)
    learn = np.flatnonzero(then.known & (known.day < cut))
    _require_both(then.event[learn], "train_until", f"settled before {periods.cut}")
    in_the_end = labels(gathered, known, event, last_day(gathered))
    test = learn[:0]
    if periods.test_until is not None:
        until = to_day_number(periods.test_until)
        test = np.flatnonzero(in_the_end.known & (known.day >= cut) & (known.day < until))
        _require_both(
            in_the_end.event[test], "test_until", f"from {periods.cut} to {periods.test_until}"
        )
    rehearsed = folds(gathered, known, event, periods.cut, run.recipe.folds)
    if not rehearsed:
        raise TooLittleToLearn(
            f"no rehearsal before {periods.cut} has both outcomes to learn from and to predict",
            field="train_until",
            remedy="choose a later day, or shorten the folds of the recipe",
        )
    return Contest(
        learn=(known.rows[learn], then.event[learn]),
        test=(known.rows[test], in_the_end.event[test]),
        rehearsed=rehearsed,
        every=known.rows,
        first_day=int(known.day[learn].min()),
    )


def _require_both(event: Flags, field: str, which: str) -> None:
    """Refuse a period in which the event happened to none or to all."""
    if not both_outcomes(event):
        raise TooLittleToLearn(
            f"{len(event)} receivables {which} have a settled outcome, and it is the same for all",
            field=field,
            remedy="choose other dates, or load more receivables with their payments",
        )


def _report(run: Run, event: Event, contest: Contest, champion: Champion) -> dict[str, Any]:
    until = run.periods.test_until
    return {
        "recipe": run.recipe.name,
        "event": event.model_dump(mode="json"),
        "train_until": run.periods.cut.isoformat(),
        "test_until": None if until is None else until.isoformat(),
        "learned": {"n": len(contest.learn[1]), "events": int(contest.learn[1].sum())},
        "features": len(run.recipe.feature_names),
        "rounds": run.recipe.trees.rounds,
        "additive_rounds": champion.turned.additive_rounds,
        "dial": [asdict(setting) for setting in champion.turned.settings],
        "calibration": asdict(champion.calibration),
    }


def main(  # noqa: PLR0917 - the options of a command
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
    sign: Annotated[
        Path | None, typer.Option(help="private key that signs, PEM; else the local one")
    ] = None,
    version: Annotated[
        int | None, typer.Option(min=1, help="number of the version; else the next in the folder")
    ] = None,
) -> None:
    """Train the bundles of a recipe from a ledger, and print what they are worth."""
    screen = console()
    try:
        what = read_recipe(recipe)
        cut, until = _day(train_until, "train_until"), _day(test_until, "test_until")
        key = None if sign is None else load_private(sign)
        with bar(screen) as progress:
            gathered = read_book(open_database(db))
            periods = Periods(cut or from_day_number(last_day(gathered)), until)
            report = retrain(
                gathered, what, out, periods, key=key, version=version, progress=progress
            )
    except Fault as fault:
        told = f"[red]{fault.code}[/]: {escape(fault.message)}\n  {escape(fault.remedy)}"
        screen.print(told, highlight=False, soft_wrap=True)
        raise typer.Exit(2) from fault
    for each in (report, *report["others"]):
        show(screen, each)
    if json_file is not None:
        json_file.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    for each in (report, *report["others"]):
        typer.echo(each["folder"])


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
