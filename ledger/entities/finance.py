"""Facts of the life of a financing: request, drawdown, repayment, outcome (domain.md E31-E35)."""

from __future__ import annotations

from typing import ClassVar, Literal, Self

from pydantic import model_validator

from ledger.declaring import (
    Stated,
    choice,
    currency,
    fact_table,
    flag,
    lasting,
    money,
    names,
    on,
    ppm,
    text,
    who,
)
from ledger.facts import CalendarDay, Currency, Fact, Key

Product = Literal[
    "factoring",
    "reverse_factoring",
    "e_certificate",
    "bill_discount",
    "receivable_pledge",
    "order_finance",
    "inventory_finance",
    "receipt_finance",
    "dynamic_discounting",
]
Cause = Literal[
    "BUYER_CREDIT",
    "SUPPLIER_CREDIT",
    "DILUTION",
    "DISPUTE",
    "FRAUD_FICTITIOUS",
    "FRAUD_DOUBLE",
    "FRAUD_CIRCULAR",
    "DIVERSION",
    "OPERATIONAL",
]
"""The nine causes of domain.md section 1.5."""

Decided = Literal["approved", "approved_at_random", "reduced", "referred", "declined", "withdrawn"]
"""At random is what the policy would have declined and the lot approved, to learn what becomes of
such requests."""

Payer = Literal["buyer", "supplier", "guarantor", "insurer", "collateral", "other"]


class FinancingRequestRow(Stated):
    """That a supplier asked for money, here or elsewhere (domain.md E31)."""

    differ: ClassVar[tuple[tuple[str, str], ...]] = (("supplier", "buyer"),)

    supplier: Key = who("Who asks.")
    buyer: Key = who("Who owes the claims offered.")
    product: Product = choice("Which product.")
    requested_on: CalendarDay = on("Asked.")
    amount_minor: int = money("How much.")
    currency: Currency = currency()
    tenor_days: int = lasting("For how long.")
    recourse: bool | None = flag("The supplier stands in.", "C")
    notified: bool | None = flag("The buyer is notified.", "C")
    account: Literal["free", "supervised", "locked"] | None = choice(
        "Account to be paid into.", "C"
    )
    first_loan: bool | None = flag("首贷.", "O")
    renewal: bool | None = flag("无还本续贷.", "O")
    revolving: bool | None = flag("随借随还.", "O")
    decision: Decided | None = choice("What became of it.", "C", "open")


class FinancingRequest(Fact, FinancingRequestRow, table=True):
    """The table of requests."""

    __tablename__ = "financing_request"
    __table_args__ = fact_table("financing_request", "supplier", "buyer")


class RequestedReceivableRow(Stated):
    """That a request offers a receivable, or a part of it."""

    financing_request: Key = names("financing_request", "The request.")
    receivable: Key = names("receivable", "The receivable.")
    amount_minor: int | None = money("The part, in the book's currency.", "C", "its face")


class RequestedReceivable(Fact, RequestedReceivableRow, table=True):
    """The table of the receivables of requests."""

    __tablename__ = "requested_receivable"
    __table_args__ = fact_table("requested_receivable", "financing_request", "receivable")


class FinancingRow(Stated):
    """Money lent (domain.md E33)."""

    differ: ClassVar[tuple[tuple[str, str], ...]] = (("supplier", "buyer"), ("supplier", "lender"))
    spans: ClassVar[tuple[tuple[str, str], ...]] = (("drawn_on", "matures_on"),)

    financing_request: Key | None = names(
        "financing_request", "Its request.", "C", "made elsewhere"
    )
    supplier: Key = who("Who got the money.")
    buyer: Key = who("Who owes the claims.")
    lender: Key | None = who("Who lent.", "O", "the lender of this book")
    product: Product = choice("Which product.")
    drawn_on: CalendarDay = on("Paid out.")
    matures_on: CalendarDay = on("To be repaid.")
    amount_minor: int = money("Principal.")
    currency: Currency = currency()
    rate_ppm: int | None = ppm("Interest for a year.", "C", most=10_000_000)
    fees_minor: int | None = money("Fees.", "O")
    reserve_minor: int | None = money("Held back.", "O")
    recourse: bool | None = flag("The supplier stands in.", "C")
    account: Literal["free", "supervised", "locked"] | None = choice(
        "Account to be paid into.", "C"
    )


class Financing(Fact, FinancingRow, table=True):
    """The table of financings."""

    __tablename__ = "financing"
    __table_args__ = fact_table("financing", "financing_request", "supplier", "buyer", "lender")


class RepaymentRow(Stated):
    """A repayment; who pays shows whether the loan liquidates itself (domain.md E34)."""

    financing: Key = names("financing", "The financing.")
    repaid_on: CalendarDay = on("Value date.")
    amount_minor: int = money("Amount.")
    currency: Currency = currency()
    interest_minor: int | None = money("Interest in it.", "O")
    payer: Payer = choice("Who paid, in which role.")
    payment: Key | None = names("payment", "The payment behind it.", "O")


class Repayment(Fact, RepaymentRow, table=True):
    """The table of repayments."""

    __tablename__ = "repayment"
    __table_args__ = fact_table("repayment", "financing")


class OutcomeRow(Stated):
    """How a financing ended: the label of training (domain.md E35).

    Default is 90 days past due by maturity and 90 days, or unlikely to pay, or saved by cover
    because of it, or fraud proved. ``known_at`` is when the label was ripe.
    """

    financing: Key = names("financing", "The financing.")
    settled_on: CalendarDay = on("Repaid, or in default, or written off.")
    defaulted: bool = flag("In default by the definition.")
    cause: Cause | None = choice("Why.", "C", "no default")
    technical: bool | None = flag("A technical default; left out of training.", "C", "no")
    past_maturity_days: int | None = lasting("Days past maturity.", "C")
    dilution_minor: int | None = money("Lost to dilution.", "C")
    loss_minor: int | None = money("Lost in all, after recoveries.", "C", "not settled")
    repaid_by_buyer_ppm: int | None = ppm("Share that the buyer repaid.", "C")
    worst_dpd_days: int | None = lasting("Worst days past due.", "O")
    note: Key | None = text("Case number.", "O")

    @model_validator(mode="after")
    def _a_default_has_a_cause(self) -> Self:
        if self.defaulted != (self.cause is not None):
            raise ValueError(f"defaulted {self.defaulted} doesn't go with cause {self.cause}")
        return self


class Outcome(Fact, OutcomeRow, table=True):
    """The table of outcomes."""

    __tablename__ = "outcome"
    __table_args__ = fact_table("outcome", "financing")
