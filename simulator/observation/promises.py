"""Guarantees and insurances that cover a few of the claims that we finance, by chance alone."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from simulator.arrays import Floats, Ints
from simulator.endings import DRAWN_DAYS
from simulator.observation.view import CURRENCY, Sheets, View, days, flags, refs, whole, words
from simulator.policies import OURS

GUARANTEED_SHARE = 0.04
INSURED_SHARE = 0.04
"""Shares of our financings whose claims are guaranteed, and insured."""

GUARANTEES = ("government", "joint", "general")
GUARANTEE_SHARES = (0.5, 0.35, 0.15)
COVERED_PPM = (800_000, 1_000_000, 600_000)
"""Kinds of guarantees, how common each is, and what part of a loss it covers; a government's leaves
at least a fifth to the bank."""

POOL_CAPS_PPM = (30_000, 40_000, 50_000)

INSURED_PPM = (800_000, 850_000, 900_000)
WAITING_DAYS = (90, 150, 180)

AFTER_MATURITY_DAYS = 180
"""Cover lasts so long after the financing is to be repaid."""


class Covered(NamedTuple):
    """Claims of chosen requests: arrays of one entry a claim.

    Attributes
    ----------
    request, invoice : int array
        Places in the requests, and in the core flow's invoices.
    supplier, buyer : int array
        Places in the casts.
    day, until : int array
        From when and until when it is covered.
    face_minor : int array
        Amount of the claim, as invoiced.
    """

    request: Ints
    invoice: Ints
    supplier: Ints
    buyer: Ints
    day: Ints
    until: Ints
    face_minor: Ints


def chosen(view: View, name: str, share: float) -> Ints:
    """Requests that we financed before the last day, a share of them."""
    requests = view.world.requests
    draw = view.chance(name).random(len(requests))
    ours = view.world.decisions.lender == OURS
    paid_out = requests.day + DRAWN_DAYS < view.end
    return np.flatnonzero(ours & paid_out & (draw < share))


def receivables(invoice: Ints) -> pa.Array[Any]:
    """Keys of the receivables of core invoices."""
    return refs("AR-", invoice + 1)


def first_claim(view: View, which: Ints) -> pa.Array[Any]:
    """Key of the first receivable of each request."""
    requests = view.world.requests
    return receivables(requests.claims[requests.first[which]])


def covered(view: View, which: Ints) -> Covered:
    """The claims of some requests."""
    world = view.world
    requests, pairs = world.requests, world.chain.core.pairs
    count = requests.count[which]
    request = np.repeat(which, count)
    place = np.arange(len(request)) - np.repeat(np.cumsum(count) - count, count)
    invoice = requests.claims[requests.first[request] + place]
    return Covered(
        request,
        invoice,
        pairs.supplier[requests.pair[request]],
        pairs.buyer[requests.pair[request]],
        requests.day[request] + 1,
        requests.matures[request] + AFTER_MATURITY_DAYS,
        world.story.face_minor[invoice],
    )


def guarantee_sheets(view: View) -> Sheets:
    """Yield the guarantees, one a claim."""
    claims = covered(view, chosen(view, "guaranteed", GUARANTEED_SHARE))
    draws = view.chance("guarantees").random((5, len(view.world.requests)))[:, claims.request]
    kind = np.searchsorted(np.cumsum(GUARANTEE_SHARES)[:-1], draws[0])
    share = np.array(COVERED_PPM)[kind]
    yield view.sheet(
        "guarantee",
        {
            "ref": refs("GU-", claims.invoice + 1),
            "guarantor": view.guarantor(_one_of(2, draws[1])),
            "debtor": view.supplier(claims.supplier),
            "receivable": receivables(claims.invoice),
            "guarantee": words(GUARANTEES, kind),
            "share_ppm": whole(share),
            "cap_minor": whole(claims.face_minor * (share / 1e6)),
            "currency": CURRENCY,
            "first_loss": flags(draws[2] < 0.2),
            "fee_ppm": whole(1_000 * (5 + _one_of(10, draws[3]))),
            "claim_waiting_days": whole(30 * (1 + _one_of(3, draws[4]))),
            "pool_cap_ppm": whole(np.array(POOL_CAPS_PPM)[_one_of(3, draws[4])], kind != 0),
            "valid_from": days(claims.day),
            "valid_until": days(claims.until),
        },
        claims.day,
        claims.day,
    )


def insurance_sheets(view: View) -> Sheets:
    """Yield trade credit insurance, one a claim."""
    claims = covered(view, chosen(view, "insured", INSURED_SHARE))
    draws = view.chance("insurances").random((3, len(view.world.requests)))[:, claims.request]
    share = np.array(INSURED_PPM)[_one_of(3, draws[0])]
    yield view.sheet(
        "insurance",
        {
            "ref": refs("IN-", claims.invoice + 1),
            "insurer": view.insurer(_one_of(2, draws[1])),
            "insured": view.supplier(claims.supplier),
            "risk": view.buyer(claims.buyer),
            "receivable": receivables(claims.invoice),
            "insurance": "trade_credit",
            "policy": refs("BD", claims.request + 1),
            "insured_ppm": whole(share),
            "deductible_ppm": 50_000,
            "limit_minor": whole(claims.face_minor * (share / 1e6)),
            "currency": CURRENCY,
            "waiting_days": whole(np.array(WAITING_DAYS)[_one_of(3, draws[2])]),
            "excludes_disputes": True,
            "valid_from": days(claims.day),
            "valid_until": days(claims.until),
        },
        claims.day,
        claims.day,
    )


def _one_of(choices: int, draw: Floats) -> Ints:
    return np.floor(choices * draw).astype(np.int64)
