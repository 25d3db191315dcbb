"""A shadow rating: the 12-month probability of default that a company's accounts alone speak for.

A sub-model of its own, not one of the three credits: what it says of a party becomes a dated fact
of the ledger (``scoring.shadow_ratings``), which subject credit reads as it reads any rating.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

import lightgbm as lgb
import numpy as np
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, ValidationError

from models.account_ratios import NAMES, RATIOS
from models.bundle import BundleRefused
from models.shadow_files import verified, write
from models.trees import Matrix, Vector

TREES, CARD = "trees.txt", "shadow.json"
AGENCY = "shadow"
"""Agency of the ratings that a shadow model gives; its id is their scale."""

LEAST_TOLD = 6
"""Ratios that accounts must give at least: fewer say too little of a company to rate it."""

BOUNDS = tuple(0.0003 * (0.32 / 0.0003) ** (step / 16) for step in range(16))
"""Lower bounds of the grades 1 to 16 of the master scale (domain.md section 3.2)."""


class ShadowRatio(BaseModel):
    """A column of the model, and the meaning it was trained with."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    risk: int
    fingerprint: str


class ShadowCard(BaseModel):
    """What the model is: ``shadow.json``.

    Attributes
    ----------
    name : str
        Its id adds the first digits of the content's digest.
    event : str
        What the probability is a probability of.
    ratios : tuple of ShadowRatio
        Columns in the order of the trees.
    cal_intercept, cal_slope : float
        Affine calibration: ``logit = cal_intercept + cal_slope * raw``.
    trained_through : datetime
        No outcome known later was learned from.
    data : str
        Where the accounts learned from came from, and their licence.
    learned, failed : int
        Years of accounts learned from, and those followed by the event.
    versions : dict
        Versions of the libraries that made it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z0-9-]{1,51}$")
    event: str
    ratios: tuple[ShadowRatio, ...]
    cal_intercept: FiniteFloat
    cal_slope: FiniteFloat = Field(gt=0.0)
    trained_through: datetime
    data: str
    learned: int
    failed: int
    versions: dict[str, str]


@dataclass(frozen=True)
class ShadowModel:
    """A loaded model.

    Attributes
    ----------
    id : str
        Name and digits of the content's digest; the name of its folder.
    card : ShadowCard
    booster : lightgbm.Booster
    """

    id: str
    card: ShadowCard
    booster: lgb.Booster

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


def grade_of(probability: float) -> int:
    """Grade of a 12-month probability: 1, below 0.0464 %, to 16, from 20.7 % on."""
    return max(1, bisect_right(BOUNDS, probability))


def columns() -> tuple[ShadowRatio, ...]:
    """The columns of a model of today's declarations."""
    return tuple(
        ShadowRatio(name=one.name, risk=int(one.risk), fingerprint=one.fingerprint)
        for one in RATIOS
    )


def save(folder: Path, card: ShadowCard, trees: str) -> Path:
    """Write a model below ``folder`` and return its own folder, named by its content."""
    told = json.dumps(card.model_dump(mode="json"), indent=1, sort_keys=True)
    return write(folder, card.name, {TREES: trees.encode(), CARD: told.encode()})


def load(folder: Path) -> ShadowModel:
    """Load a model.

    Raises
    ------
    BundleRefused
        Where a file is missing, altered or one too many, the folder isn't named by its content, or
        a ratio of the model now means something else.
    """
    name, content = verified(folder, (TREES, CARD))
    try:
        card = ShadowCard.model_validate_json(content[CARD])
        booster = lgb.Booster(model_str=content[TREES].decode())
    except (ValidationError, ValueError, lgb.basic.LightGBMError) as error:
        raise _outdated(f"{name} is no shadow model that this version can read") from error
    if name.rpartition("-")[0] != card.name:
        raise _outdated(f"{name} is not the name in its card, {card.name}")
    changed = [one.name for one in card.ratios if one not in columns()]
    if changed:
        raise _outdated(f"ratios of {name} mean something else now: {', '.join(changed)}")
    if booster.feature_name() != [one.name for one in card.ratios]:
        raise _outdated(f"the columns of {TREES} of {name} aren't the ratios of its card")
    return ShadowModel(name, card, booster)


def _outdated(message: str) -> BundleRefused:
    return BundleRefused(message, field=CARD, remedy="train it again with this version")
