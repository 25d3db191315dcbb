"""Facts that name something are found in the order of ``seq``; every role of a party has an index.

A large buyer is named by millions of facts: the last twenty, or the next page of them, are read off
an index (tenant, column, seq) and not sorted out of all.
"""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

INDEXED = {
    "receivable": "supplier buyer",
    "receivable_invoice": "receivable invoice",
    "assignment": "receivable assignee",
    "payment": "payer payee receivable",
    "guarantee": "guarantor debtor receivable",
    "insurance": "insured risk receivable",
    "source_coverage": "party",
    "consent": "party",
    "financing_request": "supplier buyer",
    "requested_receivable": "financing_request receivable",
    "financing": "financing_request supplier buyer",
    "repayment": "financing",
    "outcome": "financing",
    "confirmation": "receivable",
    "e_certificate": "opener holder receivable",
    "bill": "acceptor holder receivable",
    "invoice": "seller buyer red_of canonical_hash",
    "invoice_line": "invoice",
    "invoice_status": "invoice",
    "trade_relation": "supplier buyer",
    "contract": "supplier buyer",
    "purchase_order": "supplier buyer",
    "purchase_order_line": "purchase_order",
    "delivery": "supplier buyer purchase_order",
    "acceptance": "delivery",
    "party_attribute": "party value_hash",
    "party_profile": "party",
    "party_report": "party",
    "party_relation": "party other",
    "registration": "debtor buyer receivable",
    "registry_search": "searched receivable",
    "adverse_record": "party",
    "payment_disclosure": "party",
    "bureau_summary": "party",
    "price_point": "series",
    "warehouse_receipt": "owner warehouse",
    "environmental_right": "owner",
    "collateral_item": "owner receivable",
    "payment_allocation": "payment invoice",
    "dilution_event": "supplier buyer invoice",
    "dispute": "supplier buyer invoice receivable",
    "statement": "party",
    "statement_line": "statement",
    "tax_return": "party",
    "rating": "party",
}
"""Columns that had an index (tenant, column), and get one with ``seq`` behind."""

NEW = {
    "delivery": "carrier",
    "assignment": "assignor",
    "statement": "auditor",
    "e_certificate": "first_holder",
    "bill": "drawer",
    "registration": "secured_party",
    "collateral_item": "custodian",
    "insurance": "insurer loss_payee",
    "financing": "lender",
}
"""Columns that name a party and had no index."""


def upgrade() -> None:
    for table, names in INDEXED.items():
        for name in names.split():
            op.drop_index(f"{table}_{name}", table)
            op.create_index(f"{table}_{name}", table, ["tenant", name, "seq"])
    for table, names in NEW.items():
        for name in names.split():
            op.create_index(f"{table}_{name}", table, ["tenant", name, "seq"])


def downgrade() -> None:
    for table, names in NEW.items():
        for name in names.split():
            op.drop_index(f"{table}_{name}", table)
    for table, names in INDEXED.items():
        for name in names.split():
            op.drop_index(f"{table}_{name}", table)
            op.create_index(f"{table}_{name}", table, ["tenant", name])
