"""Played on from where they stand, requests default as often as the oracle says.

A replay tosses coins month by month and knows none of the oracle's closed forms.
"""

from functools import cache

import numpy as np
import pytest

from simulator.arrays import Flags, Floats, Ints
from simulator.chances import CAUSES
from simulator.replay import Replays, replay
from simulator.world import World
from tests.simulator.known_worlds import world_of

SEEDS = (1, 2, 3)
TIMES = 2_000
INTEGRATION_ERROR = 0.02
"""Error of a mean over the ways ahead, as a share of the chance of what hangs on them."""


def stratified(world: World) -> Ints:
    """300 requests: of high chances of each kind, sold and pledged, late in the world, and any."""
    count = len(world.requests)
    sold = np.flatnonzero(~world.requests.recourse)
    chosen = [
        sold[np.argsort(-world.integrated[sold, CAUSES.index("buyer")])[:60]],
        np.argsort(-world.integrated[:, CAUSES.index("buyer")])[:40],
        np.argsort(-world.integrated[:, CAUSES.index("supplier")])[:40],
        np.argsort(-world.integrated[:, CAUSES.index("diversion")])[:40],
        np.flatnonzero(world.fraud)[:30],
        np.arange(count - 40, count),
        np.random.default_rng(0).permutation(count),
    ]
    _, first = np.unique(np.concatenate(chosen), return_index=True)
    which: Ints = np.concatenate(chosen)[np.sort(first)][:300]
    return which


@cache
def replayed(seed: int, drawn: bool) -> tuple[Ints, Replays]:
    which = stratified(world_of(seed))
    return which, replay(world_of(seed), which, TIMES, seed, drawn=drawn)


def off_by(found: Ints, chance: Floats, share_of_error: Floats | float = 0.0) -> float:
    """Standard errors by which a total is off; an error shared by all counts as one."""
    if not chance.any():
        return float(found.sum())  # what can't happen
    variance = TIMES * (chance * (1 - chance)).sum()
    shared = TIMES * (chance * share_of_error).sum()
    return float((found.sum() - TIMES * chance.sum()) / np.sqrt(variance + shared**2))


@pytest.mark.parametrize("seed", SEEDS)
def test_replays_of_the_world_as_it_came_agree_with_the_full_chance(seed: int) -> None:
    which, found = replayed(seed, drawn=False)
    full = world_of(seed).full[which]
    chance = full.sum(axis=1)
    squares = (found.causes.sum(axis=1) - TIMES * chance) ** 2 / (TIMES * chance * (1 - chance))

    assert len(which) == 300
    assert abs(squares.sum() - 300) <= 3.5 * np.sqrt(2 * 300)
    assert abs(off_by(found.causes, chance)) <= 3.5


@pytest.mark.parametrize("seed", SEEDS)
def test_replays_agree_with_the_chances_of_stop_and_ruin(seed: int) -> None:
    which, found = replayed(seed, drawn=False)
    risk = world_of(seed).risk

    assert abs(off_by(found.stopped, risk.stop[which])) <= 3.5
    assert abs(off_by(found.gone_early, risk.gone_early[which])) <= 3.5
    assert abs(off_by(found.gone, risk.gone[which])) <= 3.5


@pytest.mark.parametrize("seed", SEEDS)
def test_replays_with_the_economy_drawn_anew_agree_with_the_integrated_chance(seed: int) -> None:
    which, found = replayed(seed, drawn=True)
    integrated = world_of(seed).integrated[which]
    chance = integrated.sum(axis=1)
    hangs = integrated[:, [CAUSES.index("buyer"), CAUSES.index("diversion")]].sum(axis=1)
    variance = TIMES * chance * (1 - chance) + (2 * INTEGRATION_ERROR * TIMES * hangs) ** 2
    squares = (found.causes.sum(axis=1) - TIMES * chance) ** 2 / variance

    assert squares.sum() <= 300 + 3.5 * np.sqrt(2 * 300)
    assert abs(off_by(found.causes, chance, INTEGRATION_ERROR * hangs / chance)) <= 3.5


def groups_of(world: World, which: Ints) -> dict[str, Flags]:
    """Requests of a kind, for which an error may show that others hide."""
    chain, pair = world.chain, world.requests.pair[which]
    month = chain.calendar.month(world.requests.day[which])
    buyer, supplier = chain.core.pairs.buyer[pair], chain.core.pairs.supplier[pair]
    good_for_buyer = chain.macro.sectors[chain.buyers.trade[buyer], month] > 0
    good_for_supplier = chain.macro.sectors[chain.suppliers.trade[supplier], month] > 0
    recourse, weak = world.requests.recourse[which], world.risk.gone[which] > 0.1
    return {
        "sold": ~recourse,
        "of a weak supplier": recourse & weak,
        "of a strong supplier": recourse & ~weak,
        "good times for the buyer": good_for_buyer,
        "bad times for the buyer": ~good_for_buyer,
        "good times for the supplier": good_for_supplier,
        "bad times for the supplier": ~good_for_supplier,
    }


GROUPS = tuple(groups_of(world_of(1, "demo"), np.arange(3)))


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("drawn", [False, True])
def test_replays_agree_for_each_cause_and_kind_of_request(drawn: bool, group: str) -> None:
    counts, chances = [], []
    for seed in SEEDS:
        which, found = replayed(seed, drawn=drawn)
        here = groups_of(world_of(seed), which)[group]
        counts.append(found.causes[here])
        chances.append((world_of(seed).integrated if drawn else world_of(seed).full)[which[here]])
    count, chance = np.concatenate(counts), np.concatenate(chances)

    for place, cause in enumerate(CAUSES):
        hangs = drawn and cause in {"buyer", "supplier", "diversion"}
        error = INTEGRATION_ERROR / np.sqrt(len(SEEDS)) if hangs else 0.0
        assert abs(off_by(count[:, place], chance[:, place], error)) <= 4, cause


def test_the_economy_matters_to_the_requests_that_are_replayed() -> None:
    """Else the two modes of replay would not tell the full from the integrated chance."""
    for seed in SEEDS:
        which, found = replayed(seed, drawn=True)
        assert abs(off_by(found.causes, world_of(seed).full[which].sum(axis=1))) > 10
