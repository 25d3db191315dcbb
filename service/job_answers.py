"""What is told of a job."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from ledger.job_table import ScoreJob
from ledger.seen_facts import instant_text
from service.problems import Problem


class JobReply(BaseModel):
    """A file of requests, and how far it has come.

    批量评分任务。
    """

    model_config = ConfigDict(extra="forbid")

    id: str = Field(description="Id of the job 任务编号")
    state: Literal["queued", "running", "done", "failed", "cancelled"] = Field(
        description="`failed` and `cancelled` jobs keep the answers they had made 状态"
    )
    form: Literal["ndjson", "csv", "parquet"] = Field(description="Of the file 文件格式")
    size_bytes: int = Field(description="Of the file 文件大小")
    sent_by: str = Field(description="Who sent it 提交人")
    lines_total: int = Field(description="Requests in the file 总行数")
    lines_done: int = Field(description="Of these answered 已完成行数")
    replies: int = Field(description="Answered with a reply 成功行数")
    problems: int = Field(description="Answered with a problem 错误行数")
    accepted_at: str = Field(description="When the file was taken")
    started_at: str | None = Field(description="When work began 开始时间")
    finished_at: str | None = Field(description="When it was over 结束时间")
    lines_per_s: float | None = Field(description="While it was worked on 处理速度")
    eta: str | None = Field(description="When it will be done, at that rate 预计完成时间")
    answers_kept: bool = Field(description="Whether the answers can be read 结果是否保留")
    problem: Problem | None = Field(
        description="Why it failed or, while it runs, what it waits for 失败或等待的原因"
    )


class JobPage(BaseModel):
    """Jobs, the newest first.

    批量评分任务列表。
    """

    model_config = ConfigDict(extra="forbid")

    jobs: list[JobReply]
    next: str | None = Field(description="Cursor of the next page; null on the last 下一页")


def job_reply(row: ScoreJob, now: datetime) -> JobReply:
    """Put a job into words; ``now`` is aware."""
    rate = row.lines_done / (row.busy_us / 1_000_000) if row.busy_us else None
    left = row.lines_total - row.lines_done
    eta = now + timedelta(seconds=left / rate) if rate and row.state == "running" else None
    return JobReply.model_validate(
        {
            "id": row.id,
            "state": row.state,
            "form": row.form,
            "size_bytes": row.size_bytes,
            "sent_by": row.signed_by,
            "lines_total": row.lines_total,
            "lines_done": row.lines_done,
            "replies": row.replies,
            "problems": row.problems,
            "accepted_at": instant_text(row.accepted_at),
            "started_at": _text(row.started_at),
            "finished_at": _text(row.finished_at),
            "lines_per_s": None if rate is None else round(rate, 1),
            "eta": _text(eta),
            "answers_kept": row.removed_at is None,
            "problem": None if row.fault is None else json.loads(row.fault),
        }
    )


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else instant_text(moment)
