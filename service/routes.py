"""Every route, in plain sight."""

from __future__ import annotations

from typing import Any

from fastapi import Depends, FastAPI
from fastapi.responses import PlainTextResponse

from service.access import allowing
from service.after_routes import AFTER
from service.answers import Live, Ready
from service.contract import SECURITY
from service.documentation import (
    get_asset,
    get_docs,
    get_openapi_json,
    get_problem,
    get_problems,
)
from service.feature_route import DeclaredFeature, get_features
from service.health import get_live, get_ready
from service.ledger_routes import LEDGER
from service.metrics_route import METRICS_TEXT, get_metrics
from service.model_routes import MODELS
from service.problem_contract import documented
from service.problems import ProblemKind
from service.response_examples import answered
from service.route import GUARDED, READING, Route
from service.score_routes import SCORES
from service.tenant_rates import counting

ROUTES: tuple[Route, ...] = (
    *LEDGER,
    *SCORES,
    *AFTER,
    *MODELS,
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
        "/metrics",
        get_metrics,
        "Numbers for Prometheus / 运行指标",
        "health",
        None,
        ("not-found", "unauthenticated", "unexpected"),
        METRICS_TEXT,
        form=PlainTextResponse,
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


def add_routes(app: FastAPI, *, counted: bool = False) -> None:
    """Put every route of `ROUTES` into an application; counted by `Rates` where there are any."""
    for route in ROUTES:
        app.add_api_route(
            route.path,
            route.handler,
            methods=[route.method],
            operation_id=route.handler.__name__,
            summary=route.summary or None,
            tags=[route.tag] if route.tag else None,
            response_model=route.gives,
            response_class=route.form,
            status_code=route.status,
            responses={**answered(route.gives, route.status), **documented(*_problems(route))},
            openapi_extra={**(route.extra or {}), **({"security": SECURITY} if route.act else {})},
            include_in_schema=bool(route.tag),
            dependencies=_before(route, counted=counted),
        )


def _problems(route: Route) -> tuple[str, ...]:
    """The codes of a route, with those of the gate and of the rates before one with an act."""
    before = (*GUARDED, "too-many-requests") if route.act else ()
    return tuple({*route.problems, *before})


def _before(route: Route, *, counted: bool) -> list[Any]:
    if route.act is None:
        return []
    return [Depends(allowing(route.act)), *([Depends(counting(route.act))] if counted else ())]
