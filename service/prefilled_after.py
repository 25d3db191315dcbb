"""Examples of what follows a score: what if it were otherwise, and what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ledger.clocks import day_of
from ledger.tenants import Book
from service.three_suppliers import DOUBTFUL, Story

Example = dict[str, Any]


def what_ifs(told: Story, score: str | None) -> dict[str, Example]:
    """Bodies of ``POST /what-if``: of a request of the story, and of a score that is there."""
    asked = told.requests[DOUBTFUL.name]
    claim, amount = asked["receivables"][0]["ref"], asked["amount_requested_minor"]
    on_request = {
        "request": asked,
        "currency": asked["currency"],
        "changes": [
            {"name": "half the amount 金额减半", "amount_requested_minor": amount // 2},
            {"name": "confirmed 买方确权", "confirmed": [claim]},
            {"name": "guaranteed by half 担保一半", "guaranteed_share": 0.5},
        ],
    }
    found = {
        "of_a_request": {
            "summary": "What would help the doubtful one / 存疑一例如何改善",
            "value": on_request,
        }
    }
    if score is not None:
        shorter = {
            "name": "a month, with recourse 一个月，有追索权",
            "tenor_days": 30,
            "recourse": True,
        }
        found["of_a_score"] = {
            "summary": "On a recorded score, as it was / 基于已存评分",
            "value": {"score": score, "changes": [shorter]},
        }
    return found


def outcomes(opened: Book, now: datetime) -> dict[str, Example]:
    """Bodies of ``POST /scores/{score_id}/outcomes``: what came of what was drawn, by today."""
    today = day_of(now, opened.tz).isoformat()
    said = {"on": today, "source": "core banking"}
    paid = {"amount_minor": 500_000, "currency": opened.base_currency, "payer": "buyer"}
    return {
        "repaid": {
            "summary": "Repaid in time / 按期还清",
            "value": {"outcome": "repaid", **said, **paid, "late_days": 0},
        },
        "defaulted": {
            "summary": "In default / 违约",
            "value": {
                "outcome": "defaulted",
                **said,
                "cause": "DISPUTE",
                "late_days": 90,
                "note": "C-2026-17",
            },
        },
        "not_drawn": {
            "summary": "The supplier went elsewhere / 申请人放弃",
            "value": {"outcome": "not_drawn", "on": today, "source": "sales"},
        },
    }
