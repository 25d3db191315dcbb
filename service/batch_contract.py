"""What OpenAPI says of batches and jobs: bodies of lines, and answers of lines."""

from __future__ import annotations

from typing import Any

from service.fact_contract import query
from service.request_key import PARAMETER

A_REQUEST = (
    '{"request_id":"R-1","supplier":{"ref":"S-1001"},"buyer":{"ref":"B-7"},'
    '"receivables":[{"ref":"INV-2026-0042"}]}\n'
    '{"request_id":"R-2","supplier":{"ref":"S-1001"},"buyer":{"ref":"S-1001"},'
    '"receivables":[{"ref":"INV-2026-0042"}]}\n'
)
A_TABLE = "request_id,supplier,buyer,receivables\nR-1,S-1001,B-7,INV-2026-0042;INV-2026-0043\n"
ANSWERED: dict[str, Any] = {
    "200": {
        "description": "One line each: `line` and its `reply` (a ScoreReply, the bytes on record) "
        "or its `problem`; the last line counts them and is missing where the "
        "answer is not whole. 每行一个结果；末行为汇总。",
        "content": {"application/x-ndjson": {"schema": {"type": "string"}}},
    }
}

BATCH: dict[str, Any] = {
    "parameters": [PARAMETER],
    "requestBody": {
        "required": True,
        "description": "A request on each line, as of `POST /score`; UTF-8, not compressed. "
        "每行一个评分申请。",
        "content": {"application/x-ndjson": {"schema": {"type": "string"}, "example": A_REQUEST}},
    },
    "responses": ANSWERED,
}
"""Of ``POST /score/batch``."""

JOB: dict[str, Any] = {
    "parameters": [PARAMETER],
    "requestBody": {
        "required": True,
        "description": "NDJSON as of `POST /score/batch`, or a table with a column a field: "
        "receivables separated by `;`, and a row with `as_of` is a back-test. "
        "NDJSON、CSV 或 Parquet 文件。",
        "content": {
            "application/x-ndjson": {"schema": {"type": "string"}, "example": A_REQUEST},
            "text/csv": {"schema": {"type": "string"}, "example": A_TABLE},
            "application/vnd.apache.parquet": {"schema": {"type": "string", "format": "binary"}},
        },
    },
    "responses": {
        "202": {"headers": {"Location": {"schema": {"type": "string"}, "description": "The job"}}}
    },
}
"""Of ``POST /score/jobs``."""

LIST: dict[str, Any] = {
    "parameters": [
        query(
            "state",
            "Jobs in this state 按状态筛选",
            {"type": "string", "enum": ["queued", "running", "done", "failed", "cancelled"]},
        ),
        query(
            "limit",
            "Jobs of a page 每页条数",
            {"type": "integer", "minimum": 1, "maximum": 100, "default": 20},
        ),
        query("cursor", "`next` of the page before, all else as it was 翻页", {"type": "string"}),
    ]
}
"""Of ``GET /score/jobs``."""

RESULT: dict[str, Any] = {"responses": ANSWERED}
"""Of ``GET /score/jobs/{id}/result``."""
