"""Requests that are not what they say: who tries it, and how (domain.md section 4.5)."""

from __future__ import annotations

import numpy as np

from simulator.arrays import Flags, Floats, Ints, logistic, stream
from simulator.commerce import Chain
from simulator.demand import Requests
from simulator.scenario import Scenario

FRAUDS = (
    "none",
    "fictitious",
    "double_finance",
    "circular",
    "related_inflation",
    "forged_confirmation",
    "diversion",
    "red_flush",
)
"""Kinds of fraud; arrays hold the place in this tuple.

fictitious: invoices without order or delivery, in round amounts. double_finance: the same invoices
at another lender days before, in half of the cases with a slip of the number, in parts, or by one
in a hundred more or less. circular: money goes
round a ring of suppliers that look busy. related_inflation: trade within a family above its worth.
forged_confirmation: the buyer never signed. diversion: collections go to another account.
red_flush: the invoices are cancelled once the money is there.
"""

NONE, FICTITIOUS, DOUBLE, CIRCULAR, RELATED, FORGED, DIVERTED, RED_FLUSH = range(len(FRAUDS))

FRAUD_SHARES = (0.35, 0.25, 0.10, 0.10, 0.08, 0.07, 0.05)
"""Of the kinds after "none"."""

FAMILY_SHARE = 0.8
"""Share of frauds within a family that inflate its trade."""

PROPENSITY = (-0.6, 1.4, 1.6)
"""Log-odds for quality, dishonesty, and a buyer that did not confirm."""

LOSS_SHARE = 0.65
"""Chance that fraud ends in a loss."""

INFLATED = {FICTITIOUS: 1.25, RELATED: 1.25}
"""By what the amounts of these kinds are multiplied."""

ROUND_MINOR = 1_000_000
"""Made-up invoices are in whole ten thousands of yuan."""


def chance_of_fraud(scenario: Scenario, chain: Chain, requests: Requests) -> Floats:
    """Chance that each request is fraudulent."""
    supplier = chain.core.pairs.supplier[requests.pair]
    quality, dishonesty, unconfirmed = PROPENSITY
    odds = (
        scenario.fraud_log_odds
        + quality * chain.suppliers.quality[supplier]
        + dishonesty * chain.suppliers.honesty[supplier]
        + unconfirmed * ~requests.confirmed
    )
    wave = chain.calendar.months - scenario.fraud_wave_months
    month = chain.calendar.month(requests.day)
    return logistic(odds + scenario.fraud_wave_log_odds * (month >= wave))


def plant(scenario: Scenario, chain: Chain, requests: Requests, seed: int) -> Ints:
    """Draw which requests are fraudulent, and how; places in `FRAUDS`."""
    rng = stream(seed, "fraud")
    tries = _evenly(chance_of_fraud(scenario, chain, requests), requests.amount_minor, rng)
    kind = 1 + rng.choice(len(FRAUD_SHARES), len(requests), p=FRAUD_SHARES)
    related = chain.core.pairs.related[requests.pair]
    # a family inflates its trade, and only a family can
    family = related & (rng.random(len(requests)) < FAMILY_SHARE)
    kind = np.where(family, RELATED, np.where((kind == RELATED) & ~related, FICTITIOUS, kind))
    kind = np.where((kind == FORGED) & ~requests.confirmed, DOUBLE, kind)
    return np.where(tries, kind, NONE)


def _evenly(chances: Floats, amount_minor: Ints, rng: np.random.Generator) -> Flags:
    """Draw with these chances, but as many as they add up to, small and large ones alike.

    Frauds are few: left to themselves they are half as many in one small world as in the next, and
    half the money.
    """
    order = np.argsort(amount_minor, kind="stable")
    passed = np.floor(np.cumsum(chances[order]) + rng.random())
    drawn = np.zeros(len(chances), dtype=bool)
    drawn[order] = np.diff(passed, prepend=0.0) > 0
    return drawn


def inflate(requests: Requests, fraud: Ints, face_minor: Ints) -> tuple[Ints, Requests]:
    """Make the invoices of inflating kinds of fraud larger, and round, and ask for as much more.

    Returns
    -------
    (faces of all invoices, requests)
    """
    faces = face_minor.copy()
    kind = np.repeat(fraud, requests.count)
    for one, times in INFLATED.items():
        which = requests.claims[kind == one]
        larger = times * faces[which] / ROUND_MINOR
        faces[which] = np.maximum(np.rint(larger), 1).astype(np.int64) * ROUND_MINOR
    return faces, requests.with_faces(faces)


def not_delivered(requests: Requests, fraud: Ints, count: int) -> Flags:
    """Which of ``count`` invoices have no order and no delivery behind them."""
    nothing = np.zeros(count, dtype=bool)
    kind = np.repeat(fraud, requests.count)
    nothing[requests.claims[kind == FICTITIOUS]] = True
    return nothing
