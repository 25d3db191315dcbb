"""Bodies of the answers about facts, as the documentation shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from service.answers import Answer
from service.problems import RowProblem

Fact = dict[str, Any]
"""A fact: the fields of its kind, then what the ledger added."""

AN_EXAMPLE: Fact = {
    "ref": "INV-1",
    "happened_at": "2026-03-01T01:30:00Z",
    "known_at": "2026-03-01T01:30:00Z",
    "supplier": "supplier-06",
    "buyer": "core-01",
    "issued_on": "2026-03-01",
    "due_on": "2026-05-30",
    "face_minor": 3_000_000,
    "currency": "CNY",
    "id": "01a20d94-a43b-73ec-85f4-bb2281c4b1f0",
    "seq": 24_498,
    "revision": 0,
    "supersedes": None,
    "source_system": "erp",
    "batch": "01a20d94-a437-74dd-a26f-91a10793a623",
    "recorded_at": "2026-03-01T08:00:00Z",
    "visible_at": "2026-03-01T08:00:00Z",
}
A_FACT = (
    "Fields of the kind, then id, seq, revision, supersedes, source_system, batch, recorded_at and "
    "visible_at; days as YYYY-MM-DD, instants in UTC, null is unknown"
)


class LoadReply(Answer):
    """What became of the rows of a body.

    载入结果。
    """

    batch: str | None = Field(
        description="Id of the batch; null where nothing was new, so that nothing was written 批次",
        examples=["01a20d94-a437-74dd-a26f-91a10793a623"],
    )
    kind: str = Field(description="Kind of the rows", examples=["party"])
    rows: int = Field(description="Rows read: the sum of the next four 读取行数", examples=[1_000])
    added: int = Field(description="New facts 新增", examples=[990])
    corrected: int = Field(description="Facts that supersede an earlier one 更正", examples=[7])
    unchanged: int = Field(description="Rows that said nothing new 无变化", examples=[2])
    rejected: int = Field(description="Rows left out; 0 unless `keep_good` 剔除", examples=[1])
    last_seq: int = Field(
        description="Last fact or record of the ledger afterwards", examples=[24_499]
    )
    doubtful: int = Field(
        description="Things that are odd with rows, which are loaded all the same"
    )
    doubts: list[RowProblem] = Field(
        description="The first 100 of them 存疑",
        examples=[
            [
                {
                    "line": 3,
                    "field": "uscc",
                    "reason": "a party in China without its 统一社会信用代码",
                }
            ]
        ],
    )
    errors: list[RowProblem] = Field(
        description="What is wrong with the rows left out 错误",
        examples=[[{"line": 8, "field": "ref", "reason": "Field required"}]],
    )


class FactPage(Answer):
    """Facts of a kind, in the order in which they were recorded.

    事实列表。
    """

    kind: str = Field(description="Kind of the facts")
    as_of: datetime = Field(description="What was visible at this instant is shown 时点")
    ledger_seq: int = Field(description="Facts recorded up to this one were read")
    facts: list[Fact] = Field(description=A_FACT, examples=[[AN_EXAMPLE]])
    next: str | None = Field(
        description="`cursor` of the next page, with the same parameters; null on the last 下一页"
    )


class EnterprisePart(Answer):
    """The facts in which an enterprise has one part, for example `buyer` of `receivable`."""

    kind: str = Field(description="Kind of the facts")
    field: str = Field(description="The field that names the enterprise")
    count: int = Field(description="How many there are; 10001 stands for more than 10,000 数量")
    latest: list[Fact] = Field(
        description="The 20 recorded last. " + A_FACT, examples=[[AN_EXAMPLE]]
    )
    all: str = Field(description="Address of all of them 全部")
