"""What was kept of a day's history, and whose facts came late for it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tenant", sa.Column("told_day", sa.Integer(), nullable=True))
    op.add_column(
        "tenant", sa.Column("late_seq", sa.BigInteger(), nullable=False, server_default="0")
    )
    op.create_table(
        "late_party",
        sa.Column("tenant", sa.String(128), nullable=False),
        sa.Column("party", sa.String(128), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "party", "seq"),
    )
    op.create_table(
        "feature_snapshot",
        sa.Column("tenant", sa.String(128), nullable=False),
        sa.Column("entity", sa.String(128), nullable=False),
        sa.Column("other", sa.String(128), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(16), nullable=False),
        sa.Column("through_seq", sa.BigInteger(), nullable=False),
        sa.Column("numbers", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "entity", "other", "day", "fingerprint"),
    )
    op.create_index("feature_snapshot_day", "feature_snapshot", ["tenant", "day"])


def downgrade() -> None:
    op.drop_table("feature_snapshot")
    op.drop_table("late_party")
    op.drop_column("tenant", "late_seq")
    op.drop_column("tenant", "told_day")
