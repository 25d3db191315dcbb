"""How each request would end, were it financed: drawn from just the chances that the oracle states.

Rejected requests have endings too, their potential outcomes; only the oracle tells them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.arrays import Flags, Floats, Ints, stream
from simulator.chances import (
    CAUSES,
    DEFAULT_DAYS,
    DIVERTS,
    OFFICE,
    Risk,
    can_t_buy_back,
    can_t_make_up,
    paid_by,
)
from simulator.commerce import Chain
from simulator.demand import Requests

NO_DEFAULT = -1

LOSS_BY_CAUSE = (0.55, 0.60, 0.35, 0.75, 0.75, 0.10)
"""Mean loss given default by cause, as a share of the amount."""

DRAWN_DAYS = 2
"""What is asked for is paid out this long after the request."""


@dataclass(frozen=True, eq=False)
class Endings:
    """Arrays of one row a request.

    Attributes
    ----------
    cause : int array
        Place in ``simulator.chances.CAUSES``; `NO_DEFAULT` where it is repaid.
    bought_back : bool array
        The buyer stopped, or disputed, and the supplier stood in.
    disputed : bool array
        The invoices were disputed away.
    loss_share : float array
        Part of the amount that is lost in the end; 0 without default.
    paid_on : int array
        Day on which its last invoice is paid, or would be.
    stopped : bool array
        The buyer stopped paying before that.
    """

    cause: Ints
    bought_back: Flags
    disputed: Flags
    loss_share: Floats
    paid_on: Ints
    stopped: Flags

    @property
    def defaulted(self) -> Flags:
        """Whether it ends in default."""
        defaulted: Flags = self.cause != NO_DEFAULT
        return defaulted


def end(chain: Chain, requests: Requests, risk: Risk, planned: Ints, seed: int) -> Endings:
    """Let each request end.

    Parameters
    ----------
    risk : Risk
        With the world as it came: what is drawn here uses its chances, what was drawn in the chain
        (stops, failures) its days.
    """
    rng = stream(seed, "endings")
    pairs, count = chain.core.pairs, len(requests)
    last = paid_by(requests, planned)
    ruined = chain.ruin_day[pairs.supplier[requests.pair]]
    stopped = chain.stop_day[requests.pair] < last
    gone = ruined <= requests.matures + DEFAULT_DAYS
    disputed = (rng.random(count) < risk.dispute) & ~stopped
    can_t = rng.random(count) < can_t_buy_back(requests)
    short = rng.random(count) < can_t_make_up(risk.gone)
    keeps = rng.random(count) < np.where(requests.notified, *DIVERTS)
    recourse = requests.recourse
    fails = [
        stopped & np.where(recourse, ~gone & can_t, True),
        stopped & recourse & gone,
        disputed & np.where(recourse, short, True),
        ~stopped & (ruined < last) & keeps,
        rng.random(count) < risk.fraud,
        rng.random(count) < OFFICE,
    ]
    cause = _first(fails)
    lost = rng.beta(4.0, 4.0, count) * 2 * np.array([*LOSS_BY_CAUSE, 0.0])[cause]
    return Endings(
        cause=cause,
        bought_back=(stopped | disputed) & (cause == NO_DEFAULT),
        disputed=disputed,
        loss_share=np.minimum(lost, 1.0),
        paid_on=last,
        stopped=stopped,
    )


def _first(fails: list[Flags]) -> Ints:
    """The cause of each, fraud before the others and then in their order."""
    cause = np.full(len(fails[0]), NO_DEFAULT)
    fraud = CAUSES.index("fraud")
    for place in reversed([fraud, *(each for each in range(len(CAUSES)) if each != fraud)]):
        cause = np.where(fails[place], place, cause)
    return cause
