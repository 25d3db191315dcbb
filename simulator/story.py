"""What became of each invoice of a core enterprise: trade, payment and financing in one place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.arrays import Flags, Ints
from simulator.chances import CAUSES
from simulator.commerce import Chain
from simulator.demand import Requests
from simulator.endings import Endings
from simulator.fraud import DIVERTED, DOUBLE, RED_FLUSH
from simulator.intensities import NEVER
from simulator.policies import NOBODY, Decisions

NO_REQUEST = -1


@dataclass(frozen=True, eq=False)
class Story:
    """Arrays of one row an invoice of the core flow.

    Attributes
    ----------
    happened : bool array
        It was issued before its supplier failed and before the world's last day.
    face_minor : int array
        Amount with tax, inflated where that is the fraud.
    request : int array
        The request that offers it, else `NO_REQUEST`.
    financed : bool array
        Somebody lent against it.
    paid_on : int array
        Day on which the buyer pays; `NEVER` where it doesn't.
    paid_minor : int array
        How much: the face without credit note and retention.
    diverted : bool array
        The money went to an account that is not the one agreed.
    red_flushed : bool array
        Cancelled by a red note after it was financed.
    nothing_behind : bool array
        No order and no delivery: it was made up.
    """

    happened: Flags
    face_minor: Ints
    request: Ints
    financed: Flags
    paid_on: Ints
    paid_minor: Ints
    diverted: Flags
    red_flushed: Flags
    nothing_behind: Flags


def tell(
    chain: Chain,
    requests: Requests,
    fraud: Ints,
    *,
    planned: Ints,
    faces: tuple[Ints, Flags],
    endings: Endings,
    decisions: Decisions,
) -> Story:
    """Settle what is told of each invoice.

    Parameters
    ----------
    faces : (int array, bool array)
        Amounts of all invoices, and which have nothing behind them.
    """
    flow = chain.core
    face_minor, nothing_behind = faces
    request = np.full(len(flow.invoices), NO_REQUEST)
    request[requests.claims] = np.repeat(np.arange(len(requests)), requests.count)
    asked = request != NO_REQUEST
    cause = np.where(asked, endings.cause[request], -1)
    kind = np.where(asked, fraud[request], 0)
    financed = asked & (decisions.lender[request] != NOBODY)
    deceived = (cause == CAUSES.index("fraud")) & financed
    never_meant = deceived & ~np.isin(kind, (DOUBLE, DIVERTED))
    withheld = asked & endings.disputed[request]
    lost = planned > chain.stop_day[flow.invoices.pair]
    taken = (cause == CAUSES.index("diversion")) & financed
    dilution = flow.dilution
    paid_minor = face_minor - np.minimum(
        dilution.noted_minor + dilution.retained_minor, face_minor - 1
    )
    return Story(
        happened=(flow.invoices.issued <= chain.ruin_day[flow.seller])
        & (flow.invoices.issued < chain.calendar.last_day),
        face_minor=face_minor,
        request=request,
        financed=financed,
        paid_on=np.where(lost | never_meant | withheld, NEVER, planned),
        paid_minor=paid_minor,
        diverted=taken | (deceived & (kind == DIVERTED)),
        red_flushed=financed & (kind == RED_FLUSH),
        nothing_behind=nothing_behind,
    )
