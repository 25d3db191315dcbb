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
        "content": {
            "application/json": {
                "schema": {"$ref": "#/components/schemas/OutcomeRequest"},
                "examples": {
                    "repaid": {
                        "summary": "Repaid, eleven days late / 已还清，逾期11天",
                        "value": {
                            "outcome": "repaid",
                            "on": "2026-03-12",
                            "source": "core banking",
                            "amount_minor": 500_000,
                            "currency": "CNY",
                            "payer": "buyer",
                            "late_days": 11,
                        },
                    },
                    "defaulted": {
                        "summary": "In default / 违约",
                        "value": {
                            "outcome": "defaulted",
                            "on": "2026-05-30",
                            "source": "collections",
                            "cause": "DISPUTE",
                            "late_days": 90,
                            "note": "C-2026-17",
                        },
                    },
                    "not drawn": {
                        "summary": "The supplier went elsewhere / 申请人放弃",
                        "value": {"outcome": "not_drawn", "on": "2026-03-02", "source": "sales"},
                    },
                },
            }
        },
    }
}
"""What OpenAPI says of the body."""


OUTCOMES: dict[str, Any] = {
    "score_id": "01a20ce5-0a27-74c0-ad82-bcf84ff9a24d",
    "scored": "APPROVE",
    "financings": ["01a20ce5-0a27-74c0-ad82-bcf84ff9a24d"],
    "outcomes": [
        {
            "outcome": "written_off",
            "on": "2026-06-04",
            "kind": "outcome",
            "ref": "01a20ce5-0a27-74c0-ad82-bcf84ff9a24d",
            "financing": "01a20ce5-0a27-74c0-ad82-bcf84ff9a24d",
            "cause": "DISPUTE",
            "technical": False,
            "past_maturity_days": 95,
            "late_days": 95,
            "loss_minor": 120_000,
            "dilution_minor": 20_000,
            "note": "C-2026-17",
            "source": "collections",
            "recorded_at": "2026-06-04T09:30:00Z",
            "revision": 0,
            "superseded": False,
            "ledger_seq": 24_512,
        }
    ],
}
TOLD: dict[str, Any] = {**OUTCOMES, "added": 1, "corrected": 0, "unchanged": 0}
"""Examples of the answers, without a null: FastAPI leaves these out."""


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
