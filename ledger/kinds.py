"""Which kinds of fact there are: the index of the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from sqlalchemy import Table
from sqlmodel import SQLModel

from ledger.api_key_table import ApiKey
from ledger.books import (
    Batch,
    ChainHead,
    IdempotencyKey,
    Reservation,
    ReservationStep,
    ReservedInvoice,
    ScoreRecord,
    Tenant,
)
from ledger.declaring import personal_fields, references
from ledger.entities import (
    claims,
    cover,
    coverage,
    finance,
    instruments,
    invoices,
    measures,
    orders,
    parties,
    registrations,
    reputation,
    security,
    settlement,
    standing,
    worth,
)
from ledger.facts import Fact, Reported
from ledger.faults import UnknownKind
from ledger.job_table import ScoreJob
from ledger.kept_tables import FeatureSnapshot, LateParty
from ledger.override_table import ScoreOverride
from ledger.pack_texts import PackText
from ledger.person_table import PersonKey
from ledger.registry_tables import AliasMove, RegisteredBundle, RegistryStep
from ledger.shadow_table import ShadowScore


@dataclass(frozen=True)
class Kind:
    """One kind of fact.

    Attributes
    ----------
    name : str
        Its name in mappings, batches and errors; the name of its table.
    row, table : type
        What a source reports, and the table that keeps it.
    latency : timedelta
        How long after ``happened_at`` the lender knows it, where the source doesn't say
        (domain.md section 0).
    """

    name: str
    row: type[Reported]
    table: type[Fact]
    latency: timedelta

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Fields that hold the ``ref`` of a fact, and of which kind: the writer looks them up."""
        return references(self.row)

    @cached_property
    def personal(self) -> tuple[str, ...]:
        """Fields that are encrypted where they name a natural person (``ledger.persons``)."""
        return personal_fields(self.row)


AT_ONCE = timedelta(0)
A_DAY = timedelta(days=1)
FIVE_DAYS = timedelta(days=5)
HALF_A_MONTH = timedelta(days=15)
A_QUARTER = timedelta(days=90)
"""Court lists come 0-90 days after the event: the latest is taken, so that nothing leaks."""
TO_31_MAY = timedelta(days=151)
"""From the end of a year to the tax settlement of unlisted companies, when statements are out."""

KINDS: tuple[Kind, ...] = (
    # parties
    Kind("party", parties.PartyRow, parties.Party, AT_ONCE),
    Kind("party_attribute", parties.PartyAttributeRow, parties.PartyAttribute, AT_ONCE),
    Kind("party_profile", parties.PartyProfileRow, parties.PartyProfile, AT_ONCE),
    Kind("party_report", parties.PartyReportRow, parties.PartyReport, HALF_A_MONTH),
    Kind("party_relation", parties.PartyRelationRow, parties.PartyRelation, AT_ONCE),
    # their standing and conduct
    Kind("statement", standing.StatementRow, standing.Statement, TO_31_MAY),
    Kind("statement_line", standing.StatementLineRow, standing.StatementLine, TO_31_MAY),
    Kind("tax_return", standing.TaxReturnRow, standing.TaxReturn, HALF_A_MONTH),
    Kind("rating", standing.RatingRow, standing.Rating, AT_ONCE),
    Kind("adverse_record", reputation.AdverseRecordRow, reputation.AdverseRecord, A_QUARTER),
    Kind(
        "payment_disclosure",
        reputation.PaymentDisclosureRow,
        reputation.PaymentDisclosure,
        TO_31_MAY,
    ),
    Kind("bureau_summary", reputation.BureauSummaryRow, reputation.BureauSummary, FIVE_DAYS),
    # trade
    Kind("trade_relation", orders.TradeRelationRow, orders.TradeRelation, AT_ONCE),
    Kind("contract", orders.ContractRow, orders.Contract, A_DAY),
    Kind("purchase_order", orders.PurchaseOrderRow, orders.PurchaseOrder, A_DAY),
    Kind("purchase_order_line", orders.PurchaseOrderLineRow, orders.PurchaseOrderLine, A_DAY),
    Kind("delivery", orders.DeliveryRow, orders.Delivery, A_DAY),
    Kind("acceptance", orders.AcceptanceRow, orders.Acceptance, A_DAY),
    Kind("invoice", invoices.InvoiceRow, invoices.Invoice, A_DAY),
    Kind("invoice_line", invoices.InvoiceLineRow, invoices.InvoiceLine, A_DAY),
    Kind("invoice_status", invoices.InvoiceStatusRow, invoices.InvoiceStatus, A_DAY),
    # claims and how they end
    Kind("receivable", claims.ReceivableRow, claims.Receivable, AT_ONCE),
    Kind("receivable_invoice", claims.ReceivableInvoiceRow, claims.ReceivableInvoice, AT_ONCE),
    Kind("assignment", claims.AssignmentRow, claims.Assignment, AT_ONCE),
    Kind("payment", claims.PaymentRow, claims.Payment, A_DAY),
    Kind(
        "payment_allocation", settlement.PaymentAllocationRow, settlement.PaymentAllocation, A_DAY
    ),
    Kind("dilution_event", settlement.DilutionEventRow, settlement.DilutionEvent, A_DAY),
    Kind("dispute", settlement.DisputeRow, settlement.Dispute, AT_ONCE),
    # instruments and security
    Kind("confirmation", instruments.ConfirmationRow, instruments.Confirmation, AT_ONCE),
    Kind("e_certificate", instruments.ECertificateRow, instruments.ECertificate, AT_ONCE),
    Kind("bill", instruments.BillRow, instruments.Bill, AT_ONCE),
    Kind("price_point", security.PricePointRow, security.PricePoint, A_DAY),
    Kind("warehouse_receipt", security.WarehouseReceiptRow, security.WarehouseReceipt, AT_ONCE),
    Kind(
        "environmental_right", security.EnvironmentalRightRow, security.EnvironmentalRight, AT_ONCE
    ),
    Kind("collateral_item", security.CollateralItemRow, security.CollateralItem, AT_ONCE),
    Kind("registration", registrations.RegistrationRow, registrations.Registration, AT_ONCE),
    Kind("registry_search", registrations.RegistrySearchRow, registrations.RegistrySearch, AT_ONCE),
    Kind("guarantee", cover.GuaranteeRow, cover.Guarantee, AT_ONCE),
    Kind("insurance", cover.InsuranceRow, cover.Insurance, AT_ONCE),
    # the life of a financing
    Kind("financing_request", finance.FinancingRequestRow, finance.FinancingRequest, AT_ONCE),
    Kind(
        "requested_receivable", finance.RequestedReceivableRow, finance.RequestedReceivable, AT_ONCE
    ),
    Kind("financing", finance.FinancingRow, finance.Financing, AT_ONCE),
    Kind("repayment", finance.RepaymentRow, finance.Repayment, A_DAY),
    Kind("outcome", finance.OutcomeRow, finance.Outcome, AT_ONCE),
    # what was looked at, and what may be
    Kind("source_coverage", coverage.SourceCoverageRow, coverage.SourceCoverage, AT_ONCE),
    Kind("consent", coverage.ConsentRow, coverage.Consent, AT_ONCE),
    # what nightly steps make of the others
    Kind("graph_measure", measures.GraphMeasureRow, measures.GraphMeasure, AT_ONCE),
    Kind("business_value", worth.BusinessValueRow, worth.BusinessValue, AT_ONCE),
)
"""Every kind, in the order in which a batch is written: what is named comes before who names it."""

BY_NAME = {kind.name: kind for kind in KINDS}

APPEND_ONLY: tuple[str, ...] = (
    *(kind.name for kind in KINDS),
    str(Batch.__tablename__),
    str(ScoreRecord.__tablename__),
    str(ScoreOverride.__tablename__),
    str(IdempotencyKey.__tablename__),
    str(Reservation.__tablename__),
    str(ReservedInvoice.__tablename__),
    str(ReservationStep.__tablename__),
    str(RegisteredBundle.__tablename__),
    str(AliasMove.__tablename__),
    str(RegistryStep.__tablename__),
    str(PackText.__tablename__),
    str(ShadowScore.__tablename__),
)
"""Tables whose rows never change; triggers hold them to it (``ledger.triggers``)."""


MADE_ANEW: tuple[str, ...] = (str(LateParty.__tablename__), str(FeatureSnapshot.__tablename__))
"""Tables that can be emptied at any time: what they hold is worked out again."""

MOVING: tuple[str, ...] = (
    str(Tenant.__tablename__),
    str(ChainHead.__tablename__),
    str(PersonKey.__tablename__),
    str(ApiKey.__tablename__),
    str(ScoreJob.__tablename__),
)
"""Tables whose rows change: heads, keys that erasure takes away, keys of callers that are revoked,
and the progress of jobs."""


def table_of(name: str) -> Table:
    """The table of a kind of fact or of a book, for SQLAlchemy Core."""
    return SQLModel.metadata.tables[name]


def kind_of(name: str) -> Kind:
    """The kind of that name; raise `UnknownKind` where there is none."""
    if name not in BY_NAME:
        raise UnknownKind(
            f"{name!r} is not a kind of fact",
            field="kind",
            remedy=f"use one of {', '.join(BY_NAME)}",
        )
    return BY_NAME[name]
