"""Retrain: from a ledger to a bundle, with the figures that say what it is worth.

``python -m training.retrain RECIPE --db URL --out FOLDER [--train-until DATE --test-until DATE]``
"""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from rich.markup import escape
from threadpoolctl import threadpool_limits

from features.pipeline import Progress, silent
from ledger.audit.signing_keys import load_private
from ledger.clocks import from_day_number, start_of_day
from ledger.database import open_database
from models.bundle import load
from models.event import Event
from models.signed_validation import save_validation
from models.signing import public_of, signing_key
from models.storage import write_file
from scoring.gather import Gathered
from training.acceptance import weighed
from training.book_read import read_book
from training.champion import fit_champion, save_champion
from training.contest import Contest, hold
from training.ending import ended
from training.events import KINDS
from training.evidence import evidence
from training.examples import Examples, last_day
from training.explainable import require_installed
from training.fitting import Fitter
from training.gates import judged
from training.origin import data_digest
from training.printed import bar, console, show
from training.recipe import Recipe, read_recipe
from training.report.curves import Tested
from training.report.printing import require_printing
from training.report.written import print_pages, write_pages
from training.reported import came_about
from training.run import Run, TooLittleToLearn, contest_of
from training.split import Periods, day_of
from training.validation.leaks import alone, require_no_leak
from training.validation.poisoned import require_told, silent_columns
from training.validation.validated import validate

MOST_ALONE = 10
"""The inputs that tell most of the outcome by themselves are reported, so many of them."""

THREADS = 1
"""One by default: another program may want the other processors."""


def retrain(
    gathered: Gathered,
    recipe: Recipe,
    out: Path,
    periods: Periods,
    *,
    threads: int = THREADS,
    key: Ed25519PrivateKey | None = None,
    version: int | None = None,
    pages: Path | None = None,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Train one bundle per event of the recipe.

    Parameters
    ----------
    threads : int
        Of the engine of features, and how many boosters are fitted side by side.
    key, version
        As in ``models.bundle.save``.
    pages : Path, optional
        Folder for the reports and cards of what is tested.

    Returns
    -------
    dict
        The report of the first event, and those of the others under ``others``; each with the
        bundle's folder, the dial, the calibration and, where there is a test period, ``test``,
        ``validation`` and ``gates``.
        ``left_out`` names the further events of parties that have too little to learn from.

    Raises
    ------
    TooLittleToLearn
        Where a period has not both outcomes.
    Leaks, PoisonedColumn
        Where one input alone nearly determines a label; or is infinite, or says nothing though the
        recipe counts on it.
    """
    run = Run(gathered, recipe, periods, threads, key, version, pages)
    if "explainable" in recipe.challengers and periods.tested is not None:
        require_installed()
    described: dict[tuple[str, tuple[str, ...]], Examples] = {}
    reports: list[dict[str, Any]] = []
    left_out: list[dict[str, str]] = []
    for event in recipe.events:
        names = recipe.names_for(event)
        kind = KINDS[event.kind]
        if (event.kind, names) not in described:
            described[event.kind, names] = kind.describe(gathered, names, threads, progress)
        try:
            contest = contest_of(run, event, described[event.kind, names], progress)
        except TooLittleToLearn as fault:
            if not reports or kind.grain is None:
                raise
            left_out.append({"event": event.name, "code": fault.code, "why": fault.message})
            continue
        counted = weighed(run, event, contest.known, progress)
        counting = replace(contest, known=counted.known)
        with threadpool_limits(limits=1, user_api="blas"):  # the last bits of sums follow threads
            reports.append(learn(run, event, counting, out, progress, rejects=counted.told))
    return {**reports[0], "others": reports[1:], "left_out": left_out}


def learn(
    run: Run,
    event: Event,
    contest: Contest,
    out: Path,
    progress: Progress = silent,
    *,
    rejects: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Train, test and save the bundle of one event, and report; ``rejects`` is told in it."""
    recipe, periods = run.recipe, run.periods
    fitter = Fitter.of(recipe, event, contest.learn_event, run.threads, progress)
    silent_ones = silent_columns(fitter.names, contest.learned[0])
    require_told(silent_ones, recipe.counted_on(event), len(contest.learn))
    inputs = alone(fitter.names, *contest.learned, recipe.seed, progress)
    require_no_leak(inputs, recipe.nearly_tells)
    digest = data_digest(fitter.names, contest)
    champion = fit_champion(
        fitter,
        contest.known,
        contest.rehearsed,
        (contest.learn, contest.learn_event),
        progress,
        held=contest.held,
        bags=recipe.bags,
        long_run_rate=recipe.long_run_rate.get(event.name),
    )
    tz = run.gathered.book.tz
    key = run.key or signing_key(out)
    first_day = int(contest.known.day[contest.learn].min())
    last = from_day_number(last_day(run.gathered))
    folder = save_champion(
        out,
        champion,
        recipe,
        event,
        start_of_day(periods.known_until(last), tz),
        trained_from=start_of_day(from_day_number(first_day), tz),
        data_sha256=digest,
        key=key,
        version=run.version,
    )
    report = came_about(run, event, contest, fitter, champion) | {
        "bundle": folder.name,
        "folder": str(folder),
        "data_sha256": digest,
        "rejects": rejects,
        "silent": silent_ones,
        "alone": [asdict(one) for one in inputs[:MOST_ALONE]],
    }
    if periods.tested is not None:
        saved = load(folder, public_of(key))
        report["test"] = hold(saved, fitter, contest, recipe, progress)
        report["validation"] = validate(saved, fitter, contest, progress, recipe.segments)
        gates = judged(recipe.gates_for(event), report)
        report["gates"] = [gate.model_dump() for gate in gates]
        save_validation(out, saved.source, evidence(periods.tested, contest, report, gates), key)
        if run.pages is not None:
            progress("pages", 0, 1)
            _write_pages(run.pages, report, Tested(saved, *contest.tested))
    return report


def _write_pages(folder: Path, report: dict[str, Any], tested: Tested) -> None:
    """Write the pages, each at once: an interruption leaves no half one."""
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".", dir=folder) as draft:
        for path in write_pages(Path(draft), report, tested):
            path.replace(folder / path.name)


def _print_pages(folder: Path, bundle: str) -> None:
    """Print them, each at once too."""
    with TemporaryDirectory(prefix=".", dir=folder) as draft:
        for page in folder.glob(f"{bundle}.*.html"):
            shutil.copy(page, draft)
        for path in print_pages(Path(draft), bundle):
            path.replace(folder / path.name)


def main(  # noqa: PLR0917 - the options of a command
    recipe: Annotated[Path, typer.Argument(help="the recipe, a TOML file")],
    db: Annotated[str, typer.Option(help="URL of the ledger")],
    out: Annotated[Path, typer.Option(help="folder for the bundles")],
    train_until: Annotated[
        str | None,
        typer.Option(help="first day not learned from (YYYY-MM-DD); the recipe's, or without all"),
    ] = None,
    test_since: Annotated[
        str | None, typer.Option(help="first day of the test period; without it the cut")
    ] = None,
    test_until: Annotated[
        str | None, typer.Option(help="first day after the test period; without it no test")
    ] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="write the figures to this file")
    ] = None,
    sign: Annotated[
        Path | None, typer.Option(help="private key that signs, PEM; else the local one")
    ] = None,
    pages: Annotated[
        Path | None,
        typer.Option(help="folder for reports as pages (en, zh) and model cards; needs a test"),
    ] = None,
    pdf: Annotated[bool, typer.Option("--pdf", help="print the pages as PDF too")] = False,
    version: Annotated[
        int | None, typer.Option(min=1, help="number of the version; else the next in the folder")
    ] = None,
    threads: Annotated[
        int,
        typer.Option(min=1, help="for features, and boosters side by side; the bundle is the same"),
    ] = THREADS,
) -> None:
    """Train the bundles of a recipe from a ledger, and print what they are worth."""
    screen = console()
    with ended(screen, f"what is in {out} is whole; the same command does the rest"):
        what = read_recipe(recipe)
        days = {
            "train_until": day_of(train_until, "train_until"),
            "test_since": day_of(test_since, "test_since"),
            "test_until": day_of(test_until, "test_until"),
        }
        if what.split is not None or train_until is not None:
            Periods.of(what.split, date.max, **days)  # what can't be right needs no ledger
        key = None if sign is None else load_private(sign)
        if pdf:
            require_printing(pages)
        with bar(screen) as progress:
            gathered = read_book(open_database(db), what, progress)
            periods = Periods.of(what.split, from_day_number(last_day(gathered)), **days)
            report = retrain(
                gathered,
                what,
                out,
                periods,
                threads=threads,
                key=key,
                version=version,
                pages=pages,
                progress=progress,
            )
            if pdf and pages is not None:
                for done, each in enumerate(every := (report, *report["others"])):
                    progress("printing", done, len(every))
                    _print_pages(pages, each["bundle"])
        for each in (report, *report["others"]):
            show(screen, each)
        for each in report["left_out"]:
            told = f"[yellow]left out[/] {each['event']}: {escape(each['why'])}"
            screen.print(told, highlight=False)
        if json_file is not None:
            write_file(json_file, json.dumps(report, indent=1) + "\n")
    for each in (report, *report["others"]):
        typer.echo(each["folder"])


if __name__ == "__main__":
    typer.run(main)
