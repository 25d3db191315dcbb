"""Requests played on from where they stand, again and again: the oracle's chances, by trial.

Nothing here uses the closed forms of ``chances`` and ``integrated``: month by month a coin is
tossed for the buyer's stop and for the supplier's ruin, and then for all that may follow. How
often a request ends in default is to agree with what the oracle says of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.arrays import Flags, Floats, Ints, stream
from simulator.chances import (
    CAN_T_BUY_BACK,
    CAUSES,
    DEFAULT_DAYS,
    DIVERTS,
    MAKES_UP,
    OFFICE,
)
from simulator.fraud import LOSS_SHARE
from simulator.grades import next_grades, thresholds
from simulator.macro import (
    AHEAD_MONTHS,
    PERSISTENCE,
    SHARED,
    monthly_intensity,
    threshold_of,
)
from simulator.names import TRADES
from simulator.world import World


@dataclass(frozen=True, eq=False)
class Replays:
    """How often what happened; arrays of one row a request.

    Attributes
    ----------
    times : int
        Number of replays of each request.
    causes : int array of shape (requests, causes)
        Defaults by cause, in the order of ``simulator.chances.CAUSES``.
    stopped, gone_early, gone : int array
        The buyer stopped before the last invoice was paid; the supplier failed before that; until
        90 days past maturity.
    """

    times: int
    causes: Ints
    stopped: Ints
    gone_early: Ints
    gone: Ints


@dataclass(frozen=True, eq=False)
class _Fates:
    """Shape (requests, replays): what happened, and the supplier's chance of being gone."""

    stopped: Flags
    gone_early: Flags
    gone: Flags
    gone_chance: Floats


def replay(world: World, which: Ints, times: int, seed: int, *, drawn: bool) -> Replays:
    """Fork the world at each of these requests and play it on so many times.

    Parameters
    ----------
    which : int array
        Places in ``world.requests``.
    times : int
        Replays of each request, at least 1.
    drawn : bool
        Whether macro factor and grades are drawn anew from the month after the request on, or held
        as they came. Days of payment and the supplier's months without cash are held in both.
    """
    rng = stream(seed, "replay")
    fates = _fates(world, which, times, _Weather(world, which, times, rng, drawn), rng)
    cause = _causes(world, which, fates, rng)
    counts = [(cause == place).sum(axis=1) for place in range(len(CAUSES))]
    return Replays(
        times,
        np.stack(counts, axis=1),
        fates.stopped.sum(axis=1),
        fates.gone_early.sum(axis=1),
        fates.gone.sum(axis=1),
    )


class _Weather:
    """Sectors and the buyer's grade along each replay, a month at a time."""

    def __init__(
        self, world: World, which: Ints, times: int, rng: np.random.Generator, drawn: bool
    ) -> None:
        chain, requests = world.chain, world.requests
        self._world, self._rng, self._drawn = world, rng, drawn
        self._month = chain.calendar.month(requests.day[which])
        self._buyer = chain.core.pairs.buyer[requests.pair[which]]
        self._supplier = chain.core.pairs.supplier[requests.pair[which]]
        self._place = np.arange(len(which))[:, None]
        shape = (len(which), times)
        now = chain.macro.sectors[:, self._month].T[:, None, :]
        self._sectors = np.broadcast_to(now, (*shape, len(TRADES)))
        self._grade = np.broadcast_to(chain.grades[self._buyer, self._month][:, None], shape)

    def step(self, ahead: int) -> tuple[Floats, Floats]:
        """Intensities of stop and ruin in the month so many ahead, without what dry months add."""
        if ahead and self._drawn:
            self._draw()
        elif ahead:
            self._hold(ahead)
        chain = self._world.chain
        buyer = self._sectors[self._place[:, 0], :, chain.buyers.trade[self._buyer]]
        seller = self._sectors[self._place[:, 0], :, chain.suppliers.trade[self._supplier]]
        limit = thresholds(chain.buyers)[self._buyer[:, None], self._grade - 1]
        own = threshold_of(chain.suppliers.chance_12m[self._supplier])[:, None]
        return chain.stop_scale * monthly_intensity(limit, buyer), monthly_intensity(own, seller)

    def _draw(self) -> None:
        rng, shape = self._rng, self._grade.shape
        shared = rng.normal(size=(*shape, 1))
        own = rng.normal(size=(*shape, len(TRADES)))
        news = np.sqrt(SHARED) * shared + np.sqrt(1 - SHARED) * own
        self._sectors = PERSISTENCE * self._sectors + np.sqrt(1 - PERSISTENCE**2) * news
        buyers = self._world.chain.buyers
        sector = self._sectors[self._place[:, 0], :, buyers.trade[self._buyer]]
        home = buyers.home[self._buyer][:, None]
        self._grade = next_grades(self._grade, home, sector, rng.random(shape))

    def _hold(self, ahead: int) -> None:
        chain, shape = self._world.chain, self._grade.shape
        month = np.minimum(self._month + ahead, chain.calendar.all_months - 1)
        now = chain.macro.sectors[:, month].T[:, None, :]
        self._sectors = np.broadcast_to(now, self._sectors.shape)
        self._grade = np.broadcast_to(chain.grades[self._buyer, month][:, None], shape)


def _fates(
    world: World, which: Ints, times: int, weather: _Weather, rng: np.random.Generator
) -> _Fates:
    """Toss for stop and ruin, month by month, ruin before and after the last invoice is paid."""
    chain, requests = world.chain, world.requests
    day, paid = requests.day[which], world.endings.paid_on[which]
    ended = requests.matures[which] + DEFAULT_DAYS
    supplier = chain.core.pairs.supplier[requests.pair[which]]
    stopped, early, late = np.zeros((3, len(which), times), dtype=bool)
    survives = np.ones((len(which), times))
    for ahead in range(AHEAD_MONTHS):
        stop, ruin = weather.step(ahead)
        month = chain.calendar.month(day) + ahead
        told = np.minimum(month, chain.calendar.all_months - 1)
        ruin = ruin + chain.dry_intensity * chain.liquidity.dry[supplier, told][:, None]
        before = _part(world, month, day + 1, paid)[:, None]
        after = _part(world, month, np.maximum(paid, day + 1), ended + 1)[:, None]
        stopped |= rng.random(stopped.shape) < 1 - np.exp(-stop * before)
        early |= rng.random(early.shape) < 1 - np.exp(-ruin * before)
        late |= rng.random(late.shape) < 1 - np.exp(-ruin * after)
        survives *= np.exp(-ruin * (before + after))
    return _Fates(stopped, early, early | late, 1 - survives)


def _part(world: World, month: Ints, begin: Ints, end: Ints) -> Floats:
    """Part of each month on the days from ``begin`` on, before ``end``; 0 after the world."""
    calendar = world.chain.calendar
    place = np.minimum(month, calendar.all_months - 1)
    first, next_first = calendar.starts[place], calendar.starts[place + 1]
    days = np.minimum(end, next_first) - np.maximum(begin, first)
    part: Floats = np.maximum(days, 0) / (next_first - first) * (month < calendar.all_months)
    return part


def _causes(world: World, which: Ints, fates: _Fates, rng: np.random.Generator) -> Ints:
    """The cause of default in each replay, -1 where there is none."""
    requests, shape = world.requests, fates.stopped.shape

    def happens(chance: Floats | float) -> Flags:
        hit: Flags = rng.random(shape) < chance
        return hit

    recourse = requests.recourse[which][:, None]
    always, dependent = CAN_T_BUY_BACK
    times, most = MAKES_UP
    fraud = happens(LOSS_SHARE) & (world.fraud[which] > 0)[:, None]
    can_t = happens(always + dependent * requests.dependence[which][:, None])
    disputed = ~fates.stopped & happens(world.risk.dispute[which][:, None])
    short = happens(np.minimum(times * fates.gone_chance, most))
    keeps = happens(np.where(requests.notified[which], *DIVERTS)[:, None])
    order = {
        "fraud": fraud,
        "buyer": fates.stopped & (~recourse | (~fates.gone & can_t)),
        "supplier": fates.stopped & recourse & fates.gone,
        "dilution": disputed & (~recourse | short),
        "diversion": ~fates.stopped & fates.gone_early & keeps,
        "office": happens(OFFICE),
    }
    found: Ints = np.select(list(order.values()), [CAUSES.index(cause) for cause in order], -1)
    return found
