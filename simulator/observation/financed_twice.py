"""Claims that another lender has financed before they are offered to us."""

from __future__ import annotations

import numpy as np

from simulator.arrays import Ints
from simulator.fraud import DOUBLE
from simulator.observation.view import View

ELSEWHERE_DAYS = (-1, 10)
"""A claim that is financed twice is registered elsewhere so many days before the request, at least
and at most: the last of them between our request and our own registration."""


def doubles(view: View) -> tuple[Ints, Ints, Ints]:
    """Claims offered to us that rival A has financed: place, request, and day registered there.

    It is registered whatever we answer; nobody finances an invoice before it is issued.
    """
    world = view.world
    requests, chance = world.requests, view.chance("doubles")
    low, high = ELSEWHERE_DAYS
    day = requests.day - chance.integers(low, high + 1, len(requests))
    owner = np.repeat(np.arange(len(requests)), requests.count)
    twice = (world.fraud[owner] == DOUBLE) & world.decisions.ours[owner]
    place, owner = requests.claims[twice], owner[twice]
    return place, owner, np.maximum(day[owner], world.chain.core.invoices.issued[place] + 1)
