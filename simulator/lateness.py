"""How late a receivable is paid: the true chances first, then a draw from just these.

A payment is late with log-odds that start from its buyer's regime in the month it falls due and
are tilted by buyer, pair, amount, term, season and trend. If late, it is a little, long or very
late in the shares of the regime (domain.md section 4.3).
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from simulator.arrays import Floats, Ints, month_of, stream
from simulator.cast import Buyers, Suppliers
from simulator.network import Pairs
from simulator.regimes import MIXTURES, REGIMES, transitions_ahead
from simulator.scenario import Scenario
from simulator.trade import Claims

LATE_DAYS = 5
"""Days after the due date from which a payment counts as late in the oracle."""

SHORT = (float(np.log(10)), 0.8)
LONG = (float(np.log(45)), 0.5)
VERY_LATE = (120.0, 90.0)
"""Days late: log-normal (mean and sd of ln days) for a little and long; at least, and mean more."""

RANK_DAYS = (-5.0, 0.0, 8.0)
"""Days added where late, for a strategic, an ordinary and a weak supplier."""

AMOUNT_TILT = (0.40, 0.60, 0.85, 0.95)
"""Log-odds for one standard deviation more than the usual amount, by regime."""

UNUSUAL_TERM_TILT = 0.9
TERM_TILT = 0.25
"""Log-odds for one in ln(term / usual term of the pair), and in ln(term / 60 days)."""

DUE_MONTH_TILT = (-0.25, 0.35, 0.1, 0, 0, -0.1, 0, 0, -0.1, 0, 0, -0.35)
"""Log-odds by the month it falls due, January first: books are cleared before the festivals."""


@dataclass(frozen=True, eq=False)
class Market:
    """What decides how receivables are paid, apart from the receivables themselves.

    Attributes
    ----------
    scenario, buyers, suppliers, pairs
        The scenario and its cast.
    regimes : int array of shape (buyers, months)
        Places in ``simulator.regimes.REGIMES``.
    first_month : int
        Month of the first column, since January 1970.
    """

    scenario: Scenario
    buyers: Buyers
    suppliers: Suppliers
    pairs: Pairs
    regimes: Ints
    first_month: int

    def regime(self, claims: Claims, days: Ints) -> Ints:
        """Regime of the buyer of each claim in the month of a day."""
        month = month_of(days) - self.first_month
        regimes: Ints = self.regimes[self.pairs.buyer[claims.pair], month]
        return regimes


def late_chances(market: Market, claims: Claims) -> Floats:
    """Chance of being paid after the due date at all; shape (claims, regime when due)."""
    on_time = np.array(MIXTURES)[:, 0]
    tilt = _tilt(market, claims)[:, None] + claims.amount_z[:, None] * np.array(AMOUNT_TILT)
    chances: Floats = 1.0 / (1.0 + on_time / (1.0 - on_time) * np.exp(-tilt))
    return chances


def chances_when_due(market: Market, claims: Claims) -> Floats:
    """Chance of being at least `LATE_DAYS` late; shape (claims, regime when due)."""
    rank = market.pairs.rank[claims.pair]
    return late_chances(market, claims) * _long_enough()[:, rank].T


def chances_at_issue(market: Market, claims: Claims) -> Floats:
    """Chance of being at least `LATE_DAYS` late, from all there is to know on the day of issue.

    The regimes from then to the due date are averaged over; shape (claims,).
    """
    home = market.buyers.home[market.pairs.buyer[claims.pair]]
    months = month_of(claims.due) - month_of(claims.issued)
    ahead = transitions_ahead()[months, home, market.regime(claims, claims.issued)]
    chances: Floats = (ahead * chances_when_due(market, claims)).sum(axis=1)
    return chances


def draw_days_late(market: Market, claims: Claims, seed: int) -> Ints:
    """Draw the days from due date to payment of each claim; 0 and below is on time."""
    rng = stream(seed, "lateness")
    count = len(claims)
    regime = market.regime(claims, claims.due)
    late = rng.random(count) < late_chances(market, claims)[np.arange(count), regime]
    edges = np.cumsum(_late_shares(), axis=1)[regime, :-1]
    how = (rng.random(count)[:, None] >= edges).sum(axis=1)
    kinds = np.stack(
        [
            rng.lognormal(*SHORT, count),
            rng.lognormal(*LONG, count),
            VERY_LATE[0] + rng.exponential(VERY_LATE[1], count),
        ]
    )
    days = kinds[how, np.arange(count)] + np.array(RANK_DAYS)[market.pairs.rank[claims.pair]]
    early = rng.integers(-3, 1, count)
    return np.where(late, np.maximum(1, np.rint(days)).astype(np.int64), early)


def _tilt(market: Market, claims: Claims) -> Floats:
    """Log-odds that don't hang on the regime."""
    pairs = market.pairs
    term = (claims.due - claims.issued).astype(np.float64)
    due_month = month_of(claims.due)
    years = (due_month - market.first_month) / 12 - market.scenario.months / 24
    tilt: Floats = (
        market.buyers.tilt[pairs.buyer[claims.pair]]
        + pairs.tilt[claims.pair]
        + UNUSUAL_TERM_TILT * np.log(term / pairs.term_days[claims.pair])
        + TERM_TILT * np.log(term / 60)
        + np.array(DUE_MONTH_TILT)[due_month % 12]
        + market.scenario.trend_log_odds_a_year * years
    )
    return tilt


def _late_shares() -> Floats:
    """Shares of a little, long and very late among the late; shape (regimes, 3)."""
    late = np.array(MIXTURES)[:, 1:]
    shares: Floats = late / late.sum(axis=1, keepdims=True)
    return shares


def _long_enough() -> Floats:
    """Chance that a late payment is at least `LATE_DAYS` late; shape (regimes, ranks).

    Days are rounded, so it is the chance of more than half a day less.
    """
    enough = np.ones((len(REGIMES), len(RANK_DAYS)))
    shares = _late_shares()
    for rank, more in enumerate(RANK_DAYS):
        least = LATE_DAYS - 0.5 - more
        if least > 0:
            short, long = (1 - NormalDist(*kind).cdf(np.log(least)) for kind in (SHORT, LONG))
            enough[:, rank] = shares @ np.array([short, long, 1.0])
    return enough
