"""What a bundle consists of, signed: the manifest, and the order in which it is believed.

First the signature over the raw bytes of the manifest, then the digests it holds, and only then
does a parser see a byte. An edited text model can crash or hang the parser of LightGBM.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, FiniteFloat, ValidationError

from models.signing import SIGNATURE, SIGNATURE_BYTES, Trusted, signature, signer_of
from models.storage import MANIFEST, BundleRefused, Place

LARGEST_MANIFEST = 2**20
LARGEST_BUNDLE = 2**30
"""Bytes of all files of a bundle together."""

ID = re.compile(r"[a-z0-9-]{1,64}")
DIGITS = 12
"""Digits of the manifest's digest at the end of an id."""

LONGEST_NAME = 64 - 1 - DIGITS


@dataclass(frozen=True)
class FileKind:
    """A file that a bundle may hold.

    Attributes
    ----------
    name : str
    required : bool
        Whether every bundle has it.
    largest : int
        Bytes at most.
    parse : callable
        What reads it, once its digest was checked; raises ValueError where it can't.
    """

    name: str
    required: bool
    largest: int
    parse: Callable[[bytes], Any]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class FileDigest(_Frozen):
    """Length in bytes and SHA-256, in hexadecimal digits, of a file."""

    bytes: int = Field(ge=0)
    sha256: Sha256


class Provenance(_Frozen):
    """How a model came about.

    Attributes
    ----------
    name : str
        Name of the model, at most 51 letters, digits and dashes; bundles of one name are versions
        of it.
    trained_from : datetime or None
        Start of the day of the earliest example learned from; None where nobody said.
    trained_through : datetime
        The training cut: no fact known later was used.
    data : str
        Where the training data came from, and its licence.
    data_sha256, recipe_sha256 : str or None
        Digests of the rows learned from and of the recipe, in hexadecimal digits; None where
        nobody said, as of bundles of before.
    metrics : dict of str to float
        Figures of the rehearsals before the cut: no row learned from is among those predicted.
    versions : dict of str to str
        Versions of the libraries that made it.
    """

    name: str = Field(pattern=rf"^[a-z0-9-]{{1,{LONGEST_NAME}}}$")
    trained_from: AwareDatetime | None = None
    trained_through: AwareDatetime
    data: str
    data_sha256: Sha256 | None = None
    recipe_sha256: Sha256 | None = None
    metrics: dict[str, FiniteFloat] = {}
    versions: dict[str, str]


class Manifest(Provenance):
    """``manifest.json``: how a bundle came about and what it consists of.

    Attributes
    ----------
    format : str
    version : int
        Number of this version of the model; the registry takes growing ones only.
    catalogue : str
        Fingerprint of the catalogue of features then (of a shadow rating: of ratios); the bundle's
        own features are checked one by one.
    files : dict of str to FileDigest
        Every file but the manifest and its signature.
    """

    format: Literal["tricredit bundle 1"] = "tricredit bundle 1"
    version: int = Field(ge=1, lt=2**53)
    catalogue: str
    files: dict[str, FileDigest]

    def provenance(self) -> dict[str, Any]:
        """The fields of `Provenance`."""
        return self.model_dump(include=set(Provenance.model_fields))

    def written(self) -> bytes:
        """Canonical JSON (RFC 8785): what is signed."""
        return rfc8785.dumps(self.model_dump(mode="json"))


@dataclass(frozen=True)
class Verified:
    """The files of a bundle whose signature and digests are right; none is parsed yet.

    Attributes
    ----------
    id : str
        Name of the model and digits of the digest of the manifest.
    manifest : Manifest
    digest : bytes
        SHA-256 of the manifest as signed.
    key : str
        Id of the key that signed it.
    content : mapping of str to bytes
        The files that the manifest names.
    signed : mapping of str to bytes
        The manifest and its signature, as they were read.
    """

    id: str
    manifest: Manifest
    digest: bytes
    key: str
    content: Mapping[str, bytes] = field(repr=False)
    signed: Mapping[str, bytes] = field(repr=False)


def digests(content: Mapping[str, bytes]) -> dict[str, FileDigest]:
    """The digest of each file."""
    return {
        name: FileDigest(bytes=len(data), sha256=hashlib.sha256(data).hexdigest())
        for name, data in content.items()
    }


def sealed(
    manifest: Manifest, content: Mapping[str, bytes], key: Ed25519PrivateKey
) -> tuple[str, dict[str, bytes]]:
    """The id of a bundle and all its files, the signature last."""
    written = manifest.written()
    signed = {MANIFEST: written, SIGNATURE: signature(key, written)}
    return _id(manifest, written), {**content, **signed}


def signed_manifest(place: Place, trusted: Trusted) -> tuple[Manifest, Mapping[str, bytes], str]:
    """The manifest of a bundle, it and its signature as read, and the id of the key that signed.

    Raises
    ------
    BundleRefused
        Where no trusted key signed it, or the folder is not named by it.
    """
    signed = {
        MANIFEST: place.read(MANIFEST, LARGEST_MANIFEST),
        SIGNATURE: place.read(SIGNATURE, SIGNATURE_BYTES),
    }
    key = signer_of(signed[SIGNATURE], signed[MANIFEST], trusted)
    try:
        manifest = Manifest.model_validate_json(signed[MANIFEST])
    except ValidationError as error:
        raise BundleRefused(
            f"{MANIFEST} of {place.name} is of another version: {error.errors()[0]['msg']}",
            field=MANIFEST,
            remedy="train it again with this version",
        ) from error
    if place.name != _id(manifest, signed[MANIFEST]):
        raise _misnamed(place)
    return manifest, signed, key


def verified(place: Place, trusted: Trusted, kinds: Sequence[FileKind]) -> Verified:
    """Read a bundle and believe it: names and sizes, signature, digests.

    Raises
    ------
    BundleRefused
        Where a file is missing, too large, altered or one too many, no trusted key signed it, or
        the folder is not named by its content.
    """
    largest = {kind.name: kind.largest for kind in kinds}
    sizes = _listed(place, largest)
    manifest, signed, key = signed_manifest(place, trusted)
    _require_complete(place, manifest, sizes, kinds)
    content = {name: place.read(name, largest[name]) for name in sorted(manifest.files)}
    for name, found in digests(content).items():
        if found != manifest.files[name]:
            raise BundleRefused(
                f"{name} of {place.name} is not the file its manifest names",
                field=name,
                remedy="copy the bundle again from where it was made, or train it again",
            )
    digest = hashlib.sha256(signed[MANIFEST]).digest()
    return Verified(place.name, manifest, digest, key, content, signed)


def _listed(place: Place, largest: Mapping[str, int]) -> Mapping[str, int]:
    """The sizes of the files of a place, which holds no other names and no more than it may."""
    if ID.fullmatch(place.name) is None:
        raise _misnamed(place)
    sizes = place.sizes()
    most = {**largest, MANIFEST: LARGEST_MANIFEST, SIGNATURE: SIGNATURE_BYTES}
    strange = sorted(set(sizes) - set(most))
    if strange:
        raise BundleRefused(
            f"{place.name} holds what is no file of a bundle: {', '.join(strange)[:300]}",
            field=strange[0][:100],
            remedy="keep a bundle's folder as it was made",
        )
    for name in (SIGNATURE, MANIFEST):
        if name not in sizes:
            raise BundleRefused(
                f"{place.name} has no {name}: an unsigned bundle is not used",
                field=name,
                remedy="train it again, or copy it again from where it was made",
            )
    large = [name for name, size in sizes.items() if size > most[name]]
    if large or sum(sizes.values()) > LARGEST_BUNDLE:
        raise BundleRefused(
            f"{', '.join(large) or 'all'} of {place.name} is larger than a bundle's file may be",
            field=(large or [""])[0],
        )
    return sizes


def _require_complete(
    place: Place, manifest: Manifest, sizes: Mapping[str, int], kinds: Sequence[FileKind]
) -> None:
    """Refuse files that the manifest doesn't name, and names of which there is no file."""
    named = set(manifest.files)
    wanted = {kind.name for kind in kinds if kind.required}
    odd = sorted(named.symmetric_difference(set(sizes) - {MANIFEST, SIGNATURE}) | (wanted - named))
    if odd:
        raise BundleRefused(
            f"{MANIFEST} and files of {place.name} don't go together: {', '.join(odd)}",
            field=odd[0],
            remedy="keep a bundle's folder as it was made",
        )


def _id(manifest: Manifest, written: bytes) -> str:
    return f"{manifest.name}-{hashlib.sha256(written).hexdigest()[:DIGITS]}"


def _misnamed(place: Place) -> BundleRefused:
    return BundleRefused(
        f"{place.name[:100]} is not the name of this content",
        remedy="keep the name the bundle was saved under",
    )
