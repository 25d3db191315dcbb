"""Routes of many requests at once: a stream of lines, or a file as a job."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import Response

from service.batch_contract import BATCH, JOB, LIST, RESULT
from service.batch_route import NDJSON, post_batch
from service.job_answers import JobPage, JobReply
from service.job_routes import delete_job, get_job, get_job_result, get_jobs, post_job
from service.route import READING, UNWRITTEN, Route


class Lines(Response):
    """Lines of JSON."""

    media_type = NDJSON


BATCHES: tuple[Route, ...] = (
    Route(
        "POST",
        "/score/batch",
        post_batch,
        "Score many requests / 批量评分",
        "batches",
        None,
        (
            "wrong-idempotency-key",
            "unsupported-media-type",
            "not-acceptable",
            "busy",
            "forbidden",
            "unexpected",
        ),
        BATCH,
        "score",
        form=Lines,
    ),
    Route(
        "POST",
        "/score/jobs",
        post_job,
        "Score a large file / 提交批量任务",
        "batches",
        JobReply,
        (
            "wrong-idempotency-key",
            "key-reused",
            "unsupported-media-type",
            "length-required",
            "body-too-large",
            "too-many-rows",
            "unreadable-report",
            "wrong-columns",
            "caller-gone",
            "busy",
            "unknown-tenant",
            *UNWRITTEN,
            *READING,
        ),
        JOB,
        "score",
        status=HTTPStatus.ACCEPTED,
    ),
    Route(
        "GET",
        "/score/jobs",
        get_jobs,
        "Jobs / 任务列表",
        "batches",
        JobPage,
        ("wrong-parameter", "wrong-cursor", *READING),
        LIST,
        "score",
    ),
    Route(
        "GET",
        "/score/jobs/{id}/result",
        get_job_result,
        "Answers of a job / 任务结果",
        "batches",
        None,
        ("unknown-job", "answers-removed", *READING),
        RESULT,
        "score",
        form=Lines,
    ),
    Route(
        "GET",
        "/score/jobs/{id}",
        get_job,
        "How far a job is / 任务进度",
        "batches",
        JobReply,
        ("unknown-job", *READING),
        act="score",
    ),
    Route(
        "DELETE",
        "/score/jobs/{id}",
        delete_job,
        "Cancel a job, remove its files / 取消任务",
        "batches",
        JobReply,
        ("unknown-job", *UNWRITTEN, *READING),
        act="score",
    ),
)
