"""Bundles of default for tests: of financings with bags, and of buyers and suppliers.

They are learned from the lateness of the small world: what they say is as good as anything else,
what is told of it must be right.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from features.catalogue import RELATION_OF
from features.feature import Grain
from ledger.clocks import to_day_number
from models.bundle import save
from models.event import Event
from tests.worlds import LAST_DAY, LATE, NAMES, TREES, SmallWorld, card
from training.bags import bagged
from training.champion import columns
from training.examples import labels
from training.fitting import ADDITIVE, CROSS, Fitter, raw, text
from training.peers import added_at_peers
from training.recipe import Bags

DEFAULT = Event(name="default", kind="default", days=90, en="it is in default", zh="违约")
BUYER = Event(name="buyer-12m", kind="buyer", days=365, en="the buyer defaults", zh="买方违约")
SUPPLIER = Event(
    name="supplier-6m", kind="supplier", days=182, en="the supplier defaults", zh="供应商违约"
)
RARE = -3.0
"""Intercept of their calibration: lateness is no rare event, default is."""

BAGS = Bags(
    count=6, rounds=5, learning_rate=0.2, untold=((2.0, 1.0), (1.5, 0.8), (1.2, 0.7), (1.0, 0.5))
)


@dataclass(frozen=True)
class DefaultBundles:
    """Folders of bundles, and of the keys that signed them."""

    default: Path
    buyer: Path
    supplier: Path


def save_default_bundles(small_world: SmallWorld, folder: Path) -> DefaultBundles:
    """Learn and save the three."""
    return DefaultBundles(
        _saved(small_world, folder, DEFAULT, NAMES, BAGS),
        _saved(small_world, folder, BUYER, _of(Grain.BUYER), None),
        _saved(small_world, folder, SUPPLIER, _of(Grain.SUPPLIER), None),
    )


def _of(grain: Grain) -> tuple[str, ...]:
    return tuple(name for name in NAMES if RELATION_OF[name].grain is grain)


def _saved(
    small_world: SmallWorld, folder: Path, event: Event, names: tuple[str, ...], bags: Bags | None
) -> Path:
    known = small_world.known
    then = labels(small_world.gathered, known, LATE, to_day_number(LAST_DAY))
    rows = known.rows[then.known][:, [NAMES.index(name) for name in names]]
    late = then.event[then.known]
    fitter = replace(Fitter(NAMES, TREES, seed=1, threads=1), names=names)
    additive = fitter.fit(rows, late, ADDITIVE, 15)
    cross = fitter.fit(rows, late, CROSS, 5, raw(additive, rows))
    clusters = np.array(known.clusters)[then.known].tolist()
    return save(
        folder,
        card(
            name=event.name,
            event=event,
            features=columns(added_at_peers(additive, cross, 1.0, rows)),
            cal_intercept=RARE,
        ),
        text(additive),
        text(cross),
        more=None if bags is None else bagged(fitter, bags, rows, late, clusters),
    )
