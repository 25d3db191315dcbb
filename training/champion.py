"""The champion: dial turned and calibrated on rehearsals, then fitted on all that was known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Any

import lightgbm as lgb
import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from features.catalogue import BY_NAME, CREDIT_OF, fingerprints
from features.pipeline import Progress
from models.bundle import BundleCard, BundleFeature, save
from models.event import Event
from models.structures import Structures
from models.trees import Matrix, Vector
from training.at_once import Task, at_once
from training.bags import bag_tasks, files_of_bags
from training.calibration import Bend, Calibration, bend, calibrate, calibrate_on, shifted
from training.contest import Held
from training.dial import Turned, turn
from training.examples import Days, Examples
from training.fitting import ADDITIVE, CROSS, Fitter, raw, text
from training.metrics import Flags, rehearsed
from training.origin import recipe_digest
from training.peers import added_at_peers, structures_of_peers
from training.recipe import Bags, Recipe
from training.rehearsal import Fold

LIBRARIES = ("lightgbm", "duckdb", "numpy")


@dataclass(frozen=True)
class Champion:
    """The fitted model and how it came about.

    Attributes
    ----------
    additive, cross : lightgbm.Booster
    calibration : Calibration
    bend : Bend or None
        What a calibration of another shape would do; None where nothing tells.
    turned : Turned
        The dial.
    peers : mapping of str to float
        What each feature adds at approved peers.
    structures : Structures or None
        What approved peers ask for.
    more : mapping of str to str
        The files of the bags, where the recipe asks for some.
    """

    additive: lgb.Booster
    cross: lgb.Booster
    calibration: Calibration
    bend: Bend | None
    turned: Turned
    peers: Mapping[str, float]
    structures: Structures | None
    more: Mapping[str, str]


def fit_champion(
    fitter: Fitter,
    known: Examples,
    plan: list[Fold],
    learn: tuple[Days, Flags],
    progress: Progress,
    *,
    held: Held | None = None,
    bags: Bags | None = None,
    long_run_rate: float | None = None,
) -> Champion:
    """Turn the dial on the rehearsals, fit on the rows learned from, and calibrate.

    Parameters
    ----------
    learn : (int array, bool array)
        Places among the examples of those to learn from, and their outcome.
    held : Held, optional
        What to calibrate on; the rehearsals where left out.
    long_run_rate : float, optional
        Where it isn't that of the rows learned from: moves the intercept.
    """
    at, event = learn
    rows = known.rows[at]
    turned = turn(fitter, known, plan, progress)
    weight = known.weights(at)
    clusters = [known.clusters[one] for one in at.tolist()]
    tasks = [] if bags is None else bag_tasks(fitter, bags, rows, event, clusters, weight=weight)
    both = partial(_boosters, fitter, (rows, event), weight, turned.additive_rounds)
    (additive, cross), *small = at_once(list[Task[Any]]([both, *tasks]), fitter.threads, progress)
    if held is None:
        scores = np.concatenate([score for _, score in turned.periods])
        calibration = calibrate(
            turned.periods,
            float(np.average(event, weights=weight)),
            [known.weights(fold.predict) for fold in plan],
        )
    else:
        unseen = known.rows[held.rows]
        scores = raw(additive, unseen) + raw(cross, unseen)
        calibration = calibrate_on(held.event, scores, known.weights(held.rows))
    if long_run_rate is not None:
        calibration = shifted(calibration, scores, long_run_rate)
    progress("champion: approved peers", 2, 4)
    peers = added_at_peers(additive, cross, calibration.slope, rows)
    structures = structures_of_peers(additive, cross, rows)
    more = {} if bags is None else files_of_bags(bags, small)
    progress("champion", 4, 4)
    return Champion(
        additive, cross, calibration, bend(turned.periods), turned, peers, structures, more
    )


def _boosters(
    fitter: Fitter,
    learned: tuple[Matrix, Flags],
    weight: Vector | None,
    rounds: int,
    tell: Progress,
) -> tuple[lgb.Booster, lgb.Booster]:
    """The additive booster of so many rounds, and the cross booster that begins where it ends."""
    tell("champion: additive rounds", 0, 4)
    binned = replace(fitter, progress=tell).binned(*learned, weight)
    additive = binned.fit(ADDITIVE, rounds)
    start = raw(additive, learned[0]) if rounds else None
    tell("champion: cross rounds", 1, 4)
    return additive, binned.fit(CROSS, fitter.trees.rounds - rounds, start)


def save_champion(
    folder: Path,
    champion: Champion,
    recipe: Recipe,
    event: Event,
    trained_through: datetime,
    *,
    trained_from: datetime | None = None,
    data_sha256: str | None = None,
    key: Ed25519PrivateKey | None = None,
    version: int | None = None,
) -> Path:
    """Write the champion as a signed bundle and return its folder.

    Parameters
    ----------
    trained_from, trained_through : datetime
        Start of the day of the earliest row learned from, and that from which on nothing is known.
    data_sha256 : str, optional
        Digest of what was learned from (``training.origin``).
    key, version
        As in ``models.bundle.save``.
    """
    card = BundleCard(
        name=f"{recipe.name}-{event.name}",
        event=event,
        features=columns(champion.peers),
        structures=champion.structures,
        cal_intercept=champion.calibration.intercept,
        cal_slope=champion.calibration.slope,
        trained_through=trained_through,
        trained_from=trained_from,
        data=recipe.data,
        data_sha256=data_sha256,
        recipe_sha256=recipe_digest(recipe),
        metrics=rehearsed(champion.turned.periods),
        versions={library: metadata.version(library) for library in LIBRARIES},
    )
    boosters = text(champion.additive), text(champion.cross)
    return save(folder, card, *boosters, more=champion.more, key=key, version=version)


def columns(peers: Mapping[str, float]) -> tuple[BundleFeature, ...]:
    """The columns of a card, of the features as they are declared now.

    Parameters
    ----------
    peers : mapping of str to float
        What each column adds at approved peers, in the order of the boosters.
    """
    marks = fingerprints()
    return tuple(
        BundleFeature(
            name=name,
            credit=CREDIT_OF[name],
            risk=int(BY_NAME[name].risk),
            fingerprint=marks[name],
            peers=added,
        )
        for name, added in peers.items()
    )
