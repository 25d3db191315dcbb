"""A request whose fate is drawn again and again ends by each cause as often as the oracle says."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from simulator.arrays import Flags, Floats, Ints
from simulator.chances import CAUSES, DEFAULT_DAYS, full_risk
from simulator.endings import NO_DEFAULT, end
from simulator.integrated import integrated_causes
from simulator.intensities import NEVER
from simulator.world import World
from tests.simulator.known_worlds import supplier_of, world_of


def mask_of(world: World, which: Ints) -> Flags:
    """Which of the requests are these."""
    mask = np.zeros(len(world.requests), dtype=bool)
    mask[which] = True
    return mask


def one_a_supplier(world: World, rng: np.random.Generator) -> Ints:
    order = rng.permutation(len(world.requests))
    _, first = np.unique(supplier_of(world)[order], return_index=True)
    return order[first]


def ended_anew(world: World, which: Ints, seed: int) -> tuple[Flags, Ints]:
    """The cause of each of these requests, of one supplier each, its stop and ruin drawn anew.

    Both are drawn as the chain draws them, given that neither came before the request.
    """
    mask = mask_of(world, which)
    rng = np.random.default_rng(seed)
    requests, chain = world.requests.take(mask), world.chain
    supplier = chain.core.pairs.supplier[requests.pair]
    buyer = chain.core.pairs.buyer[requests.pair]
    stop_day, ruin_day = chain.stop_day.copy(), chain.ruin_day.copy()
    lived = chain.stops.through(buyer, requests.day)
    stop_day[requests.pair] = chain.stops.days(buyer, lived + rng.exponential(size=len(lived)))
    lived = chain.ruin.through(supplier, requests.day)
    ruin_day[supplier] = chain.ruin.days(supplier, lived + rng.exponential(size=len(lived)))
    anew = replace(chain, stop_day=stop_day, ruin_day=ruin_day)
    return mask, end(anew, requests, world.risk.take(mask), world.planned, seed).cause


@cache
def ended_often() -> tuple[Ints, Floats, Floats]:
    """Of defaults by cause: number, expected number and variance, in many fates of a world."""
    world, rng = world_of(1), np.random.default_rng(1)
    counts = np.zeros(len(CAUSES), dtype=np.int64)
    expected, variance = np.zeros((2, len(CAUSES)))
    for seed in range(400):
        mask, cause = ended_anew(world, one_a_supplier(world, rng), seed)
        counts += np.bincount(cause + 1, minlength=len(CAUSES) + 1)[1:]
        expected += world.full[mask].sum(axis=0)
        variance += (world.full[mask] * (1 - world.full[mask])).sum(axis=0)
    return counts, expected, variance


@pytest.mark.parametrize("cause", CAUSES)
def test_a_request_ends_by_each_cause_as_often_as_the_oracle_says(cause: str) -> None:
    counts, expected, variance = (each[CAUSES.index(cause)] for each in ended_often())

    assert abs(counts - expected) <= 3.5 * np.sqrt(variance)


def ended_on(
    world: World, which: Ints, stops: Ints, fails: Ints, *, seed: int = 1, **chances: float
) -> Ints:
    """The causes of these requests if buyer and supplier are gone on these days.

    Chances that are named replace those of the requests.
    """
    chain, mask = world.chain, mask_of(world, which)
    requests, risk = world.requests.take(mask), world.risk.take(mask)
    fixed = {name: np.full(len(which), chance) for name, chance in chances.items()}
    stop_day, ruin_day = chain.stop_day.copy(), chain.ruin_day.copy()
    stop_day[requests.pair] = stops
    ruin_day[chain.core.pairs.supplier[requests.pair]] = fails
    anew = replace(chain, stop_day=stop_day, ruin_day=ruin_day)
    return end(anew, requests, replace(risk, **fixed), world.planned, seed).cause


@pytest.mark.parametrize(("days", "gone"), [(DEFAULT_DAYS, True), (DEFAULT_DAYS + 1, False)])
def test_a_supplier_is_gone_until_the_ninetieth_day_past_maturity(days: int, gone: bool) -> None:
    world = world_of(1)
    which = np.sort(one_a_supplier(world, np.random.default_rng(2)))
    matures, paid_on = world.requests.matures[which], world.endings.paid_on[which]
    recourse = world.requests.recourse[which] & (world.fraud[which] == 0)

    cause = ended_on(world, which, paid_on - 1, matures + days)

    by_supplier = cause == CAUSES.index("supplier")
    assert by_supplier[recourse].all() == gone
    assert by_supplier.any() == gone


def test_a_buyer_that_stops_on_the_day_of_the_last_payment_has_paid() -> None:
    world = world_of(1)
    which = np.sort(one_a_supplier(world, np.random.default_rng(2)))
    paid_on = world.endings.paid_on[which]
    sold = ~world.requests.recourse[which] & (world.fraud[which] == 0)
    never = np.full(len(which), NEVER)
    buyer = CAUSES.index("buyer")

    assert (ended_on(world, which, paid_on - 1, never)[sold] == buyer).all()
    assert not (ended_on(world, which, paid_on, never) == buyer).any()


def test_money_is_diverted_by_a_supplier_that_fails_before_the_last_payment() -> None:
    world = world_of(1)
    which = np.sort(one_a_supplier(world, np.random.default_rng(2)))
    paid_on = world.endings.paid_on[which]
    never = np.full(len(which), NEVER)
    diversion = CAUSES.index("diversion")

    assert (ended_on(world, which, never, paid_on - 1) == diversion).any()
    assert not (ended_on(world, which, never, paid_on) == diversion).any()


def test_a_stop_is_not_followed_by_dispute_or_diversion_and_fraud_comes_first() -> None:
    world = world_of(1)
    which = np.sort(one_a_supplier(world, np.random.default_rng(2)))
    before = world.endings.paid_on[which] - 1
    never = np.full(len(which), NEVER)

    both_fail = ended_on(world, which, before, before, dispute=1.0, fraud=0.0)
    buyer_stops = ended_on(world, which, before, never, dispute=1.0, fraud=0.0, gone=0.9)
    deceived = ended_on(world, which, before, before, dispute=1.0, fraud=1.0)

    assert {CAUSES[cause] for cause in both_fail.tolist()} == {"buyer", "supplier"}
    assert (buyer_stops == NO_DEFAULT).any()
    assert not np.isin(buyer_stops, [CAUSES.index("dilution"), CAUSES.index("diversion")]).any()
    assert (deceived == CAUSES.index("fraud")).all()


def test_a_weak_supplier_makes_up_for_a_dispute_less_often() -> None:
    world = world_of(1)
    which = np.sort(one_a_supplier(world, np.random.default_rng(2)))
    never = np.full(len(which), NEVER)
    recourse = world.requests.recourse[which]
    seeds = range(20)

    def share(gone: float) -> float:
        ended = [
            ended_on(world, which, never, never, seed=seed, dispute=1.0, fraud=0.0, gone=gone)
            for seed in seeds
        ]
        assert all((cause[~recourse] == CAUSES.index("dilution")).all() for cause in ended)
        return float(np.mean([cause[recourse] == CAUSES.index("dilution") for cause in ended]))

    for gone, expected in ((0.0, 0.0), (0.1, 0.3), (0.2, 0.6), (0.9, 0.6)):
        error = np.sqrt(expected * (1 - expected) / recourse.sum() / len(seeds))
        assert abs(share(gone) - expected) <= 3.5 * error


def test_a_request_paid_on_the_day_after_it_is_exposed_to_nobody() -> None:
    world = world_of(1, "demo")
    planned = world.planned.copy()
    planned[world.requests.claims] = np.repeat(world.requests.day + 1, world.requests.count)
    hangs = [CAUSES.index("buyer"), CAUSES.index("supplier"), CAUSES.index("diversion")]
    told = (world.chain, world.requests)
    nobody = np.zeros(len(world.requests))

    risk = full_risk(*told, nobody, planned, world.seed)
    a_day_later = full_risk(*told, nobody, planned + 1, world.seed)

    assert not risk.stop.any()
    assert not risk.gone_early.any()
    assert a_day_later.stop.all()
    assert a_day_later.gone_early.all()
    assert not integrated_causes(*told, planned, world.seed)[:, hangs].any()
    assert integrated_causes(*told, planned + 1, world.seed)[:, hangs[0]].all()
