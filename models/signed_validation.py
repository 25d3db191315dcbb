"""A validation: what a bundle did on a period that it hasn't learned from, and the gates it passed.

It lies beside the bundle and not in it: a bundle is what it does, and is the same whether or not it
was tested. It names the manifest, and is signed by whoever tested, as a rule who trained.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, ValidationError

from ledger.audit.signing_keys import key_id
from models.manifest import Verified
from models.signing import Trusted
from models.storage import BundleRefused, StoredFolder, open_folder, write_folder

LARGEST = 2**20


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Gate(_Frozen):
    """What a figure has to be for a bundle to become champion.

    Attributes
    ----------
    name : str
    found : float or None
        The figure; None where the test period doesn't tell it.
    asked : str
        What the recipe asks for, as ``>= 0.7``.
    passed : bool
    """

    name: str
    found: FiniteFloat | None
    asked: str
    passed: bool


class Validation(_Frozen):
    """What is signed.

    Attributes
    ----------
    bundle, manifest : str
        Id, and SHA-256 of the manifest in hexadecimal digits.
    since, until : date
        The test period, half-open.
    rows, events : int
    sample : str
        SHA-256 of the keys and outcomes of the rows: two bundles with the same were tested alike.
    figures : mapping of str to float
    gates : tuple of Gate
        At least one.
    key : str
        Id of the key that signs.
    """

    format: Literal["tricredit validation 1"] = "tricredit validation 1"
    bundle: str
    manifest: str = Field(pattern=r"^[0-9a-f]{64}$")
    since: date
    until: date
    rows: int = Field(ge=1)
    events: int = Field(ge=0)
    sample: str = Field(pattern=r"^[0-9a-f]{64}$")
    figures: Mapping[str, FiniteFloat]
    gates: tuple[Gate, ...] = Field(min_length=1)
    key: str

    @property
    def passed(self) -> bool:
        """Whether every gate was passed."""
        return all(gate.passed for gate in self.gates)

    def written(self) -> bytes:
        """Canonical JSON (RFC 8785): what is signed."""
        return rfc8785.dumps(self.model_dump(mode="json"))


@dataclass(frozen=True)
class Evidence:
    """What a test period told of a bundle, before anybody signs for it.

    The attributes are those of `Validation`.
    """

    since: date
    until: date
    rows: int
    events: int
    sample: str
    figures: Mapping[str, float]
    gates: tuple[Gate, ...]


def file_of(bundle: str) -> str:
    """Name of the file with the validation of a bundle, in the folder of the bundles."""
    return f"{bundle}.validation.json"


def signed(source: Verified, evidence: Evidence, key: Ed25519PrivateKey) -> bytes:
    """The file: the validation of a bundle and its signature, in canonical JSON."""
    told = Validation(
        bundle=source.id,
        manifest=source.digest.hex(),
        key=key_id(key.public_key()),
        **vars(evidence),
    )
    return _shown(told, key.sign(told.written()))


def save_validation(
    folder: Path, source: Verified, evidence: Evidence, key: Ed25519PrivateKey
) -> None:
    """Write the validation of a bundle beside it; a later one replaces it."""
    write_folder(folder, {file_of(source.id): signed(source, evidence, key)})


def stored_validation(source: Verified, where: Path | str) -> bytes | None:
    """The file beside a bundle, unbelieved; None where it was never tested.

    Parameters
    ----------
    where : Path or str
        Folder or URL of the bundle.

    Raises
    ------
    BundleRefused
        Where it can't be read.
    """
    place = open_folder(where)
    parent, name = StoredFolder(place.store, place.path.rpartition("/")[0]), file_of(source.id)
    if not place.store.exists(f"{parent.path}/{name}"):
        return None
    return parent.read(name, LARGEST)


def believed(content: bytes, bundle: str, manifest: bytes, trusted: Trusted) -> Validation:
    """Read a validation of a bundle.

    Raises
    ------
    BundleRefused
        Where it is none, is of another bundle, or no trusted key signed it.
    """
    name = file_of(bundle)
    try:
        shown = json.loads(content)
        signature = bytes.fromhex(shown.pop("signature"))
        told = Validation.model_validate_json(json.dumps(shown))
        if _shown(told, signature) != content:
            raise ValueError("not as it was written")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        kind = "of another version" if isinstance(error, ValidationError) else "no validation"
        raise _refused(name, f"is {kind}") from error
    if (told.bundle, told.manifest) != (bundle, manifest.hex()):
        raise _refused(name, "is of another bundle")
    if told.key not in trusted:
        raise BundleRefused(
            f"{name} is signed with key {told.key}, which is not trusted here",
            field=name,
            remedy="name the public key of whoever tested it: --trust FILE, or TRICREDIT_TRUST",
        )
    try:
        trusted[told.key].verify(signature, told.written())
    except InvalidSignature as error:
        raise _refused(name, f"is not what key {told.key} signed") from error
    return told


def _shown(told: Validation, signature: bytes) -> bytes:
    return rfc8785.dumps({"signature": signature.hex(), **told.model_dump(mode="json")})


def _refused(name: str, why: str) -> BundleRefused:
    return BundleRefused(
        f"{name} {why}",
        field=name,
        remedy="copy it again from where the bundle was tested, or train again",
    )
