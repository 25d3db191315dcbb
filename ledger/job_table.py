"""Table of score jobs: large files of requests that are worked through by and by."""

from __future__ import annotations

from sqlalchemy import BigInteger, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from ledger.facts import AwareInstant, Key, instant, key


def _count() -> int:
    return Field(default=0, sa_type=BigInteger, ge=0)  # type: ignore[no-any-return]


class ScoreJob(SQLModel, table=True):
    """A file of requests and how far it has come; mutable: its state and counts move.

    What it decides stands in score records, as anywhere. A row is never deleted, so that its key
    stays used; its files may be.

    Attributes
    ----------
    id : str
        UUIDv7.
    number : int
        Position among the jobs of its tenant, from 1.
    key : str or None
        Idempotency key of whoever sent it.
    asked : bytes
        SHA-256 of what was sent, and how (``ledger.idempotency.fingerprint``).
    form : str
        How the file is written: ndjson, csv or parquet.
    size_bytes : int
        Of the file.
    signed_by : str
        Who sent it: the name in the records that it makes.
    state : str
        queued, running, done, failed or cancelled.
    lines_total, lines_done, replies, problems : int
        Lines with a request in the file, those answered, and of these the two sorts.
    result_bytes : int
        Extent of the file of answers that counts; what is beyond was never finished.
    busy_us : int
        Microseconds worked on it.
    removed_at : datetime or None
        When its answers were removed.
    fault : str or None
        Why it failed, or what it waits for: a problem in JSON.
    """

    __tablename__ = "score_job"
    __table_args__ = (
        UniqueConstraint("tenant", "number", name="score_job_number"),
        UniqueConstraint("tenant", "key", name="score_job_key"),
    )

    tenant: Key = key(primary_key=True)
    id: str = Field(primary_key=True, max_length=36)
    number: int = Field(sa_type=BigInteger)
    asked: bytes = Field(sa_type=LargeBinary)
    form: str = Field(max_length=16)
    size_bytes: int = _count()
    signed_by: Key = key()
    state: str = Field(max_length=16)
    lines_total: int = _count()
    lines_done: int = _count()
    replies: int = _count()
    problems: int = _count()
    result_bytes: int = _count()
    busy_us: int = _count()
    accepted_at: AwareInstant = instant()
    started_at: AwareInstant | None = instant(default=None, nullable=True)
    finished_at: AwareInstant | None = instant(default=None, nullable=True)
    removed_at: AwareInstant | None = instant(default=None, nullable=True)
    fault: str | None = Field(default=None, sa_type=Text)
    key: Key | None = key(default=None, nullable=True)  # last: it hides what declares keys
