"""The true probability of default of a request, and of each cause.

Everything that hangs on chance once a request is made: whether the buyer stops paying before the
invoices are paid, whether the supplier fails, whether the invoices are disputed away, whether the
supplier keeps what the buyer paid, whether a fraud ends in a loss, whether something goes wrong in
the office. They are independent given the state of the world, so that the probability is the closed
form of domain.md section 4.6:

    with recourse      buyer stops, and the supplier is gone or can't buy back;
                       or disputed, and the supplier can't make up for it
    without recourse   buyer stops; or disputed
    either             supplier gone and the money with it; fraud; office

Two levels. *Full*: macro factor and grades as they came. *Integrated*: averaged over how they might
have come from the month of the request on. In both the supplier's cash position is the one that the
payments of all buyers make, as they came: it is part of the state.

A fraud is either known, as it was planted, or a chance, by the supplier's honesty (`with_fraud`).
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from simulator.arrays import Flags, Floats, Ints, logistic
from simulator.commerce import Chain
from simulator.demand import Requests
from simulator.dilution import proneness
from simulator.intensities import Intensities

DEFAULT_DAYS = 90
"""Days past maturity at which a financing is in default (domain.md section 1.5)."""

CAN_T_BUY_BACK = (0.10, 0.30)
"""Chance that a supplier in business can't buy back: always, and if it has only this buyer."""

DISPUTED = (-5.0, -0.5, 0.8, 0.9)
"""Log-odds that invoices are disputed away: usual, by quality, its noise, unconfirmed."""

MAKES_UP = (3.0, 0.6)
"""Chance that a supplier can't make up for a dispute: times its own PD, at most."""

DIVERTS = (0.06, 0.45)
"""Chance that money paid is lost with a failed supplier: where we collect, and where it does."""

OFFICE = 0.0015
"""Chance of an operational default."""

CAUSES = ("buyer", "supplier", "dilution", "diversion", "fraud", "office")
"""In the order in which they are looked for, fraud first of all."""


@dataclass(frozen=True, eq=False)
class Risk:
    """Chances of what a request hangs on; arrays of one row a request.

    Attributes
    ----------
    stop : float array
        The buyer stops paying before the last invoice is paid.
    gone_early, gone : float array
        The supplier fails before that; until 90 days past maturity.
    dispute : float array
        The invoices are disputed away.
    fraud : float array
        A fraud ends in a loss; 0 where there is none.
    """

    stop: Floats
    gone_early: Floats
    gone: Floats
    dispute: Floats
    fraud: Floats

    def take(self, which: Ints | Flags) -> Risk:
        """That of some of the requests."""
        return Risk(*(getattr(self, field.name)[which] for field in fields(self)))


def paid_by(requests: Requests, planned: Ints) -> Ints:
    """Day on which the last invoice of each request is to be paid."""
    last: Ints = np.maximum.reduceat(planned[requests.claims], requests.first)
    return last


def full_risk(chain: Chain, requests: Requests, fraud: Floats, planned: Ints, seed: int) -> Risk:
    """Chances with the macro factor and the buyer's grade as they came; of fraud as given."""
    pairs, day = chain.core.pairs, requests.day
    buyer, supplier = pairs.buyer[requests.pair], pairs.supplier[requests.pair]
    last = paid_by(requests, planned) - 1
    return Risk(
        stop=chain.stops.chance(buyer, day, last),
        gone_early=chain.ruin.chance(supplier, day, last),
        gone=chain.ruin.chance(supplier, day, requests.matures + DEFAULT_DAYS),
        dispute=_dispute(chain, requests, seed),
        fraud=fraud,
    )


def can_t_buy_back(requests: Requests) -> Floats:
    """Chance that a supplier in business can't buy back."""
    always, dependent = CAN_T_BUY_BACK
    chance: Floats = always + dependent * requests.dependence
    return chance


def can_t_make_up(gone: Floats) -> Floats:
    """Chance that a supplier can't make up for a dispute."""
    times, most = MAKES_UP
    chance: Floats = np.minimum(times * gone, most)
    return chance


def by_cause(requests: Requests, risk: Risk) -> Floats:
    """Chance of default by each cause; shape (requests, causes), whose sum is the PD."""
    can_t = can_t_buy_back(requests)
    recourse = requests.recourse
    buyer = risk.stop * np.where(recourse, (1 - risk.gone) * can_t, 1.0)
    supplier = risk.stop * np.where(recourse, risk.gone, 0.0)
    goes_on = 1 - risk.stop
    dilution = risk.dispute * np.where(recourse, can_t_make_up(risk.gone), 1.0)
    keeps = np.where(requests.notified, *DIVERTS)
    diversion = (1 - dilution) * risk.gone_early * keeps
    causes = [buyer, supplier, goes_on * dilution, goes_on * diversion]
    none = 1 - np.sum(causes, axis=0)
    honest = np.stack([*causes, np.zeros(len(requests)), none * OFFICE], axis=1)
    return with_fraud(honest, risk.fraud)


def with_fraud(honest: Floats, fraud: Floats) -> Floats:
    """Chances by cause of requests that end in a loss by fraud with a chance, and else honestly.

    Parameters
    ----------
    honest : float array of shape (requests, causes)
        Chances if there is no fraud.
    fraud : float array of shape (requests,)
    """
    chances: Floats = (1 - fraud)[:, None] * honest
    chances[:, CAUSES.index("fraud")] = fraud
    return chances


def _dispute(chain: Chain, requests: Requests, seed: int) -> Floats:
    usual, quality, noise, unconfirmed = DISPUTED
    supplier = chain.core.pairs.supplier[requests.pair]
    prone = proneness(seed, len(chain.suppliers))
    odds = usual + quality * chain.suppliers.quality[supplier] + noise * prone[supplier]
    return logistic(odds + unconfirmed * ~requests.confirmed)


def window_parts(intensities: Intensities, after: Ints, until: Ints, months: int) -> Floats:
    """Part of each month, from that of ``after`` on, that lies within (after, until].

    Returns
    -------
    float array of shape (requests, months)
    """
    calendar = intensities.calendar
    starts = calendar.starts
    first = calendar.month(after)
    month = first[:, None] + np.arange(months)
    inside = np.minimum(month, calendar.all_months - 1)
    begin, end = starts[inside], starts[inside + 1]
    low = np.maximum(begin, after[:, None] + 1)
    high = np.minimum(end, until[:, None] + 1)
    parts: Floats = np.maximum(high - low, 0) / (end - begin) * (month < calendar.all_months)
    return parts
