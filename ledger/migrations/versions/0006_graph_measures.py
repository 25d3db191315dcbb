"""Measures that a nightly step takes of the graph of trade."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLE = "graph_measure"
INDEXED = ("party", "other")
"""Columns that measures are looked up by, each an index (tenant, column, seq)."""


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("tenant", sa.String(128), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("supersedes", sa.String(36), nullable=True),
        sa.Column("source_system", sa.String(128), nullable=False),
        sa.Column("batch", sa.String(36), nullable=False),
        sa.Column("ref", sa.String(128), nullable=False),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.Column("known_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("visible_at", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("seal", sa.LargeBinary(), nullable=False),
        sa.Column("party", sa.String(128), nullable=False),
        sa.Column("other", sa.String(128), nullable=True),
        sa.Column("measured_on", sa.Integer(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("value_micro", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id"),
        sa.UniqueConstraint("tenant", "ref", "revision"),
    )
    op.create_index(f"{TABLE}_seq", TABLE, ["tenant", "seq"])
    for name in INDEXED:
        op.create_index(f"{TABLE}_{name}", TABLE, ["tenant", name, "seq"])


def downgrade() -> None:
    """Take it back; refused where it holds rows: no fact is dropped by mistake."""
    connection = op.get_bind()
    if connection.scalar(sa.text(f"SELECT EXISTS (SELECT 1 FROM {TABLE})")):  # noqa: S608
        raise RuntimeError(f"{TABLE} holds rows; export the ledger and drop it by hand")
    op.drop_table(TABLE)
