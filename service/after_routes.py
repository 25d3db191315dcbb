"""Routes of what comes after a score: what people decide in its place, and what came of it."""

from __future__ import annotations

from service.outcome_bodies import OutcomeReply, OutcomesReply
from service.outcome_routes import OUTCOME_BODY, get_outcomes, post_outcome
from service.override_bodies import OverrideReply, OverridesReply
from service.override_routes import OVERRIDE_BODY, get_overrides, post_override
from service.request_key import PARAMETER
from service.route import READING, UNWRITTEN, Route

BAD_BODY = (
    "malformed-json",
    "wrong-idempotency-key",
    "key-reused",
    "body-too-large",
    "unsupported-media-type",
    "invalid-request",
    "wrong-currency",
    "unknown-record",
    "busy",
    "unknown-tenant",
)

AFTER: tuple[Route, ...] = (
    Route(
        "POST",
        "/scores/{score_id}/overrides",
        post_override,
        "Depart from a decision / 人工改判",
        "overrides",
        OverrideReply,
        (
            *BAD_BODY,
            "rule-not-overridden",
            "not-overridable",
            "own-score",
            "nothing-overridden",
            "nothing-offered",
            "offer-expired",
            "beyond-offer",
            "already-drawn",
            "unknown-pack",
            "pack-refused",
            *UNWRITTEN,
            *READING,
        ),
        {**OVERRIDE_BODY, "parameters": [PARAMETER]},
        "override",
    ),
    Route(
        "GET",
        "/scores/{score_id}/overrides",
        get_overrides,
        "Who departed from it / 改判记录",
        "overrides",
        OverridesReply,
        ("unknown-record", "wrong-parameter", "busy", *READING),
        act="read scores",
    ),
    Route(
        "POST",
        "/scores/{score_id}/outcomes",
        post_outcome,
        "What came of it / 报送结果",
        "outcomes",
        OutcomeReply,
        (
            *BAD_BODY,
            "not-drawn",
            "already-drawn",
            "several-financings",
            "unsaid-of-request",
            "wrong-outcome-day",
            "rejected-rows",
            *UNWRITTEN,
            *READING,
        ),
        {**OUTCOME_BODY, "parameters": [PARAMETER]},
        "tell outcomes",
    ),
    Route(
        "GET",
        "/scores/{score_id}/outcomes",
        get_outcomes,
        "What is known of its end / 查询结果",
        "outcomes",
        OutcomesReply,
        ("unknown-record", "wrong-parameter", "busy", *READING),
        act="read scores",
    ),
)
