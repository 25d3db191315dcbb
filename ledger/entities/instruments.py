"""Facts on instruments: confirmations, electronic certificates and bills (domain.md E20-E22)."""

from __future__ import annotations

from typing import ClassVar, Literal, Self

from pydantic import model_validator

from ledger.declaring import (
    Stated,
    choice,
    currency,
    fact_table,
    flag,
    money,
    names,
    on,
    text,
    who,
    whole,
)
from ledger.facts import CalendarDay, Currency, Fact, Key


class ConfirmationRow(Stated):
    """That a buyer confirmed, or was asked to confirm, a debt 确权 (domain.md E20)."""

    in_order: ClassVar[tuple[tuple[str, str], ...]] = (("requested_on", "confirmed_on"),)
    together: ClassVar[tuple[tuple[str, str], ...]] = (("amount_minor", "currency"),)

    receivable: Key = names("receivable", "The receivable.")
    level: int = whole(
        "0 none, 1 tacit, 2 click on a platform, 3 signed by an officer, 4 court or notary.",
        unit="0-4",
        most=4,
    )
    requested_on: CalendarDay | None = on("The supplier asked; 30 days by law (条例 16).", "C")
    confirmed_on: CalendarDay | None = on("Confirmed.", "C", "not confirmed")
    amount_minor: int | None = money("Amount confirmed.", "C", "the face")
    currency: Currency | None = currency("C")
    defence_waiver: bool | None = flag("The buyer waives defences.", "C")
    account_locked: bool | None = flag("The account to pay into is fixed.", "C")

    @model_validator(mode="after")
    def _a_confirmation_has_its_day(self) -> Self:
        if (self.level > 0) != (self.confirmed_on is not None):
            raise ValueError(f"level {self.level} doesn't go with confirmed_on {self.confirmed_on}")
        return self


class Confirmation(Fact, ConfirmationRow, table=True):
    """The table of confirmations; none means not confirmed."""

    __tablename__ = "confirmation"
    __table_args__ = fact_table("confirmation", "receivable")


class ECertificateRow(Stated):
    """An 应收账款电子凭证 as one holder has it (domain.md E21)."""

    differ: ClassVar[tuple[tuple[str, str], ...]] = (("opener", "holder"),)
    spans: ClassVar[tuple[tuple[str, str], ...]] = (("opened_on", "due_on"),)

    number: Key = text("Id of the certificate on its platform.")
    platform: Key = text("Which platform.")
    opener: Key = who("Core enterprise that promises to pay.")
    first_holder: Key | None = who("Supplier it was opened to.", "C")
    holder: Key = who("Who holds it.")
    receivable: Key | None = names("receivable", "The receivable behind it.", "C")
    split_from: Key | None = names("e_certificate", "Certificate it was split from.", "C", "whole")
    hop: int | None = whole("Transfers since it was opened.", "C", unit="hops", most=1_000)
    face_minor: int = money("Amount.")
    currency: Currency = currency()
    opened_on: CalendarDay = on("Opened.")
    due_on: CalendarDay = on("Falls due; 77号: within a year.")
    payment_promise: bool | None = flag("The opener promises to pay without conditions.", "C")
    status: Literal["open", "paid", "overdue", "cancelled"] | None = choice("State.", "C")


class ECertificate(Fact, ECertificateRow, table=True):
    """The table of electronic certificates."""

    __tablename__ = "e_certificate"
    __table_args__ = fact_table("e_certificate", "opener", "holder", "receivable", "first_holder")


class BillRow(Stated):
    """A bill of exchange or its sub-range (domain.md E22)."""

    spans: ClassVar[tuple[tuple[str, str], ...]] = (("accepted_on", "due_on"),)
    in_order: ClassVar[tuple[tuple[str, str], ...]] = (("range_from", "range_to"),)
    together: ClassVar[tuple[tuple[str, str], ...]] = (("range_from", "range_to"),)

    bill: Literal["commercial", "finance_company", "bank", "supply_chain"] = choice(
        "Whose acceptance."
    )
    package: Key = text("票据包号.", longest=30)
    range_from: int | None = money("子票区间: first cent.", "C", "the whole package")
    range_to: int | None = money("子票区间: last cent.", "C", "the whole package")
    acceptor: Key = who("Who must pay.")
    drawer: Key | None = who("Who drew it.", "C")
    holder: Key = who("Who holds it.")
    receivable: Key | None = names("receivable", "The receivable that it paid.", "O")
    face_minor: int = money("Amount.")
    currency: Currency = currency()
    accepted_on: CalendarDay = on("Accepted.")
    due_on: CalendarDay = on("Falls due; within 6 months by law.")
    endorsements: int | None = whole("Times endorsed.", "C", most=10_000)
    disclosed: bool | None = flag("The acceptor discloses as it must.", "C")
    discountable: bool | None = flag("Banks take it.", "C")
    status: Literal["open", "paid", "overdue", "refused"] | None = choice("State.", "C")


class Bill(Fact, BillRow, table=True):
    """The table of bills."""

    __tablename__ = "bill"
    __table_args__ = fact_table("bill", "acceptor", "holder", "receivable", "drawer")
