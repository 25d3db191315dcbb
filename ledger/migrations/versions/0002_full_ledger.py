"""The full ledger: every entity that features, rules and outcomes need.

Columns are written as ``name type`` with a ``?`` where they may be missing; ``COLUMNS`` says what a
type is. The 41 tables in this form take about 300 lines; spelt out they would take 700.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from ledger import triggers

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

COLUMNS: dict[str, sa.types.TypeEngine[Any]] = {
    "key": sa.String(128),
    "text2": sa.String(2),
    "text3": sa.String(3),
    "text11": sa.String(11),
    "text12": sa.String(12),
    "text16": sa.String(16),
    "text18": sa.String(18),
    "text19": sa.String(19),
    "text20": sa.String(20),
    "text30": sa.String(30),
    "id": sa.String(36),
    "hash": sa.String(64),
    "words": sa.Text(),
    "flag": sa.Boolean(),
    "whole": sa.Integer(),
    "day": sa.Integer(),
    "big": sa.BigInteger(),
    "instant": sa.BigInteger(),
    "bytes": sa.LargeBinary(),
}

COMMON = """
    tenant key; id id; seq big; revision whole; supersedes id?; source_system key; batch id;
    ref key; happened_at instant; known_at instant; recorded_at instant; visible_at instant;
    digest bytes; seal bytes
"""
"""What every table of facts begins with."""

ADDED: dict[str, str] = {
    "party": """
        uscc text18?; lei text20?; vat_id key?; national_id key?; national_id_scheme text16?;
        bic text11?; cnaps text12?; name_en words?; former_names words?; legal_form words?;
        established_on day?; deregistered_on day?; registration_status words?;
        status_checked_on day?
    """,
    "party_profile": """
        industry_code key?; industry_scheme words?; employees whole?; operating_revenue_minor big?;
        total_assets_minor big?; currency text3?; size_basis words?; size_rule_version key?;
        innovation_tier whole?; innovation_until day?; listed flag?; ownership words?;
        vat_taxpayer words?; tax_credit_grade words?; address_hash hash?; phone_hash hash?;
        email_hash hash?; legal_rep_hash hash?; bank_account_hash hash?
    """,
    "receivable": """
        legal_due_on day?; outstanding_minor big?; eligible_minor big?; status words?; contract key?
    """,
    "payment": """
        channel words?; payer_account_hash hash?; payee_account_hash hash?; purpose words?;
        bank_reference key?
    """,
}
"""Columns that older tables get; all may be missing."""

TABLES: dict[str, str] = {
    "party_attribute": """
        party key; attribute words; value_hash hash; valid_from day?; valid_until day?
    """,
    "party_relation": """
        party key; other key; relation words; share_ppm whole?; valid_from day?; valid_until day?
    """,
    "statement": """
        party key; period_start day; period_end day; period_type words; gaap words?; audit words?;
        auditor key?; consolidated flag?; currency text3; total_assets_minor big?;
        total_liabilities_minor big?; equity_minor big?
    """,
    "statement_line": "statement key; concept words; amount_minor big",
    "tax_return": """
        party key; tax words; period_start day; period_end day; currency text3;
        taxable_sales_minor big?; output_tax_minor big?; input_tax_minor big?; tax_paid_minor big?;
        late_fee_minor big?; arrears_minor big?
    """,
    "rating": """
        party key; agency key; scale key; grade text16; outlook words?; acted_on day;
        valid_until day?; notch whole?; pd_12m_ppm whole?
    """,
    "adverse_record": """
        party key; adverse words; opened_on day; closed_on day?; amount_minor big?; currency text3?;
        severity whole; role words?; cause words?; stage words?
    """,
    "payment_disclosure": """
        party key; period_start day; period_end day; overdue_count whole?; overdue_minor big?;
        currency text3?; average_days whole?; within_30_ppm whole?; within_60_ppm whole?;
        over_60_ppm whole?; late_ppm whole?; standard_terms_days whole?; max_terms_days whole?;
        suppliers whole?
    """,
    "bureau_summary": """
        party key; bureau key; reported_on day; lenders whole?; outstanding_minor big?;
        limit_minor big?; currency text3?; utilisation_ppm whole?; max_dpd_24m_days whole?;
        five_class words?; special_mention_count whole?; external_guarantee_minor big?;
        inquiries_3m whole?
    """,
    "trade_relation": """
        supplier key; buyer key; since day?; approved_supplier flag?; contract_terms_days whole?;
        open_account_limit_minor big?; currency text3?; category key?; strategic flag?;
        tier_from_core whole?
    """,
    "contract": """
        supplier key; buyer key; number key?; signed_on day; ends_on day?; supplier_size words?;
        buyer_size words?; amount_minor big?; currency text3?; payment_trigger words?;
        payment_days whole?; retention_ppm whole?; pay_when_paid flag?; assignment_prohibited flag?;
        setoff_allowed flag?; noncash words?; governing_law key?; document_hash hash?
    """,
    "purchase_order": """
        supplier key; buyer key; contract key?; number key?; ordered_on day; requested_on day?;
        amount_minor big?; currency text3?; status words?
    """,
    "purchase_order_line": """
        purchase_order key; position whole; sku key?; goods_code text19?; quantity_milli big?;
        unit text16?; unit_price_micro big?; tax_rate_ppm whole?
    """,
    "delivery": """
        supplier key; buyer key; purchase_order key?; number key?; despatched_on day;
        received_on day?; carrier key?; waybill key?; quantity_milli big?; unit text16?;
        goods_code text19?; value_minor big?; currency text3?
    """,
    "acceptance": """
        delivery key; accepted_on day?; deemed_accepted_on day?; signer key?; evidence_level whole;
        accepted_milli big?; rejected_milli big?; remark words?
    """,
    "invoice": """
        seller key; buyer key; kind words; number key; code text12?; issued_on day; due_on day?;
        net_minor big; tax_minor big; gross_minor big; currency text3; red_of key?;
        red_confirmation key?; red_reason words?; contract key?; purchase_order key?;
        buyer_use words?; verified_on day?; verify_result words?; xml_hash hash?;
        canonical_hash hash?
    """,
    "invoice_line": """
        invoice key; position whole; goods_code text19?; description words?; quantity_milli big?;
        unit text16?; unit_price_micro big?; tax_rate_ppm whole?; net_minor big; tax_minor big;
        gross_minor big
    """,
    "invoice_status": "invoice key; status words; reason words?",
    "receivable_invoice": "receivable key; invoice key; amount_minor big?",
    "assignment": """
        receivable key; assignor key; assignee key; assigned_on day; notified_on day?;
        acknowledged_on day?; security_only flag?
    """,
    "payment_allocation": """
        payment key; invoice key; amount_minor big; method words; confidence_ppm whole?
    """,
    "dilution_event": """
        supplier key; buyer key; invoice key?; dilution words; noted_on day; amount_minor big;
        currency text3; non_cash flag?
    """,
    "dispute": """
        supplier key; buyer key; invoice key?; receivable key?; opened_on day; amount_minor big;
        currency text3; reason words?; resolved_on day?; outcome words?
    """,
    "confirmation": """
        receivable key; level whole; requested_on day?; confirmed_on day?; amount_minor big?;
        currency text3?; defence_waiver flag?; account_locked flag?
    """,
    "e_certificate": """
        number key; platform key; opener key; first_holder key?; holder key; receivable key?;
        split_from key?; hop whole?; face_minor big; currency text3; opened_on day; due_on day;
        payment_promise flag?; status words?
    """,
    "bill": """
        bill words; package text30; range_from big?; range_to big?; acceptor key; drawer key?;
        holder key; receivable key?; face_minor big; currency text3; accepted_on day; due_on day;
        endorsements whole?; disclosed flag?; discountable flag?; status words?
    """,
    "price_point": """
        series key; priced_on day; price_micro big; currency text3; volume_milli big?
    """,
    "warehouse_receipt": """
        number key; warehouse key; owner key; warehouse_grade whole?; standard flag?; goods key;
        quantity_milli big; unit text16; quality_certificate key?; stored_on day; expires_on day?;
        pledged flag?; national_id key?; monitored flag?
    """,
    "environmental_right": """
        scheme words; owner key; units_milli big; vintage whole?; valid_until day?; frozen_ref key?
    """,
    "collateral_item": """
        collateral words; owner key; receivable key?; warehouse_receipt key?;
        environmental_right key?; e_certificate key?; bill key?; quantity_milli big?; unit text16?;
        grade key?; location key?; custodian key?; custodian_grade whole?; price_series key?;
        valued_on day?; value_minor big?; currency text3?; haircut_ppm whole?;
        liquidation_days whole?; resale_class whole?; insured flag?; perfected flag?;
        exclusive flag?
    """,
    "registration": """
        number key; business words; debtor key; secured_party key?; secured_name words?;
        registered_at instant; expires_on day?; ended_on day?; buyer key?; receivable key?;
        invoice_number key?; contract_number key?; amount_minor big?; currency text3?;
        description words?
    """,
    "registry_search": """
        searched key; receivable key?; certificate key?; found whole; overlap words?;
        overlap_minor big?; rank whole?
    """,
    "guarantee": """
        guarantor key; debtor key; receivable key?; guarantee words; share_ppm whole;
        cap_minor big?; currency text3?; first_loss flag?; fee_ppm whole?;
        claim_waiting_days whole?; pool_cap_ppm whole?; valid_from day; valid_until day?
    """,
    "insurance": """
        insurer key; insured key; risk key?; receivable key?; insurance words; policy key?;
        insured_ppm whole; deductible_ppm whole?; deductible_minor big?; limit_minor big?;
        currency text3?; waiting_days whole?; excludes_disputes flag?; exclusions words?;
        loss_payee key?; valid_from day; valid_until day?
    """,
    "financing_request": """
        supplier key; buyer key; product words; requested_on day; amount_minor big; currency text3;
        tenor_days whole; recourse flag?; notified flag?; account words?; first_loan flag?;
        renewal flag?; revolving flag?; decision words?
    """,
    "requested_receivable": "financing_request key; receivable key; amount_minor big?",
    "financing": """
        financing_request key?; supplier key; buyer key; lender key?; product words; drawn_on day;
        matures_on day; amount_minor big; currency text3; rate_ppm whole?; fees_minor big?;
        reserve_minor big?; recourse flag?; account words?
    """,
    "repayment": """
        financing key; repaid_on day; amount_minor big; currency text3; interest_minor big?;
        payer words; payment key?
    """,
    "outcome": """
        financing key; settled_on day; defaulted flag; cause words?; technical flag?;
        past_maturity_days whole?; dilution_minor big?; loss_minor big?; repaid_by_buyer_ppm whole?;
        worst_dpd_days whole?; note key?
    """,
    "source_coverage": """
        party key; source key; checked_at instant; result words; covers_from day?; covers_until day?
    """,
    "consent": """
        party key; scope words; purpose words; given_on day; expires_on day?; withdrawn_on day?;
        evidence_hash hash?
    """,
}
"""The new tables: what a source reports, in the order of the row classes."""

INDEXES: dict[str, str] = {
    "party_attribute": "party value_hash",
    "party_relation": "party other",
    "statement": "party",
    "statement_line": "statement",
    "tax_return": "party",
    "rating": "party",
    "adverse_record": "party",
    "payment_disclosure": "party",
    "bureau_summary": "party",
    "trade_relation": "supplier buyer",
    "contract": "supplier buyer",
    "purchase_order": "supplier buyer",
    "purchase_order_line": "purchase_order",
    "delivery": "supplier buyer purchase_order",
    "acceptance": "delivery",
    "invoice": "seller buyer red_of canonical_hash",
    "invoice_line": "invoice",
    "invoice_status": "invoice",
    "receivable_invoice": "receivable invoice",
    "assignment": "receivable assignee",
    "payment_allocation": "payment invoice",
    "dilution_event": "supplier buyer invoice",
    "dispute": "supplier buyer invoice receivable",
    "confirmation": "receivable",
    "e_certificate": "opener holder receivable",
    "bill": "acceptor holder receivable",
    "price_point": "series",
    "warehouse_receipt": "warehouse owner",
    "environmental_right": "owner",
    "collateral_item": "owner receivable",
    "registration": "debtor buyer receivable",
    "registry_search": "searched receivable",
    "guarantee": "guarantor debtor receivable",
    "insurance": "insured risk receivable",
    "financing_request": "supplier buyer",
    "requested_receivable": "financing_request receivable",
    "financing": "financing_request supplier buyer",
    "repayment": "financing",
    "outcome": "financing",
    "source_coverage": "party",
    "consent": "party",
}
"""Columns that facts are looked up by, each an index (tenant, column)."""


def columns(written: str) -> Iterator[sa.Column[Any]]:
    """Yield the columns that are written in this form."""
    for one in written.split(";"):
        name, kind = one.split()
        yield sa.Column(name, COLUMNS[kind.removesuffix("?")], nullable=kind.endswith("?"))


def upgrade() -> None:
    for table, written in ADDED.items():
        for column in columns(written):
            op.add_column(table, column)
    for table, written in TABLES.items():
        op.create_table(
            table,
            *columns(COMMON),
            *columns(written),
            sa.PrimaryKeyConstraint("tenant", "id"),
            sa.UniqueConstraint("tenant", "ref", "revision"),
        )
    for table, names in INDEXES.items():
        for name in names.split():
            op.create_index(f"{table}_{name}", table, ["tenant", name])


def downgrade() -> None:
    """Take it all back; refused where a table holds rows: no fact is dropped by mistake."""
    for table in (*TABLES, *ADDED):
        if op.get_bind().scalar(sa.text(f"SELECT EXISTS (SELECT 1 FROM {table})")):  # noqa: S608
            raise RuntimeError(f"{table} holds rows; export the ledger and drop it by hand")
    triggers.remove(op.get_bind())
    for table in reversed(TABLES):
        op.drop_table(table)
    for table, written in ADDED.items():
        for column in columns(written):
            op.drop_column(table, column.name)
