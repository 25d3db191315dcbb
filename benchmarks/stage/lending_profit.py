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
from lending.decision import UNSURE
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
from training.asked_requests import asked_for

LENT = ("APPROVE", "APPROVE_REDUCED")


@dataclass(frozen=True, eq=False)
class Lent:
    """What a policy does with each request.

    Attributes
    ----------
    amount_minor : float64 array of shape (requests,)
        What is advanced; 0 where nothing is.
    profit_minor : float64 array of shape (requests,)
        Interest less funding, costs and the true expected loss.
    lost_minor : float64 array of shape (requests,)
        That loss.
    doubted : bool array of shape (requests,)
        Put to a person because the probability is too uncertain.
    """

    amount_minor: Vector
    profit_minor: Vector
    lost_minor: Vector
    doubted: np.ndarray[tuple[int], np.dtype[np.bool_]]

    @property
    def earned(self) -> Earned:
        """The sums."""
        amount = float(self.amount_minor.sum())
        return Earned(
            float(self.profit_minor.sum()),
            amount,
            float((self.amount_minor > 0).mean()),
            float(self.lost_minor.sum()) / amount if amount else float("nan"),
            float(self.doubted.mean()),
        )


@dataclass(frozen=True)
class Earned:
    """What a policy earns.

    Attributes
    ----------
    profit_minor : float
    lent_minor : float
    approved_share : float
        Of the requests.
    loss_share : float
        True expected loss over what is lent; NaN where nothing is.
    doubted_share : float
        Of the requests: put to a person because the probability is too uncertain.
    """

    profit_minor: float
    lent_minor: float
    approved_share: float
    loss_share: float
    doubted_share: float


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


def undoubted(assessments: Sequence[Assessment]) -> list[Assessment]:
    """The same assessments without their intervals: no doubt sends a request to a person."""
    return [replace(one, interval=None) for one in assessments]


def by_limit(assessments: Sequence[Assessment], observed: Vector) -> list[Assessment]:
    """The same requests with another probability in log-odds, and no doubt of it."""
    return [
        replace(one, logit=logit, probability=probability(logit))
        for one, logit in zip(undoubted(assessments), observed.tolist(), strict=True)
    ]


def lend(
    assessments: Sequence[Assessment],
    seen: Sequence[Circumstances],
    event: Event,
    pack: Pack,
    causes: Matrix,
) -> Lent:
    """Lend by these probabilities, through the whole of lending.

    Parameters
    ----------
    causes : float64 array of shape (requests, causes)
        True chances of default, as `JudgedWorld` has them.
    """
    loss_share = causes @ np.array(LOSS_BY_CAUSE)
    amount, rate = np.zeros(len(seen)), np.zeros(len(seen))
    doubted = np.zeros(len(seen), dtype=np.bool_)
    for at, (assessment, one) in enumerate(zip(assessments, seen, strict=True)):
        risk = facility(event, assessment.logit, one.tenor_days or 0)
        answer = offered(assessment, event, risk, one, pack)
        doubted[at] = UNSURE in answer.offer.because
        if answer.offer.decision.value in LENT and answer.terms is not None:
            price, days = answer.terms.price, answer.terms.amount.tenor.days
            amount[at] = answer.offer.advance_minor or 0
            rate[at] = (price.offered_rate - price.funding_rate - price.cost_rate) * days / 365
    return Lent(amount, amount * (rate - loss_share), amount * loss_share, doubted)


@dataclass(frozen=True)
class Share:
    """Profit of one policy over that of another, with an interval of 95 %."""

    share: float
    low: float
    high: float


def share_of(
    suppliers: Sequence[str], one: Lent, other: Lent, *, draws: int = 1000, seed: int = 1
) -> Share:
    """How much of the other's profit a policy earns, suppliers drawn with replacement."""
    names, of = np.unique(np.asarray(suppliers), return_inverse=True)
    each = np.stack([np.bincount(of, by.profit_minor, len(names)) for by in (one, other)])
    drawn = np.random.default_rng(seed).multinomial(
        len(names), np.full(len(names), 1.0 / len(names)), size=draws
    )
    mine, theirs = each @ drawn.T
    low, high = np.percentile(mine / theirs, [2.5, 97.5])
    whole = each.sum(axis=1)
    return Share(float(whole[0] / whole[1]), float(low), float(high))
