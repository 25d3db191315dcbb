"""Circumstances of one request about one claim, from facts made for it."""

from typing import Any

from features.at_hand import AtHand
from features.circumstances.claim_seen import AskedClaim
from features.circumstances.request_seen import Circumstances
from features.live import LiveView
from features.sources import ASKED, State
from ledger.clocks import from_micros, zone
from ledger.pending_holds import PendingHold
from scoring.asking import Request
from scoring.seen import asking_of
from tests.features.small_ledgers import TODAY
from tests.features.worlds_of_facts import DAY, Row, World, fact
from tests.scoring.seen_worlds import NOTHING

Facts = dict[str, list[Row]]
NOW = TODAY * DAY + 5 * 3_600_000_000
REQUEST = Request("q", "s0", "b0", ("r0",), from_micros(NOW))
CLAIM: Row = {
    "supplier": "s0",
    "buyer": "b0",
    "issued_on": TODAY - 30,
    "due_on": TODAY + 30,
    "face_minor": 10_000,
}


def at(kind: str, ref: str, days: int = 10, **fields: Any) -> tuple[str, Row]:
    """A fact that was seen so many days ago."""
    return kind, fact(kind, ref, 1, NOW - days * DAY, **fields)


def seen(
    *more: tuple[str, Row],
    request: Request = REQUEST,
    states: State = State.NOT_CHECKED,
    pending: tuple[PendingHold, ...] = (),
    **claim: Any,
) -> Circumstances:
    """What is seen of a request about ``r0`` beside more facts."""
    facts: Facts = {"receivable": [at("receivable", "r0", **{**CLAIM, **claim})[1]]}
    for kind, row in more:
        facts.setdefault(kind, []).append(row)
    world = World("Asia/Shanghai", facts, (request,))
    told = AtHand({of: dict.fromkeys(ASKED, states) for of in ("supplier", "buyer")})
    view = LiveView(facts, pending, zone("Asia/Shanghai"))
    return view.circumstances(asking_of(request, world.book), NOTHING, told)


def claim_of(*more: tuple[str, Row], **other: Any) -> AskedClaim:
    return seen(*more, **other).claims[0]


INVOICE: Row = {"seller": "s0", "buyer": "b0", "number": "n0", "gross_minor": 10_000}
BILLED = at("receivable_invoice", "m0", receivable="r0", invoice="i0")


def invoice(**other: Any) -> tuple[str, Row]:
    given = {**INVOICE, "issued_on": TODAY - 30, "canonical_hash": "h0", **other}
    return at("invoice", str(given.pop("ref", "i0")), **given)


def lent(ref: str = "f0", days: int = 5, **other: Any) -> tuple[str, Row]:
    given: Row = {"financing_request": "q0", "supplier": "s0", "buyer": "b0", "amount_minor": 800}
    return at("financing", ref, days, **{**given, "drawn_on": TODAY - 5, **other})


OFFERED = at("requested_receivable", "o0", financing_request="q0", receivable="r0")
