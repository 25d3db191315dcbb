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
from service.presented import API_KEY
from service.problem_contract import problem_examples
from service.problems import Problem, RowsProblem
from service.response_examples import show_answers
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
(RFC 9457): switch on `type`.

The page `/docs` tells a story from above to below; each *Execute* is filled in. `POST /facts` loads
the trade of three suppliers, `POST /score` scores a good, a doubtful and a fraudulent one, and the
id of the score is carried on: explain it, make it again, draw its offer. It writes to this ledger,
under keys that begin with `DEMO-`.

页面 `/docs` 自上而下演示全过程，逐项点击 *Execute* 即可：载入三家供应商的交易历史，
分别为优质、存疑、欺诈三例评分，评分编号自动带入后续的解释、重放与放款。
演示数据以 `DEMO-` 开头写入本账本。"""

TAGS = [
    {"name": "facts", "description": "Load what happened, look at it. 载入与查询事实"},
    {"name": "enterprises", "description": "What is known of an enterprise. 企业概览"},
    {
        "name": "scores",
        "description": "Ask for a score, take it apart, make it again. 评分、解释、试算与重放",
    },
    {"name": "overrides", "description": "People depart from a decision, and say why. 人工改判"},
    {"name": "drawdown", "description": "Hold, give back, draw what a score offers. 预占与放款"},
    {"name": "outcomes", "description": "What came of a score. 最终结果"},
    {"name": "batches", "description": "Many requests: a stream, or a file as a job. 批量评分"},
    {
        "name": "models",
        "description": "Which models there are, what they hold, what others would "
        "have said. Promotion is `tricredit models promote`, by two people. 模型",
    },
    {"name": "policies", "description": "What a lender allows: rules, matrix, products. 政策包"},
    {"name": "features", "description": "What the numbers of a score mean. 特征"},
    {"name": "monitoring", "description": "What was decided on some days. 运行监测"},
    {"name": "health", "description": "Is the service up, can it score. 运行状态"},
    {"name": "problems", "description": "What can go wrong. 错误说明"},
]
"""In the order of a demonstration: the page shows them so."""

PATH_PARAMETERS = {
    "/facts/{kind}": "Kind of fact, as docs/ledger.md lists them 事实种类",
    "/enterprises/{id}": "Key of the enterprise: `ref` of its fact `party` 企业编号",
    "/scores/{score_id}": "Id of a recorded score: `score_id` of its reply 评分编号",
    "/score/jobs/{id}": "Id of the job: `id` of the answer to its file 任务编号",
    "/models/{id}": "Id of a registered bundle, or the alias that it holds 模型包编号或别名",
    "/policies/{id}": "Id of a policy pack, or the name of one that ships 策略包编号",
    "/problems/{code}": "Code of the problem: the end of its `type` 错误代码",
}
"""What the parameter at the end of an address is, also in those that go on from there."""

SCHEMES: dict[str, Any] = {
    "key": {
        "type": "apiKey",
        "in": "header",
        "name": API_KEY,
        "description": "An API key, `scf_…`: `tricredit keys create` makes one. On one's own "
        "machine none is needed until the first is made. API 密钥",
    },
    "token": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "An access token of the issuer that the operator has named (OAuth 2 client "
        "credentials); PS256, ES256 or EdDSA. 访问令牌",
    },
}
"""How a caller shows who it is; either will do."""

SECURITY: list[dict[str, list[str]]] = [{name: []} for name in SCHEMES]

SCORE_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "Who asks for how much against what 融资申请",
        "content": {"application/json": {"schema": {"$ref": REF.format(model="ScoreRequest")}}},
    }
}
"""What OpenAPI says of the body of ``POST /score``; its examples are added on each reading."""


def contract(app: FastAPI, examples: Prefilled) -> dict[str, Any]:
    """The OpenAPI document of the routes of an application, with these examples."""
    if app.openapi_schema is None:  # all but the examples stays as it is while the process runs
        app.openapi_schema = _described(app)
    document = deepcopy(app.openapi_schema)
    _fill_in(document["paths"], examples)
    return document


def _described(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title="Tricredit",
        version=version("tricredit"),
        description=DESCRIPTION,
        tags=TAGS,
        routes=app.routes,
    )
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
    parts = document.setdefault("components", {})
    parts.setdefault("schemas", {}).update(own["$defs"])
    parts["examples"] = problem_examples()
    parts["securitySchemes"] = SCHEMES
    _drop_unused(document)
    document = deepcopy(document)  # parts of it belong to the routes
    document["paths"] = _by_tag(document["paths"])
    _name_parameters(document["paths"])
    show_answers(document["paths"])
    return document


def _name_parameters(paths: dict[str, Any]) -> None:
    """Say of parameters in addresses what they are."""
    for path, operations in paths.items():
        said = PATH_PARAMETERS.get(path[: path.find("}") + 1], "")
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                if parameter["in"] == "path":
                    parameter.setdefault("description", said)


def _by_tag(paths: dict[str, Any]) -> dict[str, Any]:
    """The paths in the order of `TAGS`, and else as they are."""
    order = {tag["name"]: place for place, tag in enumerate(TAGS)}

    def place(path: str) -> int:
        (tag,) = next(iter(paths[path].values()))["tags"]
        return order.get(tag, len(order))

    return {path: paths[path] for path in sorted(paths, key=place)}


def _fill_in(paths: dict[str, Any], examples: Prefilled) -> None:
    """Put examples into bodies and parameters: the page shows the first of each."""
    _bodies(paths["/score"])["examples"] = examples.scores
    _bodies(paths["/facts"])["examples"] = examples.history
    several = paths["/facts"]["post"]
    say_of(several, "source_system", example="docs")
    say_of(several, "historical", example=True)
    lines = "".join(f"{json.dumps(one['value'])}\n" for one in examples.scores.values())
    for path in ("/score/batch", "/score/jobs"):
        lined = paths[path]["post"]["requestBody"]["content"]
        lined["application/x-ndjson"]["example"] = lines
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
    say_of(paths["/problems/{code}"]["get"], "code", example="unknown-party")
    say_of(paths["/models/{id}"]["get"], "id", example="champion")
    say_of(paths["/models/{id}/shadow"]["get"], "id", example="shadow")
    for path in ("/policies/{id}", "/policies/{id}/diff"):
        say_of(paths[path]["get"], "id", example="generic")
    _bodies(paths["/what-if"])["examples"] = examples.what_ifs
    _bodies(paths["/scores/{score_id}/outcomes"])["examples"] = examples.outcomes
    for operation in (one for of_path in paths.values() for one in of_path.values()):
        if examples.score is not None and operation["tags"] == ["scores"]:
            for parameter in operation.get("parameters", ()):
                if parameter["name"] == "score_id":  # elsewhere it is carried from an answer
                    parameter["example"] = examples.score


def _bodies(operations: dict[str, Any]) -> dict[str, Any]:
    """What is said of the JSON that a path is sent."""
    found: dict[str, Any] = operations["post"]["requestBody"]["content"]["application/json"]
    return found


def _drop_unused(document: dict[str, Any]) -> None:
    """Take out FastAPI's own 422, which no route gives: bodies are read by ``intake``."""
    for operations in document["paths"].values():
        for operation in operations.values():
            refused = operation["responses"].get("422", {}).get("content", {})
            if "application/json" in refused:
                del operation["responses"]["422"]
    for name in ("HTTPValidationError", "ValidationError"):
        document["components"]["schemas"].pop(name, None)
