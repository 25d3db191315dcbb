"""Examples in the documentation of what comes after a score are bodies and answers that can be."""

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import TypeAdapter

from service.outcome_bodies import OUTCOME, OutcomeReply, OutcomesReply
from service.override_bodies import OVERRIDE, OverrideReply, OverridesReply
from service.what_if_bodies import WHAT_IF

BODIES: dict[str, TypeAdapter[Any]] = {
    "/scores/{score_id}/overrides": OVERRIDE,
    "/scores/{score_id}/outcomes": OUTCOME,
    "/what-if": WHAT_IF,
}
ANSWERS: list[tuple[str, str, Any]] = [
    ("/scores/{score_id}/overrides", "post", OverrideReply),
    ("/scores/{score_id}/overrides", "get", OverridesReply),
    ("/scores/{score_id}/outcomes", "post", OutcomeReply),
    ("/scores/{score_id}/outcomes", "get", OutcomesReply),
]


@pytest.mark.parametrize("path", BODIES)
def test_bodies_can_be_sent(bare: TestClient, path: str) -> None:
    said = bare.get("/openapi.json").json()["paths"][path]["post"]
    examples = said["requestBody"]["content"]["application/json"]["examples"]
    assert examples
    for one in examples.values():
        BODIES[path].validate_json(json.dumps(one["value"]))
        assert any("\u4e00" <= letter <= "\u9fff" for letter in one["summary"])


@pytest.mark.parametrize(("path", "method", "answer"), ANSWERS)
def test_answers_can_be_given(bare: TestClient, path: str, method: str, answer: Any) -> None:
    said = bare.get("/openapi.json").json()["paths"][path][method]
    told = said["responses"]["200"]["content"]["application/json"]
    assert "$ref" in told["schema"]
    assert told["examples"]
    for one in told["examples"].values():
        answer.model_validate_json(json.dumps(one["value"]))
