"""A world is the same for the same seed, and its parts fit together."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

import numpy as np
import pytest

from simulator.arrays import Flags, Floats, Ints
from simulator.calendar import BURN_IN_MONTHS
from simulator.chances import CAUSES, DEFAULT_DAYS
from simulator.commerce import Chain, play
from simulator.intensities import NEVER
from simulator.scenario import read_scenario, size_of
from simulator.world import World, make_world, stage_of
from tests.simulator.known_worlds import LAST_DAY, supplier_of, world_of

SEEDS = (1, 2, 3)


def arrays_of(part: Any, name: str = "world") -> Iterator[tuple[str, np.ndarray[Any, Any]]]:
    """All arrays of a world, each with its place in it."""
    if isinstance(part, np.ndarray):
        yield name, part
    elif is_dataclass(part):
        for field in fields(part):
            yield from arrays_of(getattr(part, field.name), f"{name}.{field.name}")


def unequal(one: Any, other: Any) -> set[str]:
    """Names of the arrays that are not the same in both."""
    pairs = zip(arrays_of(one), arrays_of(other), strict=True)
    return {name for (name, mine), (_, theirs) in pairs if not np.array_equal(mine, theirs)}


@pytest.fixture(params=SEEDS)
def world(request: pytest.FixtureRequest) -> World:
    return world_of(request.param)


def test_the_same_seed_makes_the_same_world() -> None:
    again = make_world(read_scenario("baseline"), size_of("ci"), 1, LAST_DAY)

    assert len(list(arrays_of(again))) > 80
    assert not unequal(again, world_of(1))


def test_another_seed_makes_another_world() -> None:
    alike = {name for name, _ in arrays_of(world_of(1))} - unequal(world_of(1), world_of(2))

    assert alike == {
        "world.chain.calendar.starts",
        "world.chain.stops.calendar.starts",
        "world.chain.ruin.calendar.starts",
        "world.chain.ruin_anyway.calendar.starts",
        "world.chain.macro.held_back",
        "world.chain.suppliers.tier",
    }


def test_what_the_ledger_sees_changes_nothing_that_happens() -> None:
    assert unequal(world_of(1), world_of(1, scenario="full_view")) == {
        "world.chain.suppliers.data_tier"
    }


def test_a_dial_of_fraud_leaves_trade_and_honest_requests_alone() -> None:
    usual, wave = world_of(1), world_of(1, scenario="fraud_wave")
    changed = unequal(usual, wave)
    inflated = {"world.requests.face_minor", "world.requests.amount_minor"}

    assert "world.fraud" in changed
    started = {name for name in changed if name.startswith(("world.chain", "world.requests"))}
    assert started <= inflated
    same = usual.fraud == wave.fraud
    for name in ("face_minor", "amount_minor"):
        assert np.array_equal(
            getattr(usual.requests, name)[same], getattr(wave.requests, name)[same]
        )


def test_a_world_may_end_in_any_year() -> None:
    later = make_world(read_scenario("baseline"), size_of("demo"), 1, LAST_DAY.replace(year=2029))

    assert len(later.requests) == pytest.approx(len(world_of(1, "demo").requests), rel=0.1)


def test_a_ci_world_brings_us_four_thousand_requests(world: World) -> None:
    assert world.decisions.ours.sum() >= 4_000


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2])
def test_a_bench_world_holds_two_hundred_thousand_requests(seed: int) -> None:
    assert len(world_of(seed, "bench").requests) >= 200_000


@pytest.mark.parametrize("size", ["demo", "ci"])
def test_between_1_and_5_in_a_hundred_default(size: str) -> None:
    worlds = [world_of(seed, size) for seed in SEEDS]

    assert 0.01 <= np.mean([world.full.sum(axis=1).mean() for world in worlds]) <= 0.05


def test_events_come_in_the_world_or_never(world: World) -> None:
    chain = world.chain
    for day in (chain.ruin_day, chain.stop_day):
        comes = day < NEVER
        assert 0.02 < comes.mean() < 0.5
        assert (day[comes] >= chain.calendar.begin).all()
        assert (day[comes] < chain.calendar.end).all()


def test_a_pair_does_not_stop_before_it_trades(world: World) -> None:
    chain = world.chain
    months = np.minimum(chain.core.pairs.from_month, chain.calendar.all_months)

    assert (chain.stop_day >= chain.calendar.starts[months]).all()


def test_nothing_is_sold_by_the_ruined_nor_to_whom_has_stopped(world: World) -> None:
    chain, story, flow = world.chain, world.story, world.chain.core
    issued = flow.invoices.issued

    assert (issued <= chain.stop_day[flow.invoices.pair]).all()
    assert (issued <= chain.ruin_day[flow.seller])[story.happened].all()
    assert (story.happened[world.requests.claims]).all()


def test_late_buyers_bring_a_fifth_of_the_ruins() -> None:
    """Of those expected in the told months, had they been paid on the due date or not."""
    expected = np.zeros(2)
    for seed in SEEDS:
        chain = world_of(seed).chain
        calendar, who = chain.calendar, np.arange(chain.suppliers.first)
        begin = np.full(len(who), calendar.starts[BURN_IN_MONTHS] - 1)
        last = np.full(len(who), calendar.starts[calendar.months] - 1)
        for place, events in enumerate((chain.ruin, chain.ruin_anyway)):
            expected[place] += events.chance(who, begin, last).sum()

    assert 0.12 < 1 - expected[1] / expected[0] < 0.25
    fallen = np.mean([world_of(seed).chain.contagion.mean() for seed in SEEDS])
    assert 0.02 < fallen < 0.2


def ends_at_once(chain: Chain, pairs: Ints, days: Ints) -> Floats:
    """Draws that let these pairs' buyers stop on the day after these, and no other buyer ever."""
    buyer = chain.core.pairs.buyer[pairs]
    begins = np.minimum(chain.core.pairs.from_month[pairs], chain.calendar.all_months)
    since = chain.stops.through(buyer, chain.calendar.starts[begins] - 1)
    reached = chain.stops.through(buyer, days) + chain.stops.through(buyer, days + 1)
    draws = np.full(len(chain.core.pairs), 1e9)
    draws[pairs] = reached / 2 - since
    return draws


def until(chain: Chain, day: Ints) -> Flags:
    """Whether each month starts by the day of each row; shape (rows, months)."""
    return chain.calendar.starts[None, :-1] <= day[:, None]


@pytest.mark.parametrize("seed", SEEDS)
def test_cash_tells_nothing_of_a_stop_before_its_requests_are_settled(seed: int) -> None:
    """Two worlds that differ in one stop a supplier, right after a request."""
    world = world_of(seed)
    stage = stage_of(world.scenario, world.size, seed, LAST_DAY)
    order = np.random.default_rng(seed).permutation(len(world.requests))
    supplier, first = np.unique(supplier_of(world)[order], return_index=True)
    picked = order[first]
    pair, day = world.requests.pair[picked], world.requests.day[picked]
    settled = world.requests.matures[picked] + DEFAULT_DAYS

    with_stops = play(stage, ends_at_once(world.chain, pair, day))
    without = play(stage, np.full(len(stage.core), 1e9))

    assert np.array_equal(with_stops.stop_day[pair], day + 1)
    assert (without.stop_day == NEVER).all()
    told = until(without, settled)
    for name in ("cash", "dry", "dry_anyway"):
        one, other = (getattr(chain.liquidity, name)[supplier] for chain in (with_stops, without))
        assert np.array_equal(one[told], other[told]), name
    later = with_stops.liquidity.cash[supplier] != without.liquidity.cash[supplier]
    assert (later & ~told).any(axis=1).mean() > 0.3
    assert np.array_equal(with_stops.liquidity.costs, without.liquidity.costs)


def test_stops_change_no_other_draw() -> None:
    world = world_of(1)
    stage = stage_of(world.scenario, world.size, 1, LAST_DAY)

    without = play(stage, np.full(len(stage.core), 1e9))

    same = without.core.invoices.issued <= world.chain.stop_day[without.core.invoices.pair]
    assert not unequal(without.core.take(same), world.chain.core)
    assert same.sum() < len(without.core.invoices)


def test_full_and_integrated_chances_agree_on_average() -> None:
    """Over many worlds: within one, all share the way the economy went."""
    hangs = [CAUSES.index(cause) for cause in ("buyer", "supplier", "diversion")]
    worlds = [world_of(seed) for seed in range(1, 9)]
    full, integrated = (
        np.array([getattr(world, name)[:, hangs].sum() for world in worlds])
        for name in ("full", "integrated")
    )
    error = (full - integrated).std(ddof=1) / np.sqrt(len(worlds))

    assert abs((full - integrated).mean()) <= 3.5 * error
    assert error < 0.15 * full.mean()


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2])
def test_full_and_integrated_chances_agree_on_average_in_a_large_world(seed: int) -> None:
    world = world_of(seed, "bench")

    assert world.integrated.sum() == pytest.approx(world.full.sum(), rel=0.05)


def test_what_does_not_hang_on_the_economy_is_the_same_in_both(world: World) -> None:
    fraud = CAUSES.index("fraud")

    assert np.allclose(world.full[:, fraud], world.integrated[:, fraud], rtol=1e-12)
    assert not np.allclose(world.full[:, 0], world.integrated[:, 0], rtol=0.1)


def test_an_earlier_last_day_of_the_month_tells_less_of_the_same_world() -> None:
    shorter = make_world(read_scenario("baseline"), size_of("demo"), 1, date(2026, 6, 20))
    whole = world_of(1, "demo")
    before = whole.requests.day < shorter.chain.calendar.last_day

    assert 0 < before.sum() < len(whole.requests)
    assert np.array_equal(shorter.requests.day, whole.requests.day[before])
    assert np.array_equal(shorter.requests.matures, whole.requests.matures[before])
    assert not unequal(shorter.chain.core, whole.chain.core)
