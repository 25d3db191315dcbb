"""What OpenAPI says of the bodies that reserve and draw an offer."""

from __future__ import annotations

from typing import Any

AMOUNT = {"amount_minor": 500_000, "currency": "CNY"}


def _body(model: str, **more: Any) -> dict[str, Any]:
    content = {
        "schema": {"$ref": f"#/components/schemas/{model}"},
        "example": {**AMOUNT, **more},
    }
    says = "How much of the offer, at most `advance_minor` of the score 金额，不超过报价"
    return {
        "requestBody": {
            "required": True,
            "description": says,
            "content": {"application/json": content},
        }
    }


RESERVE_BODY = _body("ReserveRequest", minutes=30)
DRAWDOWN_BODY = _body("DrawdownRequest", product="factoring")
