"""The champion: dial turned and calibrated on rehearsals, then fitted on all that was known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from importlib import metadata
from pathlib import Path

import lightgbm as lgb
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from features.catalogue import BY_NAME, CREDIT_OF, fingerprints
from features.pipeline import Progress
from models.bundle import BundleCard, BundleFeature, save
from models.event import Event
from models.trees import Matrix
from training.calibration import Calibration, calibrate
from training.dial import Turned, turn
from training.examples import Examples
from training.fitting import ADDITIVE, CROSS, Fitter, raw, text
from training.metrics import Flags, rehearsed
from training.recipe import Recipe
from training.rehearsal import Fold

LIBRARIES = ("lightgbm", "duckdb", "numpy")


@dataclass(frozen=True)
class Champion:
    """The fitted model and how it came about.

    Attributes
    ----------
    additive, cross : lightgbm.Booster
    calibration : Calibration
    turned : Turned
        The dial.
    """

    additive: lgb.Booster
    cross: lgb.Booster
    calibration: Calibration
    turned: Turned


def fit_champion(
    fitter: Fitter,
    known: Examples,
    plan: list[Fold],
    learned: tuple[Matrix, Flags],
    progress: Progress,
) -> Champion:
    """Turn the dial and calibrate on the rehearsals, then fit on the rows learned from."""
    rows, event = learned
    turned = turn(fitter, known, plan, progress)
    calibration = calibrate(turned.periods, float(event.mean()))
    rounds = turned.additive_rounds
    progress("champion", 0, 1)
    additive = fitter.fit(rows, event, ADDITIVE, rounds)
    start = raw(additive, rows) if rounds else None
    cross = fitter.fit(rows, event, CROSS, fitter.trees.rounds - rounds, start)
    progress("champion", 1, 1)
    return Champion(additive, cross, calibration, turned)


def save_champion(
    folder: Path,
    champion: Champion,
    recipe: Recipe,
    event: Event,
    trained_through: datetime,
    *,
    trained_from: datetime | None = None,
    key: Ed25519PrivateKey | None = None,
    version: int | None = None,
) -> Path:
    """Write the champion as a signed bundle and return its folder.

    Parameters
    ----------
    trained_from, trained_through : datetime
        Start of the day of the earliest row learned from, and the cut.
    key, version
        As in ``models.bundle.save``.
    """
    marks = fingerprints()
    card = BundleCard(
        name=f"{recipe.name}-{event.name}",
        event=event,
        features=tuple(
            BundleFeature(
                name=name,
                credit=CREDIT_OF[name],
                risk=int(BY_NAME[name].risk),
                fingerprint=marks[name],
            )
            for name in recipe.feature_names
        ),
        cal_intercept=champion.calibration.intercept,
        cal_slope=champion.calibration.slope,
        trained_through=trained_through,
        trained_from=trained_from,
        data=recipe.data,
        metrics=rehearsed(champion.turned.periods),
        versions={library: metadata.version(library) for library in LIBRARIES},
    )
    boosters = text(champion.additive), text(champion.cross)
    return save(folder, card, *boosters, key=key, version=version)
