"""Large files of requests are jobs, and the ledger keeps how far each has come."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

JOB = "score_job"
COUNTS = (
    "size_bytes",
    "lines_total",
    "lines_done",
    "replies",
    "problems",
    "result_bytes",
    "busy_us",
)


def upgrade() -> None:
    op.create_table(
        JOB,
        sa.Column("tenant", sa.String(128), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(128), nullable=True),
        sa.Column("asked", sa.LargeBinary(), nullable=False),
        sa.Column("form", sa.String(16), nullable=False),
        sa.Column("signed_by", sa.String(128), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in COUNTS),
        sa.Column("accepted_at", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("tenant", "id"),
        sa.UniqueConstraint("tenant", "number", name="score_job_number"),
        sa.UniqueConstraint("tenant", "key", name="score_job_key"),
    )


def downgrade() -> None:
    """Take it back; refused while a job isn't over: its caller waits for the answers."""
    unfinished = f"SELECT EXISTS (SELECT 1 FROM {JOB} WHERE state IN ('queued', 'running'))"  # noqa: S608
    if op.get_bind().scalar(sa.text(unfinished)):
        raise RuntimeError(f"{JOB} holds jobs that aren't over; let them finish, or cancel them")
    op.drop_table(JOB)
