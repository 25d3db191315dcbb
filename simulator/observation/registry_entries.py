"""Rows of the registry of movable assets: our assignments and the rivals', clear or vague."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from simulator.arrays import Ints
from simulator.endings import DRAWN_DAYS
from simulator.intensities import NEVER
from simulator.observation.documents import invoice_numbers
from simulator.observation.financed_twice import doubles
from simulator.observation.settlements import CLAIM, claim_minor
from simulator.observation.view import (
    Sheets,
    View,
    days,
    instants,
    joined,
    refs,
    texts,
    whole,
    words,
)
from simulator.policies import OURS, RIVAL_A, RIVAL_B

IN_REGISTRY = 3
"""Data tier from which the registry is searched."""

ALTERED = ("not", "not", "not", "slip", "split", "amount")
"""How a claim that was financed elsewhere is shown there: in half of the cases altered."""


def registry_sheets(view: View) -> Sheets:
    """Yield what the registry shows: our assignments and the rivals', clear or vague."""
    world = view.world
    requests, chance = world.requests, view.chance("registry")
    owner = np.repeat(np.arange(len(requests)), requests.count)
    place, lender = requests.claims, world.decisions.lender[owner]
    ours = lender == OURS
    yield from _registrations(view, place[ours], owner[ours], chance, rival=None)
    rivals = (lender == RIVAL_A) | (lender == RIVAL_B)
    yield from _registrations(
        view, place[rivals], owner[rivals], chance, rival=(lender[rivals] == RIVAL_B) * 1
    )
    yield from _doubles(view)


def _doubles(view: View) -> Sheets:
    """What rival A registered of claims that are offered to us too, as it was shown to it.

    In half of the cases that isn't what we are shown: a sign of the number is wrong, the claim is
    in two parts, or its amount is one in a hundred higher or lower.
    """
    world = view.world
    flow, chance = world.chain.core, view.chance("doubles shown")
    place, owner, day = doubles(view)
    vague = chance.random(len(place)) < world.scenario.vague_registration_share
    altered = chance.integers(0, len(ALTERED), len(place))
    more = chance.choice([-1, 1], len(place))
    digit = chance.integers(1, 10, len(place))
    how = np.array(ALTERED)[altered]
    amount = claim_minor(view, place)
    amount = np.where(how == "amount", amount + more * (amount // 100), amount)
    half = np.where(how == "split", amount // 2, 0)
    numbers = invoice_numbers(place).to_pylist()
    shown = [
        _slipped(number, int(by)) if one == "slip" else number
        for number, one, by in zip(numbers, how, digit, strict=True)
    ]
    pair = flow.pairs
    columns = {
        "business": "factoring",
        "debtor": view.supplier(pair.supplier[flow.invoices.pair[place]]),
        "registered_at": instants(day),
        "expires_on": days(world.requests.matures[owner] + 360),
        "buyer": texts(view.buyer(pair.buyer[flow.invoices.pair[place]]), vague),
        "currency": "CNY",
        "description": words(("应收账款转让", "一揽子应收账款转让"), vague.astype(np.int64)),
        "secured_party": view.rival(np.zeros(len(place), dtype=np.int64)),
    }
    told = world.chain.suppliers.data_tier[flow.seller[place]] >= IN_REGISTRY
    for part, minor in ((1, amount - half), (2, half)):
        number = [f"{one}-{part}" if cut else one for one, cut in zip(shown, half > 0, strict=True)]
        own = {
            "ref": joined(refs("RG-D", place + 1), refs("/", np.full(len(place), part), 1)),
            "number": refs(f"0{ord('D')}{part}", place + 1, 14),
            "invoice_number": texts(pa.array(number, pa.string()), vague),
            "amount_minor": whole(minor),
        }
        yield view.sheet("registration", {**columns, **own}, day, day, told & (minor > 0))


def _slipped(number: str, by: int) -> str:
    """The number with its last sign but one wrong."""
    return f"{number[:-2]}{(int(number[-2]) + by) % 10}{number[-1]}"


def _registrations(
    view: View,
    place: Ints,
    owner: Ints,
    chance: np.random.Generator,
    *,
    rival: Ints | None,
) -> Sheets:
    """Registrations of claims by who financed them."""
    world = view.world
    flow, requests = world.chain.core, world.requests
    pair = flow.invoices.pair[place]
    day = requests.day[owner] + DRAWN_DAYS
    vague = chance.random(len(place)) < world.scenario.vague_registration_share
    amount = claim_minor(view, place)
    tier = world.chain.suppliers.data_tier[flow.seller[place]]
    letter = "O" if rival is None else "R"
    columns = {
        "ref": refs(f"RG-{letter}", place + 1),
        "number": refs(f"0{ord(letter)}", place + 1, 14),
        "business": "factoring",
        "debtor": view.supplier(flow.pairs.supplier[pair]),
        "registered_at": instants(day),
        "expires_on": days(requests.matures[owner] + 360),
        "buyer": texts(view.buyer(flow.pairs.buyer[pair]), vague),
        "invoice_number": texts(invoice_numbers(place), vague),
        "amount_minor": whole(amount),
        "currency": "CNY",
        "description": words(("应收账款转让", "一揽子应收账款转让"), vague.astype(np.int64)),
    }
    if rival is not None:
        columns["secured_party"] = view.rival(rival)
    else:
        columns["receivable"] = refs(CLAIM, place + 1)
    yield view.sheet("registration", columns, day, day, (tier >= IN_REGISTRY) & (day < NEVER))
