"""Approved peers: the four fifths of least probability, and what each feature adds there."""

import numpy as np

from models.assessment import contributions
from models.bundle import load
from tests.worlds import CALIBRATION, SmallWorld
from training.fitting import raw
from training.peers import APPROVED_SHARE, MOST_PEERS, added_at_peers, approved


def test_approved_are_those_of_least_probability(small_world: SmallWorld) -> None:
    rows = small_world.known.rows
    additive, cross = (
        load(small_world.bundle).additive.booster,
        load(small_world.bundle).cross.booster,
    )

    kept = approved(additive, cross, rows)

    score = raw(additive, rows) + raw(cross, rows)
    least = np.sort(score)[: len(kept)]
    assert np.sort(raw(additive, kept) + raw(cross, kept)).tolist() == least.tolist()
    assert abs(len(kept) / len(rows) - APPROVED_SHARE) <= 0.01


def test_what_is_added_there_is_the_median_of_contributions(small_world: SmallWorld) -> None:
    bundle = load(small_world.bundle)
    additive, cross = bundle.additive.booster, bundle.cross.booster
    rows = small_world.known.rows[:900]
    oracle = np.median(contributions(bundle, approved(additive, cross, rows)), axis=0)

    found = added_at_peers(additive, cross, CALIBRATION[1], rows)

    assert tuple(found) == bundle.feature_names
    assert np.abs(np.array(list(found.values())) - oracle).max() <= 1e-12
    assert np.abs(oracle).max() > 0.01


def test_a_part_of_many_tells_nearly_the_same(small_world: SmallWorld) -> None:
    bundle = load(small_world.bundle)
    additive, cross = bundle.additive.booster, bundle.cross.booster
    rows = small_world.known.rows
    many = np.tile(rows, (3 * MOST_PEERS // len(rows) + 1, 1))

    some, every = (added_at_peers(additive, cross, 1.0, one) for one in (many, rows))

    assert max(abs(some[name] - every[name]) for name in some) <= 0.02
