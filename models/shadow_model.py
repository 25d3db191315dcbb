"""A shadow rating: the 12-month probability of default that a company's accounts alone speak for.

A sub-model of its own, not one of the three credits: what it says of a party becomes a dated fact
of the ledger (``scoring.shadow_ratings``), which subject credit reads as it reads any rating.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import lightgbm as lgb
import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat

from models.account_ratios import NAMES, RATIOS
from models.manifest import FileKind, Provenance, Verified, verified
from models.meaning import catalogue_fingerprint, require_same_columns, require_same_meaning
from models.sealing import card_of, parsed, read_booster, read_fields, write, written_card
from models.signing import Trusted, trusted_keys
from models.storage import open_folder
from models.trees import Matrix, Vector

TREES, CARD = "trees.txt", "shadow.json"
KINDS = (
    FileKind(TREES, required=True, largest=2**24, parse=read_booster),
    FileKind(CARD, required=True, largest=2**20, parse=read_fields),
)
"""The files of a model beside its manifest, and what reads them."""

AGENCY = "shadow"
"""Agency of the ratings that a shadow model gives; its id is their scale."""

LEAST_TOLD = 6
"""Ratios that accounts must give at least: fewer say too little of a company to rate it."""


class ShadowRatio(BaseModel):
    """A column of the model, and the meaning it was trained with."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    risk: int
    fingerprint: str


class ShadowCard(Provenance):
    """What the model is. ``shadow.json`` holds its own fields, the manifest those of `Provenance`.

    Attributes
    ----------
    event : str
        What the probability is a probability of.
    ratios : tuple of ShadowRatio
        Columns in the order of the trees.
    cal_intercept, cal_slope : float
        Affine calibration: ``logit = cal_intercept + cal_slope * raw``.
    learned, failed : int
        Years of accounts learned from, and those followed by the event.
    """

    event: str
    ratios: tuple[ShadowRatio, ...]
    cal_intercept: FiniteFloat
    cal_slope: FiniteFloat = Field(gt=0.0)
    learned: int
    failed: int


@dataclass(frozen=True)
class ShadowModel:
    """A loaded model.

    Attributes
    ----------
    id : str
        Name and digits of the content's digest; the name of its folder.
    card : ShadowCard
    booster : lightgbm.Booster
    source : Verified
        Its files and their manifest.
    """

    id: str
    card: ShadowCard
    booster: lgb.Booster
    source: Verified

    @cached_property
    def _columns(self) -> list[int]:
        """Where its columns are among the ratios declared."""
        return [NAMES.index(one.name) for one in self.card.ratios]

    def log_odds(self, ratios: Matrix) -> Vector:
        """Calibrated log-odds of rows of `account_ratios.ratios_of`, however little they tell."""
        raw = self.booster.predict(ratios[:, self._columns], raw_score=True, num_threads=1)
        return self.card.cal_intercept + self.card.cal_slope * np.asarray(raw, dtype=np.float64)

    def probabilities(self, ratios: Matrix) -> Vector:
        """Probability of default within 12 months.

        Parameters
        ----------
        ratios : float64 array of shape (n, ratios)
            As `account_ratios.ratios_of` gives them.

        Returns
        -------
        float64 array of shape (n,)
            0-1; NaN where fewer than `LEAST_TOLD` ratios of the model are told.
        """
        if not len(ratios):
            return np.empty(0)
        told = np.count_nonzero(~np.isnan(ratios[:, self._columns]), axis=1)
        chance = 0.5 * (1.0 + np.tanh(0.5 * self.log_odds(ratios)))
        return np.where(told >= LEAST_TOLD, chance, np.nan)


def columns() -> tuple[ShadowRatio, ...]:
    """The columns of a model of today's declarations."""
    return tuple(
        ShadowRatio(name=one.name, risk=int(one.risk), fingerprint=one.fingerprint)
        for one in RATIOS
    )


def fingerprints() -> dict[str, str]:
    """What today's declarations mean, by name."""
    return {one.name: one.fingerprint for one in RATIOS}


def save(
    folder: Path,
    card: ShadowCard,
    trees: str,
    *,
    key: Ed25519PrivateKey | None = None,
    version: int | None = None,
) -> Path:
    """Write a model, signed; parameters and errors are those of ``models.bundle.save``."""
    text = {TREES: trees, CARD: written_card(card)}
    catalogue = catalogue_fingerprint(fingerprints())
    return write(folder, card, text, catalogue=catalogue, key=key, version=version)


def load(where: Path | str, trust: Path | Trusted | None = None) -> ShadowModel:
    """Load a model.

    Parameters
    ----------
    where, trust
        As in ``models.bundle.load``.

    Raises
    ------
    BundleRefused
        Where no trusted key signed it, a file is missing, altered or one too many, the folder is
        not named by its content, or a ratio of the model now means something else.
    WrongKeyFile
        Where ``trust`` holds no public key.
    """
    source = verified(open_folder(where), trusted_keys(where, trust), KINDS)
    files = parsed(source, KINDS)
    card = card_of(source, ShadowCard, CARD, files[CARD])
    trained_on = {one.name: one.fingerprint for one in card.ratios}
    require_same_meaning(source.id, trained_on, fingerprints())
    require_same_columns(source.id, list(trained_on), {TREES: files[TREES]})
    return ShadowModel(source.id, card, files[TREES], source)
