"""What a lender would earn who decides by a probability: by true chances, at the market's rate.

Every rate is the market's, so that nobody earns more by overrating risk: a probability pays by
whom it lends to, and how much.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.stage.judged_world import JudgedWorld
from features.circumstances.request_seen import Circumstances
from lending.offering import offered
from lending.pack import Pack, load_pack
from models.assessment import Assessment
from models.event import Event
from models.facility import facility
from models.scale import probability
from models.trees import Matrix, Vector
from scoring.path import MEASURED_BY, describe
from scoring.seen import asking_of, live_view
from simulator.endings import LOSS_BY_CAUSE
from training.default_examples import asked_for

LENT = ("APPROVE", "APPROVE_REDUCED")


@dataclass(frozen=True)
class Earned:
    """What a policy earns.

    Attributes
    ----------
    profit_minor : float
        Interest less funding, costs and true expected losses.
    lent_minor : float
    approved_share : float
        Of the requests.
    loss_share : float
        True expected loss over what is lent; NaN where nothing is.
    """

    profit_minor: float
    lent_minor: float
    approved_share: float
    loss_share: float


def pack_at(rate: float) -> Pack:
    """The generic pack of a lender that gets this rate from everybody, and needs it to pay."""
    pack = load_pack()
    table = pack.terms.table
    market = table.price.model_copy(update={"lowest_rate": rate, "highest_rate": rate})
    return Pack.of(
        pack.policy,
        replace(pack.terms, table=table.model_copy(update={"price": market})),
    )


def seen_of(world: JudgedWorld) -> list[Circumstances]:
    """The circumstances of the judged requests of one world, in their order."""
    gathered = world.run.gathered
    asked = asked_for(gathered)
    place = {key: at for at, key in enumerate(asked.financings)}
    keys = world.contest.known.keys
    requests = [asked.requests[place[keys[at]]] for at in world.judged.tolist()]
    described = describe(gathered, requests, relations=(), also=MEASURED_BY)
    live = live_view(gathered, requests)
    return [
        live.circumstances(
            asking_of(one, gathered.book), described.measured[at], described.at_hand[at]
        )
        for at, one in enumerate(requests)
    ]


def by_limit(assessments: Sequence[Assessment], observed: Vector) -> list[Assessment]:
    """The same requests with another probability in log-odds, and no doubt of it."""
    return [
        replace(one, logit=logit, probability=probability(logit), interval=None)
        for one, logit in zip(assessments, observed.tolist(), strict=True)
    ]


def earned(
    assessments: Sequence[Assessment],
    seen: Sequence[Circumstances],
    event: Event,
    pack: Pack,
    causes: Matrix,
) -> Earned:
    """Lend by these probabilities, through the whole of lending.

    Parameters
    ----------
    causes : float64 array of shape (requests, causes)
        True chances of default, as `JudgedWorld` has them.
    """
    lost = causes @ np.array(LOSS_BY_CAUSE)
    profit = lent = losses = 0.0
    approved = 0
    for assessment, one, loss_share in zip(assessments, seen, lost.tolist(), strict=True):
        tenor = one.tenor_days or 0
        risk = facility(event, assessment.logit, tenor)
        answer = offered(assessment, event, risk, one, pack)
        amount = answer.offer.advance_minor
        if answer.offer.decision.value not in LENT or not amount or answer.terms is None:
            continue
        price, years = answer.terms.price, answer.terms.amount.tenor.days / 365
        margin = price.offered_rate - price.funding_rate - price.cost_rate
        approved += 1
        lent += amount
        losses += amount * loss_share
        profit += amount * (margin * years - loss_share)
    return Earned(profit, lent, approved / len(seen), losses / lent if lent else float("nan"))
