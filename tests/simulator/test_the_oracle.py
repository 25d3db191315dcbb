"""In the world as it came, requests end as often as the oracle says."""

from collections.abc import Iterator

import numpy as np
import pytest

from simulator.arrays import Flags, Floats
from simulator.chances import CAUSES, DEFAULT_DAYS, by_cause
from simulator.endings import NO_DEFAULT
from simulator.fraud import LOSS_SHARE
from simulator.world import World
from tests.simulator.calibration import (
    Slope,
    interval_of,
    score_of,
    slope_of,
    with_fates_of_their_own,
)
from tests.simulator.known_worlds import supplier_of, world_of

SEEDS = (1, 2, 3)
LEVEL = 0.001
"""Chance that a true oracle fails a test; seeds are fixed, so it fails always or never."""


def pd_full(world: World) -> Floats:
    chance: Floats = world.full.sum(axis=1)
    return chance


def slope(world: World) -> Slope:
    return slope_of(pd_full(world), world.endings.defaulted, supplier_of(world))


def one_after_the_other(world: World) -> Flags:
    """Requests of which no two of a supplier run at the same time."""
    requests = world.requests
    return with_fates_of_their_own(
        requests.day, requests.matures + DEFAULT_DAYS, supplier_of(world)
    )


def parts_outside(chance: Floats, happened: Flags, parts: int) -> list[str]:
    """Parts of the requests, by rising chance, of which more or fewer happened than can be."""
    order = np.argsort(chance)
    found = []
    for place, part in enumerate(np.array_split(order, parts)):
        low, high = interval_of(chance[part], LEVEL / 2 / parts)
        if not low <= happened[part].sum() <= high:
            found.append(f"part {place}: {happened[part].sum()} not within {low} to {high}")
    return found


def the_three() -> Iterator[World]:
    return (world_of(seed) for seed in SEEDS)


@pytest.mark.parametrize("seed", SEEDS)
def test_outcomes_rise_with_the_stated_chance_as_they_should(seed: int) -> None:
    found = slope(world_of(seed))

    assert abs(found.slope - 1) <= 3.5 * found.slope_error
    assert abs(found.intercept) <= 3.5 * found.intercept_error
    assert found.slope_error < 0.12


def test_as_many_default_in_each_fifth_as_the_oracle_says() -> None:
    chance, happened = [], []
    for world in the_three():
        apart = one_after_the_other(world)
        chance.append(pd_full(world)[apart])
        happened.append(world.endings.defaulted[apart])

    assert not parts_outside(np.concatenate(chance), np.concatenate(happened), 5)


@pytest.mark.parametrize("cause", CAUSES)
def test_each_cause_brings_as_many_defaults_as_the_oracle_says(cause: str) -> None:
    place = CAUSES.index(cause)
    chance, happened = [], []
    for world in the_three():
        apart = one_after_the_other(world)
        chance.append(world.full[apart, place])
        happened.append(world.endings.cause[apart] == place)
    low, high = interval_of(np.concatenate(chance), LEVEL / 2 / len(CAUSES))

    assert low <= np.concatenate(happened).sum() <= high


def test_causes_add_up_to_a_chance_strictly_between_0_and_1() -> None:
    for world in the_three():
        for chances in (world.full, world.integrated, world.by_state):
            assert (chances >= 0).all()
            assert 0 < chances.sum(axis=1).min() < chances.sum(axis=1).max() < 1
        assert np.array_equal(by_cause(world.requests, world.risk), world.full)
        assert world.endings.cause.min() == NO_DEFAULT
        assert world.endings.cause.max() < len(CAUSES)


def test_fraud_as_a_chance_is_as_frequent_as_it_is_planted() -> None:
    """The draw is even over amounts: as many are planted as the chances add up to."""
    place = CAUSES.index("fraud")
    for world in the_three():
        others = np.arange(len(CAUSES)) != place
        planted = world.fraud > 0

        assert abs(planted.sum() - world.by_state[:, place].sum() / LOSS_SHARE) <= 1
        # an honest request has the same chances but for the fraud that it might have been
        scale = 1 - world.by_state[~planted, place]
        assert np.allclose(
            world.by_state[~planted][:, others],
            world.integrated[~planted][:, others] * scale[:, None],
            rtol=1e-12,
        )


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2])
def test_a_large_world_is_calibrated_within_five_hundredths(seed: int) -> None:
    world = world_of(seed, "bench")
    apart = one_after_the_other(world)
    found, suppliers = slope(world), supplier_of(world)

    assert 0.95 <= found.slope <= 1.05
    assert not parts_outside(pd_full(world)[apart], world.endings.defaulted[apart], 10)
    for part in np.array_split(np.argsort(pd_full(world)), 10):
        happened = world.endings.defaulted[part]
        assert abs(score_of(pd_full(world)[part], happened, suppliers[part])) <= 3.5
    for place, cause in enumerate(CAUSES):
        happened = world.endings.cause == place
        assert abs(score_of(world.full[:, place], happened, suppliers)) <= 3.5, cause
