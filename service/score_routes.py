"""Routes of scores: ask, read again, make again, hold and draw."""

from __future__ import annotations

from service.answers import ScoreReply
from service.batch_table import BATCHES
from service.contract import SCORE_BODY
from service.drawdown_bodies import DrawdownReply, ReleaseReply, ReserveReply
from service.drawdown_contract import DRAWDOWN_BODY, RESERVE_BODY
from service.drawdown_routes import post_drawdown, post_release, post_reserve
from service.explain_route import ExplainReply, get_explain
from service.replay_route import FROM, ReplayReply, post_replay
from service.request_key import PARAMETER
from service.route import READING, UNAVAILABLE, UNWRITTEN, Route
from service.scores import get_score, post_score
from service.what_if_bodies import WhatIfReply
from service.what_if_route import WHAT_IF_BODY, post_what_if

BAD_SCORE = (
    "malformed-json",
    "wrong-idempotency-key",
    "key-reused",
    "not-acceptable",
    "body-too-large",
    "unsupported-media-type",
    "invalid-request",
    "unknown-party",
    "unknown-receivable",
    "receivable-of-others",
    "issued-in-future",
    "wrong-currency",
    "unknown-financing",
    "financing-over",
)
BAD_DRAWDOWN = (
    "malformed-json",
    "wrong-idempotency-key",
    "key-reused",
    "not-acceptable",
    "body-too-large",
    "unsupported-media-type",
    "invalid-request",
    "unknown-record",
    "wrong-currency",
    "beyond-offer",
    "nothing-offered",
    "offer-expired",
    "overridden",
    "already-drawn",
    "nothing-left",
    "face-exceeded",
    "limit-exceeded",
    "forbidden",
    "busy",
    "pack-refused",
    "unknown-tenant",
)
NOT_REPLAYED = (
    "not-replayable",
    "unknown-pack",
    "bundle-refused",
    "wrong-key-file",
    "pack-refused",
)

SCORES: tuple[Route, ...] = (
    Route(
        "POST",
        "/score",
        post_score,
        "Score a request / 申请评分",
        "scores",
        ScoreReply,
        (
            *BAD_SCORE,
            "forbidden",
            "busy",
            "bundle-refused",
            "wrong-key-file",
            "pack-refused",
            *UNAVAILABLE,
            *UNWRITTEN,
            "unexpected",
        ),
        {**SCORE_BODY, "parameters": [PARAMETER]},
        "score",
    ),
    *BATCHES,
    Route(
        "GET",
        "/scores/{score_id}",
        get_score,
        "Read a score again / 读取评分",
        "scores",
        ScoreReply,
        ("unknown-record", *READING),
        act="read scores",
    ),
    Route(
        "GET",
        "/scores/{score_id}/explain",
        get_explain,
        "What each feature adds / 评分解释",
        "scores",
        ExplainReply,
        ("unknown-record", *NOT_REPLAYED, "wrong-parameter", "busy", *READING),
        act="read scores",
    ),
    Route(
        "POST",
        "/what-if",
        post_what_if,
        "What if it were otherwise / 假设分析",
        "scores",
        WhatIfReply,
        (
            "malformed-json",
            "body-too-large",
            "unsupported-media-type",
            "invalid-request",
            "unknown-record",
            "unknown-party",
            "unknown-receivable",
            "nothing-to-accept",
            "wrong-currency",
            "busy",
            *NOT_REPLAYED,
            *UNAVAILABLE,
            *READING,
        ),
        WHAT_IF_BODY,
        "score",
    ),
    Route(
        "POST",
        "/scores/{score_id}/replay",
        post_replay,
        "Make a score again / 重放评分",
        "scores",
        ReplayReply,
        ("unknown-record", *NOT_REPLAYED, "wrong-parameter", "busy", "unknown-tenant", *READING),
        FROM,
        "replay",
    ),
    Route(
        "POST",
        "/scores/{score_id}/reserve",
        post_reserve,
        "Hold what is offered / 预占额度",
        "drawdown",
        ReserveReply,
        (*BAD_DRAWDOWN, *UNWRITTEN, *READING),
        {**RESERVE_BODY, "parameters": [PARAMETER]},
        "draw",
    ),
    Route(
        "POST",
        "/scores/{score_id}/release",
        post_release,
        "Give back what is held / 释放额度",
        "drawdown",
        ReleaseReply,
        (
            "wrong-idempotency-key",
            "key-reused",
            "unknown-record",
            "nothing-held",
            "not-repaid",
            "busy",
            "unknown-tenant",
            *UNWRITTEN,
            *READING,
        ),
        {"parameters": [PARAMETER]},
        "draw",
    ),
    Route(
        "POST",
        "/scores/{score_id}/drawdown",
        post_drawdown,
        "Pay out what is offered / 放款",
        "drawdown",
        DrawdownReply,
        (*BAD_DRAWDOWN, "drawdown-blocked", *UNWRITTEN, *READING),
        {**DRAWDOWN_BODY, "parameters": [PARAMETER]},
        "draw",
    ),
)
