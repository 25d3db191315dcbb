"""Routes of health: is the process up, can it score."""

from __future__ import annotations

from datetime import UTC, datetime

from ledger.clocks import day_of, zone
from ledger.tenants import Book
from service.access import ALook
from service.answers import Live, Ready
from service.composition import Composition
from service.problems import kind_of_problem
from service.refusals import Flaw, NotReady


async def get_live() -> Live:
    """Tell that the process is up.

    进程存活。
    """
    return Live()


def get_ready(look: ALook) -> Ready:
    """Tell whether the service can score: ledger, model and policy.

    是否可以评分。

    Where it can't, the problem says what is missing and what to do about it. Of the book it tells
    callers with a key alone.
    """
    now = datetime.now(UTC)
    tenant = None if look.principal is None else look.principal.tenant
    missing = look.composition.missing(tenant, now)
    if missing:
        flaws = [Flaw("", kind_of_problem(type(one)).title, one.remedy) for one in missing]
        remedy = "; ".join(flaw.remedy for flaw in flaws if flaw.remedy)
        raise NotReady("the service can't score yet", remedy=remedy, flaws=flaws)
    return _state(look.composition, look.composition.check_ledger(tenant), now)


def _state(parts: Composition, book: Book | None, now: datetime) -> Ready:
    bundle = parts.bundle()
    tz = zone("UTC") if book is None else book.tz
    return Ready(
        bundle=bundle.id,
        event=bundle.card.event.name,
        party_bundles=parts.parties().ids,
        pack=parts.pack(day_of(now, tz)).id,
        store=parts.ledger().dialect.name,
        currency=book and book.base_currency,
        time_zone=book and book.tz.key,
        ledger_seq=book and book.last_seq,
    )
