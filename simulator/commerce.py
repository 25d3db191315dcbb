"""The chain in motion: what each part of the network trades and pays, and who is left.

Core enterprises first, whose trouble is their own; then tier by tier upwards, each paid by the one
before. A supplier that is out of cash pays late itself, and one in default not at all.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from simulator.arrays import Flags, Floats, Ints, stream
from simulator.calendar import Calendar
from simulator.cash import Liquidity, Owed, dry_intensity, liquidity
from simulator.cast import Buyers, Suppliers
from simulator.flows import Flow, Stage, paid, traded
from simulator.grades import grade_paths, stop_intensity, stop_scale
from simulator.intensities import NEVER, Intensities, accumulated
from simulator.macro import Macro, monthly_intensity, threshold_of
from simulator.regimes import DISTRESSED, SLOW, TYPICAL, regime_paths

CONTAGION_DAYS = 365
"""A failure that late buyers only bring forward by less is the supplier's own."""


@dataclass(frozen=True, eq=False)
class Chain:
    """Everything that happened, apart from financing.

    Attributes
    ----------
    calendar, buyers, suppliers, macro
        Time, cast and economy.
    grades, regimes : int array of shape (buyers, months)
        How the core enterprises fared and paid.
    core, upstream : Flow
        Trade of tier 1 with core enterprises; of tiers 2 and 3 with the tier before.
    stops : Intensities
        Of the buyers: a pair whose draw is reached is paid nothing any more.
    stop_scale : float
        Of ``simulator.grades.stop_scale``.
    stop_day : int array
        That day, by pair of ``core``.
    upstream_stop_day : int array
        The customer's default, by pair of ``upstream``.
    ruin : Intensities
        Of the suppliers' default.
    ruin_anyway : Intensities
        The same, had everybody been paid on the due date.
    ruin_day : int array
        Day of default, by supplier.
    contagion : bool array
        It would not have come within the year after, had everybody been paid on the due date.
    liquidity : Liquidity
        Of tier 1.
    dry_intensity : float
        What a month without cash adds to the intensity of default.
    owed : Owed
        What core enterprises owe tier 1, as the cash engine sees it.
    """

    calendar: Calendar
    buyers: Buyers
    suppliers: Suppliers
    macro: Macro
    grades: Ints
    regimes: Ints
    core: Flow
    upstream: Flow
    stops: Intensities
    stop_scale: float
    stop_day: Ints
    upstream_stop_day: Ints
    ruin: Intensities
    ruin_anyway: Intensities
    ruin_day: Ints
    contagion: Flags
    liquidity: Liquidity
    dry_intensity: float
    owed: Owed


def play(stage: Stage, stop_draws: Floats | None = None) -> Chain:
    """Let the chain trade, pay, and fail.

    Parameters
    ----------
    stop_draws : float array of shape (core pairs,), optional
        How much intensity each pair lives through before its buyer stops; drawn where it is not
        given. With it, two worlds differ in stops alone.
    """
    calendar, seed = stage.calendar, stage.seed
    grades = grade_paths(stage.buyers, stage.macro, calendar, seed)
    regimes = regime_paths(stage.buyers, grades, stage.macro, calendar, seed)
    links = np.bincount(stage.core.buyer, minlength=len(stage.buyers)).astype(np.float64)
    told = grades[:, : calendar.months]
    scale = stop_scale(stage.buyers, told, stage.scenario.stops_a_year, links)
    stops = accumulated(calendar, stop_intensity(stage.buyers, grades, stage.macro, scale))
    draws = stream(seed, "stops").exponential(size=len(stage.core))
    draws = draws if stop_draws is None else stop_draws
    # a pair is at risk from its first month on
    since = calendar.starts[np.minimum(stage.core.from_month, calendar.all_months)] - 1
    stop_day = stops.days(stage.core.buyer, draws + stops.through(stage.core.buyer, since))
    core = paid(stage, traded(stage, stage.core, "core"), regimes, stage.buyers.tilt)
    owed = _owed(core, stop_day)
    fate = _Fate(stage)
    fate.of_tier(1, owed)
    upstream, upstream_stop = _upstream(stage, fate)
    return Chain(
        calendar,
        stage.buyers,
        stage.suppliers,
        stage.macro,
        grades,
        regimes,
        _until(core, stop_day),
        upstream,
        stops,
        scale,
        stop_day,
        upstream_stop,
        *fate.told(),
        fate.liquidity[0],
        fate.dry_intensity,
        owed,
    )


class _Fate:
    """What becomes of suppliers, tier by tier."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        count, months = len(stage.suppliers), stage.calendar.all_months
        threshold = threshold_of(stage.suppliers.chance_12m)[:, None]
        own = monthly_intensity(threshold, stage.macro.sectors[stage.suppliers.trade])
        self._intensity, self._anyway = own.copy(), own
        self._draws = stream(stage.seed, "ruin").exponential(size=count)
        self.ruin_day = np.full(count, NEVER)
        self.regimes = np.full((count, months), TYPICAL)
        self.liquidity: list[Liquidity] = []
        self.dry_intensity = 0.0

    def of_tier(self, tier: int, owed: Owed) -> None:
        """Settle the fate of a tier from what it is owed."""
        stage = self._stage
        members = np.flatnonzero(stage.suppliers.tier == tier)
        within = _within(owed, members)
        part = _part(stage.suppliers, members)
        found = liquidity(stage.calendar, part, within, stage.seed + tier)
        self.liquidity.append(found)
        if tier == 1:
            self.dry_intensity = dry_intensity(stage.calendar, found, self._anyway[members])
        self._intensity[members] += self.dry_intensity * found.dry
        self._anyway[members] += self.dry_intensity * found.dry_anyway
        sums = accumulated(stage.calendar, self._intensity[members])
        self.ruin_day[members] = sums.days(np.arange(len(members)), self._draws[members])
        slow = np.where(found.cash < 0, SLOW, TYPICAL)
        self.regimes[members] = np.where(found.dry, DISTRESSED, slow)

    def told(self) -> tuple[Intensities, Intensities, Ints, Flags]:
        """Intensities as they were, and as they would have been; days; who fell by others."""
        calendar = self._stage.calendar
        ruin = accumulated(calendar, self._intensity)
        anyway = accumulated(calendar, self._anyway)
        own = anyway.days(np.arange(len(self._draws)), self._draws)
        pushed = own > self.ruin_day + CONTAGION_DAYS
        return ruin, anyway, self.ruin_day, (self.ruin_day < NEVER) & pushed


def _upstream(stage: Stage, fate: _Fate) -> tuple[Flow, Ints]:
    """Tier 2 is paid by tier 1, whose fate is settled; then tier 3 by tier 2.

    The trade is drawn once; it is paid anew when the payers of the next tier are known.
    """
    pairs = stage.upstream
    sold = traded(stage, pairs, "upstream")
    tilt = np.zeros(len(stage.suppliers))
    for tier in (2, 3):
        stop_day = fate.ruin_day[pairs.buyer]
        flow = paid(stage, sold, fate.regimes, tilt)
        fate.of_tier(tier, _owed(flow, stop_day))
    stop_day = fate.ruin_day[pairs.buyer]
    return _until(flow, stop_day), stop_day


def _until(flow: Flow, stop_day: Ints) -> Flow:
    """What is traded until the customers stop."""
    return flow.take(flow.invoices.issued <= stop_day[flow.invoices.pair])


def _owed(flow: Flow, stop_day: Ints) -> Owed:
    invoices, planned = flow.invoices, flow.planned
    stops_on = stop_day[invoices.pair]
    return Owed(
        seller=flow.seller,
        amount=(invoices.face_minor - flow.dilution.noted_minor).astype(np.float64),
        ordered=invoices.ordered,
        due=invoices.due,
        planned=planned,
        lost_on=np.where((invoices.issued <= stops_on) & (stops_on < planned), stops_on, NEVER),
    )


def _within(owed: Owed, members: Ints) -> Owed:
    """What is owed to these suppliers, each by its place among them."""
    picked = owed.take(np.isin(owed.seller, members))
    return replace(picked, seller=np.searchsorted(members, picked.seller))


def _part(suppliers: Suppliers, members: Ints) -> Suppliers:
    picked = (getattr(suppliers, field.name)[members] for field in fields(suppliers))
    return Suppliers(*picked)
