"""What bundles that don't answer would have said is kept, and records are found by their day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

SHADOW, RECORD = "shadow_score", "score_record"


def upgrade() -> None:
    op.create_table(
        SHADOW,
        sa.Column("tenant", sa.String(128), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("record", sa.String(36), nullable=False),
        sa.Column("bundle", sa.String(128), nullable=False),
        sa.Column("alias", sa.String(16), nullable=False),
        sa.Column("pack", sa.String(128), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("features", sa.Text(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "number"),
        sa.UniqueConstraint("tenant", "record", "bundle"),
    )
    op.create_index(f"{SHADOW}_bundle", SHADOW, ["tenant", "bundle", "number"])
    op.create_index(f"{RECORD}_recorded_at", RECORD, ["tenant", "recorded_at"])


def downgrade() -> None:
    """Take it back; refused where something was kept: it can't be made again."""
    if op.get_bind().scalar(sa.text(f"SELECT EXISTS (SELECT 1 FROM {SHADOW})")):  # noqa: S608
        raise RuntimeError(f"{SHADOW} holds rows; export the ledger and drop it by hand")
    op.drop_index(f"{RECORD}_recorded_at", RECORD)
    op.drop_table(SHADOW)
