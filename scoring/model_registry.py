"""Bundles and the registry brought together: what is registered, and the holder of an alias loaded.

The database says which bundle it is, the storage has its files, and neither is believed alone: the
files must be signed by a trusted key, and be those that were registered.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from ledger.database import reading, writing
from ledger.principals import Principal
from ledger.registry import Alias, Registered, holder, register
from models.bundle import Bundle, load, read, understood
from models.signing import Trusted
from models.storage import BundleRefused, below


def register_bundle(
    engine: Engine,
    principal: Principal,
    where: Path | str,
    now: datetime,
    *,
    trust: Path | Trusted | None = None,
) -> Bundle:
    """Load a bundle and register it for the principal's tenant; again changes nothing.

    Parameters
    ----------
    where, trust
        As in ``models.bundle.load``.

    Raises
    ------
    BundleRefused, WrongKeyFile
        As ``models.bundle.load`` does; nothing is registered then.
    OlderBundle, Forbidden, UnknownTenant
        As ``ledger.registry.register`` does.
    """
    bundle = load(where, trust)
    source = bundle.source
    entry = Registered(
        id=source.id,
        name=source.manifest.name,
        version=source.manifest.version,
        trained_through=source.manifest.trained_through,
        manifest=source.digest,
        signing_key=source.key,
    )
    with writing(engine) as connection:
        register(connection, principal, entry, now)
    return bundle


def load_holder(
    engine: Engine,
    tenant: str,
    alias: Alias,
    bundles: Path | str,
    *,
    trust: Path | Trusted | None = None,
) -> Bundle:
    """Load the bundle that holds an alias.

    Parameters
    ----------
    bundles : Path or str
        Folder, or URL of one, in which the bundles lie under their ids.

    Raises
    ------
    UnknownAlias
        Where none holds it.
    BundleRefused, WrongKeyFile
        As ``models.bundle.load`` does, or where the bundle isn't the one that was registered.
    """
    with reading(engine) as connection:
        entry = holder(connection, tenant, alias)
    source = read(below(bundles, entry.id), trust)
    if source.digest != entry.manifest:
        raise BundleRefused(
            f"{entry.id} in {bundles} is not the bundle that was registered",
            field="bundle",
            remedy="copy it again from where it was made",
        )
    return understood(source)
