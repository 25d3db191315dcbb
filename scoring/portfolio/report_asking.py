"""What every command `tricredit portfolio` is asked with, and how it answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from ledger.clocks import day_of

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from ledger.tenants import Book
    from lending.pack import Pack as PolicyPack
    from scoring.portfolio.committee_document import Document
    from scoring.portfolio.rescoring import Scorer


class PageLanguage(StrEnum):
    """Of a report."""

    EN = "en"
    ZH = "zh"


Db = Annotated[str, typer.Option("--db", help="URL of the ledger", envvar="TRICREDIT_DB")]
Day = Annotated[
    datetime | None,
    typer.Option(
        help="what was known before this day; today unless named",
        formats=["%Y-%m-%d"],
        metavar="YYYY-MM-DD",
    ),
]
Lang = Annotated[PageLanguage, typer.Option("--lang", help="of sheet and page")]
Html = Annotated[Path | None, typer.Option(help="write a page here, in one file")]
AsJson = Annotated[bool, typer.Option("--json", help="print JSON for a program")]
Figures = Annotated[
    Path | None, typer.Option("--rules", help="TOML of portfolio figures; else those that ship")
]
Tenant = Annotated[str, typer.Option("--tenant", help="whose book: key of the lender")]
BundleFolder = Annotated[
    str | None,
    typer.Option(
        "--bundle", help="folder or URL of a bundle of default", envvar="TRICREDIT_BUNDLE"
    ),
]
Pack = Annotated[
    str | None, typer.Option("--pack", help="policy pack: generic, cn, or a TOML file")
]
Trust = Annotated[
    Path | None,
    typer.Option("--trust", help="public keys that may sign bundles", envvar="TRICREDIT_TRUST"),
]

Told = Callable[[], AbstractContextManager[None]]
Bar = Callable[[], AbstractContextManager[Callable[[str, float], None]]]


@dataclass(frozen=True)
class Asked:
    """A ledger opened for a report, and the day that it is of."""

    engine: Engine
    book: Book
    day: date
    progress: Callable[[str, float], None]

    def steps(self, what: str, done: int, steps: int) -> None:
        """The progress of the path of a score."""
        self.progress(what, done / max(1, steps))


Opened = Callable[[str, str, "datetime | None"], AbstractContextManager[Asked]]


def opener(told: Told, bar: Bar, clock: Callable[[], datetime]) -> Opened:
    """What opens a ledger for a report of a day; arguments as of `portfolio_commands.group`."""

    @contextmanager
    def opened(db: str, tenant: str, day: datetime | None) -> Iterator[Asked]:
        from ledger.database import open_database, reading, require_current
        from ledger.tenants import book
        from scoring.portfolio.book_views import require_begun

        with told(), bar() as progress:
            engine = open_database(db)
            try:
                require_current(engine)
                with reading(engine) as connection:
                    own = book(connection, tenant)
                latest = day_of(clock(), own.tz)
                asked = latest if day is None else day.date()
                require_begun(asked, latest)
                yield Asked(engine, own, asked, progress)
            finally:
                engine.dispose()

    return opened


def scorer_of(bundle: str, pack: PolicyPack, trust: Path | None) -> Scorer:
    """What scores open financings again."""
    from models.bundle import load
    from scoring.portfolio.rescoring import Scorer

    return Scorer(load(bundle, trust), pack)


def show(
    document: Callable[[], Document],
    values: Callable[[], Any],
    html: Path | None,
    *,
    as_json: bool,
) -> None:
    """A page where one is asked for; JSON, else a sheet where no page is."""
    from scoring.portfolio.committee_page import committee_page
    from scoring.portfolio.committee_sheet import committee_sheet

    if html is not None:
        html.write_text(committee_page(document()), encoding="utf-8")
    if as_json:
        typer.echo(json.dumps(values(), ensure_ascii=False, indent=1))
    elif html is None:
        Console(highlight=False).print(committee_sheet(document()))
    else:
        Console(stderr=True, highlight=False).print(f"{html}: {document().title}")
