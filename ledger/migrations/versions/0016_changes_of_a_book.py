"""The head of a book counts what a score could see: batches, and steps of reservations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "tenant", sa.Column("changes", sa.BigInteger(), nullable=False, server_default="0")
    )
    of_book = "WHERE one.tenant = tenant.tenant"
    counted = (
        f"(SELECT COUNT(*) FROM {table} AS one {of_book})"  # noqa: S608
        for table in ("batch", "reservation_step")
    )
    op.execute(f"UPDATE tenant SET changes = {' + '.join(counted)}")  # noqa: S608


def downgrade() -> None:
    op.drop_column("tenant", "changes")
