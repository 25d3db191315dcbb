"""Reservations name their supplier, and their steps the place in the book, so that lines hold."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

STEP, MADE = "reservation_step", "reservation"


def upgrade() -> None:
    # rows of before stay as they are: who wrote them named no supplier
    op.add_column(MADE, sa.Column("supplier", sa.String(128), nullable=True))
    op.add_column(STEP, sa.Column("supplier", sa.String(128), nullable=True))
    op.add_column(
        STEP, sa.Column("ledger_seq", sa.BigInteger(), nullable=False, server_default="0")
    )
    op.create_index("reservation_score", MADE, ["tenant", "score"])
    op.create_index(
        "reservation_step_supplier", STEP, ["tenant", "supplier", "expires_at", "pending_minor"]
    )
    for name in ("ledger_seq", "recorded_at"):
        op.create_index(f"{STEP}_{name}", STEP, ["tenant", name])


def downgrade() -> None:
    """Take it back; refused where a reservation names its supplier: no line is lost by mistake."""
    named = sa.text(f"SELECT EXISTS (SELECT 1 FROM {MADE} WHERE supplier IS NOT NULL)")  # noqa: S608
    if op.get_bind().scalar(named):
        raise RuntimeError(f"{MADE} holds rows that name a supplier; export the ledger first")
    for name in ("recorded_at", "ledger_seq", "supplier"):
        op.drop_index(f"{STEP}_{name}", STEP)
    op.drop_index("reservation_score", MADE)
    op.drop_column(STEP, "ledger_seq")
    op.drop_column(STEP, "supplier")
    op.drop_column(MADE, "supplier")
