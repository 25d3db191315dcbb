"""Tune: search the trees of a recipe on its rehearsals, and write the recipe that comes out.

``python -m training.tune RECIPE --db URL --study FILE --out RECIPE [--minutes N] [--trials N]``
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from time import monotonic
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from features.pipeline import Progress, silent
from ledger.clocks import from_day_number
from ledger.database import open_database
from ledger.faults import Fault, FileInTheWay
from models.event import Event
from models.storage import write_file
from training.acceptance import weighed
from training.book_read import read_book
from training.ending import ended
from training.events import KINDS
from training.examples import last_day
from training.fitting import Fitter
from training.origin import data_digest, recipe_digest
from training.printed import bar, console
from training.recipe import Recipe, read_recipe
from training.retrain import THREADS
from training.run import Run, contest_of
from training.split import Periods, day_of
from training.study import Study
from training.tuned import Tuned, Yardstick, tuned_recipe


class WrongBudget(Fault):
    """A search without an end, or of an event that isn't there."""

    code = "wrong-budget"


@dataclass(frozen=True)
class Budget:
    """When to stop: whichever comes first. A trial that has begun is ended.

    Attributes
    ----------
    until : float or None
        On the clock of `time.monotonic`.
    trials : int or None
        Of the study, those of earlier runs among them.
    """

    until: float | None
    trials: int | None

    def spent(self, done: int) -> bool:
        """Whether to stop after so many trials."""
        late = self.until is not None and monotonic() >= self.until
        return late or (self.trials is not None and done >= self.trials)


@dataclass(frozen=True)
class Searched:
    """A study after a run.

    Attributes
    ----------
    study : str
        Its name.
    event : str
    train_until : str
        The cut: no rehearsal knows anything of that day or later.
    recipe_sha256, data_sha256 : str
        Digests of what was rehearsed.
    trials, given_up : int
        All so far, and of them those given up before their last rehearsal.
    tuned : Tuned or None
        None where no trial came to its end.
    """

    study: str
    event: str
    train_until: str
    recipe_sha256: str
    data_sha256: str
    trials: int
    given_up: int
    tuned: Tuned | None

    @property
    def told(self) -> str:
        """What came of it, in words."""
        lines = [
            f"Tuned by training.tune: study {self.study}, {self.trials} trials "
            f"({self.given_up} given up early),",
            f"on rehearsals before {self.train_until} of {self.event}; rows {self.data_sha256},",
            f"recipe {self.recipe_sha256}.",
        ]
        if self.tuned is None:
            return "\n".join([*lines, "No trial came to its end: nothing was changed."])
        one = self.tuned
        lines.append(
            f"Log-loss {one.log_loss:.5f}, of the recipe {one.log_loss_before:.5f}: a gain of "
            f"{one.gain:.5f}, standard error {one.error:.5f}."
        )
        if not one.taken:
            lines.append("That is no gain beyond one standard error: nothing was changed.")
        return "\n".join(lines)


def search(
    run: Run, event: Event, file: Path, budget: Budget, progress: Progress = silent
) -> Searched:
    """Go on with a study until its budget is spent, and compare its best with the recipe.

    Parameters
    ----------
    run : Run
        Without a test: nothing of the cut or later is looked at.
    file : Path
        SQLite file of the study.

    Raises
    ------
    AnotherStudy
        Where the file holds another's study, or none.
    TooLittleToLearn
        Where there is nothing to rehearse.
    """
    recipe, names = run.recipe, run.recipe.names_for(event)
    known = KINDS[event.kind].describe(run.gathered, names, run.threads, progress)
    contest = contest_of(run, event, known, progress)
    contest = replace(contest, known=weighed(run, event, known, progress).known)
    digests = {"recipe": recipe_digest(recipe), "data": data_digest(names, contest)}
    name = f"{recipe.name}-{event.name}"
    study = Study.open(file, name, recipe.seed, digests)
    fitter = Fitter.of(recipe, event, contest.learn_event, run.threads, progress)
    yardstick = Yardstick.of(fitter, contest, progress)
    while not budget.spent(study.done):
        study.try_one(yardstick.measure(_as_trial(study, progress)))
    best = study.best()
    progress("the best once more", 0, 1)
    return Searched(
        name,
        event.name,
        run.periods.cut.isoformat(),
        digests["recipe"],
        digests["data"],
        study.done,
        study.given_up,
        None if best is None else yardstick.compare(best),
    )


def _as_trial(study: Study, progress: Progress) -> Progress:
    """Tell of a rehearsal which trial it is of, and how good the best one was."""
    best, number = study.best(), study.done + 1
    so_far = "" if best is None else f", best {best.log_loss:.5f}"
    return lambda what, done, steps: progress(f"trial {number}, {what}{so_far}", done, steps)


def main(  # noqa: PLR0917 - the options of a command
    recipe: Annotated[Path, typer.Argument(help="the recipe, a TOML file")],
    db: Annotated[str, typer.Option(help="URL of the ledger")],
    study: Annotated[
        Path, typer.Option(help="SQLite file of the study; one that is there goes on")
    ],
    out: Annotated[Path, typer.Option(help="new file: the recipe that comes out")],
    minutes: Annotated[float | None, typer.Option(min=0, help="no trial begins later")] = None,
    trials: Annotated[
        int | None, typer.Option(min=1, help="so many in all, with those of earlier runs")
    ] = None,
    event: Annotated[str | None, typer.Option(help="its name; without it the first")] = None,
    train_until: Annotated[
        str | None, typer.Option(help="the cut (YYYY-MM-DD); the recipe's, or without all")
    ] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="write what came of it to this file")
    ] = None,
    threads: Annotated[int, typer.Option(min=1, help="for features and trees")] = THREADS,
) -> None:
    """Search the trees of a recipe on rehearsals, and write the recipe that comes out."""
    screen = console()
    with ended(screen, f"the trials that ended are in {study}; the same command goes on"):
        what = read_recipe(recipe)
        which = _event(what, event)
        day = day_of(train_until, "train_until")
        if minutes is None and trials is None:
            raise WrongBudget(
                "a search needs an end", field="minutes", remedy="name --minutes or --trials"
            )
        if out.exists():
            raise FileInTheWay(f"{out} is there already", field="out", remedy="name a new file")
        with bar(screen) as progress:
            gathered = read_book(open_database(db), what, progress)
            periods = Periods.of(what.split, from_day_number(last_day(gathered)), train_until=day)
            budget = Budget(None if minutes is None else monotonic() + 60 * minutes, trials)
            run = Run(gathered, what, Periods(periods.cut, None), threads)
            found = search(run, which, study, budget, progress)
        _show(screen, found)
        files = {out: tuned_recipe(recipe, found.tuned, found.told)}
        if json_file is not None:
            files[json_file] = json.dumps(_figures(found), indent=1) + "\n"
        for path, text in files.items():
            write_file(path, text)
    typer.echo(out)


def _event(recipe: Recipe, name: str | None) -> Event:
    if name is None:
        return recipe.events[0]
    for event in recipe.events:
        if event.name == name:
            return event
    there = ", ".join(event.name for event in recipe.events)
    raise WrongBudget(
        f"the recipe has no event {name!r}", field="event", remedy=f"name one of {there}"
    )


def _figures(found: Searched) -> dict[str, object]:
    taken = None if found.tuned is None else found.tuned.taken
    return {**asdict(found), "taken": taken}


def _show(screen: Console, found: Searched) -> None:
    if found.tuned is not None:
        table = Table(
            "trees", "recipe", "best", title=f"the best of the study, trial {found.tuned.trial}"
        )
        for name, before in found.tuned.before.items():
            table.add_row(name, f"{before:g}", f"{found.tuned.settings[name]:g}")
        screen.print(table)
    screen.print(found.told, highlight=False, soft_wrap=True)


if __name__ == "__main__":
    typer.run(main)
