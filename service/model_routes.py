"""Routes of models, policies and what was seen of both: to be read; nothing is changed by them."""

from __future__ import annotations

from typing import Any

from service.model_answers import (
    ModelReply,
    ModelsReply,
    MonitoringReply,
    ShadowReply,
    ShadowsReply,
)
from service.models_read import (
    get_model,
    get_model_shadow,
    get_models,
    get_monitoring,
    get_shadows,
)
from service.policy_answers import PoliciesReply, PolicyDiffReply, PolicyReply
from service.policy_route import get_policies, get_policy, get_policy_diff
from service.route import READING, Route


def _query(name: str, about: str, example: str | None = None) -> dict[str, Any]:
    """A parameter of an address; one with an example has to be given."""
    said = {"name": name, "in": "query", "description": about, "schema": {"type": "string"}}
    return said if example is None else {**said, "required": True, "example": example}


SPAN: dict[str, Any] = {
    "parameters": [
        _query("day", "A day of the book, as 2026-06-17; today where left out 日期"),
        _query("month", "A month instead, as 2026-06 月份"),
    ]
}
WITH: dict[str, Any] = {
    "parameters": [_query("with", "The pack to compare it with 对比对象", "cn")]
}

MODELS: tuple[Route, ...] = (
    Route(
        "GET",
        "/models",
        get_models,
        "Which models there are / 模型列表",
        "models",
        ModelsReply,
        ("wrong-parameter", *READING),
        act="read models",
    ),
    Route(
        "GET",
        "/models/{id}",
        get_model,
        "What a model holds / 模型详情",
        "models",
        ModelReply,
        ("unknown-bundle", "wrong-parameter", *READING),
        act="read models",
    ),
    Route(
        "GET",
        "/models/{id}/shadow",
        get_model_shadow,
        "A shadow against the champion / 旁路对比",
        "models",
        ShadowReply,
        ("unknown-bundle", "wrong-parameter", *READING),
        act="read models",
    ),
    Route(
        "GET",
        "/scores/{score_id}/shadows",
        get_shadows,
        "What others would have said / 旁路评分",
        "models",
        ShadowsReply,
        ("unknown-record", "wrong-parameter", *READING),
        act="read models",
    ),
    Route(
        "GET",
        "/policies",
        get_policies,
        "Which policies there are / 政策包列表",
        "policies",
        PoliciesReply,
        ("wrong-parameter", "unknown-tenant", *READING),
        act="read policies",
    ),
    Route(
        "GET",
        "/policies/{id}",
        get_policy,
        "What a policy says / 政策包全文",
        "policies",
        PolicyReply,
        ("unknown-policy", "wrong-parameter", "unknown-tenant", *READING),
        act="read policies",
    ),
    Route(
        "GET",
        "/policies/{id}/diff",
        get_policy_diff,
        "What another policy says otherwise / 政策包差异",
        "policies",
        PolicyDiffReply,
        ("unknown-policy", "wrong-parameter", *READING),
        WITH,
        "read policies",
    ),
    Route(
        "GET",
        "/monitoring",
        get_monitoring,
        "What was seen of some days / 运行监测",
        "monitoring",
        MonitoringReply,
        ("wrong-parameter", "unknown-tenant", *READING),
        SPAN,
        "watch",
    ),
)
