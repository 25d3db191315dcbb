"""A model as saved: a folder of text and JSON, signed, that is checked before anything is parsed.

``additive.txt`` and ``cross.txt`` are LightGBM's text models, ``bundle.json`` says what they mean,
``manifest.json`` how they came about and what the SHA-256 of each is, and ``manifest.sig`` signs
that (``models.manifest``). The folder is named by its content, so that a name can never stand for
two models. Nothing in it is executable.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import lightgbm as lgb
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import BaseModel, ConfigDict, FiniteFloat

from features.catalogue import fingerprints
from features.feature import Credit
from models.event import Event
from models.interval import BAGS, SPREAD, Intervals, intervals_among
from models.manifest import FileKind, Provenance, Verified, verified
from models.meaning import catalogue_fingerprint, require_same_columns, require_same_meaning
from models.sealing import card_of, parsed, read_booster, read_fields, write, written_card
from models.signing import Trusted, trusted_keys
from models.storage import BundleRefused, open_folder
from models.structures import Structures
from models.trees import Groups, Trees

CREDITS = (Credit.SUBJECT, Credit.OBJECT, Credit.DATA)
BOOSTERS, CARD = ("additive.txt", "cross.txt"), "bundle.json"

KINDS: tuple[FileKind, ...] = (
    FileKind("additive.txt", required=True, largest=2**28, parse=read_booster),
    FileKind("cross.txt", required=True, largest=2**28, parse=read_booster),
    FileKind(CARD, required=True, largest=2**24, parse=read_fields),
    FileKind(BAGS, required=False, largest=2**28, parse=read_booster),
    FileKind(SPREAD, required=False, largest=2**16, parse=read_fields),
)
"""Every file that a bundle may hold beside its manifest, and what reads it."""


class BundleFeature(BaseModel):
    """A model column.

    Attributes
    ----------
    name : str
    credit : Credit
    risk : int
        Monotone direction: 1, -1 or 0.
    fingerprint : str
        That of the feature it was trained with.
    peers : float
        What it adds at approved peers, in log-odds: the median of what it added there
        (``training.peers``). Reasons are told against it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    credit: Credit
    risk: int
    fingerprint: str
    peers: FiniteFloat


class BundleCard(Provenance):
    """What the model is. ``bundle.json`` holds its own fields, the manifest those of `Provenance`.

    Attributes
    ----------
    event : Event
        What the probability is a probability of.
    features : tuple of BundleFeature
        Columns in the order of the boosters.
    cal_intercept, cal_slope : float
        Affine calibration: ``logit = cal_intercept + cal_slope * raw``.
    structures : Structures or None
        What approved peers ask for; None where the model sees nothing of it.
    """

    event: Event
    features: tuple[BundleFeature, ...]
    cal_intercept: float
    cal_slope: float
    structures: Structures | None = None


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
    more : mapping of str to object
        What the optional files say, by name of the file.
    intervals : Intervals or None
        How sure its probabilities are; None where it has no bags.
    source : Verified
        Its files and their manifest.
    """

    id: str
    card: BundleCard
    additive: Trees
    cross: Trees
    members: tuple[tuple[int, ...], ...]
    more: Mapping[str, Any]
    intervals: Intervals | None
    source: Verified

    @cached_property
    def feature_names(self) -> tuple[str, ...]:
        """Columns the model wants, in its order."""
        return tuple(feature.name for feature in self.card.features)

    @cached_property
    def peers(self) -> Mapping[str, float]:
        """What each feature adds at approved peers, in log-odds."""
        return {feature.name: feature.peers for feature in self.card.features}

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


def save(
    folder: Path,
    card: BundleCard,
    additive: str,
    cross: str,
    *,
    more: Mapping[str, str] | None = None,
    key: Ed25519PrivateKey | None = None,
    version: int | None = None,
) -> Path:
    """Write a bundle below ``folder`` and return its own folder, named by its content.

    Parameters
    ----------
    additive, cross : str
        LightGBM's text models.
    more : mapping of str to str, optional
        Optional files of `KINDS`.
    key : Ed25519PrivateKey, optional
        Who signs; the local key beside the folder where left out (``models.signing``).
    version : int, optional
        Its number. Left out, it is one more than the largest of this model in the folder, or the
        same where nothing else has changed.

    Raises
    ------
    BundleRefused
        Where an optional file is none of `KINDS`, or the folder can't be written.
    WrongKeyFile
        Where there is no local key and none can be made.
    """
    text = {
        "additive.txt": additive,
        "cross.txt": cross,
        CARD: written_card(card),
        **(more or {}),
    }
    strange = set(text) - {kind.name for kind in KINDS}
    if strange:
        raise BundleRefused(f"{min(strange)} is no file of a bundle", field=min(strange))
    catalogue = catalogue_fingerprint(fingerprints())
    return write(folder, card, text, catalogue=catalogue, key=key, version=version)


def read(where: Path | str, trust: Path | Trusted | None = None) -> Verified:
    """Read a bundle and check signature and digests; raises as `load` does, and parses nothing."""
    return verified(open_folder(where), trusted_keys(where, trust), KINDS)


def load(where: Path | str, trust: Path | Trusted | None = None) -> Bundle:
    """Load a bundle.

    Parameters
    ----------
    where : Path or str
        Its folder, or the URL of it (``models.storage``).
    trust : Path or mapping, optional
        Public key, or folder of public keys, of those who may sign; the local key where left out
        (``models.signing``).

    Raises
    ------
    BundleRefused
        Where no trusted key signed it, a file is missing, altered or one too many, the folder is
        not named by its content, a feature of the model now means something else, a tree mixes
        credits or is of another kind than `models.flat_trees` reads.
    WrongKeyFile
        Where ``trust`` holds no public key.
    """
    return understood(read(where, trust))


def understood(source: Verified) -> Bundle:
    """Parse the files of a bundle; raises `BundleRefused` as `load` does."""
    files = parsed(source, KINDS)
    card = card_of(source, BundleCard, CARD, files.pop(CARD))
    trained_on = {one.name: one.fingerprint for one in card.features}
    require_same_meaning(source.id, trained_on, fingerprints())
    credit_of = {feature.name: feature.credit for feature in card.features}
    boosters = {name: files.pop(name) for name in BOOSTERS}
    require_same_columns(source.id, list(credit_of), boosters)
    additive, cross = (
        _trees(source.id, file, booster, credit_of) for file, booster in boosters.items()
    )
    members = _members(source.id, additive)
    intervals = intervals_among(source.id, files, credit_of, card.cal_slope)
    return Bundle(source.id, card, additive, cross, members, files, intervals, source)


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
    """The additive trees of each credit; one without a split speaks for none, as do cross terms."""
    mixed = [at for at, of in enumerate(additive.credits) if len(of) > (Credit.CROSS not in of)]
    if mixed:
        raise BundleRefused(f"tree {mixed[0]} of {name} mixes credits", field="additive.txt")
    return tuple(
        tuple(at for at, credits in enumerate(additive.credits) if credit in credits)
        for credit in CREDITS
    )
