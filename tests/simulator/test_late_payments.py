"""Payments are as late as the oracle says, and later in worse regimes."""

from dataclasses import replace

import numpy as np
import pytest

from simulator.arrays import Ints
from simulator.commerce import Chain
from simulator.lateness import LATE_DAYS
from simulator.regimes import REGIMES, regime_paths
from simulator.world import World
from tests.simulator.known_worlds import world_of

SEEDS = (1, 2, 3)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("flow", ["core", "upstream"])
def test_as_many_are_late_in_each_regime_as_the_oracle_says(seed: int, flow: str) -> None:
    payments = getattr(world_of(seed).chain, flow).payments
    late = payments.days_late >= LATE_DAYS

    for regime, name in enumerate(REGIMES):
        here = payments.regime == regime
        chances = payments.late_chance[here]
        error = np.sqrt((chances * (1 - chances)).sum())  # of a sum of independent draws
        assert abs(late[here].sum() - chances.sum()) <= 3.5 * error, name


@pytest.mark.parametrize("seed", SEEDS)
def test_as_many_are_late_in_each_decile_of_the_oracle(seed: int) -> None:
    payments = world_of(seed).chain.core.payments
    late = payments.days_late >= LATE_DAYS

    for tenth in np.array_split(np.argsort(payments.late_chance), 10):
        chances = payments.late_chance[tenth]
        error = np.sqrt((chances * (1 - chances)).sum())
        assert abs(late[tenth].sum() - chances.sum()) <= 3.5 * error


@pytest.mark.parametrize("seed", SEEDS)
def test_worse_regimes_are_later(seed: int) -> None:
    payments = world_of(seed).chain.core.payments
    means = [payments.late_chance[payments.regime == place].mean() for place in range(4)]

    assert means == sorted(means)
    assert 0.15 <= (payments.days_late >= LATE_DAYS).mean() <= 0.45


def test_buyers_hold_their_money_back_while_a_crisis_lasts_and_no_longer() -> None:
    crisis, usual = world_of(1, scenario="stress"), world_of(1)
    share = crisis.scenario.stress_held_back_share
    begin = crisis.chain.calendar.months - crisis.scenario.stress_months_before_end
    end = begin + crisis.scenario.stress_months

    worse = regimes_without(crisis) < crisis.chain.regimes
    could = regimes_without(crisis)[:, begin:end] < len(REGIMES) - 1
    assert not np.delete(worse, np.s_[begin:end], axis=1).any()
    assert worse[:, begin:end][could].mean() == pytest.approx(share, abs=0.2)
    assert (crisis.chain.regimes[:, :begin] == usual.chain.regimes[:, :begin]).all()


def test_in_a_crisis_more_is_paid_late_and_not_everything() -> None:
    crisis, usual = world_of(1, scenario="stress"), world_of(1)
    begin = crisis.chain.calendar.months - crisis.scenario.stress_months_before_end
    first, after = crisis.chain.calendar.starts[[begin, begin + crisis.scenario.stress_months]]

    late, without = (share_late(world.chain, first, after) for world in (crisis, usual))

    assert 1.2 <= late / without <= 1.8


def regimes_without(world: World) -> Ints:
    """The regimes of a world whose economy is as bad, and whose buyers hold nothing back."""
    chain = world.chain
    calm = replace(chain.macro, held_back=np.zeros_like(chain.macro.held_back))
    return regime_paths(chain.buyers, chain.grades, calm, chain.calendar, world.seed)


def share_late(chain: Chain, begin: int, end: int) -> float:
    """Part of what falls due from one day to before another that is paid late."""
    flow = chain.core
    there = (begin <= flow.invoices.due) & (flow.invoices.due < end)
    return float((flow.payments.days_late[there] >= LATE_DAYS).mean())
