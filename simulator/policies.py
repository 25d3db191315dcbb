"""Who lends: we, by an old scorecard, and two rivals (domain.md section 4.5).

Rival A is cheap and strict: it takes some of the best before they come to us. Rival B is lax: it
takes most of those whom we turn down. So what we learn from is a selection, but for the few that
are approved whatever the scorecard says.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.arrays import Flags, Floats, Ints, stream
from simulator.commerce import Chain
from simulator.demand import Requests
from simulator.scenario import Scenario

RIVAL_A_SHARE = 0.25
RIVAL_A_BEST = 0.30
"""Share of the best requests that rival A takes, and what share of all is the best."""

RIVAL_B_SHARE = 0.60
"""Share of those turned down that rival B takes."""

NOISE = 0.6
"""Deviation of what an underwriter adds to the scorecard, in its own points."""

NOBODY, OURS, RIVAL_A, RIVAL_B = range(4)

DECIDED = ("declined", "approved", "approved_at_random")
"""What is on record of a request; at random where the scorecard alone would have declined."""


@dataclass(frozen=True, eq=False)
class Decisions:
    """Arrays of one row a request.

    Attributes
    ----------
    lender : int array
        NOBODY, OURS, RIVAL_A or RIVAL_B.
    ours : bool array
        It came to us; rival A's customers did not.
    at_random : bool array
        Approved whatever the scorecard said.
    recorded : int array
        Place in `DECIDED`.
    """

    lender: Ints
    ours: Flags
    at_random: Flags
    recorded: Ints


def decide(scenario: Scenario, chain: Chain, requests: Requests, seed: int) -> Decisions:
    """Let the lenders decide."""
    rng = stream(seed, "policies")
    count = len(requests)
    points = old_scorecard(chain, requests) + NOISE * rng.normal(size=count)
    best = points < np.quantile(points, RIVAL_A_BEST)
    taken = best & (rng.random(count) < RIVAL_A_SHARE)
    cut = np.quantile(points[~taken], scenario.approved_share)
    at_random = ~taken & (rng.random(count) < scenario.random_approval_share)
    good = points <= cut
    approved = ~taken & (good | at_random)
    elsewhere = ~taken & ~approved & (rng.random(count) < RIVAL_B_SHARE)
    lender = np.select([taken, approved, elsewhere], [RIVAL_A, OURS, RIVAL_B], NOBODY)
    recorded = np.where(approved, np.where(good, 1, 2), 0)
    return Decisions(lender.astype(np.int64), ~taken, at_random, recorded)


def old_scorecard(chain: Chain, requests: Requests) -> Floats:
    """Points of a lender that knows its buyers, but of suppliers the size alone; low is good."""
    pairs = chain.core.pairs
    supplier, buyer = pairs.supplier[requests.pair], pairs.buyer[requests.pair]
    month = chain.calendar.month(requests.day)
    tenor = (requests.matures - requests.day) / 90
    points: Floats = (
        0.35 * chain.grades[buyer, month]
        + 0.3 * chain.regimes[buyer, month]
        - 0.5 * chain.suppliers.size[supplier]
        + 0.3 * tenor
        - 0.5 * requests.confirmed
        + 0.4 * requests.dependence
    )
    return points
