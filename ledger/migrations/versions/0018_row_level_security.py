"""A second wall between tenants: row-level security, on PostgreSQL."""

from __future__ import annotations

from alembic import op

from ledger import wall

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    wall.build(op.get_bind())


def downgrade() -> None:
    wall.remove(op.get_bind())
