"""All that an offer rests on, looked up anew on the day on which it is held or drawn.

It takes a while, so it is read before the lock of the book is taken (`scoring.drawing`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from features.circumstances.request_seen import Circumstances
from features.live_financed import Lent
from features.live_links import Links
from features.live_rows import LiveFacts, Sight
from ledger.asked_amounts import Ceiling
from ledger.clocks import to_day_number, to_micros
from ledger.database import reading
from ledger.held_amounts import time_of_book
from ledger.reservation_faults import Line
from ledger.tenants import book
from lending.pack import Pack
from scoring.backing import Backed, backing
from scoring.history import Write
from scoring.memory import Memory
from scoring.path import MEASURED_BY
from scoring.seen import asking_of, live_view
from scoring.serving import look_up
from scoring.standing_offer import StandingOffer


@dataclass(frozen=True)
class Looked:
    """What was found of an offer before the lock was taken.

    Attributes
    ----------
    offer : StandingOffer
    tz : ZoneInfo
        The tenant's.
    amount_minor : int
        What is to be held or drawn.
    product : str or None
        As the score or its drawing names it.
    seen : Circumstances
        Of the request for this amount, without what is held for this score.
    backed : tuple of Backed
    ceilings : tuple of Ceiling
    """

    offer: StandingOffer
    tz: ZoneInfo
    amount_minor: int
    product: str | None
    seen: Circumstances
    backed: tuple[Backed, ...]
    ceilings: tuple[Ceiling, ...]


def look(
    engine: Engine,
    offer: StandingOffer,
    amount_minor: int,
    pack: Pack,
    now: datetime,
    *,
    tenant: str,
    product: str | None = None,
    write: Write | None = None,
    memory: Memory | None = None,
) -> Looked:
    """Look up all that an offer rests on, as it is now; ``write`` and ``memory`` as of `history`.

    Raises
    ------
    BeyondOffer, OfferExpired, UnknownTenant
    """
    offer.require_within(amount_minor)
    with reading(engine) as connection:
        opened = book(connection, tenant)
        # a drawdown by a clock that is ahead of this one must be visible
        at = time_of_book(connection, tenant, now)
    offer.require_open(at, opened.tz)
    request = offer.asked_at(at, amount_minor)
    request = replace(request, product=product or request.product)
    gathered, described = look_up(
        engine, opened, [request], (), MEASURED_BY, write=write, memory=memory
    )
    own = [hold for hold in gathered.pending if hold.score == offer.score]
    gathered = replace(gathered, pending=tuple(one for one in gathered.pending if one not in own))
    seen = live_view(gathered, [request]).circumstances(
        asking_of(request, opened), described.measured[0], described.at_hand[0]
    )
    facts, through = LiveFacts(gathered.seen or {}), to_micros(at)
    sight = Sight(facts, through)
    group = Links(sight, to_day_number(seen.day)).group(request.buyer)
    lent = Lent(facts, (), opened.tz.key)
    out: dict[Line, int] = {
        "buyer": lent.of_book("buyer", request.buyer, through),
        "group": sum(lent.of_book("buyer", one, through) for one in group),
        "single_name": lent.of_book("supplier", request.supplier, through),
    }
    return Looked(
        offer=offer,
        tz=opened.tz,
        amount_minor=amount_minor,
        product=request.product,
        seen=seen,
        backed=backing(sight, seen),
        ceilings=tuple(_ceilings(pack, request.buyer, tuple(group), out, opened.last_seq)),
    )


def _ceilings(
    pack: Pack, buyer: str, group: tuple[str, ...], out: Mapping[Line, int], through_seq: int
) -> Iterator[Ceiling]:
    """The lines that the pack sets."""
    lines = pack.policy.lines
    limits: dict[Line, int | None] = {
        "buyer": lines.of_buyer(buyer),
        "group": lines.group_minor,
        "single_name": lines.single_name_minor,
    }
    for of, limit in limits.items():
        if limit is not None:
            yield Ceiling(of, limit, group if of == "group" else (), out[of], through_seq)
