"""The commands `tricredit models`: which models a lender has, and which of them is champion.

Status 1 where a gate isn't passed, or the registry isn't as it was signed.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.console import Console, RenderableType
from rich.markup import escape

from ledger.principals import DEFAULT_TENANT
from scoring.model_options import (
    AsJson,
    Bundles,
    Db,
    Tenant,
    Trust,
    keys_of,
    opened,
    say,
    shop_of,
)
from scoring.model_step_commands import add_steps

Named = Annotated[str, typer.Argument(help="id of a bundle, or the alias that it holds")]


def group(
    told: Callable[[], AbstractContextManager[None]], clock: Callable[[], datetime]
) -> typer.Typer:
    """The commands; ``told`` tells a fault and ends with status 2, ``clock`` tells the time."""
    app = typer.Typer(help="Models: register, compare, promote, retire.", no_args_is_help=True)

    @app.command("list")
    def list_(*, db: Db, tenant: Tenant = DEFAULT_TENANT, as_json: AsJson = False) -> None:
        """List every bundle: version, training cut, maker, gates, and the alias it holds."""
        from scoring.model_cards import Shop
        from scoring.model_sheet import list_sheet

        with told():
            found = Shop(opened(db), tenant, None, {}).every()
        _tell(found, list_sheet(found), as_json=as_json)

    @app.command()
    def show(
        bundle: Named,
        *,
        db: Db,
        bundles: Bundles = None,
        trust: Trust = None,
        tenant: Tenant = DEFAULT_TENANT,
        as_json: AsJson = False,
    ) -> None:
        """Show a bundle: what it learned from, its figures and gates, and who did what with it."""
        from scoring.model_sheet import show_sheet

        with told():
            found = shop_of(db, tenant, bundles, trust).one(bundle)
        _tell(found, show_sheet(found), as_json=as_json)

    @app.command()
    def compare(
        first: Named,
        second: Named,
        *,
        db: Db,
        bundles: Bundles = None,
        trust: Trust = None,
        tenant: Tenant = DEFAULT_TENANT,
        as_json: AsJson = False,
    ) -> None:
        """Compare two bundles: window, features, figures, gates; and whether on the same rows."""
        from scoring.model_sheet import compare_sheet

        with told():
            found = shop_of(db, tenant, bundles, trust).two(first, second)
        _tell(found, compare_sheet(found), as_json=as_json)

    @app.command()
    def verify(
        *,
        db: Db,
        bundles: Bundles = None,
        trust: Trust = None,
        tenant: Tenant = DEFAULT_TENANT,
        as_json: AsJson = False,
    ) -> None:
        """Check that the registry is what trusted keys have signed (status 1 where it isn't)."""
        from ledger.database import reading
        from ledger.registry_proof import verify_registry
        from ledger.registry_steps import steps

        with told():
            keys = keys_of(trust, bundles)
            with reading(opened(db)) as connection:
                found = verify_registry(connection, tenant, keys)
                taken = steps(connection, tenant)
        last = taken[-1].digest if taken else None
        if as_json:
            findings = [asdict(one) for one in found]
            typer.echo(json.dumps({"steps": len(taken), "last": last, "findings": findings}))
        for one in () if as_json else found:
            where = "a row" if one.step is None else f"step {one.step}"
            say(f"[red]found[/] {where} of {escape(one.bundle)}: {escape(one.reason)}")
        if not (as_json or found):
            say(f"{len(taken)} steps are as they were signed; the last is {last}")
        if found:
            raise typer.Exit(1)

    add_steps(app, told, clock)
    return app


def _tell(found: Any, sheet: RenderableType, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
    else:
        Console(highlight=False).print(sheet)
