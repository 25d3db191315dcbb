"""The commands of `tricredit models` that somebody signs: register, promote, roll back, retire.

``--sign`` names the private key of who takes the step, ``--by`` the name that person goes by.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer
from rich.markup import escape

from ledger.principals import DEFAULT_TENANT, OWNER, Principal
from scoring.model_options import Bundles, Db, Tenant, Trust, keys_of, opened, say, screen, shop_of

if TYPE_CHECKING:
    from ledger.aliases import Alias
    from ledger.registry_steps import Signer
    from models.signing import Trusted

Sign = Annotated[Path, typer.Option("--sign", help="your private key, PEM")]
By = Annotated[str, typer.Option("--by", help="your name, as the record shall have it")]
Reason = Annotated[str, typer.Option("--reason", help="why, for the record")]
InsteadOf = Annotated[
    str | None,
    typer.Option("--instead-of", help="the bundle that holds the alias, as you saw it; if any"),
]
BundleId = Annotated[str, typer.Argument(metavar="BUNDLE", help="id of a registered bundle")]
AliasNamed = Annotated[str, typer.Argument(metavar="ALIAS", help="champion, challenger or shadow")]


def add_steps(
    app: typer.Typer,
    told: Callable[[], AbstractContextManager[None]],
    clock: Callable[[], datetime],
) -> None:
    """Add the commands; ``told`` and ``clock`` are as in ``model_commands.group``."""

    @app.command()
    def register(
        bundle: Annotated[str, typer.Argument(help="folder or URL of a bundle")],
        *,
        db: Db,
        sign: Sign,
        by: By,
        trust: Trust = None,
        tenant: Tenant = DEFAULT_TENANT,
    ) -> None:
        """Let a bundle be used, with the validation that lies beside it; you are its maker."""
        from models.storage import local_folder
        from scoring.model_registry import register_bundle

        with told():
            folder = local_folder(bundle)
            keys = keys_of(trust, None if folder is None else str(folder.parent))
            found = register_bundle(
                opened(db), _signer(tenant, by, sign), bundle, clock(), trust=keys
            )
        say(f"{found.id} is registered by {escape(by)}")

    @app.command()
    def promote(
        bundle: BundleId,
        *,
        db: Db,
        sign: Sign,
        by: By,
        reason: Reason,
        alias: Annotated[str, typer.Option("--as", help="champion, challenger or shadow")] = (
            "champion"
        ),
        instead_of: InsteadOf = None,
        bundles: Bundles = None,
        trust: Trust = None,
        tenant: Tenant = DEFAULT_TENANT,
    ) -> None:
        """Give an alias to a bundle that somebody else made; a champion needs all its gates."""
        from ledger.registry_faults import GatesNotPassed
        from scoring.model_registry import promote_bundle
        from scoring.model_sheet import validation_sheet

        failed: GatesNotPassed | None = None
        with told():
            shop = shop_of(db, tenant, bundles, trust)
            found = shop.one(bundle)
            try:
                promote_bundle(
                    shop.engine,
                    _signer(tenant, by, sign),
                    cast("Alias", alias),
                    bundle,
                    instead_of=instead_of,
                    reason=reason,
                    now=clock(),
                    trusted=shop.trusted,
                )
            except GatesNotPassed as fault:
                failed = fault
        if failed is not None:
            screen().print(validation_sheet(found["validation"]))
            say(f"[red]{failed.code}[/]: {escape(failed.message)}\n  {escape(failed.remedy)}")
            raise typer.Exit(1)
        say(f"{bundle} is {alias}, signed by {escape(by)}")

    @app.command("roll-back")
    def roll_back(
        alias: AliasNamed,
        *,
        db: Db,
        sign: Sign,
        by: By,
        reason: Reason,
        instead_of: Annotated[
            str, typer.Option("--instead-of", help="the bundle that holds the alias now")
        ],
        bundles: Bundles = None,
        trust: Trust = None,
        tenant: Tenant = DEFAULT_TENANT,
    ) -> None:
        """Give an alias back to the bundle that held it before; one person is enough."""
        from ledger.aliases import roll_back as back
        from ledger.database import writing

        with told():
            signer = _approver(tenant, by, sign, keys_of(trust, bundles))
            with writing(opened(db)) as connection:
                move = back(
                    connection,
                    signer,
                    cast("Alias", alias),
                    instead_of=instead_of,
                    reason=reason,
                    now=clock(),
                )
        say(f"{move.after} is {alias} again, signed by {escape(by)}")

    @app.command()
    def retire(
        bundle: BundleId,
        *,
        db: Db,
        sign: Sign,
        by: By,
        reason: Reason,
        bundles: Bundles = None,
        trust: Trust = None,
        tenant: Tenant = DEFAULT_TENANT,
    ) -> None:
        """Take a bundle out of use for good; the champion can't be retired."""
        from ledger.aliases import retire as take_out
        from ledger.database import writing

        with told():
            signer = _approver(tenant, by, sign, keys_of(trust, bundles))
            with writing(opened(db)) as connection:
                take_out(connection, signer, bundle, reason=reason, now=clock())
        say(f"{bundle} is retired, signed by {escape(by)}")


def _signer(tenant: str, by: str, sign: Path) -> Signer:
    from ledger.audit.signing_keys import load_private
    from ledger.registry_steps import Signer

    return Signer(Principal(tenant, by, OWNER.roles), load_private(sign))


def _approver(tenant: str, by: str, sign: Path, trusted: Trusted) -> Signer:
    from scoring.model_registry import require_trusted

    signer = _signer(tenant, by, sign)
    require_trusted(signer, trusted)
    return signer
