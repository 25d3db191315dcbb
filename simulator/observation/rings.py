"""Rows of circular trade: money that goes round a ring of suppliers, which look busy by it."""

from __future__ import annotations

import numpy as np

from simulator.arrays import Floats, Ints
from simulator.fraud import CIRCULAR
from simulator.observation.documents import amounts
from simulator.observation.view import Sheets, View, days, joined, refs, whole

FIRMS = (3, 6)
"""Firms of a ring: at least, and at most."""

KEPT = (0.90, 1.00)
"""Share of the money that each firm passes on."""

BEFORE_DAYS = 40
"""The money begins to go round so long before the request, and a step takes three days."""

STEP_DAYS = 3
TAX_PPM = 130_000


def ring_sheets(view: View) -> Sheets:
    """Yield the invoices and payments of the rings, a ring for each circular fraud."""
    world = view.world
    place = np.flatnonzero(world.fraud == CIRCULAR)
    chance = view.chance("rings")
    firms = chance.integers(FIRMS[0], FIRMS[1] + 1, len(place))
    payer, payee = _members(view, place, firms)
    number = np.arange(len(payer)) - np.repeat(np.cumsum(firms) - firms, firms)
    ring = np.repeat(place, firms)
    paid = world.requests.day[ring] - BEFORE_DAYS + STEP_DAYS * number
    kept = np.where(number == 0, 1.0, chance.uniform(*KEPT, len(ring)))
    passed = _running_product(kept, number)
    amount = np.rint(passed * world.requests.face_minor[ring]).astype(np.int64)
    step = refs("/", number + 1, 1)
    yield view.sheet(
        "invoice",
        {
            "ref": joined(refs("IC-", ring + 1), step),
            "seller": view.supplier(payee),
            "buyer": view.supplier(payer),
            "kind": "e_vat_special",
            "number": refs("255", 10 * (ring + 1) + number, 17),
            "issued_on": days(paid),
            **amounts(amount, np.full(len(ring), TAX_PPM)),
            "currency": "CNY",
        },
        paid,
        paid + 1,
    )
    yield view.sheet(
        "payment",
        {
            "ref": joined(refs("PR-", ring + 1), step),
            "payer": view.supplier(payer),
            "payee": view.supplier(payee),
            "paid_on": days(paid),
            "amount_minor": whole(amount),
            "currency": "CNY",
            "channel": "bank",
        },
        paid,
        paid + 1,
    )


def _members(view: View, place: Ints, firms: Ints) -> tuple[Ints, Ints]:
    """Payer and payee of each step: the supplier that asks, its neighbours, and it again."""
    chain = view.world.chain
    asks = chain.core.pairs.supplier[view.world.requests.pair[place]]
    number = np.arange(int(firms.sum())) - np.repeat(np.cumsum(firms) - firms, firms)
    first, many = np.repeat(asks, firms), np.repeat(firms, firms)
    payer = (first + number) % chain.suppliers.first
    payee = (first + (number + 1) % many) % chain.suppliers.first
    return payer, payee


def _running_product(values: Floats, number: Ints) -> Floats:
    """Product within each ring, up to each step."""
    total = np.cumsum(np.log(values))
    begin = np.maximum.accumulate(np.where(number == 0, np.arange(len(values)), 0))
    product: Floats = np.exp(total - total[begin])
    return product
