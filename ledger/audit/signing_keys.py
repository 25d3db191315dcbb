"""Signing keys (Ed25519) in PEM files: made once, kept apart from the database.

The private key signs checkpoints and model bundles; it belongs where the database's administrator
can't read it. The public key checks and may be given to anybody.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from ledger.faults import FileInTheWay, WrongKeyFile

PRIVATE = "signing-key.pem"
PUBLIC = "signing-key.pub.pem"


def make_keys(folder: Path) -> tuple[Path, Path]:
    """Make a key pair and return its files, the private key (mode 0600) and the public key.

    Raises
    ------
    FileInTheWay
        Where a key lies there already: signatures of a lost key can't be made again.
    WrongKeyFile
        Where the folder can't be written.
    """
    made = Ed25519PrivateKey.generate()
    pem = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = made.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    private_path, public_path = folder / PRIVATE, folder / PUBLIC
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path in (private_path, public_path):
            if path.exists():
                raise FileExistsError(path)
        for path, text, mode in ((private_path, pem, 0o600), (public_path, public, 0o644)):
            # made with its mode: a private key is at no time readable by others
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
                file.write(text)
    except FileExistsError as error:
        raise FileInTheWay(
            f"there is a key in {folder} already",
            field="out",
            remedy="name another folder; keep the old key as long as its signatures matter",
        ) from error
    except OSError as error:
        raise WrongKeyFile(
            f"{folder} can't be written: {error.strerror}", field="out", remedy="name a folder"
        ) from error
    return private_path, public_path


def load_private(path: Path) -> Ed25519PrivateKey:
    """Load a private key; raise `WrongKeyFile` where the file holds none."""
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _wrong(path, "private") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise _wrong(path, "private")
    return key


def load_public(path: Path) -> Ed25519PublicKey:
    """Load a public key; raise `WrongKeyFile` where the file holds none."""
    try:
        key = load_pem_public_key(path.read_bytes())
    except (OSError, ValueError, UnsupportedAlgorithm) as error:
        raise _wrong(path, "public") from error
    if not isinstance(key, Ed25519PublicKey):
        raise _wrong(path, "public")
    return key


def load_trusted(path: Path) -> Mapping[str, Ed25519PublicKey]:
    """Load the public keys of a folder (its ``*.pub.pem``), or the one of a file, by their ids.

    Raises `WrongKeyFile` where there is none, or a file holds none.
    """
    files = sorted(path.glob("*.pub.pem")) if path.is_dir() else [path]
    if not files:
        raise _wrong(path, "public")
    keys = [load_public(file) for file in files]
    return {key_id(key): key for key in keys}


def key_id(key: Ed25519PublicKey) -> str:
    """The id of a key: the first 16 hexadecimal digits of the SHA-256 of its 32 bytes."""
    return sha256(key.public_bytes_raw()).hexdigest()[:16]


def _wrong(path: Path, which: str) -> WrongKeyFile:
    return WrongKeyFile(
        f"{path} holds no {which} Ed25519 key in PEM that can be read",
        field="key" if which == "private" else "public-key",
        remedy="make a pair with: tricredit keys sign --out FOLDER",
    )
