"""The desk of jobs: a file is taken, looked at, removed. Blocking; runs in a thread."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

from starlette.datastructures import QueryParams

from ledger.database import reading
from ledger.idempotency import RequestKey, fingerprint
from ledger.ids import new_id
from ledger.job_table import ScoreJob
from ledger.jobs import (
    OPEN,
    STATES,
    NewJob,
    accept,
    accepted_before,
    finish,
    list_jobs,
    read_job,
    removed,
)
from ledger.principals import Principal
from ledger.tenants import book
from service.composition import Composition
from service.job_answers import JobPage, job_reply
from service.job_files import Claim, JobFolder, read_answers, settle, used_bytes
from service.job_lines import JobForm, lines_of
from service.page_cursor import Position, cursor_of, position_of
from service.parameters import Parameters, as_it_is, one_of, whole_within
from service.refusals import AnswersRemoved, NoRoom
from service.upload import digest_of

JOBS_A_PAGE, MOST_JOBS_A_PAGE = 20, 100


def take(
    composition: Composition,
    principal: Principal,
    coming: JobFolder,
    form: JobForm,
    key: str | None,
    *,
    folder: Path,
    now: datetime,
) -> ScoreJob:
    """Take a file that has come in as a job, or find the job that its key was given to before.

    Parameters
    ----------
    coming : JobFolder
        Where the file is; moved to where jobs are.
    key : str or None
        The idempotency key of the caller.

    Raises
    ------
    UnreadableReport, WrongColumns, TooManyRows
        Where the file can't be read as requests.
    KeyReused, UnknownTenant
    """
    with coming.requests.open("rb") as file:
        asked = fingerprint("job", form, digest_of(file))
    with reading(composition.ledger()) as connection:
        opened = book(connection, principal.tenant)
        given = None if key is None else RequestKey(key, asked)
        before = given and accepted_before(connection, principal.tenant, given)
    if before:
        return before
    settings = composition.settings
    with coming.requests.open("rb") as file:
        lines = lines_of(
            file,
            form,
            currency=opened.base_currency,
            longest=settings.body_limit_bytes,
            most=settings.job_most_lines,
        )
        total = sum(1 for _ in lines)
    id, size = new_id(), coming.requests.stat().st_size
    settled = settle(coming, folder, id)
    work = partial(
        accept, principal=principal, job=NewJob(id, asked, form, size, total, key), now=now
    )
    try:
        row = composition.committer().run(work, principal.tenant)
    except BaseException:
        settled.remove()
        raise
    if row.id != id:  # a twin was faster
        settled.remove()
    return row


def require_room(composition: Composition, folder: Path, more: int) -> None:
    """Raise `NoRoom` where the files of jobs would take too many bytes with so many more."""
    if used_bytes(folder) + more > composition.settings.jobs_limit_bytes:
        raise NoRoom(
            "the folder of jobs has no room for the file",
            remedy="remove jobs that are done (DELETE /score/jobs/{id}), or send it later",
        )


def look_up(composition: Composition, principal: Principal, id: str) -> ScoreJob:
    """The job of that id; raise `UnknownJob` where the tenant has none."""
    with reading(composition.ledger()) as connection:
        return read_job(connection, principal.tenant, id)


def answers_of(
    composition: Composition, principal: Principal, id: str, folder: Path
) -> Iterator[bytes]:
    """The answers of a job so far, as NDJSON in parts.

    Raises
    ------
    UnknownJob
    AnswersRemoved
    """
    row = look_up(composition, principal, id)
    if row.removed_at is None and row.result_bytes == 0:
        return iter(())
    try:
        file = JobFolder(folder, row.id).answers.open("rb")
    except FileNotFoundError:
        raise AnswersRemoved(
            "the answers of the job were removed",
            remedy="read scores by their ids (GET /scores/{id}), or send the file as a new job",
        ) from None
    return read_answers(file, row.result_bytes)


def remove(
    composition: Composition, principal: Principal, id: str, folder: Path, now: datetime
) -> ScoreJob:
    """Cancel a job that isn't over, remove its files, and return what is known of it.

    Scores that it has decided stay on record.
    """
    row = look_up(composition, principal, id)
    tenant, files = principal.tenant, JobFolder(folder, row.id)
    committer = composition.committer()
    if row.state in OPEN:
        end = partial(finish, tenant=tenant, id=row.id, state="cancelled", now=now)
        committer.run(end, tenant)
    claim = Claim.of(files)
    if claim is not None or not files.path.exists():  # else who works on it removes them
        files.remove()
        committer.run(partial(removed, tenant=tenant, id=row.id, now=now), tenant)
    if claim is not None:
        claim.release()
    return look_up(composition, principal, id)


def job_page(
    composition: Composition, principal: Principal, given: QueryParams, now: datetime
) -> JobPage:
    """A page of jobs, the newest first.

    Raises
    ------
    WrongParameter, WrongCursor
    """
    asked = Parameters(given)
    state = asked.one("state", one_of(*STATES), None)
    most = asked.one("limit", whole_within(1, MOST_JOBS_A_PAGE), JOBS_A_PAGE)
    cursor = asked.one("cursor", as_it_is, "")
    asked.refuse_others()
    question = repr((principal.tenant, "jobs", state))
    before = position_of(cursor, question).after if cursor else None
    with reading(composition.ledger()) as connection:
        rows = list_jobs(connection, principal.tenant, before=before, most=most + 1, state=state)
    shown = rows[:most]
    more = len(rows) > most
    return JobPage(
        jobs=[job_reply(row, now) for row in shown],
        next=cursor_of(Position(shown[-1].number, 0, now), question) if more else None,
    )
