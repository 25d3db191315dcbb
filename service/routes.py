"""Every route, in plain sight."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fastapi import Depends, FastAPI

from service.access import Act, allowing
from service.answers import Live, Ready, ScoreReply
from service.contract import SCORE_BODY
from service.documentation import (
    get_asset,
    get_docs,
    get_openapi_json,
    get_problem,
    get_problems,
)
from service.drawdown_bodies import DrawdownReply, ReleaseReply, ReserveReply
from service.drawdown_contract import DRAWDOWN_BODY, RESERVE_BODY
from service.drawdown_routes import post_drawdown, post_release, post_reserve
from service.enterprise_route import get_enterprise
from service.fact_answers import EnterpriseReply, FactPage, LoadReply
from service.fact_contract import GET_ENTERPRISE, GET_FACTS, POST_FACTS
from service.fact_routes import get_facts, post_facts
from service.feature_route import DeclaredFeature, get_features
from service.health import get_live, get_ready
from service.problems import ProblemKind, documented
from service.request_key import PARAMETER
from service.scores import get_score, post_score

UNAVAILABLE = ("database-unreachable", "schema-behind", "unknown-tenant", "no-bundle")
UNWRITTEN = ("ledger-busy", "ledger-closed")
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
    "already-drawn",
    "nothing-left",
    "face-exceeded",
    "limit-exceeded",
    "forbidden",
    "busy",
    "pack-refused",
    "unknown-tenant",
)
READING = ("forbidden", "not-acceptable", "database-unreachable", "schema-behind", "unexpected")
BAD_ROWS = (
    "wrong-idempotency-key",
    "key-reused",
    "unknown-kind",
    "wrong-parameter",
    "unsupported-media-type",
    "length-required",
    "body-too-large",
    "too-many-rows",
    "unreadable-report",
    "wrong-columns",
    "rows-refused",
)


@dataclass(frozen=True)
class Route:
    """An address, its method and who answers.

    Attributes
    ----------
    tag : str
        Group in the documentation; empty leaves the route out of it.
    gives : type or None
        Body of the answer, as documented.
    problems : tuple of str
        Codes of the problems it can answer with.
    extra : dict
        What else OpenAPI says of it.
    act : Act or None
        What the caller must have a role for (`access.MAY`); None is open to everyone.
    """

    method: str
    path: str
    handler: Callable[..., Any]
    summary: str = ""
    tag: str = ""
    gives: Any = None
    problems: tuple[str, ...] = ()
    extra: dict[str, Any] | None = None
    act: Act | None = None


ROUTES: tuple[Route, ...] = (
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
        "POST",
        "/scores/{score_id}/reserve",
        post_reserve,
        "Hold what is offered / 预占额度",
        "scores",
        ReserveReply,
        (*BAD_DRAWDOWN, *UNWRITTEN, *READING),
        {**RESERVE_BODY, "parameters": [PARAMETER]},
        "draw",
    ),
    Route(
        "POST",
        "/scores/{score_id}/drawdown",
        post_drawdown,
        "Pay out what is offered / 放款",
        "scores",
        DrawdownReply,
        (*BAD_DRAWDOWN, "drawdown-blocked", *UNWRITTEN, *READING),
        {**DRAWDOWN_BODY, "parameters": [PARAMETER]},
        "draw",
    ),
    Route(
        "POST",
        "/scores/{score_id}/release",
        post_release,
        "Give back what is held / 释放额度",
        "scores",
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
        "GET",
        "/enterprises/{id}",
        get_enterprise,
        "What is known of an enterprise / 企业概览",
        "enterprises",
        EnterpriseReply,
        ("unknown-enterprise", "wrong-parameter", "unknown-tenant", *READING),
        GET_ENTERPRISE,
        "read facts",
    ),
    Route(
        "POST",
        "/facts/{kind}",
        post_facts,
        "Load facts / 载入事实",
        "facts",
        LoadReply,
        (*BAD_ROWS, "busy", "no-room", "unknown-tenant", *UNWRITTEN, *READING),
        POST_FACTS,
        "load facts",
    ),
    Route(
        "GET",
        "/facts/{kind}",
        get_facts,
        "Look at facts / 查询事实",
        "facts",
        FactPage,
        ("unknown-kind", "wrong-parameter", "wrong-cursor", "unknown-tenant", *READING),
        GET_FACTS,
        "read facts",
    ),
    Route(
        "GET",
        "/features",
        get_features,
        "What the numbers mean / 特征目录",
        "features",
        list[DeclaredFeature],
        ("wrong-parameter", *READING),
        act="read scores",
    ),
    Route("GET", "/health/live", get_live, "Is the process up / 存活检查", "health", Live),
    Route(
        "GET",
        "/health/ready",
        get_ready,
        "Can it score / 就绪检查",
        "health",
        Ready,
        ("not-ready", "unexpected"),
    ),
    Route(
        "GET",
        "/problems",
        get_problems,
        "Kinds of problem / 错误目录",
        "problems",
        list[ProblemKind],
    ),
    Route(
        "GET",
        "/problems/{code}",
        get_problem,
        "One kind of problem / 错误说明",
        "problems",
        ProblemKind,
        ("not-found",),
    ),
    Route("GET", "/docs", get_docs),
    Route("GET", "/docs/{name}", get_asset),
    Route("GET", "/openapi.json", get_openapi_json),
)


def add_routes(app: FastAPI) -> None:
    """Put every route of `ROUTES` into an application."""
    for route in ROUTES:
        app.add_api_route(
            route.path,
            route.handler,
            methods=[route.method],
            operation_id=route.handler.__name__,
            summary=route.summary or None,
            tags=[route.tag] if route.tag else None,
            response_model=route.gives,
            responses=documented(*route.problems),
            openapi_extra=route.extra,
            include_in_schema=bool(route.tag),
            dependencies=[Depends(allowing(route.act))] if route.act else None,
        )
