"""Routes of jobs: send a large file, see how far it is, read its answers, remove it."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from pathlib import Path

from anyio import to_thread
from fastapi import Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

from ledger.ids import new_id
from ledger.job_table import ScoreJob
from service.access import AVisit, Visit
from service.batch_route import NDJSON
from service.intake import require_accepted, require_json_accepted
from service.job_answers import job_reply
from service.job_desk import answers_of, job_page, look_up, remove, require_room, take
from service.job_files import JobFolder, incoming
from service.job_lines import JobForm, job_form
from service.refusals import UnsupportedMediaType
from service.request_key import request_key
from service.scores import id_or_none
from service.upload import form_of_body, receive_into

A_FILE = (
    "send application/x-ndjson, text/csv or application/vnd.apache.parquet, text in UTF-8, "
    "without compression"
)


async def post_job(request: Request, visit: AVisit) -> Response:
    """Send a large file of requests, to be scored by and by: NDJSON, CSV or Parquet.

    提交大文件批量评分任务。

    The answer comes when the file was read to its end once: it names the job, and `Location` where
    to look how far it is. Each line is decided once, whatever ends the service meanwhile. A line at
    fault is answered with its problem and spoils no other. With `Idempotency-Key` the same file is
    one job, however often it is sent.
    """
    require_json_accepted(request.headers.get("accept"))
    form = job_form(form_of_body(request.headers))
    if form is None:
        raise UnsupportedMediaType("the body is of another kind", remedy=A_FILE)
    key = request_key(request)
    folder, settings = visit.jobs.folder, visit.composition.settings
    async with visit.loading.seat():
        await _room(visit, request)
        with incoming(folder, new_id()) as coming:
            with coming.requests.open("wb+") as file:
                await receive_into(request, file, settings.upload_limit_bytes)
            await to_thread.run_sync(require_room, visit.composition, folder, 0)
            work = partial(_take, visit, coming, form, None if key is None else key.text)
            row = await visit.loading.run(work)
    visit.jobs.wake()
    headers = {"Location": f"/score/jobs/{row.id}"}
    return _told(row, status=HTTPStatus.ACCEPTED, headers=headers)


def get_jobs(request: Request, visit: AVisit) -> Response:
    """List jobs, the newest first, page by page.

    查询批量评分任务。
    """
    require_json_accepted(request.headers.get("accept"))
    page = job_page(visit.composition, visit.principal, request.query_params, datetime.now(UTC))
    return JSONResponse(page.model_dump())


def get_job(id: str, request: Request, visit: AVisit) -> Response:
    """See how far a job is: lines done, problems met, lines a second, when it will be done.

    查询任务进度。
    """
    require_json_accepted(request.headers.get("accept"))
    return _told(look_up(visit.composition, visit.principal, id_or_none(id)))


def get_job_result(id: str, request: Request, visit: AVisit) -> Response:
    """Read the answers of a job, one a line, as of `POST /score/batch`.

    读取任务结果（NDJSON）。

    While the job runs these are the answers so far. The last line counts all; it is there when the
    job is done, and only then.
    """
    require_accepted(request.headers.get("accept"), NDJSON, "application/json")
    answers = answers_of(visit.composition, visit.principal, id_or_none(id), visit.jobs.folder)
    return StreamingResponse(answers, media_type=NDJSON)


def delete_job(id: str, request: Request, visit: AVisit) -> Response:
    """Cancel a job that isn't over, and remove its file and answers.

    取消任务并删除其文件。

    Scores that were decided stay on record, and the job stays listed. Its key stays used.
    """
    require_json_accepted(request.headers.get("accept"))
    row = remove(
        visit.composition, visit.principal, id_or_none(id), visit.jobs.folder, datetime.now(UTC)
    )
    visit.jobs.wake()
    return _told(row)


async def _room(visit: Visit, request: Request) -> None:
    """See that what is said to come fits, before it comes."""
    said = request.headers.get("content-length", "0")
    more = int(said) if said.isdecimal() and len(said) < 16 else 0
    await to_thread.run_sync(require_room, visit.composition, visit.jobs.folder, more)


def _take(visit: Visit, coming: JobFolder, form: JobForm, key: str | None) -> ScoreJob:
    folder: Path = visit.jobs.folder
    now = datetime.now(UTC)
    return take(visit.composition, visit.principal, coming, form, key, folder=folder, now=now)


def _told(
    row: ScoreJob, *, status: int = HTTPStatus.OK, headers: dict[str, str] | None = None
) -> Response:
    told = job_reply(row, datetime.now(UTC))
    return JSONResponse(told.model_dump(), status_code=status, headers=headers)
