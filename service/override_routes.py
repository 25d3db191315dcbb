"""Routes of overrides: a person departs from a decision; who did, and what holds."""

from __future__ import annotations

from functools import partial
from typing import Any

from fastapi import Request, Response

from service.access import AVisit
from service.drawdown_routes import with_body
from service.intake import parse_body, require_json_accepted
from service.override_bodies import OVERRIDE
from service.override_desk import depart, departures
from service.parameters import Parameters
from service.scores import id_or_none

OVERRIDE_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "What holds instead, and why 改判内容与原因",
        "content": {
            "application/json": {
                "schema": {"$ref": "#/components/schemas/OverrideRequest"},
                "examples": {
                    "decline": {
                        "summary": "Stop what was approved / 否决",
                        "value": {
                            "decision": "DECLINE",
                            "reason": "adverse_news",
                            "words": "Its largest buyer stopped payments this week",
                            "by": "Zhang Wei, credit",
                        },
                    },
                    "approve less": {
                        "summary": "Approve what was referred, in part / 减额批准",
                        "value": {
                            "decision": "APPROVE_REDUCED",
                            "amount_minor": 300_000,
                            "currency": "CNY",
                            "reason": "verified",
                            "words": "Delivery notes and the buyer's stock were seen on site",
                            "by": "Li Na, credit",
                        },
                    },
                },
            }
        },
    }
}
"""What OpenAPI says of the body."""


async def post_override(score_id: str, request: Request, visit: AVisit) -> Response:
    """Depart from a recorded decision, with a reason; the record stays as it is.

    人工改判：说明原因后改变已存决定；评分记录及其重放不变。

    The last override holds. Referred or declined, nothing can be reserved or drawn; approved, the
    amount can, for the offer days of the pack. What a rule blocks isn't approved by anybody, nor
    more than was asked for or the terms lend. Who asked for the score can't ease its answer:
    another person has to, with the role approver. Each override is a link of the audit chain.
    """
    return await with_body(
        score_id, request, visit, lambda errand, body: depart(errand, parse_body(OVERRIDE, body))
    )


async def get_overrides(score_id: str, request: Request, visit: AVisit) -> Response:
    """Tell what people decided in place of a score, and what holds now.

    查询评分的改判记录与当前有效决定。
    """
    require_json_accepted(request.headers.get("accept"))
    Parameters(request.query_params).refuse_others()
    work = partial(departures, visit.composition, visit.principal, id_or_none(score_id))
    return Response(await visit.turnstile.run(work), media_type="application/json")
