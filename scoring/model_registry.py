"""Bundles and the registry brought together: what is registered, and the holder of an alias loaded.

The database says which bundle it is, the storage has its files, and neither is believed alone: the
files must be signed by a trusted key, and be those that were registered. A step is taken only with
a key that is trusted, so that whoever checks the registry can check it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, Engine

from ledger.aliases import Alias, Move, holder, promote
from ledger.database import reading, writing
from ledger.registry import Gates, Registered, register, registered
from ledger.registry_faults import RegistryAltered, UntrustedSigner
from ledger.registry_proof import fault_of
from ledger.registry_steps import REGISTER, Signer, step_of
from models.bundle import Bundle, load, read, understood
from models.manifest import Verified
from models.signed_validation import Validation, believed, stored_validation
from models.signing import Trusted, trusted_keys
from models.storage import BundleRefused, below


def register_bundle(
    engine: Engine,
    signer: Signer,
    where: Path | str,
    now: datetime,
    *,
    trust: Path | Trusted | None = None,
) -> Bundle:
    """Load a bundle and register it with its validation; again changes nothing.

    Parameters
    ----------
    where, trust
        As in ``models.bundle.load``.

    Raises
    ------
    BundleRefused, WrongKeyFile
        As ``models.bundle.load`` does, or where the validation beside the bundle isn't of it or no
        trusted key signed it; nothing is registered then.
    UntrustedSigner
    OlderBundle, Forbidden, UnknownTenant, WrongName
        As ``ledger.registry.register`` does.
    """
    trusted = trusted_keys(where, trust)
    require_trusted(signer, trusted)
    bundle = load(where, trusted)
    source = bundle.source
    content = stored_validation(source, where)
    entry = Registered(
        id=source.id,
        name=source.manifest.name,
        version=source.manifest.version,
        trained_through=source.manifest.trained_through,
        manifest=source.digest,
        signing_key=source.key,
        gates=_verdict(source, content, trusted),
        validation=content,
    )
    with writing(engine) as connection:
        register(connection, signer, entry, now)
    return bundle


def promote_bundle(
    engine: Engine,
    signer: Signer,
    alias: Alias,
    bundle: str,
    *,
    instead_of: str | None,
    reason: str,
    now: datetime,
    trusted: Trusted,
) -> Move:
    """Promote a bundle whose registration and validation trusted keys have signed.

    Raises
    ------
    UntrustedSigner
    RegistryAltered
        Where the registration isn't what a trusted key signed.
    BundleRefused
        Where the validation isn't.
    MakerAlone, GatesNotPassed, AliasMoved and others
        As ``ledger.aliases.promote`` does.
    """
    require_trusted(signer, trusted)
    with writing(engine) as connection:
        require_signed(connection, signer.tenant, bundle, trusted)
        return promote(
            connection, signer, alias, bundle, instead_of=instead_of, reason=reason, now=now
        )


def require_trusted(signer: Signer, trusted: Mapping[str, Ed25519PublicKey]) -> None:
    """Raise `UntrustedSigner` where the signer's key isn't among the trusted ones."""
    if signer.key_id not in trusted:
        raise UntrustedSigner(
            f"key {signer.key_id} is not trusted here",
            field="sign",
            remedy="put its public key (*.pub.pem) into the folder of --trust, or TRICREDIT_TRUST",
        )


def require_signed(connection: Connection, tenant: str, bundle: str, trusted: Trusted) -> None:
    """Raise `RegistryAltered` unless a trusted key signed the registration as it stands."""
    entry = registered(connection, tenant, bundle)
    step = step_of(connection, tenant, bundle, REGISTER)
    if step is None:
        return  # promoting refuses it
    wrong = fault_of(step, trusted)
    if wrong is None and step.said.told() != entry.told():
        wrong = "the row is not what was signed"
    if wrong is not None:
        raise RegistryAltered(
            f"the registration of {bundle} can't be believed: {wrong}",
            field="bundle",
            remedy="tricredit models verify names all that is wrong; trust the keys of all makers",
        )
    validation_of(entry, trusted)


def validation_of(entry: Registered, trusted: Trusted) -> Validation | None:
    """The validation of a registered bundle; None where it was never tested.

    Raises
    ------
    BundleRefused
        Where no trusted key signed it.
    """
    if entry.validation is None:
        return None
    return believed(entry.validation, entry.id, entry.manifest, trusted)


def _verdict(source: Verified, content: bytes | None, trusted: Trusted) -> Gates:
    if content is None:
        return "untested"
    return "passed" if believed(content, source.id, source.digest, trusted).passed else "failed"


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
    return understood(source_of(entry, bundles, trust))


def source_of(
    entry: Registered, bundles: Path | str, trust: Path | Trusted | None = None
) -> Verified:
    """The files of a registered bundle; raises as `load_holder` does."""
    source = read(below(bundles, entry.id), trust)
    if source.digest != entry.manifest:
        raise BundleRefused(
            f"{entry.id} in {bundles} is not the bundle that was registered",
            field="bundle",
            remedy="copy it again from where it was made",
        )
    return source
