"""A supplier's next twelve months, lived through many times with one common factor.

The factor is a monthly AR(1) from where the forecast stands. It sways sales, and, standardised over
the year, the chances that buyers and the supplier default (Vasicek). The same draws serve every
question, so that two answers differ by what was asked and not by luck.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from lending.value_rules import ValueRules

Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

MONTHS = 12
MONTH_DAYS = 365 / 12
FOR_EVER = 1e9


@dataclass(frozen=True, eq=False)
class Outlook:
    """What is expected of a supplier's trade; arrays are in the order of ``buyers``.

    Attributes
    ----------
    supplier : str
    buyers : tuple of str
    past_minor : float array of shape (buyers,)
        Sales of the last twelve months.
    monthly_minor : float array of shape (buyers, 12)
        Sales expected of each month while the relation lasts.
    spread : float array of shape (buyers,)
        Standard deviation over mean of the year's sales, apart from the common factor.
    alive : float array of shape (buyers,)
        Chance that the relation still lasts, 0-1.
    ends_a_month : float array of shape (buyers,)
        Intensity with which a relation ends.
    kept_share : float array of shape (buyers,)
        What credit notes and retentions leave of an invoice, 0-1.
    lag_days : float array of shape (buyers,)
        From invoice to payment.
    buyer_pd : float array of shape (buyers,)
        Chance of default in twelve months.
    open_minor : float array of shape (buyers,)
        What is open on the day and expected to be paid, but for defaults to come.
    open_days : float array of shape (buyers,)
        Until that is paid.
    supplier_pd : float
        Chance that the supplier stops trading within twelve months.
    trading : float
        Chance that it still trades on the day.
    margin_share : float
        Of what is collected, left after costs.
    """

    supplier: str
    buyers: tuple[str, ...]
    past_minor: Floats
    monthly_minor: Floats
    spread: Floats
    alive: Floats
    ends_a_month: Floats
    kept_share: Floats
    lag_days: Floats
    buyer_pd: Floats
    open_minor: Floats
    open_days: Floats
    supplier_pd: float
    trading: float
    margin_share: float


@dataclass(frozen=True)
class Without:
    """What is left out of a simulation: that element does no harm in it."""

    survival: bool = False
    dilution: bool = False
    delay: bool = False
    default: bool = False
    interruption: bool = False
    concentration: bool = False


AS_IT_IS = Without()


@dataclass(frozen=True, eq=False)
class Draws:
    """What chance brings on each path.

    Attributes
    ----------
    factor : float array of shape (paths, 12)
        The common factor, 0 where the forecast has it.
    year : float array of shape (paths,)
        The factor of the year, standard normal.
    volume : float array of shape (buyers, paths)
        Sales over what is expected, apart from the factor; mean 1.
    ended, defaults : float array of shape (buyers, paths)
        Standard exponential: intensity lived through until the relation, the buyer ends.
    lasts : float array of shape (buyers, paths)
        Uniform: above the chance that the relation still lasts, it doesn't.
    due : float array of shape (buyers, paths)
        Uniform: when what is open is paid, as a share of twice its days.
    ruin : float array of shape (paths,)
        Standard exponential: the same of the supplier.
    trades : float array of shape (paths,)
        Uniform: above the chance that the supplier still trades, it doesn't.
    """

    factor: Floats
    year: Floats
    volume: Floats
    ended: Floats
    defaults: Floats
    lasts: Floats
    due: Floats
    ruin: Floats
    trades: Floats


def draws_of(outlook: Outlook, rules: ValueRules, seed: int) -> Draws:
    """Draw `ValueRules.paths` years of a supplier."""
    rng = np.random.Generator(np.random.PCG64(seed))
    shape = (len(outlook.buyers), rules.paths)
    steps = rng.standard_normal((rules.paths, MONTHS)) * np.sqrt(1 - rules.persistence**2)
    factor = np.empty_like(steps)
    now = np.zeros(rules.paths)
    for month in range(MONTHS):
        now = rules.persistence * now + steps[:, month]
        factor[:, month] = now
    mean = factor.mean(axis=1)
    variance = np.maximum(outlook.spread, 1e-3) ** 2
    return Draws(
        factor=factor,
        year=mean / _deviation_of_mean(rules.persistence),
        volume=rng.standard_gamma((1 / variance)[:, None], shape) * variance[:, None],
        ended=rng.standard_exponential(shape),
        defaults=rng.standard_exponential(shape),
        lasts=rng.random(shape),
        due=rng.random(shape),
        ruin=rng.standard_exponential(rules.paths),
        trades=rng.random(rules.paths),
    )


def _deviation_of_mean(persistence: float) -> float:
    """Standard deviation of the mean of twelve months of the factor that starts from 0."""
    place = np.arange(1, MONTHS + 1)
    apart = np.abs(place[:, None] - place)
    before = np.minimum(place[:, None], place)
    covariance = persistence**apart * (1 - persistence ** (2 * before))
    return float(np.sqrt(covariance.mean()))


def parts_on_paths(outlook: Outlook, rules: ValueRules, draws: Draws, without: Without) -> Floats:
    """What is collected of each buyer on each path, discounted, before costs.

    Returns
    -------
    float array of shape (buyers, paths)
        In minor units.
    """
    paths = np.broadcast_to(np.arange(rules.paths), draws.volume.shape)
    if without.concentration:
        paths = _apart(len(outlook.buyers), rules.paths)
    lag = np.zeros_like(outlook.lag_days) if without.delay else outlook.lag_days
    open_days = np.zeros_like(outlook.open_days) if without.delay else outlook.open_days
    kept = np.ones_like(outlook.kept_share) if without.dilution else outlook.kept_share
    buyer_ends = _until_default(outlook.buyer_pd[:, None], draws.year[paths], draws.defaults, rules)
    if without.default:
        buyer_ends = np.full_like(buyer_ends, FOR_EVER)
    ruin = _until_default(outlook.supplier_pd, draws.year, draws.ruin, rules)
    ruin = np.where(draws.trades < outlook.trading, ruin, 0.0)
    if without.interruption:
        ruin = np.full_like(ruin, FOR_EVER)
    relation = draws.ended / np.maximum(outlook.ends_a_month, 1e-12)[:, None]
    relation = np.where(draws.lasts < outlook.alive[:, None], relation, 0.0)
    if without.survival:
        relation = np.full_like(relation, FOR_EVER)
    sold_until = np.minimum(np.minimum(relation, buyer_ends), ruin)
    yearly = outlook.monthly_minor.sum(axis=1)
    sold = _sold(outlook, rules, draws)
    unpaid_from = np.minimum(buyer_ends - (lag / MONTH_DAYS)[:, None], sold_until)
    counted = _through(sold, paths, sold_until)
    lost = rules.lgd * (counted - _through(sold, paths, unpaid_from))
    later = _discount(lag, rules)
    collected = (yearly * kept * later)[:, None] * draws.volume * (counted - lost)
    due = 2 * draws.due * (open_days / MONTH_DAYS)[:, None]
    open_lost = np.where(buyer_ends < due, rules.lgd, 0.0)
    opened = (outlook.open_minor * _discount(open_days, rules))[:, None] * (1 - open_lost)
    found: Floats = collected + opened
    return found


def _apart(buyers: int, paths: int) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """Another path of the factor for each buyer: each sees them all, no two the same at once."""
    shift = np.arange(buyers) * paths // max(buyers, 1)
    return (np.arange(paths)[None, :] + shift[:, None]) % paths


def _until_default(pd: Floats | float, year: Floats, draws: Floats, rules: ValueRules) -> Floats:
    """Months until default: an even intensity whose chance of the year is Vasicek's, given it."""
    inside = np.clip(pd, 1e-9, 1 - 1e-9)
    threshold = ndtri(inside) - np.sqrt(rules.rho) * year
    chance = ndtr(threshold / np.sqrt(1 - rules.rho))
    months: Floats = draws * MONTHS / np.maximum(-np.log1p(-chance), 1e-12)
    return months


def _sold(outlook: Outlook, rules: ValueRules, draws: Draws) -> Floats:
    """Share of the year's sales, discounted to the day, by the end of each month on each path.

    Returns
    -------
    float array of shape (paths, 13)
        0 in column 0. What is usual for each month is the same for all buyers of a supplier.
    """
    whole = outlook.monthly_minor.sum(axis=0)
    usual = whole / whole.sum() if whole.sum() > 0 else np.full(MONTHS, 1 / MONTHS)
    month = np.arange(1, MONTHS + 1)
    variance = 1 - rules.persistence ** (2 * month)
    swayed = np.exp(rules.sway * draws.factor - rules.sway**2 * variance / 2)
    middle = _discount((month - 0.5) * MONTH_DAYS, rules)
    sold = np.zeros((len(draws.factor), MONTHS + 1))
    np.cumsum(usual * middle * swayed, axis=1, out=sold[:, 1:])
    return sold


def _through(sold: Floats, paths: Floats | np.ndarray, months: Floats) -> Floats:
    """What `_sold` has come to by a time in months, even within each."""
    inside = np.clip(months, 0.0, MONTHS)
    begun = np.minimum(inside.astype(np.int64), MONTHS - 1)
    low, high = sold[paths, begun], sold[paths, begun + 1]
    through: Floats = low + (inside - begun) * (high - low)
    return through


def _discount(days: Floats, rules: ValueRules) -> Floats:
    discounted: Floats = (1 + rules.discount_rate) ** (-days / 365)
    return discounted
