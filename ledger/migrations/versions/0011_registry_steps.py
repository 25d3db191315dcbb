"""Steps of the registry are signed, and a bundle brings its validation."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BUNDLE, STEP = "registered_bundle", "registry_step"


def upgrade() -> None:
    # bundles of before were never tested: none of them becomes champion again
    op.add_column(
        BUNDLE, sa.Column("gates", sa.String(16), nullable=False, server_default="untested")
    )
    op.add_column(BUNDLE, sa.Column("validation", sa.LargeBinary(), nullable=True))
    op.create_table(
        STEP,
        sa.Column("tenant", sa.String(128), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("act", sa.String(16), nullable=False),
        sa.Column("bundle", sa.String(64), nullable=False),
        sa.Column("statement", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("signing_key", sa.String(16), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "number"),
    )
    op.create_index(f"{STEP}_bundle", STEP, ["tenant", "bundle", "act"])


def downgrade() -> None:
    """Take it back; refused where something was signed: who decided what is kept."""
    if op.get_bind().scalar(sa.text(f"SELECT EXISTS (SELECT 1 FROM {STEP})")):  # noqa: S608
        raise RuntimeError(f"{STEP} holds rows; export the ledger and drop it by hand")
    op.drop_table(STEP)
    op.drop_column(BUNDLE, "validation")
    op.drop_column(BUNDLE, "gates")
