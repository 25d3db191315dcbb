"""Rows of the money asked of us and lent by us."""

from __future__ import annotations

import numpy as np

from simulator.arrays import Ints
from simulator.chances import CAUSES, DEFAULT_DAYS
from simulator.endings import DRAWN_DAYS
from simulator.fraud import CIRCULAR, DOUBLE, FORGED
from simulator.observation.documents import ON_PLATFORM
from simulator.observation.settlements import CLAIM, claim_minor
from simulator.observation.view import (
    Sheets,
    View,
    days,
    flags,
    joined,
    refs,
    whole,
    words,
)
from simulator.policies import DECIDED, OURS

LENT_SHARE = 0.8
"""Part of what is asked for that is lent, at least; the rest is a reserve."""

RATES_PPM = (45_000, 90_000)
"""Interest for a year, from the best to the worst of our old scorecard's grades."""

REQUEST, FINANCING = "RQ-", "FN-"

TOLD_CAUSES = {
    "buyer": "BUYER_CREDIT",
    "supplier": "SUPPLIER_CREDIT",
    "dilution": "DISPUTE",
    "diversion": "DIVERSION",
    "fraud": "FRAUD_FICTITIOUS",
    "office": "OPERATIONAL",
}
"""Cause of the ledger for each of the oracle's; fraud is told by its kind."""

TOLD_FRAUDS = {DOUBLE: "FRAUD_DOUBLE", CIRCULAR: "FRAUD_CIRCULAR"}


def request_sheets(view: View) -> Sheets:
    """Yield the requests that came to us, and the claims they offer."""
    world = view.world
    requests, pairs = world.requests, world.chain.core.pairs
    at = np.flatnonzero(world.decisions.ours)
    day = requests.day[at]
    ref = refs(REQUEST, at + 1)
    yield view.sheet(
        "financing_request",
        {
            "ref": ref,
            "supplier": view.supplier(pairs.supplier[requests.pair[at]]),
            "buyer": view.buyer(pairs.buyer[requests.pair[at]]),
            "product": "factoring",
            "requested_on": days(day),
            "amount_minor": whole(requests.amount_minor[at]),
            "currency": "CNY",
            "tenor_days": whole(requests.matures[at] - day),
            "recourse": flags(requests.recourse[at]),
            "notified": flags(requests.notified[at]),
            "account": words(("free", "locked"), requests.notified[at].astype(np.int64)),
            "decision": words(DECIDED, world.decisions.recorded[at]),
        },
        day,
        day + 1,
    )
    owner = np.repeat(np.arange(len(requests)), requests.count)
    ours = world.decisions.ours[owner]
    place, owner = requests.claims[ours], owner[ours]
    day = requests.day[owner]
    yield view.sheet(
        "requested_receivable",
        {
            "ref": joined(refs(REQUEST, owner + 1), refs("/AR-", place + 1)),
            "financing_request": refs(REQUEST, owner + 1),
            "receivable": refs(CLAIM, place + 1),
            "amount_minor": whole(claim_minor(view, place)),
        },
        day,
        day + 1,
    )
    yield from _confirmations(view, place, owner)


def _confirmations(view: View, place: Ints, owner: Ints) -> Sheets:
    """That the buyer confirmed a claim offered, or that somebody wrote that it did."""
    world = view.world
    requests = world.requests
    chance = view.chance("confirmations")
    tier = world.chain.suppliers.data_tier[world.chain.core.seller[place]]
    confirmed = requests.confirmed[owner]
    forged = chance.random(len(place)) < world.scenario.forged_confirmation_share
    forged |= world.fraud[owner] == FORGED
    level = chance.choice([2, 3], len(place), p=[0.6, 0.4])
    day = requests.day[owner]
    told = (tier >= ON_PLATFORM) & (day - 1 > world.chain.core.invoices.issued[place])
    yield view.sheet(
        "confirmation",
        {
            "ref": refs("CF-", place + 1),
            "receivable": refs(CLAIM, place + 1),
            "level": whole(np.where(confirmed | forged, level, 0)),
            "requested_on": days(day - 1),
            "confirmed_on": days(day, ~(confirmed | forged)),
            "defence_waiver": flags(chance.random(len(place)) < 0.3),
            "account_locked": flags(requests.notified[owner]),
        },
        day,
        day,
        told,
    )


def financing_sheets(view: View) -> Sheets:
    """Yield what we lent, what came back, and how it ended where that is ripe."""
    world = view.world
    requests, pairs = world.requests, world.chain.core.pairs
    at = np.flatnonzero(world.decisions.lender == OURS)
    at = at[requests.day[at] + DRAWN_DAYS < view.end]
    drawn, matures = requests.day[at] + DRAWN_DAYS, requests.matures[at]
    ref, lent = refs(FINANCING, at + 1), lent_minor(view)[at]
    best, worst = RATES_PPM
    grade = world.chain.grades[
        pairs.buyer[requests.pair[at]], world.chain.calendar.month(requests.day[at])
    ]
    yield view.sheet(
        "financing",
        {
            "ref": ref,
            "financing_request": refs(REQUEST, at + 1),
            "supplier": view.supplier(pairs.supplier[requests.pair[at]]),
            "buyer": view.buyer(pairs.buyer[requests.pair[at]]),
            "product": "factoring",
            "drawn_on": days(drawn),
            "matures_on": days(matures),
            "amount_minor": whole(lent),
            "currency": "CNY",
            "rate_ppm": whole(best + (worst - best) * (grade - 1) / 7),
            "reserve_minor": whole(requests.amount_minor[at] - lent),
            "recourse": flags(requests.recourse[at]),
            "account": words(("free", "locked"), requests.notified[at].astype(np.int64)),
        },
        drawn,
        drawn,
    )
    yield from _repayments(view, at, lent)
    yield from _outcomes(view, at, lent)


def lent_minor(view: View) -> Ints:
    """What is lent on each request, in fen."""
    lent: Ints = (view.world.requests.amount_minor * LENT_SHARE).astype(np.int64)
    return lent


def settled_on(view: View) -> Ints:
    """Day on which each request is repaid, or in default."""
    world = view.world
    matures = world.requests.matures
    repaid = np.maximum(world.endings.paid_on, world.requests.day + DRAWN_DAYS + 1)
    repaid = np.where(world.endings.bought_back, matures + 30, repaid)
    return np.where(world.endings.defaulted, matures + DEFAULT_DAYS, repaid)


def _repayments(view: View, at: Ints, lent: Ints) -> Sheets:
    """One repayment each: the whole, or what is left of it after the loss."""
    world = view.world
    day, ending = settled_on(view)[at], world.endings
    back = lent - np.rint(lent * ending.loss_share[at]).astype(np.int64)
    by_supplier = ending.bought_back[at] | ending.defaulted[at]
    yield view.sheet(
        "repayment",
        {
            "ref": joined(refs(FINANCING, at + 1), "/1"),
            "financing": refs(FINANCING, at + 1),
            "repaid_on": days(day),
            "amount_minor": whole(np.maximum(back, 1)),
            "currency": "CNY",
            "payer": words(("buyer", "supplier"), by_supplier.astype(np.int64)),
        },
        day,
        day + 1,
        back > 0,
    )


def _outcomes(view: View, at: Ints, lent: Ints) -> Sheets:
    world = view.world
    ending, day = world.endings, settled_on(view)[at]
    defaulted = ending.defaulted[at]
    past = np.maximum(day - world.requests.matures[at], 0)
    loss = np.rint(lent * ending.loss_share[at]).astype(np.int64)
    yield view.sheet(
        "outcome",
        {
            "ref": joined(refs(FINANCING, at + 1), "/outcome"),
            "financing": refs(FINANCING, at + 1),
            "settled_on": days(day),
            "defaulted": flags(defaulted),
            "cause": _causes(view, at),
            "technical": flags(np.zeros(len(at), dtype=bool)),
            "past_maturity_days": whole(past),
            "loss_minor": whole(loss),
            "repaid_by_buyer_ppm": whole(1_000_000 * ~(ending.bought_back[at] | defaulted)),
            "worst_dpd_days": whole(past),
        },
        day,
        day + 1,
    )


def _causes(view: View, at: Ints) -> object:
    world = view.world
    names = [TOLD_CAUSES[cause] for cause in CAUSES]
    told = sorted({*names, *TOLD_FRAUDS.values(), "DILUTION"})
    cause = world.endings.cause[at]
    place = np.array([told.index(name) for name in names])[cause]
    credit_note = (cause == CAUSES.index("dilution")) & (at % 2 == 0)
    place = np.where(credit_note, told.index("DILUTION"), place)
    deceived = cause == CAUSES.index("fraud")
    for kind, name in TOLD_FRAUDS.items():
        place = np.where(deceived & (world.fraud[at] == kind), told.index(name), place)
    return words(told, place, ~world.endings.defaulted[at])
