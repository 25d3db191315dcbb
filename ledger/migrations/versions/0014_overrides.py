"""What a person decides in place of a score is kept, and a record names its supplier."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

OVERRIDE, RECORD = "score_override", "score_record"


def upgrade() -> None:
    op.create_table(
        OVERRIDE,
        sa.Column("tenant", sa.String(128), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("signed_by", sa.String(128), nullable=False),
        sa.Column("score", sa.String(36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(128), nullable=False),
        sa.Column("before", sa.String(16), nullable=False),
        sa.Column("decision", sa.String(16), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("rate_ppm", sa.Integer(), nullable=True),
        sa.Column("tenor_days", sa.Integer(), nullable=True),
        sa.Column("valid_until", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("about", sa.String(128), nullable=True),
        sa.Column("writer", sa.String(128), nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id"),
        sa.UniqueConstraint("tenant", "seq"),
        sa.UniqueConstraint("tenant", "score", "number"),
    )
    # records of before name none: their digests stand
    op.add_column(RECORD, sa.Column("supplier", sa.String(128), nullable=True))
    op.create_index(f"{RECORD}_supplier", RECORD, ["tenant", "supplier", "seq"])


def downgrade() -> None:
    """Take it back; refused where somebody has decided, or a record names its supplier."""
    kept = (
        f"SELECT EXISTS (SELECT 1 FROM {OVERRIDE})",  # noqa: S608
        f"SELECT EXISTS (SELECT 1 FROM {RECORD} WHERE supplier IS NOT NULL)",  # noqa: S608
    )
    if any(op.get_bind().scalar(sa.text(one)) for one in kept):
        raise RuntimeError(f"{OVERRIDE} or {RECORD} holds rows; export the ledger first")
    op.drop_index(f"{RECORD}_supplier", RECORD)
    op.drop_column(RECORD, "supplier")
    op.drop_table(OVERRIDE)
