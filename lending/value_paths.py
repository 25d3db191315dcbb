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
        Sales expected of each month while the relation lasts, in times as they are forecast: the
        median over what times may come.
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
    """What chance brings on each path; times are in months from the day.

    Attributes
    ----------
    sold : float array of shape (paths, 13)
        Share of the year's sales, discounted to the day, by the end of each month; 0 in column 0.
    year : float array of shape (paths,)
        The factor of the year, standard normal.
    volume : float array of shape (buyers, paths)
        Sales over what is expected, apart from the factor; mean 1.
    relation_ends : float array of shape (buyers, paths)
        0 where the relation has ended already.
    defaults : float array of shape (buyers, paths)
        Standard exponential: intensity lived through until the buyer defaults.
    buyer_ends : float array of shape (buyers, paths)
        When that is reached.
    due : float array of shape (buyers, paths)
        When what is open is paid, as a share of its days; mean 1.
    own_end : float array of shape (paths,)
        When the supplier stops; 0 where it has already.
    """

    sold: Floats
    year: Floats
    volume: Floats
    relation_ends: Floats
    defaults: Floats
    buyer_ends: Floats
    due: Floats
    own_end: Floats


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
    year = factor.mean(axis=1) / _deviation_of_mean(rules.persistence)
    variance = np.maximum(outlook.spread, 1e-3) ** 2
    ends = rng.standard_exponential(shape) / np.maximum(outlook.ends_a_month, 1e-12)[:, None]
    defaults = rng.standard_exponential(shape)
    ruin = _until_default(outlook.supplier_pd, year, rng.standard_exponential(rules.paths), rules)
    return Draws(
        sold=_sold(outlook, rules, factor),
        year=year,
        volume=rng.standard_gamma((1 / variance)[:, None], shape) * variance[:, None],
        relation_ends=np.where(rng.random(shape) < outlook.alive[:, None], ends, 0.0),
        defaults=defaults,
        buyer_ends=_until_default(outlook.buyer_pd[:, None], year, defaults, rules),
        due=2 * rng.random(shape),
        own_end=np.where(rng.random(rules.paths) < outlook.trading, ruin, 0.0),
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
    lag = np.zeros_like(outlook.lag_days) if without.delay else outlook.lag_days
    open_days = np.zeros_like(outlook.open_days) if without.delay else outlook.open_days
    kept = np.ones_like(outlook.kept_share) if without.dilution else outlook.kept_share
    paths = np.arange(rules.paths)[None, :]
    buyer_ends, until = draws.buyer_ends, draws.relation_ends
    if without.concentration:
        paths = _apart(len(outlook.buyers), rules.paths)
        pd = outlook.buyer_pd[:, None]
        buyer_ends = _until_default(pd, draws.year[paths], draws.defaults, rules)
    if without.default:
        buyer_ends = np.full_like(buyer_ends, FOR_EVER)
    if without.survival:
        until = np.full_like(until, FOR_EVER)
    until = np.minimum(until, buyer_ends)
    if not without.interruption:
        until = np.minimum(until, draws.own_end)
    unpaid_from = np.minimum(buyer_ends - (lag / MONTH_DAYS)[:, None], until)
    counted = _through(draws.sold, paths, until)
    lost = rules.lgd * (counted - _through(draws.sold, paths, unpaid_from))
    sales = (outlook.monthly_minor.sum(axis=1) * kept * _discount(lag, rules))[:, None]
    due = draws.due * (open_days / MONTH_DAYS)[:, None]
    opened = (outlook.open_minor * _discount(open_days, rules))[:, None]
    found: Floats = sales * draws.volume * (counted - lost) + opened * np.where(
        buyer_ends < due, 1 - rules.lgd, 1.0
    )
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


def _sold(outlook: Outlook, rules: ValueRules, factor: Floats) -> Floats:
    """`Draws.sold`; what is usual for each month is the same for all buyers of a supplier."""
    whole = outlook.monthly_minor.sum(axis=0)
    usual = whole / whole.sum() if whole.sum() > 0 else np.full(MONTHS, 1 / MONTHS)
    # times are forecast by their logarithm: what is expected of a month is its median
    swayed = np.exp(rules.sway * factor)
    middle = _discount((np.arange(MONTHS, dtype=np.float64) + 0.5) * MONTH_DAYS, rules)
    sold = np.zeros((len(factor), MONTHS + 1))
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
