"""Back-test: past requests answered by another bundle or policy pack, beside the base.

``python -m training.backtest --db URL --bundle FOLDER [--other-bundle FOLDER] [--other-pack PACK]
--out FOLDER [--since DATE --until DATE]``
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from ledger.database import open_database
from ledger.faults import Fault
from ledger.principals import DEFAULT_TENANT
from ledger.spreadsheet_cells import shown_only
from lending.pack import load_pack
from models.bundle import load
from scoring.portfolio.committee_page import committee_page
from scoring.portfolio.committee_sheet import committee_sheet
from training.backtest.backtest_document import backtest_document, summary
from training.backtest.backtest_run import Backtest, Period, backtest
from training.backtest.backtest_words import BACKTEST_WORDS
from training.backtest.both_sides import Side
from training.backtest.figures_of_sides import changed_rows
from training.printed import bar, console


class NothingOther(Fault):
    """A back-test of one side against itself."""

    code = "nothing-other"


class WrongFolder(Fault):
    """A place that can't become a folder."""

    code = "wrong-folder"


def main(  # noqa: PLR0917 - the options of a command
    db: Annotated[str, typer.Option(help="URL of the ledger")],
    bundle: Annotated[str, typer.Option(help="folder or URL of the bundle that is compared with")],
    out: Annotated[Path, typer.Option(help="folder for figures, list and pages")],
    other_bundle: Annotated[
        str | None, typer.Option(help="the other bundle; the same where left out")
    ] = None,
    pack: Annotated[
        str | None, typer.Option(help="policy pack that is compared with: generic, cn, or a file")
    ] = None,
    other_pack: Annotated[
        str | None, typer.Option(help="the other pack; the same where left out")
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            metavar="YYYY-MM-DD",
            help="first day of the requests; the first that neither bundle has learned from",
        ),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="first day after them; all to the end"
        ),
    ] = None,
    trust: Annotated[
        Path | None,
        typer.Option(
            help="public keys that may sign bundles; else the local one", envvar="TRICREDIT_TRUST"
        ),
    ] = None,
    tenant: Annotated[str, typer.Option(help="whose book: key of the lender")] = DEFAULT_TENANT,
) -> None:
    """Answer past requests by another bundle or pack, and tell who changes side and why."""
    screen = console()
    try:
        if other_bundle is None and other_pack is None:
            raise NothingOther(
                "there is no other side to compare with",
                field="other_bundle",
                remedy="name --other-bundle, --other-pack, or both",
            )
        _require_folder(out)
        base = Side(load(bundle, trust), load_pack(pack))
        other = Side(
            base.bundle if other_bundle is None else load(other_bundle, trust),
            base.pack if other_pack is None else load_pack(other_pack),
        )
        period = Period(
            None if since is None else since.date(), None if until is None else until.date()
        )
        with bar(screen) as progress:
            engine = open_database(db)
            try:
                found = backtest(engine, tenant, (base, other), period, progress)
            finally:
                engine.dispose()
        paths = list(written(found, out))
    except Fault as fault:
        told = f"[red]{fault.code}[/]: {escape(fault.message)}\n  {escape(fault.remedy)}"
        screen.print(told, highlight=False, soft_wrap=True)
        raise typer.Exit(2) from fault
    screen.print(committee_sheet(summary(found)), highlight=False)
    for path in paths:
        typer.echo(path)


def _require_folder(out: Path) -> None:
    """Say at once what would only show after the work."""
    if any(at.exists() and not at.is_dir() for at in (out, *out.parents)):
        raise WrongFolder(
            f"{out} is a file, or lies in one", field="out", remedy="name a folder with --out"
        )


def written(found: Backtest, folder: Path) -> Iterator[Path]:
    """Write ``backtest.json``, ``changed.csv``, ``backtest.en.html`` and ``backtest.zh.html``."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = {
        "backtest.json": json.dumps(found.report, ensure_ascii=False, indent=1) + "\n",
        **{
            f"backtest.{language}.html": committee_page(backtest_document(found, language))
            for language in BACKTEST_WORDS
        },
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
        yield folder / name
    path = folder / "changed.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, CHANGED)
        table.writeheader()
        for row in changed_rows(found.rows):
            table.writerow({name: shown_only(cell) for name, cell in row.items()})
    yield path


SIDE = ("decision", "pd", "pd_12m", "grade", "amount_minor", "rate")
CHANGED = (
    *("request", "as_of", "supplier", "buyer", "asked_minor", "change", "recorded_decision"),
    *(f"{side}_{name}" for side in ("base", "other") for name in SIDE),
    *("turned_by", "model_reasons", "outcome", "defaulted", "loss_share"),
)
"""Columns of the list of what changes."""

if __name__ == "__main__":
    typer.run(main)
