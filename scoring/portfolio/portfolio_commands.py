"""The commands `tricredit portfolio`: reports on the whole book, in a terminal and as pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import typer

from ledger.principals import DEFAULT_TENANT
from scoring.portfolio.report_asking import (
    AsJson,
    Bar,
    BundleFolder,
    Day,
    Db,
    Figures,
    Html,
    Lang,
    Opened,
    Pack,
    PageLanguage,
    Tenant,
    Told,
    Trust,
    opener,
    scorer_of,
    show,
)


def group(told: Told, bar: Bar, clock: Callable[[], datetime]) -> typer.Typer:
    """The commands.

    Parameters
    ----------
    told : function
        Tells a fault and ends with status 2.
    bar : function
        A bar of progress while a block runs.
    clock : function
        The instant, aware.
    """
    app = typer.Typer(help="Reports on the whole book.", no_args_is_help=True)

    opened = opener(told, bar, clock)
    for command in (_report, _warnings, _late_payers, _index):
        command(app, opened)
    return app


def _report(app: typer.Typer, opened: Opened) -> None:
    @app.command()
    def report(
        db: Db,
        *,
        day: Day = None,
        bundle: BundleFolder = None,
        pack: Pack = None,
        trust: Trust = None,
        rules: Figures = None,
        language: Lang = PageLanguage.EN,
        html: Html = None,
        tenant: Tenant = DEFAULT_TENANT,
        as_json: AsJson = False,
    ) -> None:
        """Tell what is out on whom, what it may lose, and what has become of the grades."""
        from lending.pack import load_pack
        from lending.portfolio.portfolio_rules import load_portfolio_rules
        from scoring.portfolio.book_report import book_report, summed
        from scoring.portfolio.book_views import BOOK_KINDS, book_views, read_kinds
        from scoring.portfolio.open_book import open_book
        from scoring.portfolio.report_document import report_document
        from scoring.portfolio.rescoring import rescored

        with opened(db, tenant, day) as asked:
            figures, policy = load_portfolio_rules(rules), load_pack(pack)
            scorer = None if bundle is None else scorer_of(bundle, policy, trust)
            facts = read_kinds(asked.engine, asked.book, BOOK_KINDS, asked.progress)
            with book_views(facts, asked.book.tz.key, [asked.day]) as views:
                out = open_book(views, asked.day, asked.book.base_currency)
            again = None
            if scorer is not None:
                again = summed(
                    out,
                    rescored(asked.engine, asked.book, out, scorer, asked.steps),
                    policy,
                    figures.loss,
                    bundle=scorer.bundle.id,
                    notches=figures.warnings.grade.notches,
                )
            found = book_report(out, policy, again)
        show(lambda: report_document(found, language.value), found.as_json, html, as_json=as_json)


def _warnings(app: typer.Typer, opened: Opened) -> None:
    @app.command()
    def warnings(
        db: Db,
        *,
        day: Day = None,
        bundle: BundleFolder = None,
        trust: Trust = None,
        rules: Figures = None,
        language: Lang = PageLanguage.EN,
        html: Html = None,
        tenant: Tenant = DEFAULT_TENANT,
        as_json: AsJson = False,
    ) -> None:
        """List what warns of buyers and suppliers with money out, the largest amounts first.

        With a bundle every open financing is scored again, and a fall of its own grade warns too.
        """
        from lending.pack import load_pack
        from lending.portfolio.portfolio_rules import load_portfolio_rules
        from scoring.portfolio.book_views import BOOK_KINDS, WARNING_KINDS, book_views, read_kinds
        from scoring.portfolio.open_book import open_book
        from scoring.portfolio.own_grades import own_grades
        from scoring.portfolio.rescoring import rescored
        from scoring.portfolio.warning_document import warning_document
        from scoring.portfolio.warning_signs import early_warnings, in_order, warnings_as_json

        with opened(db, tenant, day) as asked:
            limits = load_portfolio_rules(rules).warnings
            scorer = None if bundle is None else scorer_of(bundle, load_pack(), trust)
            currency, when = asked.book.base_currency, asked.day
            kinds = WARNING_KINDS if scorer is None else BOOK_KINDS
            facts = read_kinds(asked.engine, asked.book, kinds, asked.progress)
            with book_views(facts, asked.book.tz.key, [when]) as views:
                found = early_warnings(views, limits)
                out = None if scorer is None else open_book(views, when, currency)
            if scorer is not None and out is not None:
                again = rescored(asked.engine, asked.book, out, scorer, asked.steps)
                found = in_order([*found, *own_grades(out, again, limits.grade)])
        show(
            lambda: warning_document(found, when, currency, language.value),
            lambda: warnings_as_json(found, when, currency),
            html,
            as_json=as_json,
        )


def _late_payers(app: typer.Typer, opened: Opened) -> None:
    @app.command("late-payers")
    def late_payers(
        db: Db,
        *,
        day: Day = None,
        rules: Figures = None,
        language: Lang = PageLanguage.EN,
        html: Html = None,
        tenant: Tenant = DEFAULT_TENANT,
        as_json: AsJson = False,
    ) -> None:
        """Tell which large firms and public bodies pay small firms late, with interest."""
        from lending.portfolio.portfolio_rules import load_portfolio_rules
        from scoring.portfolio import late_payers as late
        from scoring.portfolio.book_views import LATE_KINDS, book_views, read_kinds
        from scoring.portfolio.late_document import late_document

        with opened(db, tenant, day) as asked:
            law = load_portfolio_rules(rules).late_payment
            facts = read_kinds(asked.engine, asked.book, LATE_KINDS, asked.progress)
            with book_views(facts, asked.book.tz.key, [asked.day]) as views:
                found = late.late_payers(views, asked.day, asked.book.base_currency, law)
        regime = law.on(found.day)
        rate = 0.0 if regime is None else regime.daily_rate
        show(
            lambda: late_document(found, rate, language.value),
            found.as_json,
            html,
            as_json=as_json,
        )


def _index(app: typer.Typer, opened: Opened) -> None:
    @app.command()
    def index(
        db: Db,
        *,
        day: Day = None,
        rules: Figures = None,
        language: Lang = PageLanguage.EN,
        html: Html = None,
        tenant: Tenant = DEFAULT_TENANT,
        as_json: AsJson = False,
    ) -> None:
        """Tell how small firms fare by month, sector and region, and of no single one."""
        from lending.portfolio.portfolio_rules import load_portfolio_rules
        from scoring.portfolio.book_views import INDEX_KINDS, book_views, read_kinds
        from scoring.portfolio.index_document import index_document
        from scoring.portfolio.sme_index import sme_index

        with opened(db, tenant, day) as asked:
            figures = load_portfolio_rules(rules).index
            facts = read_kinds(asked.engine, asked.book, INDEX_KINDS, asked.progress)
            with book_views(facts, asked.book.tz.key, [asked.day]) as views:
                found = sme_index(views, asked.day, asked.book.base_currency, figures)
        show(lambda: index_document(found, language.value), found.as_json, html, as_json=as_json)
