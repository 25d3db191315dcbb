"""The economy: one factor that moves every sector, and the sectors' own.

``Z`` is an AR(1) of unit variance (domain.md section 4.1); high is good.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri
from scipy.stats.qmc import Sobol

from simulator.arrays import Floats, stream
from simulator.calendar import BURN_IN_MONTHS, Calendar
from simulator.names import TRADES
from simulator.scenario import Scenario

PERSISTENCE = 0.90
SHARED = 0.7
"""Share of a sector's variance that is everybody's."""

RHO = 0.18
"""Asset correlation with the factor (Vasicek), of buyers and of suppliers."""

STRESS_FACTOR = -2.0

AHEAD_MONTHS = 11
"""Months that a request may touch: its own, and those until 90 days after it matures."""


@dataclass(frozen=True, eq=False)
class Macro:
    """The economy as it went.

    Attributes
    ----------
    factor : float array of shape (months,)
    sectors : float array of shape (sectors, months)
        In the order of ``simulator.names.TRADES``.
    held_back : float array of shape (months,)
        Share of buyers that hold their money back: 0 but in a stress episode.
    """

    factor: Floats
    sectors: Floats
    held_back: Floats


def economy(scenario: Scenario, calendar: Calendar, seed: int) -> Macro:
    """Draw the factor and the sectors for all months; a stress episode is laid over the factor."""
    rng = stream(seed, "macro")
    months = calendar.all_months
    start = rng.normal(size=1 + len(TRADES))
    steps = rng.normal(size=(months, 1 + len(TRADES)))
    paths = np.empty_like(steps)
    now = start
    for month in range(months):
        now = PERSISTENCE * now + np.sqrt(1 - PERSISTENCE**2) * steps[month]
        paths[month] = now
    paths = _centred(paths, calendar.months)
    factor, held_back = paths[:, 0].copy(), np.zeros(months)
    if scenario.stress_months:
        begin = calendar.months - scenario.stress_months_before_end
        episode = slice(begin, begin + scenario.stress_months)
        factor[episode], held_back[episode] = STRESS_FACTOR, scenario.stress_held_back_share
    own = paths[:, 1:].T
    return Macro(factor, np.sqrt(SHARED) * factor + np.sqrt(1 - SHARED) * own, held_back)


def _centred(paths: Floats, told: int) -> Floats:
    """Give each column mean 0 and deviation 1 over the told months after the burn-in.

    Each world has good and bad times, and each of its sectors. Else three years of an economy this
    sluggish would be all good in one world and all bad in the next, and no two worlds could be
    compared.
    """
    asked = paths[BURN_IN_MONTHS:told]
    centred: Floats = (paths - asked.mean(axis=0)) / asked.std(axis=0)
    return centred


def shocks_ahead(paths: int, seed: int) -> Floats:
    """What may come on top of the fading present: draws of the sectors' way ahead.

    In month k from now a sector is ``PERSISTENCE**k * now + shocks[:, sector, k]``: factor and
    sectors have the same persistence, so that a sector is an AR(1) itself.

    All requests share these draws, and default is steep in them, so their error is everybody's. A
    scrambled Sobol sequence over the principal components, the largest first, makes it a third of
    what as many independent draws would.

    Parameters
    ----------
    paths : int
        A power of two.

    Returns
    -------
    float array of shape (paths, sectors, AHEAD_MONTHS)
        0 in the present month.
    """
    months = AHEAD_MONTHS - 1
    sobol = Sobol(months * (1 + len(TRADES)), rng=stream(seed, "macro ahead"))
    even = np.clip(sobol.random(paths), 1e-12, 1 - 1e-12)
    drawn = ndtri(even).reshape(paths, months, 1 + len(TRADES))
    ahead = np.einsum("mc,pcs->psm", _components(months), drawn)
    shocks = np.zeros((paths, len(TRADES), AHEAD_MONTHS))
    shocks[:, :, 1:] = np.sqrt(SHARED) * ahead[:, :1] + np.sqrt(1 - SHARED) * ahead[:, 1:]
    return shocks


def _components(months: int) -> Floats:
    """Principal components of an AR(1) that starts from 0; shape (months, components)."""
    place = np.arange(1, months + 1)
    apart = np.abs(place[:, None] - place)
    before = np.minimum(place[:, None], place)
    covariance = PERSISTENCE**apart * (1 - PERSISTENCE ** (2 * before))
    variances, vectors = np.linalg.eigh(covariance)
    # the sign of an eigenvector is the library's whim; its first element is never 0 here
    components: Floats = vectors * np.sign(vectors[0]) * np.sqrt(variances)
    return components[:, ::-1]


def monthly_intensity(threshold: Floats, sector: Floats) -> Floats:
    """Intensity of default in a month, given the sector.

    Vasicek: ``N((G(p) - sqrt(rho) Z) / sqrt(1 - rho))`` is the chance in the month, whose mean over
    the factor is p again; the intensity is ``-ln(1 - chance)``.

    Parameters
    ----------
    threshold : float array
        ``G(p)``, of `threshold_of`.
    sector : float array
        The sector's factor in that month.
    """
    chance = ndtr((threshold - np.sqrt(RHO) * sector) / np.sqrt(1 - RHO))
    intensity: Floats = -np.log1p(-chance)
    return intensity


def threshold_of(chance_12m: Floats) -> Floats:
    """``G(p)`` of the monthly chance that makes this chance in twelve months."""
    threshold: Floats = ndtri(-np.expm1(np.log1p(-chance_12m) / 12))
    return threshold
