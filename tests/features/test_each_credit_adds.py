"""On the simulator each credit adds, what a leak would bring is plain, and chance brings nothing.

True chances are known, so that a ranking is measured without the noise of few defaults: the
expected area under the ROC curve when outcomes are drawn from them. Models learn from outcomes.
"""

from collections.abc import Mapping

import numpy as np
import pytest

from benchmarks.stage.credit_steps import STEPS, Gain, Ranking, columns_of, gain, rank, shuffled
from benchmarks.stage.lent_world import LentWorld, lent_world, pooled
from features.catalogue import RELATIONS
from simulator.scenario import size_of

COSTLY = ("likeness",)
"""Compares each claim asked for with every claim of its buyer: takes as long as all others."""
COSTLY_TOO = ("claim_company", "conduct", "last_claims", "open_claims")
"""Take half of what is left; they tell of the buyer, whose failures are few."""

WORLDS = (1, 2, 3, 4)
"""A world has about 120 defaults among 6,100 financings that are ripe: four of them, pooled, have
enough for the steps to stand clear of their intervals."""


def made(*seeds: int, size: str, leave_out: tuple[str, ...] = COSTLY) -> LentWorld:
    relations = [one for one in RELATIONS if one.name not in leave_out]
    return pooled([lent_world(size_of(size), seed, relations=relations) for seed in seeds])


@pytest.fixture(scope="module")
def worlds() -> LentWorld:
    return made(*WORLDS, size="ci")


@pytest.fixture(scope="module")
def steps(worlds: LentWorld) -> Mapping[str, Ranking]:
    return {
        name: rank(worlds, columns_of(worlds.names, credits)) for name, credits in STEPS.items()
    }


@pytest.mark.long
@pytest.mark.parametrize(("more", "less"), [("S+O", "S"), ("S+O+D", "S+O")])
def test_each_credit_adds(
    more: str, less: str, worlds: LentWorld, steps: Mapping[str, Ranking]
) -> None:
    truth = worlds.chance[worlds.tested]
    found = gain(worlds, steps[more].score, steps[less].score, truth)
    assert found.low > 0, found


@pytest.mark.long
def test_a_leak_would_be_seen_from_afar(worlds: LentWorld, steps: Mapping[str, Ranking]) -> None:
    assert leaked(worlds, steps["S+O+D"]).low > 0.05


@pytest.mark.long
def test_shuffled_outcomes_teach_nothing(worlds: LentWorld) -> None:
    areas = shuffled(worlds, 200, worlds.chance[worlds.tested])
    assert areas.mean() == pytest.approx(0.5, abs=0.02)


def leaked(world: LentWorld, honest: Ranking) -> Gain:
    """What the same features bring if they are built when the money is due back."""
    late = rank(world, range(len(world.names)), rows=world.late_rows)
    happened = world.event[world.tested].astype(np.float64)
    return gain(world, late.score, honest.score, happened)


@pytest.fixture(scope="module")
def one_world() -> LentWorld:
    return made(1, size="ci", leave_out=(*COSTLY, *COSTLY_TOO))


def test_a_leak_would_be_seen_in_one_world(one_world: LentWorld) -> None:
    found = leaked(one_world, rank(one_world, range(len(one_world.names))))
    assert found.gain > 0.05, found
    assert found.low > 0, found


def test_shuffled_outcomes_teach_nothing_in_one_world(one_world: LentWorld) -> None:
    areas = shuffled(one_world, 40, one_world.chance[one_world.tested])
    assert areas.mean() == pytest.approx(0.5, abs=0.03)


def test_a_pool_keeps_each_financing_with_its_own(one_world: LentWorld) -> None:
    both = pooled([one_world, one_world])
    half = len(one_world.day)
    assert both.rows.shape == (2 * half, len(one_world.names))
    assert np.array_equal(both.chance[:half], both.chance[half:])
    assert not set(both.suppliers[:half]) & set(both.suppliers[half:])
