"""A model's folder written and signed, and its files parsed once they are believed.

What the bundles of the credits (``models.bundle``) and shadow ratings (``models.shadow_model``)
have in common. Each says itself which files it has and what they mean.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import lightgbm as lgb
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import ValidationError

from models.manifest import (
    FileKind,
    Manifest,
    Provenance,
    Verified,
    digests,
    sealed,
    signed_manifest,
)
from models.signing import public_of, signing_key
from models.storage import BundleRefused, open_folder, write_folder

Card = TypeVar("Card", bound=Provenance)


def read_booster(content: bytes) -> lgb.Booster:
    """Parse LightGBM's text."""
    return lgb.Booster(model_str=content.decode())


def read_fields(content: bytes) -> Any:
    """Parse the file of a card."""
    return json.loads(content)


def written_card(card: Provenance) -> str:
    """The file of a card: its own fields; those of `Provenance` are the manifest's."""
    own = card.model_dump(mode="json", exclude=set(Provenance.model_fields))
    return json.dumps(own, indent=1, sort_keys=True)


def write(
    folder: Path,
    card: Provenance,
    texts: Mapping[str, str],
    *,
    catalogue: str,
    key: Ed25519PrivateKey | None = None,
    version: int | None = None,
) -> Path:
    """Sign files and write them below ``folder``; return their own folder, named by its content.

    Parameters
    ----------
    card : Provenance
        How the model came about.
    texts : mapping of str to str
        The files by their names, the card's among them.
    catalogue : str
        Fingerprint of everything that a column could have been.
    key, version
        As in ``models.bundle.save``.

    Raises
    ------
    BundleRefused
        Where the folder can't be written.
    WrongKeyFile
        Where there is no local key and none can be made.
    """
    content = {name: text.encode() for name, text in texts.items()}
    signer = key or signing_key(folder)
    manifest = Manifest(
        **card.model_dump(include=set(Provenance.model_fields)),
        version=1 if version is None else version,
        catalogue=catalogue,
        files=digests(content),
    )
    if version is None:
        manifest = _numbered(folder, manifest, signer)
    name, files = sealed(manifest, content, signer)
    write_folder(folder / name, files)
    return folder / name


def _numbered(folder: Path, manifest: Manifest, signer: Ed25519PrivateKey) -> Manifest:
    """Give a manifest the number after that of the latest bundle in the folder that we signed."""
    latest = None
    for other in folder.glob(f"{manifest.name}-{'?' * 12}"):
        try:
            found, _, _ = signed_manifest(open_folder(other), public_of(signer))
        except BundleRefused:
            continue  # unsigned, or somebody else's: it says nothing about our numbers
        if latest is None or found.version > latest.version:
            latest = found
    if latest is None:
        return manifest
    same = manifest.model_copy(update={"version": latest.version})
    return same if same == latest else same.model_copy(update={"version": latest.version + 1})


def parsed(source: Verified, kinds: Sequence[FileKind]) -> dict[str, Any]:
    """Parse the files of a folder that was believed, by their names.

    Raises
    ------
    BundleRefused
        Where one can't be read by this version.
    """
    return {kind.name: _parsed(source, kind) for kind in kinds if kind.name in source.content}


def _parsed(source: Verified, kind: FileKind) -> Any:
    try:
        return kind.parse(source.content[kind.name])
    except (ValueError, lgb.basic.LightGBMError) as error:
        raise BundleRefused(
            f"{kind.name} of {source.id} can't be read, though it is as it was signed",
            field=kind.name,
            remedy="train it again with this version",
        ) from error


def card_of(source: Verified, kind: type[Card], file: str, own: Mapping[str, Any]) -> Card:
    """The card of a folder: the fields of its file and those of the manifest.

    Raises
    ------
    BundleRefused
        Where they aren't those of this version.
    """
    try:
        return kind.model_validate({**own, **source.manifest.provenance()})
    except (ValidationError, TypeError) as error:
        raise BundleRefused(
            f"{file} of {source.id} is not a card of this version",
            field=file,
            remedy="train it again with this version",
        ) from error
