"""What the commands of `tricredit models` have in common: options, ledger, keys and screen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from sqlalchemy import Engine

if TYPE_CHECKING:
    from models.signing import Trusted
    from scoring.model_cards import Shop

Db = Annotated[str, typer.Option("--db", help="URL of the ledger", envvar="TRICREDIT_DB")]
Tenant = Annotated[str, typer.Option("--tenant", help="whose book: key of the lender")]
AsJson = Annotated[bool, typer.Option("--json", help="print JSON for a program")]
Bundles = Annotated[
    str | None,
    typer.Option(
        "--bundles", help="folder or URL in which the bundles lie", envvar="TRICREDIT_BUNDLES"
    ),
]
Trust = Annotated[
    Path | None,
    typer.Option(
        "--trust",
        help="folder of the public keys (*.pub.pem) of all who sign; else keys/ beside --bundles",
        envvar="TRICREDIT_TRUST",
    ),
]


def shop_of(db: str, tenant: str, bundles: str | None, trust: Path | None) -> Shop:
    """The registry of a ledger, with the bundles and keys that are named."""
    from scoring.model_cards import Shop

    return Shop(opened(db), tenant, bundles, keys_of(trust, bundles))


def opened(db: str) -> Engine:
    """The ledger of that URL, whose tables must be those of this version."""
    from ledger.database import open_database, require_current

    engine = open_database(db)
    require_current(engine)
    return engine


def keys_of(trust: Path | None, bundles: str | None) -> Trusted:
    """The keys named, or else all in the folder ``keys`` beside that of the bundles."""
    from ledger.audit.signing_keys import load_trusted
    from ledger.registry_faults import UntrustedSigner
    from models.signing import local_keys
    from models.storage import local_folder

    if trust is not None:
        return load_trusted(trust)
    folder = None if bundles is None else local_folder(bundles)
    if folder is None:
        raise UntrustedSigner(
            "no keys are named that signatures could be checked with",
            field="trust",
            remedy="name the folder of the public keys: --trust FOLDER, or TRICREDIT_TRUST",
        )
    return load_trusted(local_keys(folder))


def screen() -> Console:
    """Where people read: standard error, so that output stays clean for programs."""
    return Console(stderr=True, highlight=False)


def say(line: str) -> None:
    """Print a line for people."""
    screen().print(line, soft_wrap=True)
