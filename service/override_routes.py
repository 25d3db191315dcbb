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


OVERRIDDEN: dict[str, Any] = {
    "id": "01a20d94-a43b-73ec-85f4-bb2281c4b1f0",
    "score_id": "01a20ce5-0a27-74c0-ad82-bcf84ff9a24d",
    "number": 1,
    "by": "Li Na, credit",
    "signed_by": "owner",
    "recorded_at": "2026-03-02T03:04:05Z",
    "before": "REFER",
    "decision": "APPROVE_REDUCED",
    "amount_minor": 300_000,
    "rate_ppm": 81_000,
    "tenor_days": 90,
    "valid_until": "2026-03-16T03:04:05Z",
    "reason": {
        "code": "verified",
        "en": "Trade and papers were checked in person",
        "zh": "已实地核验贸易背景与单据",
    },
    "words": "Delivery notes and the buyer's stock were seen on site",
    "ledger_seq": 24_499,
}
OVERRIDES: dict[str, Any] = {
    "score_id": OVERRIDDEN["score_id"],
    "scored": "REFER",
    "standing": {
        "decision": "APPROVE_REDUCED",
        "by_a_person": True,
        "amount_minor": 300_000,
        "valid_until": OVERRIDDEN["valid_until"],
    },
    "overrides": [OVERRIDDEN],
}
"""Examples of the answers, without a null: FastAPI leaves these out."""


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
