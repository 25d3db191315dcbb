"""What a nightly step finds that suppliers' trade is worth."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TABLE = "business_value"
INDEXED = ("party", "other")
"""Columns that values are looked up by, each an index (tenant, column, seq)."""

ALWAYS = ("p10", "p50", "p90", "mean")
WHOLE = ("past", "expected", "open")
TAKEN = ("survival", "dilution", "delay", "default", "interruption", "concentration")


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
        sa.Column("valued_on", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(128), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        *(sa.Column(f"{name}_minor", sa.BigInteger(), nullable=False) for name in ALWAYS),
        *(sa.Column(f"{name}_minor", sa.BigInteger(), nullable=True) for name in WHOLE),
        *(sa.Column(f"{name}_ppm", sa.Integer(), nullable=True) for name in ("margin", "index")),
        *(sa.Column(f"{name}_minor", sa.BigInteger(), nullable=True) for name in TAKEN),
        sa.PrimaryKeyConstraint("tenant", "id"),
        sa.UniqueConstraint("tenant", "ref", "revision"),
    )
    op.create_index(f"{TABLE}_seq", TABLE, ["tenant", "seq"])
    for name in INDEXED:
        op.create_index(f"{TABLE}_{name}", TABLE, ["tenant", name, "seq"])
    op.create_index(f"{TABLE}_day", TABLE, ["tenant", "party", "valued_on"])


def downgrade() -> None:
    """Take it back; refused where it holds rows: no fact is dropped by mistake."""
    connection = op.get_bind()
    if connection.scalar(sa.text(f"SELECT EXISTS (SELECT 1 FROM {TABLE})")):  # noqa: S608
        raise RuntimeError(f"{TABLE} holds rows; export the ledger and drop it by hand")
    op.drop_table(TABLE)
