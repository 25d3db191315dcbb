"""Commercial value: what a supplier can collect of its trade in twelve months (CV12).

``CV12 = sum over buyers and months of D X A (1 - dilution) (1 - PD LGD) G x cash margin`` and what
is open on the day (domain.md section 3.10). It is not equity value and not a rating.

A supplier's `Outlook` goes in. ``value_paths`` lives through its year many times; what an element
takes is found by living through the same years without it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

import numpy as np

from lending.value_paths import AS_IT_IS, Floats, Outlook, Without, draws_of, parts_on_paths
from lending.value_rules import ValueRules

STATEMENT_EN = "Commercial value is neither equity value nor a rating."
STATEMENT_ZH = "商业价值既不是股权价值，也不是信用评级。"


class Driver(StrEnum):
    """What makes a value smaller; each is looked at by leaving it out."""

    SURVIVAL = "survival"
    DILUTION = "dilution"
    DELAY = "delay"
    DEFAULT = "default"
    INTERRUPTION = "interruption"
    CONCENTRATION = "concentration"


_WITHOUT: Mapping[Driver, Without] = MappingProxyType(
    {driver: Without(**{driver.value: True}) for driver in Driver}
)


@dataclass(frozen=True)
class BuyerPart:
    """A buyer's part of what is collected; percentiles are of the part alone, in minor units.

    Attributes
    ----------
    buyer : str
    p10_minor, p50_minor, p90_minor, mean_minor : int
        The means of all buyers add up to that of the value, but for rounding.
    """

    buyer: str
    p10_minor: int
    p50_minor: int
    p90_minor: int
    mean_minor: int


@dataclass(frozen=True)
class Value:
    """What a supplier collects in twelve months, before its costs, in minor units.

    Attributes
    ----------
    supplier : str
    p10_minor, p50_minor, p90_minor, mean_minor : int
        Nine of ten simulated years bring ``p10`` or more, one of ten ``p90`` or more.
    past_minor : int
        Sales of the last twelve months.
    expected_minor : int
        Sales expected in the next twelve, were every relation to last.
    open_minor : int
        Open on the day, and expected to be paid.
    margin_share : float
        Of what is collected, left after purchases, wages and taxes; 0-1.
    takes_minor : mapping of Driver to int
        By how much the middle value would be higher without it; of concentration, by how much the
        tenth percentile would be, were what befalls one buyer no matter of the others.
    buyers : tuple of BuyerPart
        The largest first.
    """

    supplier: str
    p10_minor: int
    p50_minor: int
    p90_minor: int
    mean_minor: int
    past_minor: int
    expected_minor: int
    open_minor: int
    margin_share: float
    takes_minor: Mapping[Driver, int]
    buyers: tuple[BuyerPart, ...]

    @property
    def growth(self) -> float | None:
        """Sales expected over those of the last twelve months, less 1; None without any."""
        return self.expected_minor / self.past_minor - 1 if self.past_minor else None

    @property
    def uncertainty(self) -> float | None:
        """The width from ``p10`` to ``p90`` over ``p50``; None where that is 0."""
        return (self.p90_minor - self.p10_minor) / self.p50_minor if self.p50_minor else None

    def after_costs(self, minor: int) -> int:
        """What is left of an amount collected, rounded down: ``p10`` after costs caps a limit."""
        return int(minor * self.margin_share)


def value(outlook: Outlook, rules: ValueRules, seed: int) -> Value:
    """Work out a supplier's value; the same outlook, rules and seed give the same.

    Parameters
    ----------
    seed : int
        Not negative. `ValueRules.paths` years are drawn from it.
    """
    draws = draws_of(outlook, rules, seed)
    parts = parts_on_paths(outlook, rules, draws, AS_IT_IS)
    p10, p50, p90 = quantiles(parts.sum(axis=0))
    takes = {}
    for driver, without in _WITHOUT.items():
        low, middle, _ = quantiles(parts_on_paths(outlook, rules, draws, without).sum(axis=0))
        takes[driver] = low - p10 if driver is Driver.CONCENTRATION else middle - p50
    return Value(
        supplier=outlook.supplier,
        p10_minor=int(p10),
        p50_minor=int(p50),
        p90_minor=int(p90),
        mean_minor=int(parts.sum(axis=0).mean()),
        past_minor=int(outlook.past_minor.sum()),
        expected_minor=int((outlook.monthly_minor.sum(axis=1) * outlook.alive).sum()),
        open_minor=int(outlook.open_minor.sum()),
        margin_share=outlook.margin_share,
        takes_minor=MappingProxyType({driver: int(take) for driver, take in takes.items()}),
        buyers=_by_buyer(outlook, parts),
    )


def quantiles(total: Floats) -> tuple[float, float, float]:
    """The 10th, 50th and 90th percentile."""
    p10, p50, p90 = np.percentile(total, (10, 50, 90))
    return float(p10), float(p50), float(p90)


def _by_buyer(outlook: Outlook, parts: Floats) -> tuple[BuyerPart, ...]:
    means = parts.mean(axis=1)
    order = sorted(range(len(means)), key=lambda at: (-means[at], outlook.buyers[at]))
    found = []
    for at in order:
        p10, p50, p90 = quantiles(parts[at])
        found.append(BuyerPart(outlook.buyers[at], int(p10), int(p50), int(p90), int(means[at])))
    return tuple(found)
