"""What is sought between two parties is found by both, and the bills of an order by the order.

A score asks for the order of an invoice's amount, or for claims of nearly the same day, once for
each receivable: off an index of the two parties and that, not among all that the buyer ordered.
"""

from __future__ import annotations

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

PAIRS = {
    "receivable": ("supplier", "buyer", "issued_on"),
    "invoice": ("seller", "buyer", "issued_on"),
    "purchase_order": ("supplier", "buyer", "amount_minor"),
    "delivery": ("supplier", "buyer", "value_minor"),
}


def upgrade() -> None:
    for table, names in PAIRS.items():
        op.create_index(f"{table}_pair", table, ["tenant", *names])
    op.create_index("invoice_purchase_order", "invoice", ["tenant", "purchase_order", "seq"])


def downgrade() -> None:
    op.drop_index("invoice_purchase_order", "invoice")
    for table in PAIRS:
        op.drop_index(f"{table}_pair", table)
