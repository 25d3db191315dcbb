"""OpenAPI: what FastAPI knows of the routes, and what it can't know of a body read as bytes."""

from __future__ import annotations

import json
from copy import deepcopy
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from service.drawdown_bodies import DrawdownRequest, ReserveRequest
from service.fact_contract import KIND_NAMES, say_of
from service.outcome_bodies import OutcomeRequest
from service.override_bodies import OverrideRequest
from service.prefilled import Prefilled
from service.problems import Problem, RowsProblem
from service.schemas import ScoreRequest
from service.what_if_bodies import WhatIf

REF = "#/components/schemas/{model}"

DESCRIPTION = """\
Scores the financing of receivables by three credits: of the parties, of the receivable, and of the
data behind it. Every reason comes with its number, and the parts add up to the whole. Facts are
loaded and looked at as they were known at any time.

应收账款融资评分：主体信用、物的信用、数据信用三项相加，得出概率、分数与理由。

Amounts are whole minor units (cents, 分). Instants carry an offset. A field that isn't in the
schema, a number in quotes or a key that is there twice is refused. Errors are problem details
(RFC 9457): switch on `type`."""

TAGS = [
    {"name": "scores", "description": "Ask for a score, read it again, draw its offer. 评分与放款"},
    {"name": "batches", "description": "Many requests: a stream, or a file as a job. 批量评分"},
    {"name": "enterprises", "description": "What is known of an enterprise. 企业"},
    {"name": "facts", "description": "Load facts, look at them. 事实数据"},
    {"name": "features", "description": "What the numbers of a score mean. 特征"},
    {
        "name": "models",
        "description": "Which models there are, what they hold, what others would "
        "have said. Promotion is `tricredit models promote`, by two people. 模型",
    },
    {"name": "policies", "description": "What a lender allows: rules, matrix, products. 政策包"},
    {"name": "monitoring", "description": "What was decided on some days. 运行监测"},
    {"name": "health", "description": "Is the service up, can it score. 运行状态"},
    {"name": "problems", "description": "What can go wrong. 错误说明"},
]

SCORE_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": REF.format(model="ScoreRequest")}}},
    }
}
"""What OpenAPI says of the body of ``POST /score``; its examples are added on each reading."""


def contract(app: FastAPI, examples: Prefilled) -> dict[str, Any]:
    """The OpenAPI document of the routes of an application, with these examples."""
    document = get_openapi(
        title="Tricredit",
        version=version("tricredit"),
        description=DESCRIPTION,
        tags=TAGS,
        routes=app.routes,
    )
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    _, own = models_json_schema(
        [
            (ScoreRequest, "validation"),
            (ReserveRequest, "validation"),
            (DrawdownRequest, "validation"),
            (WhatIf, "validation"),
            (OverrideRequest, "validation"),
            (OutcomeRequest, "validation"),
            (Problem, "serialization"),
            (RowsProblem, "serialization"),
        ],
        ref_template=REF,
    )
    schemas |= own["$defs"]
    _drop_unused(document)
    document = deepcopy(document)  # parts of it belong to the routes
    _fill_in(document["paths"], examples)
    return document


def _fill_in(paths: dict[str, Any], examples: Prefilled) -> None:
    """Put examples into bodies and parameters: the page shows the first of each."""
    bodies = paths["/score"]["post"]["requestBody"]["content"]
    bodies["application/json"]["examples"] = examples.scores
    lines = "".join(f"{json.dumps(one['value'])}\n" for one in examples.scores.values())
    for path in ("/score/batch", "/score/jobs"):
        bodies = paths[path]["post"]["requestBody"]["content"]
        bodies["application/x-ndjson"]["example"] = lines
    load, listing = paths["/facts/{kind}"]["post"], paths["/facts/{kind}"]["get"]
    for content_type, body in examples.facts.items():
        load["requestBody"]["content"][content_type]["examples"] = body
    kinds = {"type": "string", "enum": KIND_NAMES}
    say_of(load, "kind", schema=kinds, example="party")
    say_of(load, "source_system", example="docs")
    say_of(listing, "kind", schema=kinds, example="receivable")
    say_of(listing, "fields", example={"buyer": examples.enterprise})
    say_of(listing, "limit", example=10)
    say_of(paths["/enterprises/{id}"]["get"], "id", example=examples.enterprise)


def _drop_unused(document: dict[str, Any]) -> None:
    """Take out FastAPI's own 422, which no route gives: bodies are read by ``intake``."""
    for operations in document["paths"].values():
        for operation in operations.values():
            refused = operation["responses"].get("422", {}).get("content", {})
            if "application/json" in refused:
                del operation["responses"]["422"]
    for name in ("HTTPValidationError", "ValidationError"):
        document["components"]["schemas"].pop(name, None)
