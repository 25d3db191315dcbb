"""Routes of scores: ask for one, read one again."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import partial

from fastapi import Request, Response

from ledger.idempotency import RequestKey
from service.access import AVisit
from service.desk import answer, stored_reply
from service.intake import parse_request, read_body, require_json_accepted
from service.request_key import request_key
from service.restating import Asking, answer_again
from service.schemas import ScoreRequest

AN_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NO_ID = "00000000-0000-0000-0000-000000000000"
"""Asked for in place of what can't be an id, so that the answer is that for any unknown one."""

SHORT = 32 * 1024
"""Bytes of a body that is read at once, on the event loop: one of a hundred receivables."""


async def post_score(request: Request, visit: AVisit) -> Response:
    """Score one request: a supplier, a buyer and 1 to 500 receivables.

    对一笔融资申请评分。

    Parties and receivables are named by `ref` where the ledger has them, or brought along with
    their terms: these become live facts, which history features see from the next day on. Sending
    the same body again adds no facts. A decision is made at the server's time and recorded; modes
    `what_if` and `backtest` score for the instant `as_of`, `monitoring` looks at an open financing
    again; none of them leaves a record. With the header `Idempotency-Key` a request that is sent
    again is answered again and not decided twice.
    """
    require_json_accepted(request.headers.get("accept"))
    body = await read_body(request, visit.composition.settings.body_limit_bytes)
    key = request_key(request, body.decode("latin-1"))
    if len(body) > SHORT:
        return _json(await visit.turnstile.run(partial(_score, visit, body, key)))
    asked, text = parse_request(body)
    asking = Asking(visit.principal, asked, text, datetime.now(UTC), key)
    given = await answer_again(visit.composition, asking)
    if given is None:
        given = await visit.turnstile.run(partial(_worked_out, visit, asked, text, key))
    return _json(given)


def get_score(score_id: str, request: Request, visit: AVisit) -> Response:
    """Read the reply of a recorded score, byte for byte as it was given.

    读取已存评分。
    """
    require_json_accepted(request.headers.get("accept"))
    return _json(stored_reply(visit.composition, visit.principal, id_or_none(score_id)))


def id_or_none(score_id: str) -> str:
    """An id as it is; `NO_ID` in place of what can't be one."""
    return score_id if AN_ID.fullmatch(score_id) else NO_ID


def _score(visit: AVisit, body: bytes, key: RequestKey | None) -> bytes:
    return _worked_out(visit, *parse_request(body), key)


def _worked_out(visit: AVisit, asked: ScoreRequest, text: str, key: RequestKey | None) -> bytes:
    return answer(visit.composition, visit.principal, asked, text, datetime.now(UTC), key=key)


def _json(content: bytes) -> Response:
    return Response(content, media_type="application/json")
