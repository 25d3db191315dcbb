"""Keys of natural persons, which can be erased."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "person_key",
        sa.Column("tenant", sa.String(128), nullable=False),
        sa.Column("person", sa.String(128), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("erased_at", sa.BigInteger(), nullable=True),
        sa.Column("erased_by", sa.String(128), nullable=True),
        sa.PrimaryKeyConstraint("tenant", "person"),
    )


def downgrade() -> None:
    """Take it back; refused where a person has a key, for that is all that can read its name."""
    if op.get_bind().scalar(sa.text("SELECT EXISTS (SELECT 1 FROM person_key)")):
        raise RuntimeError("person_key holds keys; erase the persons first")
    op.drop_table("person_key")
