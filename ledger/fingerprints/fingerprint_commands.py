"""The commands `tricredit fingerprints`: tell others what is financed, ask what they have."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import Connection

from ledger.principals import DEFAULT_TENANT

AsJson = Annotated[bool, typer.Option("--json", help="print JSON for a program")]
Db = Annotated[str, typer.Option("--db", help="URL of the ledger", envvar="TRICREDIT_DB")]
Tenant = Annotated[str, typer.Option("--tenant", help="whose book: key of the lender")]
Key = Annotated[
    Path,
    typer.Option("--key", help="file of the consortium's key", envvar="TRICREDIT_CONSORTIUM_KEY"),
]
ON_DAY: dict[str, Any] = {"formats": ["%Y-%m-%d"], "metavar": "YYYY-MM-DD"}


def group(told: Callable[[], AbstractContextManager[None]]) -> typer.Typer:
    """The commands; ``told`` tells a fault and ends with status 2."""
    app = typer.Typer(
        help="What is financed, told between lenders as blinded hashes.", no_args_is_help=True
    )
    screen = Console(stderr=True, highlight=False)

    @app.command("key")
    def make(out: Annotated[Path, typer.Option(help="new file for the key")]) -> None:
        """Make the key of a consortium: one lender makes it, all of them keep it secret."""
        from ledger.fingerprints.consortium_key import make_key

        with told():
            key = make_key(out)
        screen.print(f"{out}: key {key.id}; give it to the other lenders on a safe way")

    @app.command()
    def export(
        key: Key,
        out: Annotated[Path, typer.Option(help="new file for the others")],
        first: Annotated[datetime, typer.Option("--from", help="drawn from this day", **ON_DAY)],
        last: Annotated[datetime, typer.Option("--to", help="to this day", **ON_DAY)],
        *,
        db: Db = "sqlite:///tricredit.db",
        tenant: Tenant = DEFAULT_TENANT,
        as_json: AsJson = False,
    ) -> None:
        """Write blinded hashes of the invoices that are financed, and nothing else of them."""
        from ledger.fingerprints.consortium_key import load_key
        from ledger.fingerprints.financed_invoices import financed_on
        from ledger.fingerprints.fingerprint_file import write_file

        with told():
            secret = load_key(key)
            with _the_book(db, tenant) as connection:
                found = financed_on(connection, tenant, first.date(), last.date())
            head = write_file(out, secret, first.date(), last.date(), found.hashes)
        if as_json:
            more = {"financings": found.financings, "without_invoice": found.unnamed}
            typer.echo(json.dumps({**asdict(head), **more}))
            return
        screen.print(
            f"{out}: invoices {head.count:,}, of financings {found.financings:,}; key {head.key}",
            soft_wrap=True,
        )
        if found.unnamed:
            screen.print(f"financings of which no invoice is known, so untold: {found.unnamed:,}")

    @app.command()
    def check(
        files: Annotated[list[Path], typer.Argument(help="files of other lenders")],
        key: Key,
        *,
        db: Db = "sqlite:///tricredit.db",
        tenant: Tenant = DEFAULT_TENANT,
        as_json: AsJson = False,
    ) -> None:
        """Tell which invoices of the book others have financed (status 1), each with its case."""
        from ledger.fingerprints.consortium_key import load_key
        from ledger.fingerprints.financed_invoices import hits

        with told():
            secret = load_key(key)
            with _the_book(db, tenant) as connection:
                asked, found = hits(connection, tenant, secret, files)
        if as_json:
            typer.echo(json.dumps({"asked": asked, "hits": [asdict(one) for one in found]}))
        else:
            table = Table("invoice 发票", "financed by others 他行已融资", "case 案号", "file")
            for one in found:
                table.add_row(one.invoice, "yes 是", one.case, ", ".join(one.files))
            if found:
                Console(highlight=False).print(table)
            screen.print(f"{asked:,} invoices asked about: {len(found):,} yes, the others no")
        if found:
            raise typer.Exit(1)

    return app


@contextmanager
def _the_book(db: str, tenant: str) -> Iterator[Connection]:
    """A connection that reads the ledger, in which the lender has a book."""
    from ledger.database import open_database, reading, require_current
    from ledger.tenants import book

    engine = open_database(db)
    try:
        require_current(engine)
        with reading(engine) as connection:
            book(connection, tenant)
            yield connection
    finally:
        engine.dispose()
