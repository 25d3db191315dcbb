"""A world, made in one go from a scenario, a size, a seed and its last day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from simulator.arrays import Floats, Ints
from simulator.calendar import calendar_of
from simulator.cast import cast_buyers, cast_suppliers
from simulator.chances import Risk, by_cause, full_risk, with_fraud
from simulator.commerce import Chain, play
from simulator.demand import Requests, ask, settled_in_time
from simulator.endings import Endings, end
from simulator.flows import Stage
from simulator.fraud import LOSS_SHARE, chance_of_fraud, inflate, not_delivered, plant
from simulator.integrated import integrated_causes
from simulator.macro import economy
from simulator.network import link_to_cores, link_upstream
from simulator.policies import Decisions, decide
from simulator.scenario import Scenario, Size
from simulator.story import Story, tell


@dataclass(frozen=True, eq=False)
class World:
    """All that happened, and why; arrays of requests are in the order of ``requests``.

    Attributes
    ----------
    scenario, size, seed, last_day
        What it was made from; everything is told as of the first instant of the last day, in
        Shanghai.
    chain : Chain
        Trade, payments and failures.
    requests : Requests
        Every request for money, rivals' customers and rejected ones included.
    fraud : int array
        Places in ``simulator.fraud.FRAUDS``.
    planned : int array
        Day on which each invoice of the core flow is to be paid.
    risk : Risk
        What each request hangs on, with the macro factor as it came.
    full, integrated : float array of shape (requests, causes)
        Chance of default by each cause: with the macro factor as it came, and integrated out.
    by_state : float array of shape (requests, causes)
        The same integrated out, with fraud a chance by the supplier's honesty, not as planted.
    endings : Endings
        How each request would end, were it financed.
    decisions : Decisions
        Who lends.
    story : Story
        What became of each invoice.
    """

    scenario: Scenario
    size: Size
    seed: int
    last_day: date
    chain: Chain
    requests: Requests
    fraud: Ints
    planned: Ints
    risk: Risk
    full: Floats
    integrated: Floats
    by_state: Floats
    endings: Endings
    decisions: Decisions
    story: Story


def make_world(scenario: Scenario, size: Size, seed: int, last_day: date) -> World:
    """Make a world; the same arguments make the same world.

    Parameters
    ----------
    seed : int
        Not negative.
    last_day : date
        Day on which the world ends; it begins on the first day of a month, so that the last of
        its months may be cut short.
    """
    chain = play(stage_of(scenario, size, seed, last_day))
    requests = ask(chain, seed)
    fraud = plant(scenario, chain, requests, seed)
    faces, requests = inflate(requests, fraud, chain.core.invoices.face_minor)
    planned = settled_in_time(requests, chain.core.planned)
    planted = np.where(fraud > 0, LOSS_SHARE, 0.0)
    risk = full_risk(chain, requests, planted, planned, seed)
    honest = integrated_causes(chain, requests, planned, seed)
    endings = end(chain, requests, risk, planned, seed)
    decisions = decide(scenario, chain, requests, seed)
    return World(
        scenario,
        size,
        seed,
        last_day,
        chain,
        requests,
        fraud,
        planned,
        risk,
        by_cause(requests, risk),
        with_fraud(honest, planted),
        with_fraud(honest, LOSS_SHARE * chance_of_fraud(scenario, chain, requests)),
        endings,
        decisions,
        tell(
            chain,
            requests,
            fraud,
            planned=planned,
            faces=(faces, not_delivered(requests, fraud, len(chain.core.invoices))),
            endings=endings,
            decisions=decisions,
        ),
    )


def stage_of(scenario: Scenario, size: Size, seed: int, last_day: date) -> Stage:
    """Cast, economy and network of a world, before anything happens."""
    calendar = calendar_of(size.months, last_day)
    buyers = cast_buyers(size, seed)
    suppliers = cast_suppliers(scenario, size, seed)
    return Stage(
        scenario,
        calendar,
        buyers,
        suppliers,
        economy(scenario, calendar, seed),
        link_to_cores(scenario, size, calendar, buyers=buyers, suppliers=suppliers, seed=seed),
        link_upstream(size, calendar, suppliers, seed),
        seed,
    )
