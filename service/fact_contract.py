"""What OpenAPI says of the routes of facts: bodies of several kinds, parameters read by hand."""

from __future__ import annotations

from typing import Any

from ledger.kinds import KINDS
from service.request_key import PARAMETER

KIND_NAMES = [kind.name for kind in KINDS]
INSTANT = {"type": "string", "format": "date-time"}
TEXT: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": 128}
ROW = {
    "type": "object",
    "required": ["ref", "happened_at"],
    "properties": {
        "ref": {**TEXT, "description": "Your key of the fact; other rows name it by this key"},
        "happened_at": {**INSTANT, "description": "When it happened in the world"},
        "known_at": {**INSTANT, "description": "When the lender could first know it"},
    },
    "additionalProperties": True,
    "description": "The fields of the kind",
}


def query(name: str, says: str, schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A parameter of the address."""
    return {"name": name, "in": "query", "description": says, "schema": schema, **more}


AS_OF = query(
    "as_of",
    "What was visible at this instant; now unless given; + is written %2B 时点",
    INSTANT,
)

SOURCE_SYSTEM = query(
    "source_system", "Who says it, for example your ERP 来源系统", TEXT, required=True
)
HISTORICAL = query(
    "historical",
    "Onboarding or backfill: facts count from `known_at` on, not only from now on 历史补录",
    {"type": "boolean", "default": False},
)

POST_FACTS: dict[str, Any] = {
    "parameters": [
        PARAMETER,
        SOURCE_SYSTEM,
        HISTORICAL,
        query(
            "keep_good",
            "Load the good rows and tell of the bad, instead of refusing all 仅载入正确行",
            {"type": "boolean", "default": False},
        ),
    ],
    "requestBody": {
        "required": True,
        "description": "Text is UTF-8, nothing is compressed. In CSV the first line names the "
        "fields and an empty cell is missing; days are YYYY-MM-DD, instants carry an offset. "
        "文本为 UTF-8，不压缩；日期为 YYYY-MM-DD，时刻须带时区偏移。",
        "content": {
            "application/json": {"schema": {"type": "array", "items": ROW}},
            "application/x-ndjson": {"schema": {"type": "string"}},
            "text/csv": {"schema": {"type": "string"}},
            "application/vnd.apache.parquet": {"schema": {"type": "string", "format": "binary"}},
        },
    },
}
"""Of ``POST /facts/{kind}``; its examples are added on each reading."""

GET_FACTS: dict[str, Any] = {
    "parameters": [
        query(
            "fields",
            "Any field of the kind that names another fact, and its value: `buyer=core-01`. "
            "An object here stands for such parameters 按字段筛选",
            {"type": "object", "additionalProperties": {"type": "string"}},
            style="form",
            explode=True,
        ),
        query("ref", "Facts of these keys 键", {"type": "array", "items": TEXT}, explode=True),
        query("source_system", "Who said it 来源系统", TEXT),
        query("batch", "Id of the batch it came in 批次", TEXT),
        query("known_from", "Known at this instant or later 获知时间起", INSTANT),
        query("known_until", "Known before this instant 获知时间止", INSTANT),
        AS_OF,
        query(
            "revisions",
            "`all` also shows what a later revision supersedes 修订",
            {"type": "string", "enum": ["latest", "all"], "default": "latest"},
        ),
        query(
            "limit",
            "Facts of a page 每页条数",
            {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100},
        ),
        query("cursor", "`next` of the page before, all else as it was 翻页", {"type": "string"}),
    ]
}
"""Of ``GET /facts/{kind}``."""

GET_ENTERPRISE: dict[str, Any] = {"parameters": [AS_OF]}
"""Of ``GET /enterprises/{id}``."""


def say_of(operation: dict[str, Any], name: str, **said: Any) -> None:
    """Say more of a parameter of an operation."""
    for parameter in operation["parameters"]:
        if parameter["name"] == name:
            parameter.update(said)
