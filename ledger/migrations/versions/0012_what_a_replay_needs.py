"""A score record says by what it was made, and the policy packs that decided are kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

RECORD, PACK = "score_record", "pack_text"


def upgrade() -> None:
    # records of before have none: their digests stand, and a replay says that it is missing
    op.add_column(RECORD, sa.Column("provenance", sa.Text(), nullable=True))
    op.create_table(
        PACK,
        sa.Column("tenant", sa.String(128), nullable=False),
        sa.Column("id", sa.String(128), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )


def downgrade() -> None:
    """Take it back; refused where a record or pack was kept: digests rest on them."""
    kept = (
        f"SELECT EXISTS (SELECT 1 FROM {PACK})",  # noqa: S608
        f"SELECT EXISTS (SELECT 1 FROM {RECORD} WHERE provenance IS NOT NULL)",  # noqa: S608
    )
    if any(op.get_bind().scalar(sa.text(one)) for one in kept):
        raise RuntimeError(f"{RECORD} or {PACK} holds rows; export the ledger first")
    op.drop_table(PACK)
    op.drop_column(RECORD, "provenance")
