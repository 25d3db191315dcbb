"""Who signs bundles, and whose signature is believed.

A signature is a file of one line and fixed width, ``tricredit-signature-1 KEY SIGNATURE``, in
hexadecimal digits: it is read without a parser.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ledger.audit.signing_keys import (
    PRIVATE,
    PUBLIC,
    key_id,
    load_private,
    load_trusted,
    make_keys,
)
from ledger.faults import FileInTheWay, WrongKeyFile
from models.storage import BundleRefused, local_folder

Trusted = Mapping[str, Ed25519PublicKey]
"""Public keys by their ids."""

SIGNATURE = "manifest.sig"
SIGNATURE_BYTES = 22 + 16 + 1 + 128 + 1
_LINE = re.compile(rb"tricredit-signature-1 ([0-9a-f]{16}) ([0-9a-f]{128})\n")

KEYS = "keys"
"""Folder beside that of the bundles which holds the key of whoever has no other."""


def signature(key: Ed25519PrivateKey, content: bytes) -> bytes:
    """Sign; the same key and content give the same bytes."""
    signed = key.sign(content).hex()
    return f"tricredit-signature-1 {key_id(key.public_key())} {signed}\n".encode()


def signer_of(line: bytes, content: bytes, trusted: Trusted) -> str:
    """The id of the trusted key that signed; ``content`` is hashed, not parsed.

    Raises
    ------
    BundleRefused
        Where the line is no signature, the key isn't trusted, or it signed something else.
    """
    parts = _LINE.fullmatch(line)
    if parts is None:
        raise BundleRefused(
            f"{SIGNATURE} is not a signature",
            field=SIGNATURE,
            remedy="copy the bundle again from where it was made, or train it again",
        )
    signer = parts[1].decode()
    if signer not in trusted:
        raise BundleRefused(
            f"the bundle is signed with key {signer}, which is not trusted here",
            field=SIGNATURE,
            remedy="name the public key of whoever trained it: --trust FILE, or TRICREDIT_TRUST",
        )
    try:
        trusted[signer].verify(bytes.fromhex(parts[2].decode()), content)
    except InvalidSignature as error:
        raise BundleRefused(
            f"key {signer} did not sign this manifest",
            field=SIGNATURE,
            remedy="copy the bundle again from where it was made, or train it again",
        ) from error
    return signer


def local_keys(bundles: Path) -> Path:
    """The folder of the keys of whoever trains into a folder of bundles: ``keys``, beside it."""
    return bundles.absolute().parent / KEYS


def signing_key(bundles: Path, key: Path | None = None) -> Ed25519PrivateKey:
    """The private key of that file, or else the local one, which is made where there is none.

    Raises
    ------
    WrongKeyFile
        Where the file holds none, or none can be written.
    """
    if key is None:
        key = local_keys(bundles) / PRIVATE
        if not key.exists():
            try:
                make_keys(key.parent)
            except FileInTheWay as error:
                if not key.exists():  # else somebody has just made them
                    raise WrongKeyFile(
                        f"{key.parent} has a public key and no private one",
                        field="sign",
                        remedy=f"put {PRIVATE} back, or sign with --sign FILE",
                    ) from error
    return load_private(key)


def public_of(key: Ed25519PrivateKey) -> Trusted:
    """The public key of a private one, as the only one that is believed."""
    public = key.public_key()
    return {key_id(public): public}


def trusted_keys(bundle: Path | str, trust: Path | Trusted | None = None) -> Trusted:
    """The keys that are believed for a bundle: those named, or else the local one.

    Parameters
    ----------
    bundle : Path or str
        Folder or URL of the bundle (or a packed one).
    trust : Path, mapping or None
        Public key, or folder of public keys, or the keys themselves; None for the key beside the
        folder of the bundles, which is only there for a local one.

    Raises
    ------
    WrongKeyFile
        Where ``trust`` holds none.
    BundleRefused
        Where none is named and there is no local one.
    """
    if isinstance(trust, Path):
        return load_trusted(trust)
    if trust is not None:
        return trust
    folder = local_folder(bundle)
    local = local_keys(folder.parent) / PUBLIC if folder is not None else None
    if local is None or not local.is_file():
        raise BundleRefused(
            f"no key is named that {bundle} could be checked with",
            field="trust",
            remedy="name the public key of whoever trained it: --trust FILE, or TRICREDIT_TRUST",
        )
    return load_trusted(local)
