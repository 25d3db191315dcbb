"""Routes of what is done with an offer: hold it, draw it, give it back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from fastapi import Request, Response

from service.access import AVisit
from service.drawdown_bodies import DRAWDOWN, RESERVE
from service.drawdown_desk import Errand, drawdown, give_up, reserve
from service.intake import parse_body, read_body, require_json_accepted
from service.request_key import request_key
from service.scores import id_or_none


async def post_reserve(score_id: str, request: Request, visit: AVisit) -> Response:
    """Hold an amount of what a score offers, so that nobody else lends it meanwhile.

    预占额度。

    Each invoice is held up to its face, and buyer, group and supplier up to their lines, whoever
    asks at once. A hold ends by itself, at the latest with the offer; held again, the new amount
    and time take the place of the old. It isn't needed before a drawdown: reserve while the money
    is on its way.
    """
    return await with_body(
        score_id, request, visit, lambda errand, body: reserve(errand, parse_body(RESERVE, body))
    )


async def post_drawdown(score_id: str, request: Request, visit: AVisit) -> Response:
    """Pay out what a score offers, or a part of it, once.

    放款。

    Rules of drawdown run on the facts of this moment; where one stops it, `errors` says which and
    nothing is paid out. What is held for the score becomes the financing, or else what is free is
    taken: never more of an invoice than its face, nor more than a line. The facts `financing`,
    `financing_request` and `requested_receivable` are written in the same transaction.
    """
    return await with_body(
        score_id, request, visit, lambda errand, body: drawdown(errand, parse_body(DRAWDOWN, body))
    )


async def post_release(score_id: str, request: Request, visit: AVisit) -> Response:
    """Give back what is held for a score; what was drawn, once it is repaid.

    释放额度。

    Takes no body. A financing is repaid when its facts `repayment` say so, or there is an
    `outcome`.
    """
    require_json_accepted(request.headers.get("accept"))
    errand = errand_of(score_id, request, visit, "")
    return _json(await visit.turnstile.run(partial(give_up, errand)))


async def with_body(
    score_id: str, request: Request, visit: AVisit, act: Callable[[Errand, bytes], bytes]
) -> Response:
    """Do something with a score that its body tells, once for each Idempotency-Key."""
    require_json_accepted(request.headers.get("accept"))
    body = await read_body(request, visit.composition.settings.body_limit_bytes)
    errand = errand_of(score_id, request, visit, body.decode("latin-1"))
    return _json(await visit.turnstile.run(partial(act, errand, body)))


def errand_of(score_id: str, request: Request, visit: AVisit, body: str) -> Errand:
    """What a call wants done with a score."""
    return Errand(
        visit.composition,
        visit.principal,
        id_or_none(score_id),
        datetime.now(UTC),
        request_key(request, score_id, body),
    )


def _json(content: bytes) -> Response:
    return Response(content, media_type="application/json")
