"""Rows of the registry of movable assets: our assignments and the rivals', clear or vague."""

from __future__ import annotations

import numpy as np

from simulator.arrays import Ints
from simulator.endings import DRAWN_DAYS
from simulator.fraud import DOUBLE
from simulator.intensities import NEVER
from simulator.observation.documents import invoice_numbers
from simulator.observation.settlements import CLAIM, claim_minor
from simulator.observation.view import Sheets, View, days, instants, refs, texts, whole, words
from simulator.policies import OURS, RIVAL_A, RIVAL_B

IN_REGISTRY = 3
"""Data tier from which the registry is searched."""

SLIP, OTHER_AMOUNT = 2, 3
"""How a claim financed twice is altered; 0 and 1 are not at all."""


def registry_sheets(view: View) -> Sheets:
    """Yield what the registry shows: our assignments and the rivals', clear or vague."""
    world = view.world
    requests, chance = world.requests, view.chance("registry")
    owner = np.repeat(np.arange(len(requests)), requests.count)
    place, lender = requests.claims, world.decisions.lender[owner]
    double = world.fraud[owner] == DOUBLE
    ours = lender == OURS
    yield from _registrations(view, place[ours], owner[ours], chance, rival=None)
    rivals = (lender == RIVAL_A) | (lender == RIVAL_B)
    yield from _registrations(
        view, place[rivals], owner[rivals], chance, rival=(lender[rivals] == RIVAL_B) * 1
    )
    twice = ours & double
    at_a = np.zeros(int(twice.sum()), dtype=np.int64)
    yield from _registrations(view, place[twice], owner[twice], chance, rival=at_a, again=True)


def _registrations(
    view: View,
    place: Ints,
    owner: Ints,
    chance: np.random.Generator,
    *,
    rival: Ints | None,
    again: bool = False,
) -> Sheets:
    """Registrations of claims; ``again``: the same claim elsewhere, the day before ours.

    In half of those cases a sign of the number is wrong, or the amount is by one in a hundred.
    """
    world = view.world
    flow, requests = world.chain.core, world.requests
    pair = flow.invoices.pair[place]
    day = requests.day[owner] + DRAWN_DAYS - (1 if again else 0)
    vague = chance.random(len(place)) < world.scenario.vague_registration_share
    altered = np.floor(4 * chance.random(len(place))).astype(np.int64) * again
    number = invoice_numbers(np.where(altered == SLIP, place + 9, place))
    amount = claim_minor(view, place)
    amount = np.where(altered == OTHER_AMOUNT, amount + amount // 100, amount)
    tier = world.chain.suppliers.data_tier[flow.seller[place]]
    letter = "O" if rival is None else ("D" if again else "R")
    columns = {
        "ref": refs(f"RG-{letter}", place + 1),
        "number": refs(f"0{ord(letter)}", place + 1, 14),
        "business": "factoring",
        "debtor": view.supplier(flow.pairs.supplier[pair]),
        "registered_at": instants(day),
        "expires_on": days(requests.matures[owner] + 360),
        "buyer": texts(view.buyer(flow.pairs.buyer[pair]), vague),
        "invoice_number": texts(number, vague),
        "amount_minor": whole(amount),
        "currency": "CNY",
        "description": words(("应收账款转让", "一揽子应收账款转让"), vague.astype(np.int64)),
    }
    if rival is not None:
        columns["secured_party"] = view.rival(rival)
    else:
        columns["receivable"] = refs(CLAIM, place + 1)
    yield view.sheet("registration", columns, day, day, (tier >= IN_REGISTRY) & (day < NEVER))
