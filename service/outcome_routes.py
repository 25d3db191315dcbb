"""Routes of outcomes: tell what came of a score, and read it."""

from __future__ import annotations

from functools import partial
from typing import Any

from fastapi import Request, Response

from service.access import AVisit
from service.drawdown_routes import with_body
from service.intake import parse_body, require_json_accepted
from service.outcome_bodies import OUTCOME
from service.outcome_desk import report, what_came
from service.parameters import Parameters
from service.scores import id_or_none

OUTCOME_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "What came of it 最终结果",
        "content": {
            "application/json": {
                "schema": {"$ref": "#/components/schemas/OutcomeRequest"},
            }
        },
    }
}
"""What OpenAPI says of the body; its examples are added on each reading."""


async def post_outcome(score_id: str, request: Request, visit: AVisit) -> Response:
    """Tell what came of a score: repaid, late, in default, written off, not drawn, refused.

    报送评分的最终结果：还清、逾期、违约、核销、未提款或拒绝。

    It becomes a fact of the ledger (`outcome` of the financing, or `financing_request` where
    nothing was lent), which training and monitoring read as they read any. Another report of the
    same is a correction: a new revision, and the one before stays readable.
    """
    return await with_body(
        score_id, request, visit, lambda errand, body: report(errand, parse_body(OUTCOME, body))
    )


async def get_outcomes(score_id: str, request: Request, visit: AVisit) -> Response:
    """Tell what came of a score, with every correction.

    查询评分的最终结果及历次更正。
    """
    require_json_accepted(request.headers.get("accept"))
    Parameters(request.query_params).refuse_others()
    work = partial(what_came, visit.composition, visit.principal, id_or_none(score_id))
    return Response(await visit.turnstile.run(work), media_type="application/json")
