"""Measures of payments: how late they are, overall and by the regime of the payer."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from simulator.arrays import Ints
from simulator.intensities import NEVER
from simulator.lateness import LATE_DAYS
from simulator.report.told import fell_due, told_months
from simulator.report.trade_measures import disputed
from simulator.world import World


def days_late(world: World) -> Ints:
    """Days from due date to payment of what fell due in the told months; `NEVER` for unpaid."""
    story, due = world.story, world.chain.core.invoices.due
    counted = fell_due(world)
    paid_on = story.paid_on[counted]
    return np.where(paid_on == NEVER, NEVER, paid_on - due[counted])


def late_share(world: World) -> float:
    """Share of invoices paid at least five days late, or never."""
    return float((days_late(world) >= LATE_DAYS).mean())


def mean_days_late(world: World) -> float:
    """Mean days of delay of those paid after the due date."""
    days = days_late(world)
    late = (days > 0) & (days < NEVER)
    return float(days[late].mean()) if late.any() else 0.0


def never_paid(world: World) -> float:
    """Share of what fell due, in money, that is never paid."""
    counted = fell_due(world)
    amount = world.story.face_minor[counted]
    never = world.story.paid_on[counted] == NEVER
    return float(amount[never].sum() / amount.sum())


def disputed_late(world: World) -> float:
    """Share of disputed invoices paid at least five days late, or never."""
    late = days_late(world)[disputed(world)[fell_due(world)]] >= LATE_DAYS
    return float(late.mean()) if len(late) else float("nan")


def regime_share(regime: int) -> Callable[[World], float]:
    """Measure the share of buyer-months in a regime."""

    def measure(world: World) -> float:
        return float((world.chain.regimes[:, told_months(world)] == regime).mean())

    return measure


def later_than(regime: int, days: int) -> Callable[[World], float]:
    """Measure the share of payments of a regime that are more than so many days late.

    What a lender's patience cuts short, and what a failing buyer never pays, is left out: it is
    the habit of paying that is measured.
    """

    def measure(world: World) -> float:
        late = _of_regime(world, regime) > days
        return float(late.mean()) if len(late) else float("nan")

    return measure


def mean_if_late(regime: int) -> Callable[[World], float]:
    """Measure the mean days of delay of the late payments of a regime."""

    def measure(world: World) -> float:
        days = _of_regime(world, regime)
        late = days[days > 0]
        return float(late.mean()) if len(late) else float("nan")

    return measure


def _of_regime(world: World, regime: int) -> Ints:
    payments = world.chain.core.payments
    days: Ints = payments.days_late[fell_due(world) & (payments.regime == regime)]
    return days
