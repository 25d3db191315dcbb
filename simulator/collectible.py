"""What a supplier truly collects within a year: the yardstick of its commercial value.

CV12 (domain.md section 3.10) counts the sales of the twelve months after a day and what is open on
it. Here both are summed as they came: what core enterprises paid, or did not.
"""

from __future__ import annotations

import numpy as np

from simulator.arrays import Floats, Ints
from simulator.intensities import NEVER
from simulator.observation.settlements import claim_minor
from simulator.observation.view import View
from simulator.world import World

YEAR_DAYS = 365
LONGEST_DAYS = 120
"""What is sold until the last day counts when most of it has fallen due within the world."""


def collectible_minor(world: World) -> Floats:
    """What each request's supplier collects, as of the day of the request.

    Returns
    -------
    float array of shape (requests,)
        In fen; missing where the world ends too early to tell.
    """
    supplier = world.chain.core.pairs.supplier[world.requests.pair]
    return collected_minor(world, supplier, world.requests.day)


def collected_minor(world: World, supplier: Ints, day: Ints) -> Floats:
    """Cash collected on suppliers' open claims and on their sales of 365 days more.

    A credit note that is set off is no cash.

    Parameters
    ----------
    supplier, day : int array of shape (n,)
        Places in the world's suppliers, and days; each pair is answered for itself.

    Returns
    -------
    float array of shape (n,)
        In fen; missing where the world ends too early to tell.
    """
    flow, chain = world.chain.core, world.chain
    lived = flow.invoices.issued <= chain.ruin_day[flow.seller]
    paid = np.flatnonzero(lived & (world.story.paid_on < NEVER) & ~world.story.diverted)
    claim = claim_minor(View(world), paid)
    amount = (claim - np.minimum(flow.dilution.noted_minor[paid], claim - 1)).astype(np.float64)
    seller, span = flow.seller[paid], chain.calendar.end + 2 * YEAR_DAYS

    def until(of: Ints, when: Ints) -> Floats:
        """Sum of each supplier's amounts whose day is not after the one asked."""
        marks = seller * span + np.minimum(of, span - 1)
        order = np.argsort(marks, kind="stable")
        total = np.concatenate([[0.0], np.cumsum(amount[order])])
        before = np.searchsorted(marks[order], supplier * span)
        found: Floats = (
            total[np.searchsorted(marks[order], supplier * span + when, side="right")]
            - total[before]
        )
        return found

    sold = until(flow.invoices.issued[paid], day + YEAR_DAYS)
    collected_before = until(world.story.paid_on[paid], day)
    return np.where(day <= last_told(world), sold - collected_before, np.nan)


def last_told(world: World) -> int:
    """The last day whose year the world tells to the end."""
    return world.chain.calendar.end - YEAR_DAYS - LONGEST_DAYS - 1
