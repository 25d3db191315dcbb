"""Model bundles that may be used, and the moves of their aliases."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = ("registered_bundle", "alias_move")


def upgrade() -> None:
    op.create_table(
        "registered_bundle",
        sa.Column("tenant", sa.String(128), nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("trained_through", sa.BigInteger(), nullable=False),
        sa.Column("manifest", sa.LargeBinary(), nullable=False),
        sa.Column("signing_key", sa.String(16), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("signed_by", sa.String(128), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id"),
        sa.UniqueConstraint("tenant", "name", "version"),
    )
    op.create_table(
        "alias_move",
        sa.Column("tenant", sa.String(128), nullable=False),
        sa.Column("alias", sa.String(16), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("act", sa.String(16), nullable=False),
        sa.Column("before", sa.String(64), nullable=True),
        sa.Column("after", sa.String(64), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("signed_by", sa.String(128), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "alias", "number"),
    )


def downgrade() -> None:
    """Take it back; refused where a table holds rows: who decided what is kept."""
    for table in TABLES:
        if op.get_bind().scalar(sa.text(f"SELECT EXISTS (SELECT 1 FROM {table})")):  # noqa: S608
            raise RuntimeError(f"{table} holds rows; export the ledger and drop it by hand")
    for table in TABLES:
        op.drop_table(table)
