"""Score jobs as the ledger keeps them: accepted once, moved on chunk by chunk, over once.

Who works on a job is no column: it is whoever holds the lock of its files, which ends with the
process. A row that says ``running`` therefore says how far it came, not that somebody is at it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import Connection, func, insert, literal, select, update

from ledger.clocks import aware
from ledger.faults import Fault, KeyReused
from ledger.idempotency import RequestKey
from ledger.job_table import ScoreJob
from ledger.kinds import table_of
from ledger.principals import Principal
from ledger.tenants import lock_book

State = Literal["queued", "running", "done", "failed", "cancelled"]
STATES: tuple[State, ...] = get_args(State)
OPEN: tuple[State, ...] = ("queued", "running")
"""States of a job that is not over."""


class UnknownJob(Fault):
    """A score job that the ledger doesn't have."""

    code = "unknown-job"


@dataclass(frozen=True)
class NewJob:
    """A job to be accepted; the fields are those of `ScoreJob`."""

    id: str
    asked: bytes
    form: str
    size_bytes: int
    lines_total: int
    key: str | None = None


@dataclass(frozen=True)
class Progress:
    """How far a job has come since it began; the fields are those of `ScoreJob`."""

    lines_done: int
    replies: int
    problems: int
    result_bytes: int
    busy_us: int


def accept(connection: Connection, principal: Principal, job: NewJob, now: datetime) -> ScoreJob:
    """Keep a job, or return the one that its key was given to before.

    Parameters
    ----------
    connection : Connection
        Of ``ledger.database.writing``.
    now : datetime
        Aware.

    Raises
    ------
    KeyReused
        Where the key was given to another file.
    UnknownTenant
    """
    lock_book(connection, principal.tenant)
    if job.key is not None:
        before = accepted_before(connection, principal.tenant, RequestKey(job.key, job.asked))
        if before is not None:
            return before
    row = ScoreJob.model_validate(
        {
            **vars(job),
            "tenant": principal.tenant,
            "number": _last_number(connection, principal.tenant) + 1,
            "signed_by": principal.name,
            "state": "queued",
            "accepted_at": aware(now, "now"),
        }
    )
    connection.execute(insert(table_of("score_job")), row.model_dump())
    return row


def accepted_before(connection: Connection, tenant: str, key: RequestKey) -> ScoreJob | None:
    """The job that a key was given to, or None; raise `KeyReused` where that is another file."""
    table = table_of("score_job")
    asked = select(table).where(table.c.tenant == tenant, table.c.key == key.text)
    row = connection.execute(asked).mappings().one_or_none()
    if row is None:
        return None
    if row["asked"] != key.asked:
        raise KeyReused(
            f"the key {key.text!r} was used for another file",
            field="Idempotency-Key",
            remedy="use a new key for a new file; the same file with the same key is one job",
        )
    return ScoreJob.model_validate(dict(row))


def read_job(connection: Connection, tenant: str, id: str) -> ScoreJob:
    """Read a job of a tenant; raise `UnknownJob` where it has none of that id."""
    table = table_of("score_job")
    asked = select(table).where(table.c.tenant == tenant, table.c.id == id)
    row = connection.execute(asked).mappings().one_or_none()
    if row is None:
        raise UnknownJob(
            f"there is no score job {id!r}",
            field="id",
            remedy="use the id that the answer to the file names, or see GET /score/jobs",
        )
    return ScoreJob.model_validate(dict(row))


def list_jobs(
    connection: Connection, tenant: str, *, before: int | None, most: int, state: str | None = None
) -> list[ScoreJob]:
    """Jobs of a tenant, the newest first.

    Parameters
    ----------
    before : int or None
        Only those with a smaller ``number``; all where None.
    """
    table = table_of("score_job")
    asked = select(table).where(table.c.tenant == tenant).order_by(table.c.number.desc())
    if before is not None:
        asked = asked.where(table.c.number < before)
    if state is not None:
        asked = asked.where(table.c.state == state)
    rows = connection.execute(asked.limit(most)).mappings()
    return [ScoreJob.model_validate(dict(row)) for row in rows]


def open_jobs(connection: Connection, most: int) -> list[ScoreJob]:
    """Jobs of all tenants that are not over, the oldest first."""
    table = table_of("score_job")
    asked = select(table).where(table.c.state.in_(OPEN)).order_by(table.c.accepted_at, table.c.id)
    rows = connection.execute(asked.limit(most)).mappings()
    return [ScoreJob.model_validate(dict(row)) for row in rows]


def over_before(connection: Connection, moment: datetime) -> list[ScoreJob]:
    """Jobs of all tenants that were over by then and whose files are still there."""
    table = table_of("score_job")
    asked = select(table).where(table.c.finished_at < moment, table.c.removed_at.is_(None))
    return [ScoreJob.model_validate(dict(row)) for row in connection.execute(asked).mappings()]


def begin(connection: Connection, tenant: str, id: str, now: datetime) -> bool:
    """Set a job to running; False where it is over."""
    column = table_of("score_job").c.started_at
    started = func.coalesce(column, literal(aware(now, "now"), column.type))
    return _moved(connection, tenant, id, OPEN, state="running", started_at=started)


def move_on(connection: Connection, tenant: str, id: str, progress: Progress) -> bool:
    """Say how far a job has come; False where it is over, cancelled for example."""
    return _moved(connection, tenant, id, ("running",), **vars(progress), fault=None)


def put_off(connection: Connection, tenant: str, id: str, fault: str) -> bool:
    """Say what a job waits for; False where it is over."""
    return _moved(connection, tenant, id, ("running",), fault=fault)


def finish(
    connection: Connection,
    tenant: str,
    id: str,
    state: Literal["done", "failed", "cancelled"],
    *,
    now: datetime,
    fault: str | None = None,
) -> bool:
    """End a job; False where it was over before."""
    moment = aware(now, "now")
    return _moved(connection, tenant, id, OPEN, state=state, finished_at=moment, fault=fault)


def removed(connection: Connection, tenant: str, id: str, now: datetime) -> bool:
    """Say that the files of a job that is over are gone; False where they were before."""
    over = tuple(one for one in STATES if one not in OPEN)
    return _moved(connection, tenant, id, over, removed_at=aware(now, "now"))


def _moved(
    connection: Connection, tenant: str, id: str, states: Sequence[str], **values: Any
) -> bool:
    table = table_of("score_job")
    where = (table.c.tenant == tenant, table.c.id == id, table.c.state.in_(states))
    done = connection.execute(update(table).where(*where).values(**values))
    return bool(done.rowcount)


def _last_number(connection: Connection, tenant: str) -> int:
    table = table_of("score_job")
    last = select(func.max(table.c.number)).where(table.c.tenant == tenant)
    return int(connection.execute(last).scalar() or 0)
