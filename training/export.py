"""Export: a model for an engine that a bank runs already (docs/registry.md).

``python -m training.export onnx BUNDLE --out FILE`` writes a bundle as ONNX;
``python -m training.export scorecard RECIPE --db URL --out FILE`` fits the scorecard of a recipe
and writes it as SQL.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from features.pipeline import Progress
from ledger.clocks import from_day_number, to_day_number
from ledger.database import open_database
from ledger.faults import Fault, FileInTheWay
from models.bundle import load
from training.book_read import read_book
from training.ending import ended
from training.events import KINDS
from training.examples import last_day
from training.printed import bar, console
from training.recipe import Recipe, read_recipe
from training.rehearsal import both_outcomes
from training.retrain import THREADS
from training.run import TooLittleToLearn
from training.scorecard import Scorecard, fit_scorecard
from training.scorecard_sql import scorecard_sql

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)

NOTHING = "nothing was written"

Out = Annotated[Path, typer.Option(help="new file")]


class NoOnnx(Fault):
    """The package that writes ONNX isn't there."""

    code = "no-onnx"


@app.command("onnx")
def export_onnx(
    bundle: Annotated[str, typer.Argument(help="folder or URL of a bundle")],
    out: Out,
    trust: Annotated[
        Path | None,
        typer.Option(help="public key, or folder of keys, that may sign; else the local one"),
    ] = None,
) -> None:
    """Write a bundle as ONNX: log-odds and probability, without parts, reasons and rules."""
    screen = console()
    with ended(screen, NOTHING):
        try:
            from models.onnx_export import to_onnx  # noqa: PLC0415 - of an extra
        except ImportError as error:
            raise NoOnnx(
                "the package onnx is not installed", remedy="install the extra: tricredit[onnx]"
            ) from error
        loaded = load(bundle, trust)
        _write(out, to_onnx(loaded))
        screen.print(f"{out}: {loaded.id}, {len(loaded.feature_names)} features")


@app.command("scorecard")
def export_scorecard(
    recipe: Annotated[Path, typer.Argument(help="the recipe, a TOML file")],
    *,
    db: Annotated[str, typer.Option(help="URL of the ledger")],
    out: Out,
    train_until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="first day not learned from; without it all"),
    ] = None,
    table: Annotated[str, typer.Option(help="table that the SELECT reads")] = "receivable",
    key: Annotated[
        list[str] | None, typer.Option(help="column to select too; may be given several times")
    ] = None,
) -> None:
    """Fit the weight-of-evidence scorecard of a recipe's first event, and write it as a SELECT."""
    screen = console()
    with ended(screen, NOTHING):
        what = read_recipe(recipe)
        with bar(screen) as progress:
            card = _fitted(what, db, train_until.date() if train_until else None, progress)
        _write(out, scorecard_sql(card, table, key or ()).encode())
        screen.print(f"{out}: {len(card.variables)} variables, {what.events[0].name}")


def _fitted(recipe: Recipe, db: str, cut: date | None, progress: Progress) -> Scorecard:
    """Fit on the examples of the first event whose outcome was settled at the cut."""
    gathered, event = read_book(open_database(db), recipe, progress), recipe.events[0]
    kind, names = KINDS[event.kind], recipe.names_for(event)
    cut = cut or from_day_number(last_day(gathered))
    known = kind.describe(gathered, names, THREADS, progress)
    then = kind.labels(gathered, known, event, to_day_number(cut))
    learn = np.flatnonzero(then.known & (known.day < to_day_number(cut)))
    happened = then.event[learn]
    if not both_outcomes(happened):
        raise TooLittleToLearn(
            f"{len(happened)} {kind.examples_are} settled before {cut} all have the same outcome",
            field="train_until",
            remedy="choose a later day, or load more receivables with their payments",
        )
    progress("scorecard", 0, 1)
    return fit_scorecard(names, known.rows[learn], happened, seed=recipe.seed)


def _write(out: Path, content: bytes) -> None:
    try:
        with out.open("xb") as file:
            file.write(content)
    except OSError as error:
        raise FileInTheWay(
            f"{out} can't be written: {error.strerror}", field="out", remedy="name a new file"
        ) from error


if __name__ == "__main__":
    app()
