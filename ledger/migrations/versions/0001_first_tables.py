"""The first tables: tenants, heads of chains, batches, five kinds of facts, score records.

Instants are BIGINT microseconds and days INTEGER day numbers
(``docs/decisions/0001-instants-and-days-as-integers.md``).
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from ledger import triggers

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

KEY = 128
ID = 36

INDEXES = (
    ("party_profile_party", "party_profile", "party"),
    ("party_report_party", "party_report", "party"),
    ("receivable_buyer", "receivable", "buyer"),
    ("receivable_supplier", "receivable", "supplier"),
    ("payment_payer", "payment", "payer"),
    ("payment_payee", "payment", "payee"),
    ("payment_receivable", "payment", "receivable"),
)


def text(name: str, length: int = KEY, *, null: bool = False) -> sa.Column[str]:
    """A text column."""
    return sa.Column(name, sa.String(length), nullable=null)


def whole(name: str, *, null: bool = False) -> sa.Column[int]:
    """A column of days, counts or parts per million."""
    return sa.Column(name, sa.Integer(), nullable=null)


def big(name: str, *, null: bool = False) -> sa.Column[int]:
    """A column of instants, minor units or positions in the ledger."""
    return sa.Column(name, sa.BigInteger(), nullable=null)


def hashed(name: str) -> sa.Column[bytes]:
    """A column of a SHA-256."""
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def fact_table(name: str, *reported: sa.Column[Any]) -> None:
    """Create the table of a kind of fact: what the ledger adds, then what the source reports."""
    op.create_table(
        name,
        text("tenant"),
        text("id", ID),
        big("seq"),
        whole("revision"),
        text("supersedes", ID, null=True),
        text("source_system"),
        text("batch", ID),
        text("ref"),
        big("happened_at"),
        big("known_at"),
        big("recorded_at"),
        big("visible_at"),
        hashed("digest"),
        hashed("seal"),
        *reported,
        sa.PrimaryKeyConstraint("tenant", "id"),
        sa.UniqueConstraint("tenant", "ref", "revision"),
    )


def upgrade() -> None:
    """Create every table and index; the triggers follow in ``ledger.triggers``."""
    create_books()
    create_parties()
    create_claims()
    for name, table, column in INDEXES:
        op.create_index(name, table, ["tenant", column])


def create_books() -> None:
    """Tenants, heads of chains, batches and score records."""
    op.create_table(
        "tenant",
        text("tenant"),
        text("time_zone", 64),
        text("base_currency", 3),
        big("last_seq"),
        sa.PrimaryKeyConstraint("tenant"),
    )
    op.create_table(
        "chain_head",
        text("tenant"),
        text("writer"),
        big("last_seq"),
        hashed("digest"),
        sa.PrimaryKeyConstraint("tenant", "writer"),
    )
    op.create_table(
        "batch",
        text("tenant"),
        text("id", ID),
        text("writer"),
        text("source_system"),
        text("signed_by"),
        sa.Column("historical", sa.Boolean(), nullable=False),
        big("recorded_at"),
        big("first_seq"),
        big("last_seq"),
        whole("added"),
        whole("corrected"),
        whole("unchanged"),
        hashed("previous"),
        hashed("last_seal"),
        hashed("digest"),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
    op.create_table(
        "score_record",
        text("tenant"),
        text("id", ID),
        big("seq"),
        big("recorded_at"),
        text("signed_by"),
        text("bundle"),
        text("pack"),
        big("as_of"),
        big("history_before"),
        big("cut_seq"),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("features", sa.Text(), nullable=False),
        sa.Column("circumstances", sa.Text(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        text("writer"),
        hashed("previous"),
        hashed("digest"),
        sa.PrimaryKeyConstraint("tenant", "id"),
        sa.UniqueConstraint("tenant", "seq"),
    )


def create_parties() -> None:
    """Parties, their profiles and their periodic reports."""
    fact_table(
        "party",
        sa.Column("name", sa.Text(), nullable=True),
        text("country", 2, null=True),
        sa.Column("person_linked", sa.Boolean(), nullable=True),
        whole("onboarded_on", null=True),
    )
    fact_table(
        "party_profile",
        text("party"),
        text("industry", null=True),
        sa.Column("size_class", sa.Text(), nullable=True),
        text("region", null=True),
        text("phone_area", null=True),
        text("mail_domain", null=True),
    )
    fact_table(
        "party_report",
        text("party"),
        whole("period_start"),
        whole("period_end"),
        big("turnover_minor", null=True),
        text("currency", 3, null=True),
        whole("employees", null=True),
    )


def create_claims() -> None:
    """Receivables and payments."""
    fact_table(
        "receivable",
        text("supplier"),
        text("buyer"),
        whole("issued_on"),
        whole("due_on"),
        big("face_minor", null=True),
        text("currency", 3),
        whole("rate_ppm", null=True),
    )
    fact_table(
        "payment",
        text("payer"),
        text("payee"),
        whole("paid_on"),
        big("amount_minor", null=True),
        text("currency", 3),
        text("receivable", null=True),
    )


def downgrade() -> None:
    """Drop every table; refused where one holds rows: no ledger is dropped by mistake."""
    tables = ("payment", "receivable", "party_report", "party_profile", "party")
    everything = (*tables, "score_record", "batch", "chain_head", "tenant")
    for table in everything:
        if op.get_bind().scalar(sa.text(f"SELECT EXISTS (SELECT 1 FROM {table})")):  # noqa: S608
            raise RuntimeError(f"{table} holds rows; export the ledger and drop it by hand")
    triggers.remove(op.get_bind())
    for table in everything:
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION IF EXISTS ledger_append_only()")
