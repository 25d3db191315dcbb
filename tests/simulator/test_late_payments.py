"""Payments are as late as the oracle says, and later in worse regimes."""

import numpy as np
import pytest

from simulator.lateness import LATE_DAYS
from simulator.regimes import REGIMES
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
