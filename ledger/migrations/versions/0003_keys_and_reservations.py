"""Facts by ``seq`` on an index of their own; idempotency keys; reservations and their steps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

FACTS = """
    party party_attribute party_profile party_report party_relation statement statement_line
    tax_return rating adverse_record payment_disclosure bureau_summary trade_relation contract
    purchase_order purchase_order_line delivery acceptance invoice invoice_line invoice_status
    receivable receivable_invoice assignment payment payment_allocation dilution_event dispute
    confirmation e_certificate bill price_point warehouse_receipt environmental_right
    collateral_item registration registry_search guarantee insurance financing_request
    requested_receivable financing repayment outcome source_coverage consent
"""
"""Every table of facts, which gets an index (tenant, seq)."""

TABLES = ("idempotency_key", "reservation", "reserved_invoice", "reservation_step")
"""The new tables."""


def upgrade() -> None:
    for table in FACTS.split():
        op.create_index(f"{table}_seq", table, ["tenant", "seq"])
    _create_keys()
    _create_reservations()
    _create_steps()


def downgrade() -> None:
    """Take it all back; refused where a new table holds rows: no hold is dropped by mistake."""
    for table in TABLES:
        if op.get_bind().scalar(sa.text(f"SELECT EXISTS (SELECT 1 FROM {table})")):  # noqa: S608
            raise RuntimeError(f"{table} holds rows; export the ledger and drop it by hand")
    for table in reversed(TABLES):
        op.drop_table(table)
    for table in FACTS.split():
        op.drop_index(f"{table}_seq", table)


def _create_keys() -> None:
    op.create_table(
        "idempotency_key",
        sa.Column("tenant", sa.String(128), nullable=False),
        sa.Column("key", sa.String(128), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("record", sa.String(36), nullable=True),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "key"),
    )


def _create_reservations() -> None:
    op.create_table(
        "reservation",
        sa.Column("tenant", sa.String(128), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("score", sa.String(128), nullable=False),
        sa.Column("buyer", sa.String(128), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("buyer_limit_minor", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("signed_by", sa.String(128), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
    op.create_table(
        "reserved_invoice",
        sa.Column("tenant", sa.String(128), nullable=False),
        sa.Column("reservation", sa.String(36), nullable=False),
        sa.Column("canonical_hash", sa.String(64), nullable=False),
        sa.Column("face_minor", sa.BigInteger(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "reservation", "canonical_hash"),
    )
    op.create_index(
        "reserved_invoice_canonical_hash", "reserved_invoice", ["tenant", "canonical_hash"]
    )


def _create_steps() -> None:
    op.create_table(
        "reservation_step",
        sa.Column("tenant", sa.String(128), nullable=False),
        sa.Column("reservation", sa.String(36), nullable=False),
        sa.Column("step", sa.String(16), nullable=False),
        sa.Column("buyer", sa.String(128), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("pending_minor", sa.BigInteger(), nullable=False),
        sa.Column("lasting_minor", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("signed_by", sa.String(128), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "reservation", "step"),
        sa.UniqueConstraint("tenant", "buyer", "number"),
    )
    op.create_index(
        "reservation_step_pending",
        "reservation_step",
        ["tenant", "buyer", "expires_at", "pending_minor"],
    )
