"""Route of what-if questions, and what OpenAPI says of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from fastapi import Request, Response

from service.access import AVisit
from service.intake import parse_body, read_body, require_json_accepted
from service.scores import id_or_none
from service.what_if_bodies import WHAT_IF
from service.what_if_desk import what_if

WHAT_IF_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "A recorded score or a request, and changes of it 评分或申请，及各项变更",
        "content": {
            "application/json": {
                "schema": {"$ref": "#/components/schemas/WhatIf"},
            }
        },
    }
}
"""What OpenAPI says of the body; its examples are added on each reading."""


async def post_what_if(request: Request, visit: AVisit) -> Response:
    """Ask what the answer would be if the request were another; nothing is recorded.

    假设分析：若申请有所不同，结果如何；不留记录。

    A change is tried alone, by the whole path: features, model, rules, terms. What it would take to
    be true (a confirmation, a guarantee) is in memory only, and says what the fact would say if it
    were loaded: loaded indeed, `POST /score` answers the same. The answer is a preview and no
    offer.
    """
    require_json_accepted(request.headers.get("accept"))
    body = await read_body(request, visit.composition.settings.body_limit_bytes)

    def work() -> bytes:
        asked = parse_body(WHAT_IF, body)
        if asked.score is not None:
            asked = asked.model_copy(update={"score": id_or_none(asked.score)})
        return what_if(visit.composition, visit.principal, asked, datetime.now(UTC))

    return Response(await visit.turnstile.run(work), media_type="application/json")
