"""A model as saved: a folder of text and JSON whose digests are checked before anything is parsed.

``additive.txt`` and ``cross.txt`` are LightGBM's text models, ``bundle.json`` says what they mean,
``manifest.json`` holds the SHA-256 of each. The folder is named by its content, so that a name can
never stand for two models. Nothing in it is executable.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

import lightgbm as lgb
from pydantic import BaseModel, ConfigDict, ValidationError

from features.catalogue import fingerprints
from features.feature import Credit
from ledger.faults import Fault
from models.event import Event
from models.trees import Groups, Trees

CREDITS = (Credit.SUBJECT, Credit.OBJECT, Credit.DATA)
BOOSTERS = ("additive.txt", "cross.txt")
FILES = (*BOOSTERS, "bundle.json")
MANIFEST = "manifest.json"
LARGEST_FILE = 256 * 1024 * 1024


class BundleRefused(Fault):
    """A bundle that is missing, incomplete or altered, or whose features have another meaning."""

    code = "bundle-refused"


class BundleFeature(BaseModel):
    """A model column: name, credit, monotone direction and the fingerprint it was trained with."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    credit: Credit
    risk: int
    fingerprint: str


class BundleCard(BaseModel):
    """What the model is: ``bundle.json``.

    Attributes
    ----------
    name : str
        Name of the recipe; the id adds the first digits of the content's digest.
    event : Event
        What the probability is a probability of.
    features : tuple of BundleFeature
        Columns in the order of the boosters.
    cal_intercept, cal_slope : float
        Affine calibration: ``logit = cal_intercept + cal_slope * raw``.
    trained_through : datetime
        The training cut: no fact known later was used.
    data : str
        Where the training data came from, and its licence.
    versions : dict
        Versions of the libraries that made it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    event: Event
    features: tuple[BundleFeature, ...]
    cal_intercept: float
    cal_slope: float
    trained_through: datetime
    data: str
    versions: dict[str, str]


@dataclass(frozen=True)
class Bundle:
    """A loaded model.

    Attributes
    ----------
    id : str
        Name and content digest; the name of its folder.
    card : BundleCard
        What it is.
    additive : Trees
        Every tree splits on the features of one credit only.
    cross : Trees
        Fitted on top over all features; may be empty.
    members : tuple of tuple of int
        The additive trees of subject, object and data, in that order.
    """

    id: str
    card: BundleCard
    additive: Trees
    cross: Trees
    members: tuple[tuple[int, ...], ...]

    @cached_property
    def feature_names(self) -> tuple[str, ...]:
        """Columns the model wants, in its order."""
        return tuple(feature.name for feature in self.card.features)

    @cached_property
    def credits(self) -> Groups:
        """The additive trees by credit."""
        return self.additive.grouped(self.members)

    @cached_property
    def together(self) -> Groups:
        """The cross trees, all of them."""
        return self.cross.grouped([range(len(self.cross))])

    @cached_property
    def base(self) -> float:
        """Log-odds of a request whose credits are all average: the base the parts are added to."""
        every = self.additive.mean(range(len(self.additive)))
        raw = every + self.cross.mean(range(len(self.cross)))
        return self.card.cal_intercept + self.card.cal_slope * raw


def save(folder: Path, card: BundleCard, additive: str, cross: str) -> Path:
    """Write a bundle below ``folder`` and return its own folder, named by its content."""
    text = {
        "additive.txt": additive,
        "cross.txt": cross,
        "bundle.json": json.dumps(card.model_dump(mode="json"), indent=1, sort_keys=True),
    }
    manifest = {name: hashlib.sha256(text[name].encode()).hexdigest() for name in FILES}
    target = folder / bundle_id(card.name, manifest)
    target.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        (target / name).write_bytes(text[name].encode())
    (target / MANIFEST).write_bytes(_manifest(manifest))
    return target


def _manifest(manifest: Mapping[str, str]) -> bytes:
    """The one way a manifest is written: no byte of it can be changed unseen."""
    return (json.dumps(manifest, indent=1, sort_keys=True) + "\n").encode()


def bundle_id(name: str, manifest: Mapping[str, str]) -> str:
    """Id of a bundle: its name and twelve digits of the digest of its digests."""
    content = "\n".join(f"{file} {manifest[file]}" for file in sorted(manifest))
    return f"{name}-{hashlib.sha256(content.encode()).hexdigest()[:12]}"


def load(folder: Path) -> Bundle:
    """Load a bundle.

    Raises
    ------
    BundleRefused
        Where a file is missing, altered or one too many, the folder is not named by its content,
        a feature of the model now means something else, a tree mixes credits or is of another
        kind than `models.flat_trees` reads.
    """
    folder = Path(os.path.realpath(folder))  # a link, or ".", doesn't tell the name
    content = _verified(folder)
    try:
        card = BundleCard.model_validate_json(content["bundle.json"])
    except ValidationError as error:
        raise BundleRefused(
            f"bundle.json of {folder.name} is not a bundle card: {error.errors()[0]['msg']}",
            field="bundle.json",
            remedy="train it again with this version",
        ) from error
    _require_name(folder.name, f"{card.name}-{folder.name.rpartition('-')[2]}")
    _same_meaning(folder.name, card)
    credit_of = {feature.name: feature.credit for feature in card.features}
    boosters = {name: lgb.Booster(model_str=content[name].decode()) for name in BOOSTERS}
    _same_columns(folder.name, card, boosters)
    additive, cross = (
        _trees(folder.name, file, booster, credit_of) for file, booster in boosters.items()
    )
    return Bundle(folder.name, card, additive, cross, _members(folder.name, additive))


def _verified(folder: Path) -> dict[str, bytes]:
    """Read the files of a bundle and check them against the manifest and the folder's name."""
    written = _read(folder / MANIFEST)
    try:
        manifest = json.loads(written)
        named = {str(name): str(digest) for name, digest in manifest.items()}
    except (ValueError, AttributeError, RecursionError) as error:
        raise BundleRefused(f"{folder / MANIFEST} is not a manifest", field=MANIFEST) from error
    if set(named) != set(FILES) or written != _manifest(named):
        raise BundleRefused(
            f"{MANIFEST} of {folder.name} must name {', '.join(FILES)} as it was written",
            field=MANIFEST,
        )
    unnamed = sorted({entry.name for entry in folder.iterdir()} - {*FILES, MANIFEST})
    if unnamed:
        raise BundleRefused(
            f"{folder.name} holds what its manifest doesn't name: {', '.join(unnamed)}",
            field=unnamed[0],
            remedy="keep a bundle's folder as it was made",
        )
    content = {name: _read(folder / name) for name in FILES}
    for name, data in content.items():
        if hashlib.sha256(data).hexdigest() != named[name]:
            raise BundleRefused(
                f"{name} of {folder.name} is not the file its manifest names",
                field=name,
                remedy="copy the bundle again from where it was made, or train it again",
            )
    _require_name(folder.name, bundle_id(folder.name.rpartition("-")[0], named))
    return content


def _require_name(found: str, right: str) -> None:
    if found != right:
        raise BundleRefused(
            f"{found} is not the name of this content",
            remedy="keep the name the bundle was saved under",
        )


def _read(path: Path) -> bytes:
    """Read a file of a bundle; a link is none, for it may lead anywhere."""
    try:
        if not path.is_file() or path.is_symlink():
            raise FileNotFoundError(f"{path} is not there")
        if path.stat().st_size > LARGEST_FILE:
            raise BundleRefused(f"{path} is larger than {LARGEST_FILE} bytes", field=path.name)
        return path.read_bytes()
    except OSError as error:
        raise BundleRefused(
            str(error),
            field=path.name,
            remedy="name the folder of a bundle, as training prints it",
        ) from error


def _same_meaning(name: str, card: BundleCard) -> None:
    """Refuse a card whose features aren't those of the catalogue any more."""
    changed = [
        feature.name
        for feature in card.features
        if fingerprints().get(feature.name) != feature.fingerprint
    ]
    if changed:
        raise BundleRefused(
            f"{name} was trained on features that now mean something else: {', '.join(changed)}",
            field="features",
            remedy="train it again, or run the version it was trained with",
        )


def _same_columns(name: str, card: BundleCard, boosters: Mapping[str, lgb.Booster]) -> None:
    """Refuse boosters whose columns aren't those of the card, in its order."""
    columns = [feature.name for feature in card.features]
    for file, booster in boosters.items():
        if booster.feature_name() != columns:
            raise BundleRefused(
                f"the columns of {file} of {name} aren't the features of its card",
                field=file,
                remedy="train it again with this version",
            )


def _trees(name: str, file: str, booster: lgb.Booster, credit_of: Mapping[str, Credit]) -> Trees:
    try:
        return Trees.read(booster, credit_of)
    except ValueError as error:
        raise BundleRefused(
            f"{file} of {name} can't be walked: {error}",
            field=file,
            remedy="train it again with this version",
        ) from error


def _members(name: str, additive: Trees) -> tuple[tuple[int, ...], ...]:
    """The additive trees of each credit; a tree without a split speaks for none and only shifts."""
    mixed = [at for at, credits in enumerate(additive.credits) if len(credits) > 1]
    if mixed:
        raise BundleRefused(f"tree {mixed[0]} of {name} mixes credits", field="additive.txt")
    return tuple(
        tuple(at for at, credits in enumerate(additive.credits) if credit in credits)
        for credit in CREDITS
    )
