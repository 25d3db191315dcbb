"""Route of facts of several kinds: one body, one batch, all or none."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Any

from fastapi import Request, Response
from pydantic import Field

from ledger.idempotency import RequestKey
from service.access import AVisit, Visit
from service.answers import Answer
from service.fact_contract import HISTORICAL, KIND_NAMES, ROW, SOURCE_SYSTEM
from service.intake import read_body, require_json_accepted
from service.kinds_desk import Terms, load_kinds, rows_by_kind
from service.parameters import Parameters, a_flag, a_key
from service.problems import RowProblem
from service.request_key import PARAMETER, request_key

POST_KINDS: dict[str, Any] = {
    "parameters": [PARAMETER, SOURCE_SYSTEM, HISTORICAL],
    "requestBody": {
        "required": True,
        "description": "Rows by kind, of at most 1 MB together 按种类分组的行，合计不超过 1 MB",
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "additionalProperties": {"type": "array", "items": ROW},
                    "propertyNames": {"enum": KIND_NAMES},
                }
            }
        },
    },
}
"""What OpenAPI says of ``POST /facts``; its example is added on each reading."""


class KindCount(Answer):
    """What became of the rows of one kind."""

    rows: int = Field(description="Rows read: the sum of the next three 读取行数")
    added: int = Field(description="New facts 新增")
    corrected: int = Field(description="Facts that supersede an earlier one 更正")
    unchanged: int = Field(description="Rows that said nothing new 无变化")


class RowDoubt(RowProblem):
    """One thing that is odd with a row of a kind."""

    kind: str = Field(description="Kind of the row")


class KindsReply(KindCount):
    """What became of the rows of several kinds, which are one batch.

    多类事实的载入结果，属同一批次。
    """

    batch: str | None = Field(
        description="Id of the batch; null where nothing was new, so that nothing was written 批次"
    )
    last_seq: int = Field(description="Last fact or record of the ledger afterwards")
    kinds: dict[str, KindCount] = Field(description="The same for each kind 按种类")
    doubtful: int = Field(
        description="Things that are odd with rows, which are loaded all the same"
    )
    doubts: list[RowDoubt] = Field(description="The first 100 of them 存疑")


async def post_kinds(request: Request, visit: AVisit) -> Response:
    """Load rows of several kinds together: what a supplier has traded, in one request.

    一次载入多类事实，例如一家供应商的全部交易历史。

    The body is one JSON object, an array of rows for each kind. All of it is loaded in one
    transaction as one batch, or none where a row can't be right: `errors` points at each. What is
    named may come in the same body, and the order of kinds doesn't matter. For more than fits, or
    for CSV and Parquet, send one kind a request. Sending the same rows again changes nothing.
    """
    require_json_accepted(request.headers.get("accept"))
    given = Parameters(request.query_params)
    source = given.required("source_system", a_key)
    terms = Terms(source, given.one("historical", a_flag, default=False))
    given.refuse_others()
    body = await read_body(request, visit.composition.settings.body_limit_bytes)
    key = request_key(request, request.url.query, body.decode("latin-1"))
    work = partial(_load, visit, body, terms, key)
    return Response(await visit.posting.run(work), media_type="application/json")


def _load(visit: Visit, body: bytes, terms: Terms, key: RequestKey | None) -> bytes:
    rows = rows_by_kind(body)
    return load_kinds(
        visit.composition, visit.principal, rows, terms, now=datetime.now(UTC), key=key
    )
