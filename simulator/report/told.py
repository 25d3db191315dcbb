"""Which part of a world counts: what is told, after the months in which it settles."""

from __future__ import annotations

from simulator.arrays import Flags, Ints
from simulator.calendar import BURN_IN_MONTHS
from simulator.world import World


def told_days(world: World, days: Ints) -> Flags:
    """Which days lie after the burn-in and before the world's last day."""
    calendar = world.chain.calendar
    counted: Flags = (days >= calendar.starts[BURN_IN_MONTHS]) & (days < calendar.last_day)
    return counted


def told_months(world: World) -> slice:
    """The same in months."""
    return slice(BURN_IN_MONTHS, world.chain.calendar.months)


def issued(world: World) -> Flags:
    """Invoices of the core flow that happened and were issued in the told months."""
    return world.story.happened & told_days(world, world.chain.core.invoices.issued)


def fell_due(world: World) -> Flags:
    """Invoices of the core flow that happened and fell due in the told months."""
    return world.story.happened & told_days(world, world.chain.core.invoices.due)
