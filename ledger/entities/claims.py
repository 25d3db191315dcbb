"""Facts about claims: receivables, what they are made of, and the payments that settle them."""

from __future__ import annotations

from typing import ClassVar, Literal, Self

from pydantic import model_validator

from ledger.declaring import (
    Stated,
    choice,
    currency,
    fact_table,
    flag,
    hashed,
    money,
    names,
    on,
    ppm,
    text,
    who,
    words,
)
from ledger.facts import CalendarDay, Currency, Fact, Key, Reported, Words
from ledger.hashing import KeyedHash

Channel = Literal["bank", "bill", "e_certificate", "offset", "third_party", "cash"]


class ReceivableRow(Reported):
    """A claim of a supplier on a buyer (domain.md E19)."""

    supplier: Key = who("Who is owed.")
    buyer: Key = who("Who must pay.")
    issued_on: CalendarDay = on("Day the claim arose.")
    due_on: CalendarDay = on("Day it falls due, not before issued.")
    face_minor: int | None = money("Amount claimed.", "C", "the source gives none")
    currency: Currency = currency()
    rate_ppm: int | None = ppm(
        "Rate charged on the claim for a month.", "O", "none agreed or reported", most=10_000_000
    )
    legal_due_on: CalendarDay | None = on("Latest day that the law allows (rule K07).", "C")
    outstanding_minor: int | None = money("Still unpaid, as reported.", "C")
    eligible_minor: int | None = money("Left after what can't be financed.", "O")
    status: Literal["open", "part_paid", "paid", "written_off", "cancelled"] | None = choice(
        "State, as reported.", "O"
    )
    contract: Key | None = names("contract", "Contract it comes from.", "C")

    @model_validator(mode="after")
    def _due_after_issue(self) -> Self:
        if self.due_on < self.issued_on:
            raise ValueError(
                f"due_on {self.due_on} is before issued_on {self.issued_on}; correct one of them"
            )
        return self

    @model_validator(mode="after")
    def _two_parties(self) -> Self:
        if self.supplier == self.buyer:
            raise ValueError("supplier and buyer are the same party")
        return self


class Receivable(Fact, ReceivableRow, table=True):
    """The table of receivables; ``ref`` is the key by which requests and payments name one."""

    __tablename__ = "receivable"
    __table_args__ = fact_table(
        "receivable", "supplier", "buyer", pair=("supplier", "buyer", "issued_on")
    )


class ReceivableInvoiceRow(Stated):
    """That an invoice, or a part of it, makes up a receivable (domain.md E19)."""

    receivable: Key = names("receivable", "The receivable.")
    invoice: Key = names("invoice", "The invoice.")
    amount_minor: int | None = money("The part, in the book's currency.", "C", "the whole invoice")


class ReceivableInvoice(Fact, ReceivableInvoiceRow, table=True):
    """The table of the invoices of receivables, any number to any number."""

    __tablename__ = "receivable_invoice"
    __table_args__ = fact_table("receivable_invoice", "receivable", "invoice")


class AssignmentRow(Stated):
    """One link in the chain of who holds a receivable (domain.md E19)."""

    differ: ClassVar[tuple[tuple[str, str], ...]] = (("assignor", "assignee"),)
    in_order: ClassVar[tuple[tuple[str, str], ...]] = (("notified_on", "acknowledged_on"),)

    receivable: Key = names("receivable", "The receivable.")
    assignor: Key = who("Who gives it.")
    assignee: Key = who("Who gets it.")
    assigned_on: CalendarDay = on("Assigned.")
    notified_on: CalendarDay | None = on("Notice reached the buyer.", "C", "no notice known")
    acknowledged_on: CalendarDay | None = on("The buyer acknowledged.", "C", "not acknowledged")
    security_only: bool | None = flag("A pledge, not a sale.", "C")


class Assignment(Fact, AssignmentRow, table=True):
    """The table of assignments."""

    __tablename__ = "assignment"
    __table_args__ = fact_table("assignment", "receivable", "assignee", "assignor")


class PaymentRow(Reported):
    """A payment of a buyer to a supplier, or of any party to another (domain.md E15)."""

    payer: Key = who("Who paid.")
    payee: Key = who("Whom.")
    paid_on: CalendarDay = on("Value date.")
    amount_minor: int | None = money("Amount.", "C", "settled in full, says the source")
    currency: Currency = currency()
    receivable: Key | None = names(
        "receivable", "The receivable it settles.", "C", "no reference in the remittance"
    )
    channel: Channel | None = choice("How it was paid.", "C")
    payer_account_hash: KeyedHash | None = hashed("Keyed hash of the payer's account.", "C")
    payee_account_hash: KeyedHash | None = hashed("Keyed hash of the payee's account.", "C")
    purpose: Words | None = words("Text of the remittance.", "O")
    bank_reference: Key | None = text("Reference of the bank's message (camt).", "O")


class Payment(Fact, PaymentRow, table=True):
    """The table of payments."""

    __tablename__ = "payment"
    __table_args__ = fact_table("payment", "payer", "payee", "receivable")
