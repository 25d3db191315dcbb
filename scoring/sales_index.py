"""Season and hour of a book's sales: what all pairs of a sector have in common, month by month.

Months are counted back from the day (`scoring.value_facts.MONTHS`), so that the same place a year
apart is the same season.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lending.value_rules import ValueRules
from scoring.value_facts import Floats
from scoring.value_sql import MONTHS

YEAR = 12
OWN_SHARE = 0.3
"""Part of the variance of a sector's hour that isn't every sector's (domain.md section 4.1)."""

ORDER_VARIANCE = 1.9
"""Squared deviation over mean of one order's amount, and 1 for its coming at all: a month of n
orders tells ln(sales) with a variance of this over n. A lognormal of deviation .6 has 1.43."""


@dataclass(frozen=True, eq=False)
class SalesIndex:
    """How busy each month is, 1 being usual.

    Attributes
    ----------
    season : float array of shape (12,)
        By months back, and again a year before.
    hour : float array of shape (sectors, MONTHS)
        How good a sector's times are: mean of ln 0 over the months told.
    """

    season: Floats
    hour: Floats

    @property
    def past(self) -> Floats:
        """Both, for each month back; shape (sectors, MONTHS)."""
        past: Floats = self.season[np.arange(MONTHS) % YEAR] * self.hour
        return past

    def ahead(self, persistence: float) -> Floats:
        """Both, for the next twelve months; times come back to what is usual at that pace.

        Returns
        -------
        float array of shape (sectors, 12)
        """
        month = np.arange(1, YEAR + 1)
        damped = np.exp(np.log(self.hour[:, :1]) * persistence**month)
        ahead: Floats = self.season[YEAR - month] * damped
        return ahead


def usual_index(sectors: int) -> SalesIndex:
    """Every month as usual."""
    return SalesIndex(np.ones(YEAR), np.ones((sectors, MONTHS)))


def sales_index(
    gross: Floats, usual: Floats, orders: Floats, told: int, rules: ValueRules
) -> SalesIndex:
    """Estimate the index from what was sold against what is usual for who was trading.

    The season is that of the whole book, from two years on. A sector's hour is smoothed
    (Rauch-Tung-Striebel) as an AR(1) about that of the book, which is one itself: a small sector
    goes with the book.

    Parameters
    ----------
    gross, usual, orders : float array of shape (sectors, MONTHS)
        Sold, expected in usual months, and number of orders.
    told : int
        Months back that the book tells of, 0 to `MONTHS`.
    """
    years = told // YEAR
    ratio = np.zeros(MONTHS)
    ratio[:told] = _log_ratio(gross[:, :told].sum(axis=0), usual[:, :told].sum(axis=0))
    season = np.ones(YEAR)
    if years >= 2:
        monthly = ratio[: years * YEAR].reshape(years, YEAR).mean(axis=0)
        season = np.exp(monthly - monthly.mean())
    seasons = np.log(season)[np.arange(told) % YEAR]
    noise = ORDER_VARIANCE / np.maximum(orders[:, :told], 1e-9)
    shared = smoothed(
        ratio[None, :told] - seasons,
        ORDER_VARIANCE / np.maximum(orders[:, :told].sum(axis=0), 1e-9)[None, :],
        rules.persistence,
        rules.sway * np.sqrt(1 - OWN_SHARE),
    )
    raw = _log_ratio(gross[:, :told], usual[:, :told]) - seasons - shared
    own = smoothed(raw, noise, rules.persistence, rules.sway * np.sqrt(OWN_SHARE))
    hour = np.ones((len(gross), MONTHS))
    level = shared + own
    hour[:, :told] = np.exp(level - level.mean(axis=1, keepdims=True)) if told else 1.0
    return SalesIndex(season, hour)


def _log_ratio(sold: Floats, usual: Floats) -> Floats:
    """Log of the ratio; 0 where nothing is expected, and at least that of a thousandth."""
    expected = np.maximum(usual, 1e-9)
    ratio: Floats = np.where(usual > 0, np.log(np.maximum(sold / expected, 1e-3)), 0.0)
    return ratio


def smoothed(seen: Floats, noise: Floats, persistence: float, deviation: float) -> Floats:
    """Mean of AR(1) series of mean 0 given what was seen of them, the latest column first.

    Parameters
    ----------
    seen, noise : float array of shape (series, months)
        Observations and their variances.
    deviation : float
        Standard deviation of the series.

    Returns
    -------
    float array of shape (series, months)
    """
    count, months = seen.shape
    mean, variance = np.zeros(count), np.full(count, deviation**2)
    step = deviation**2 * (1 - persistence**2)
    means, variances = np.zeros((months, count)), np.zeros((months, count))
    for at in range(months):
        back = months - 1 - at
        if at:
            mean, variance = persistence * mean, persistence**2 * variance + step
        gain = variance / (variance + noise[:, back])
        mean, variance = mean + gain * (seen[:, back] - mean), (1 - gain) * variance
        means[at], variances[at] = mean, variance
    for at in range(months - 2, -1, -1):
        before = persistence**2 * variances[at] + step
        pull = variances[at] * persistence / before
        means[at] += pull * (means[at + 1] - persistence * means[at])
    return np.ascontiguousarray(means[::-1].T)
