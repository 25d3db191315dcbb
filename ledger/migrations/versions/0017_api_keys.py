"""API keys of callers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "api_key",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("tenant", sa.String(128), nullable=False),
        sa.Column("name", sa.String(128), nullable=False),
        sa.Column("roles", sa.String(64), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.String(128), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_by", sa.String(128), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("api_key_tenant", "api_key", ["tenant"])


def downgrade() -> None:
    """Take it back; refused where a key still opens something: its caller would be shut out."""
    holds = "SELECT EXISTS (SELECT 1 FROM api_key WHERE revoked_at IS NULL)"
    if op.get_bind().scalar(sa.text(holds)):
        raise RuntimeError("api_key holds keys that open the service; revoke them first")
    op.drop_table("api_key")
