"""How late an invoice is paid: the true chances first, then a draw from just these.

A payment is late with log-odds that start from its buyer's regime in the month it falls due and
are tilted by buyer, pair, amount, term, season and dispute. If late, it is a little, long or very
late in the shares of the regime (domain.md section 4.3).
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from simulator.arrays import Flags, Floats, Ints, stream
from simulator.calendar import Calendar
from simulator.network import Pairs
from simulator.regimes import MIXTURES, REGIMES
from simulator.trade import Invoices

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

DISPUTE_TILT = 1.7
"""Log-odds for a dispute: 67 % late instead of 27 % (domain.md section 4.3)."""

DUE_MONTH_TILT = (-0.25, 0.35, 0.1, 0, 0, -0.1, 0, 0, -0.1, 0, 0, -0.35)
"""Log-odds by the month it falls due, January first: books are cleared before the festivals."""


@dataclass(frozen=True, eq=False)
class Payments:
    """When each invoice would be paid, were nobody ever unable to pay.

    Attributes
    ----------
    regime : int array
        The payer's regime in the month it falls due.
    late_chance : float array
        Chance of being at least `LATE_DAYS` late, given that regime.
    days_late : int array
        Days from due date to payment; 0 and below is on time.
    """

    regime: Ints
    late_chance: Floats
    days_late: Ints


def pay(
    calendar: Calendar,
    pairs: Pairs,
    invoices: Invoices,
    *,
    regimes: Ints,
    tilt: Floats,
    disputed: Flags,
    rng: np.random.Generator,
) -> Payments:
    """Draw the days from due date to payment.

    Parameters
    ----------
    regimes : int array of shape (payers, months)
        Places in ``simulator.regimes.REGIMES``.
    tilt : float array of shape (payers,)
        The payer's own log-odds of paying late.
    """
    regime = regimes[pairs.buyer[invoices.pair], calendar.month(invoices.due)]
    odds = _tilt(calendar, pairs, invoices) + tilt[pairs.buyer[invoices.pair]]
    odds += DISPUTE_TILT * disputed + invoices.amount_z * np.array(AMOUNT_TILT)[regime]
    on_time = np.array(MIXTURES)[regime, 0]
    chance = 1.0 / (1.0 + on_time / (1.0 - on_time) * np.exp(-odds))
    rank = pairs.rank[invoices.pair]
    return Payments(
        regime=regime,
        late_chance=chance * _long_enough()[regime, rank],
        days_late=_days(regime, chance, np.array(RANK_DAYS)[rank], rng),
    )


def pay_stream(seed: int, name: str) -> np.random.Generator:
    """Where the chance of payments comes from."""
    return stream(seed, f"lateness {name}")


def _days(regime: Ints, chance: Floats, more: Floats, rng: np.random.Generator) -> Ints:
    count = len(regime)
    late = rng.random(count) < chance
    edges = np.cumsum(_late_shares(), axis=1)[regime, :-1]
    how = (rng.random(count)[:, None] >= edges).sum(axis=1)
    days = np.choose(
        how,
        [
            rng.lognormal(*SHORT, count),
            rng.lognormal(*LONG, count),
            VERY_LATE[0] + rng.exponential(VERY_LATE[1], count),
        ],
    )
    early = rng.integers(-3, 1, count)
    return np.where(late, np.maximum(1, np.rint(days + more)).astype(np.int64), early)


def _tilt(calendar: Calendar, pairs: Pairs, invoices: Invoices) -> Floats:
    """Log-odds that hang neither on the payer nor on its regime."""
    term = (invoices.due - invoices.issued).astype(np.float64)
    due_month = calendar.month_of_year()[calendar.month(invoices.due)]
    tilt: Floats = (
        pairs.tilt[invoices.pair]
        + UNUSUAL_TERM_TILT * np.log(term / pairs.term_days[invoices.pair])
        + TERM_TILT * np.log(term / 60)
        + np.array(DUE_MONTH_TILT)[due_month]
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
