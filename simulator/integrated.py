"""The probability of default with the macro factor integrated out.

The factor's ways ahead are drawn once and shared by all requests (common random numbers). Along
each way the buyer's grade is followed exactly, as the distribution over the eight grades of a buyer
that has not stopped; nothing else is simulated. Days of payment are as they came: a request is
exposed to its buyer for as long as with the macro factor as it came.

The ways ahead are those of an AR(1). The factor that came was centred afterwards, so it returns to
its mean a little faster: over many worlds the integrated chance is some 2 % below the full one.
"""

from __future__ import annotations

import numpy as np

from simulator.arrays import Floats, Ints
from simulator.chances import (
    CAUSES,
    DEFAULT_DAYS,
    Risk,
    by_cause,
    full_risk,
    paid_by,
    window_parts,
)
from simulator.commerce import Chain
from simulator.demand import Requests
from simulator.grades import GRADES, MOVE, thresholds, worse_share
from simulator.macro import AHEAD_MONTHS, PERSISTENCE, monthly_intensity, shocks_ahead, threshold_of

WAYS = 128
"""Ways ahead over which is averaged; a power of two."""

AT_ONCE = 1_000
"""Requests in memory at once."""


def integrated_causes(chain: Chain, requests: Requests, planned: Ints, seed: int) -> Floats:
    """Chance of default by each cause if there is no fraud; shape (requests, causes).

    Parameters
    ----------
    planned : int array
        Day on which each invoice of the core flow is to be paid.
    """
    stops = _Stops(chain, shocks_ahead(WAYS, seed))
    full = full_risk(chain, requests, np.zeros(len(requests)), planned, seed)
    last = paid_by(requests, planned) - 1
    found = np.empty((len(requests), len(CAUSES)))
    for begin in range(0, len(requests), AT_ONCE):
        some = np.zeros(len(requests), dtype=bool)
        some[begin : begin + AT_ONCE] = True
        found[some] = _average(chain, requests.take(some), full.take(some), last[some], stops)
    return found


def _average(chain: Chain, requests: Requests, full: Risk, last: Ints, stops: _Stops) -> Floats:
    pairs, day, pair = chain.core.pairs, requests.day, requests.pair
    early = window_parts(chain.stops, day, last, AHEAD_MONTHS)
    whole = window_parts(chain.stops, day, requests.matures + DEFAULT_DAYS, AHEAD_MONTHS)
    month = chain.calendar.month(day)
    own = _own_intensity(chain, pairs.supplier[pair], month, stops.shocks)
    dry = _dry_intensity(chain, pairs.supplier[pair], month)
    total = np.zeros((len(requests), len(CAUSES)))
    for way in range(len(own)):
        intensity = own[way] + dry
        risk = Risk(
            stop=-np.expm1(-(early * stops.of(way, pairs.buyer[pair], month)).sum(axis=1)),
            gone_early=-np.expm1(-(early * intensity).sum(axis=1)),
            gone=-np.expm1(-(whole * intensity).sum(axis=1)),
            dispute=full.dispute,
            fraud=full.fraud,
        )
        total += by_cause(requests, risk)
    average: Floats = total / len(own)
    return average


def _own_intensity(chain: Chain, supplier: Ints, month: Ints, shocks: Floats) -> Floats:
    """A supplier's own intensity along each way; shape (ways, requests, months ahead)."""
    trade = chain.suppliers.trade[supplier]
    now = chain.macro.sectors[trade, month]
    fading = PERSISTENCE ** np.arange(AHEAD_MONTHS)
    sector = now[None, :, None] * fading + shocks[:, trade]
    threshold = threshold_of(chain.suppliers.chance_12m[supplier])
    return monthly_intensity(threshold[None, :, None], sector)


def _dry_intensity(chain: Chain, supplier: Ints, month: Ints) -> Floats:
    """What lacking cash adds, as it came; shape (requests, months ahead)."""
    ahead = np.minimum(month[:, None] + np.arange(AHEAD_MONTHS), chain.calendar.all_months - 1)
    added: Floats = chain.dry_intensity * chain.liquidity.dry[supplier[:, None], ahead]
    return added


class _Stops:
    """A buyer's intensity of stopping along each way, from each month on."""

    def __init__(self, chain: Chain, shocks: Floats) -> None:
        self.shocks = shocks
        buyers, grades = chain.buyers, chain.grades
        self._found = np.zeros((len(shocks), len(buyers), grades.shape[1], AHEAD_MONTHS))
        limits = thresholds(buyers)
        home = buyers.home[None, :, None]
        grade = np.arange(1, GRADES + 1)[None, None, :]
        for month in range(chain.calendar.months):
            now = chain.macro.sectors[buyers.trade, month]
            weight = np.zeros((len(shocks), len(buyers), GRADES))
            weight[:, np.arange(len(buyers)), grades[:, month] - 1] = 1.0
            for ahead in range(AHEAD_MONTHS):
                sector = PERSISTENCE**ahead * now + shocks[:, buyers.trade, ahead]
                if ahead:
                    weight = _migrated(weight, worse_share(grade, home, sector[:, :, None]))
                hazard = chain.stop_scale * monthly_intensity(limits[None], sector[:, :, None])
                left = weight * np.exp(-hazard)
                survives = left.sum(axis=2)
                self._found[:, :, month, ahead] = -np.log(survives)
                weight = left / survives[:, :, None]

    def of(self, way: int, buyer: Ints, month: Ints) -> Floats:
        """Intensity in each month ahead; shape (requests, months ahead)."""
        intensity: Floats = self._found[way, buyer, month]
        return intensity


def _migrated(weight: Floats, worse: Floats) -> Floats:
    """Distribution over grades a month later; the last axis is the grade."""
    down, up = MOVE * weight * worse, MOVE * weight * (1 - worse)
    after = weight - down - up
    after[..., 1:] += down[..., :-1]
    after[..., -1] += down[..., -1]
    after[..., :-1] += up[..., 1:]
    after[..., 0] += up[..., 0]
    return after
