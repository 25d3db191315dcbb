"""Bodies of the answers about facts, as the documentation shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from service.answers import Answer
from service.problems import RowProblem

Fact = dict[str, Any]
"""A fact: the fields of its kind, then what the ledger added."""

A_FACT = (
    "Fields of the kind, then id, seq, revision, supersedes, source_system, batch, recorded_at and "
    "visible_at; days as YYYY-MM-DD, instants in UTC, null is unknown"
)


class LoadReply(Answer):
    """What became of the rows of a body.

    载入结果。
    """

    batch: str | None = Field(
        description="Id of the batch; null where nothing was new, so that nothing was written 批次"
    )
    kind: str = Field(description="Kind of the rows")
    rows: int = Field(description="Rows read: the sum of the next four 读取行数")
    added: int = Field(description="New facts 新增")
    corrected: int = Field(description="Facts that supersede an earlier one 更正")
    unchanged: int = Field(description="Rows that said nothing new 无变化")
    rejected: int = Field(description="Rows left out; 0 unless `keep_good` 剔除")
    last_seq: int = Field(description="Last fact or record of the ledger afterwards")
    doubtful: int = Field(
        description="Things that are odd with rows, which are loaded all the same"
    )
    doubts: list[RowProblem] = Field(description="The first 100 of them 存疑")
    errors: list[RowProblem] = Field(description="What is wrong with the rows left out 错误")


class FactPage(Answer):
    """Facts of a kind, in the order in which they were recorded.

    事实列表。
    """

    kind: str = Field(description="Kind of the facts")
    as_of: datetime = Field(description="What was visible at this instant is shown 时点")
    ledger_seq: int = Field(description="Facts recorded up to this one were read")
    facts: list[Fact] = Field(description=A_FACT)
    next: str | None = Field(
        description="`cursor` of the next page, with the same parameters; null on the last 下一页"
    )


class EnterprisePart(Answer):
    """The facts in which an enterprise has one part, for example `buyer` of `receivable`."""

    kind: str = Field(description="Kind of the facts")
    field: str = Field(description="The field that names the enterprise")
    count: int = Field(description="How many there are; 10001 stands for more than 10,000 数量")
    latest: list[Fact] = Field(description="The 20 recorded last. " + A_FACT)
    all: str = Field(description="Address of all of them 全部")


class EnterpriseReply(Answer):
    """What is known of an enterprise.

    企业概览。
    """

    id: str = Field(description="Its `ref`")
    as_of: datetime = Field(description="What was visible at this instant is shown 时点")
    ledger_seq: int = Field(description="Facts recorded up to this one were read")
    party: Fact = Field(description="The enterprise itself. " + A_FACT)
    profile: Fact | None = Field(description="Its latest profile; null where there is none 画像")
    parts: list[EnterprisePart] = Field(
        description="By kind and field; what it has no part in is left out"
    )
