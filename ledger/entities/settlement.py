"""Facts on how invoices end: what payments settle, what dilutes, what is disputed (E16-E18)."""

from __future__ import annotations

from typing import ClassVar, Literal

from ledger.declaring import (
    Stated,
    choice,
    currency,
    fact_table,
    flag,
    money,
    names,
    on,
    ppm,
    who,
    words,
)
from ledger.facts import CalendarDay, Currency, Fact, Key, Words

_TWO: tuple[tuple[str, str], ...] = (("supplier", "buyer"),)


class PaymentAllocationRow(Stated):
    """Which part of a payment settles which invoice (domain.md E16)."""

    payment: Key = names("payment", "The payment.")
    invoice: Key = names("invoice", "The invoice.")
    amount_minor: int = money("The part, in the book's currency.")
    method: Literal["exact", "fifo", "declared"] = choice("How it was found.")
    confidence_ppm: int | None = ppm("How sure the matching is.", "O")


class PaymentAllocation(Fact, PaymentAllocationRow, table=True):
    """The table of allocations."""

    __tablename__ = "payment_allocation"
    __table_args__ = fact_table("payment_allocation", "payment", "invoice")


class DilutionEventRow(Stated):
    """What lessens a claim other than payment or default (domain.md E17)."""

    differ: ClassVar[tuple[tuple[str, str], ...]] = _TWO

    supplier: Key = who("Whose claim.")
    buyer: Key = who("On whom.")
    invoice: Key | None = names("invoice", "The invoice it lessens.", "C", "the account as a whole")
    dilution: Literal[
        "credit_note",
        "return",
        "rebate",
        "price_dispute",
        "set_off",
        "retention",
        "penalty",
        "cash_discount",
    ] = choice("What kind.")
    noted_on: CalendarDay = on("Agreed or booked.")
    amount_minor: int = money("By how much.")
    currency: Currency = currency()
    non_cash: bool | None = flag("No money moves.", "C")


class DilutionEvent(Fact, DilutionEventRow, table=True):
    """The table of dilution events."""

    __tablename__ = "dilution_event"
    __table_args__ = fact_table("dilution_event", "supplier", "buyer", "invoice")


class DisputeRow(Stated):
    """A dispute over an invoice; its end is a correction of the same ``ref`` (domain.md E18)."""

    differ: ClassVar[tuple[tuple[str, str], ...]] = _TWO
    in_order: ClassVar[tuple[tuple[str, str], ...]] = (("opened_on", "resolved_on"),)
    together: ClassVar[tuple[tuple[str, str], ...]] = (("outcome", "resolved_on"),)

    supplier: Key = who("Who claims.")
    buyer: Key = who("Who disputes.")
    invoice: Key | None = names("invoice", "The invoice disputed.", "C")
    receivable: Key | None = names("receivable", "The receivable disputed.", "C")
    opened_on: CalendarDay = on("Raised.")
    amount_minor: int = money("Amount disputed.")
    currency: Currency = currency()
    reason: Words | None = words("Why.", "O")
    resolved_on: CalendarDay | None = on("Settled.", "C", "open")
    outcome: Literal["supplier", "buyer", "compromise"] | None = choice(
        "In whose favour.", "C", "open"
    )


class Dispute(Fact, DisputeRow, table=True):
    """The table of disputes."""

    __tablename__ = "dispute"
    __table_args__ = fact_table("dispute", "supplier", "buyer", "invoice", "receivable")
