"""Flows: what a part of the network trades, and how it is paid."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import NamedTuple

from simulator.arrays import Flags, Floats, Ints
from simulator.calendar import Calendar
from simulator.cast import Buyers, Suppliers
from simulator.dilution import Dilution, dilute
from simulator.lateness import Payments, pay, pay_stream
from simulator.macro import Macro
from simulator.network import Pairs
from simulator.scenario import Scenario
from simulator.trade import Invoices, pair_sectors, trade, trade_stream


@dataclass(frozen=True)
class Stage:
    """What the chain is played on.

    Attributes
    ----------
    scenario, calendar, buyers, suppliers, macro, seed
        As drawn before.
    core, upstream : Pairs
        The network.
    """

    scenario: Scenario
    calendar: Calendar
    buyers: Buyers
    suppliers: Suppliers
    macro: Macro
    core: Pairs
    upstream: Pairs
    seed: int


@dataclass(frozen=True, eq=False)
class Flow:
    """Trade of one part of the network.

    Attributes
    ----------
    pairs, invoices, dilution, payments
        Rows of the last three belong together.
    planned : int array
        Day on which each invoice is to be paid.
    """

    pairs: Pairs
    invoices: Invoices
    dilution: Dilution
    payments: Payments

    @property
    def planned(self) -> Ints:
        """Day on which each invoice is to be paid."""
        return self.invoices.due + self.payments.days_late

    @property
    def seller(self) -> Ints:
        """Supplier of each invoice."""
        return self.pairs.supplier[self.invoices.pair]

    def take(self, which: Ints | Flags) -> Flow:
        """The flow with some of its invoices."""
        picked = [
            type(part)(*(getattr(part, field.name)[which] for field in fields(part)))
            for part in (self.invoices, self.dilution, self.payments)
        ]
        return Flow(self.pairs, *picked)  # type: ignore[arg-type]


class Traded(NamedTuple):
    """What a part of the network trades, before anybody pays."""

    name: str
    pairs: Pairs
    invoices: Invoices
    dilution: Dilution


def traded(stage: Stage, pairs: Pairs, name: str) -> Traded:
    """Draw what the pairs of a part of the network trade; its name is where chance comes from."""
    sectors = pair_sectors(pairs, stage.suppliers.trade, stage.macro)
    chance = trade_stream(stage.seed, name)
    invoices = trade(stage.scenario, stage.calendar, pairs, sectors, chance)
    dilution = dilute(invoices, pairs, stage.suppliers, stage.seed, name)
    return Traded(name, pairs, invoices, dilution)


def paid(stage: Stage, trade_of: Traded, regimes: Ints, tilt: Floats) -> Flow:
    """Let it be paid, as payers in these regimes and with these tilts pay (``lateness.pay``)."""
    name, pairs, invoices, dilution = trade_of
    payments = pay(
        stage.calendar,
        pairs,
        invoices,
        regimes=regimes,
        tilt=tilt,
        disputed=dilution.disputed_on > 0,
        rng=pay_stream(stage.seed, name),
    )
    return Flow(pairs, invoices, dilution, payments)
